"""Search for the words of a query: documents by their terms, and by their file names.

The terms of a long text are in several hashes. A hit on one of them is a hit on the document; the best one
counts. Phrases and exclusions are about whole documents: two phrases may be in two parts of one text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from semsearch.language.compounds import parts_of, share
from semsearch.language.query_syntax import Terms, Wording
from semsearch.language.readings import Among, spread
from semsearch.language.words import words
from semsearch.search.exact import MOST_HASHES, ExactWords, exact_words
from semsearch.search.term_weights import TermWeights, Weighed, WeighedReadings
from semsearch.search.tuning import Tuning
from semsearch.search.within import Within
from semsearch.store import aggregations, filters, queries, word_filters
from semsearch.store.called import tags_of_query
from semsearch.store.queries import Command
from semsearch.store.replies import NO_MATCHES, Match, Matches
from semsearch.store.store import Store
from semsearch.store.word_filters import Sought

# How often Redis is asked again, without the documents found so far, if many parts of a few long texts fill
# its answer.
_ROUNDS = 4
# The most documents that a part of a compound finds: they come after those that have the word itself.
_MOST_COMPOUNDED = 50
# The most long documents that one phrase or exclusion may rule in or out.
_MOST_LONG = 10_000


@dataclass(frozen=True, slots=True)
class Demands:
    """The condition that a document has the phrases of a query and nothing that it excludes.

    It also passes the filters that hold for whole documents.

    `documents` is the condition for every hash of such a document. `hashes` is narrower: the hash of a long
    document must have one of the phrases itself. `is_whole` is False if Redis could not find all documents.
    """

    documents: filters.Where
    hashes: filters.Where
    is_whole: bool = True

    def narrowed(self, passing: filters.Where, is_whole: bool) -> Demands:
        """This and another condition, which holds for every hash of a document or for none."""
        documents, hashes = self.documents & passing, self.hashes & passing
        return Demands(documents, hashes, self.is_whole and is_whole)


# A few terms that should stand near each other, and the other forms that stand for all of them.
_Few = tuple[Terms, Terms]


@dataclass(frozen=True, slots=True)
class WordMatches:
    """The documents that the words of a query found.

    `by_terms` are documents with their best scores, best first, and `by_name` documents by their file names;
    each is None after a timeout. `more` is True if words may find further documents. `exact` are documents
    that have the words exactly (semsearch.search.exact), by their ids, and `called` are documents whose title
    or file name is the query. `near` are the documents that have a few words near each other, by these words;
    None if Redis did not return all of them. `compounded` are documents that have a word as a part of a
    compound. `absent` are the terms that no text has.
    """

    wording: Wording
    weighed: WeighedReadings
    demands: Demands
    by_terms: Matches | None
    by_name: Matches | None
    more: bool = False
    exact: Mapping[str, Match] = field(default_factory=dict)
    called: Matches | None = NO_MATCHES
    near: Mapping[_Few, frozenset[str] | None] = field(default_factory=dict)
    compounded: Matches | None = NO_MATCHES
    absent: Terms = ()

    @property
    def nowhere(self) -> Terms:
        """The terms of the query that no document has, also not in its name or in a compound."""
        if self.by_terms is None or self.by_name is None or self.by_name.best:
            return ()
        compounds = [match.name for match in (self.compounded or NO_MATCHES).best]
        return tuple(
            term
            for term in self.absent
            if not any(
                share(each, words)[1] for each in self.wording.alternatives(term) for words in compounds
            )
        )

    def is_scattered(self, match: Match) -> bool:
        """Whether a document lacks some of a few words, or has them far from each other."""
        near = self.near.get(_few(self.weighed.of(match.language)))
        return near is not None and match.doc not in near

    @property
    def is_whole(self) -> bool:
        """Whether Redis answered in full."""
        all_of_them = (self.by_terms, self.by_name, self.called)
        return self.demands.is_whole and all(each is not None and each.is_whole for each in all_of_them)


class WordSearch:
    """Searches for words. Safe to share between threads."""

    def __init__(self, store: Store, weights: TermWeights, tuning: Tuning) -> None:
        self._store = store
        self._weights = weights
        self._tuning = tuning

    def matches(self, wording: Wording, within: Within, depth: int) -> WordMatches:
        """Find `depth` documents that pass the filters and have words of a query, if there are as many."""
        where, demands = within.where, self._demands(wording)
        if within.documents is not None:
            demands = demands.narrowed(*self._passing(within.documents))
        if not wording.terms:
            weighed = WeighedReadings(Weighed((), 0.0))
            return WordMatches(wording, weighed, demands, NO_MATCHES, NO_MATCHES)
        weighed = self._weights.weigh_readings(wording)
        exact = self._exact(wording, weighed)
        allowed = where & demands.documents
        commands = self._commands(wording, weighed, demands, where, depth)
        near = self._near(weighed)
        together = [
            queries.having(MOST_HASHES, word_filters.by_language([(each.where, among)]) & among_those)
            for each, among in exact.items()
            for among_those in (filters.everything(), allowed)
        ]
        beside = [queries.having(depth, each & where & demands.hashes) for each in near.values()]
        replies = iter(self._store.ask([*commands.values(), *beside, *together]))
        by = dict(zip(commands, replies, strict=False))
        found = WordMatches(
            wording,
            weighed,
            demands,
            by_terms=by["terms"],
            by_name=by.get("name", NO_MATCHES),
            near={few: _all_docs(next(replies)) for few in near},
            exact=dict(pair for each in exact for pair in each.matches(next(replies), next(replies)).items()),
            called=by.get("called", NO_MATCHES),
            compounded=by.get("compounded", NO_MATCHES),
            absent=tuple(self._absent(wording, weighed)),
        )
        return self._whole(found, where, depth)

    def _commands(
        self, wording: Wording, weighed: WeighedReadings, demands: Demands, where: filters.Where, depth: int
    ) -> dict[str, Command]:
        """The searches for words that a query needs, by name."""
        allowed, hashes = where & demands.documents, where & demands.hashes
        findable = allowed & filters.findable()
        commands = {"terms": queries.matching(weighed.searched, depth, hashes)}
        typed = words(wording.text)
        if 0 < len(typed) <= self._tuning.name_words:
            commands["name"] = queries.named(typed, depth, findable)
            if parts := parts_of(term for each in wording.readings for term in each.terms):
                commands["compounded"] = queries.compounded(parts, _MOST_COMPOUNDED, allowed)
        if tags := tags_of_query(wording.text):
            commands["called"] = queries.having(depth, word_filters.called(tags) & findable)
        return commands

    def _exact(self, wording: Wording, weighed: WeighedReadings) -> dict[ExactWords, Among]:
        """The words that must stand together, in texts of which languages."""
        found = {
            each.language: exact_words(
                each,
                weighed.of(each.language).frequencies,
                weighed.of(each.language).documents,
                self._tuning,
            )
            for each in wording.readings
        }
        return spread(found.pop(wording.language), found)

    def _near(self, weighed: WeighedReadings) -> dict[_Few, filters.Where]:
        """The condition that a few words stand near each other, by these words."""
        few = {code: [_few(each)] for code, each in weighed.others.items()}
        found = {}
        for (terms, forms), among in spread([_few(weighed.base)], few).items():
            if not 1 < len(terms) <= self._tuning.few_words:
                continue
            near = word_filters.with_phrases_together([(term,) for term in terms], self._tuning.exact_gap)
            # Another form stands for the words beside each other.
            either = near | word_filters.with_any_term(map(Sought, forms)) if forms else near
            found[terms, forms] = word_filters.by_language([(either, among)])
        return found

    def _absent(self, wording: Wording, weighed: WeighedReadings) -> Iterator[str]:
        """The terms that no text has. Each other reading counts only for texts in its language."""
        for term in [each for each, documents in weighed.base.frequencies.items() if not documents]:
            others = [
                (word_filters.with_phrase([other]), Among((code,), but=False))
                for code, other in wording.otherwise(term)
                if weighed.others[code].frequencies.get(other)
            ]
            if not others or self._weights.total(word_filters.by_language(others)) == 0:
                yield term

    def total(self, found: WordMatches, where: filters.Where) -> int | None:
        """The number of documents that pass a filter and have words of a query; None after a timeout."""
        if found.by_terms is None:
            return None
        if not found.more:
            return len(found.by_terms.best)
        if not self._has_long_documents():
            return found.by_terms.total
        command = aggregations.count_matching(found.weighed.searched, where & found.demands.documents)
        total: int | None = self._store.ask([command])[0]
        return total

    def _whole(self, found: WordMatches, where: filters.Where, depth: int) -> WordMatches:
        """The matches, one for each document, with more documents if a few long ones fill the answer."""
        first = reply = found.by_terms
        if first is None or reply is None:
            return found
        best: dict[str, Match] = {}
        is_whole, more = True, False
        for _ in range(1 + _ROUNDS):
            is_whole = is_whole and reply.is_whole
            for match in reply.best:
                best.setdefault(match.doc, match)
            more = reply.total > depth
            if not more or len(best) >= depth:
                break
            others = where & found.demands.hashes & filters.none_of(best)
            reply = self._store.ask([queries.matching(found.weighed.searched, depth, others)])[0]
            if reply is None:
                return replace(found, by_terms=None)
        matches = Matches(tuple(best.values()), first.total, is_whole)
        return replace(found, by_terms=matches, more=more)

    def _demands(self, wording: Wording) -> Demands:
        phrases = dict.fromkeys(
            phrase for each in wording.readings for phrase in (*each.phrases, *each.excluded)
        )
        if not phrases or not self._has_long_documents():
            documents = _condition(wording, {phrase: word_filters.with_phrase(phrase) for phrase in phrases})
            return Demands(documents, documents)
        long = [word_filters.with_phrase(phrase) & filters.long_documents() for phrase in phrases]
        found = self._store.ask([aggregations.docs_of_hashes(where, _MOST_LONG + 1) for where in long])
        having = dict(zip(phrases, found, strict=True))
        documents = _condition(
            wording,
            {
                phrase: word_filters.with_phrase_anywhere(phrase, docs or ())
                for phrase, docs in having.items()
            },
        )
        is_whole = all(docs is not None and len(docs) <= _MOST_LONG for docs in found)
        found = [phrase for each in wording.readings for phrase in each.phrases]
        return Demands(documents, documents & word_filters.with_any(dict.fromkeys(found)), is_whole)

    def _passing(self, documents: filters.Where) -> tuple[filters.Where, bool]:
        """The condition for all hashes of the documents whose record passes a filter.

        Then whether Redis found all long ones of them.
        """
        if not self._has_long_documents():
            return documents, True
        long = documents & filters.long_documents()
        (found,) = self._store.ask([aggregations.docs_of_hashes(long, _MOST_LONG + 1)])
        is_whole = found is not None and len(found) <= _MOST_LONG
        return (documents | filters.one_of(found) if found else documents), is_whole

    def _has_long_documents(self) -> bool:
        return self._weights.total(filters.long_documents()) != 0


def _all_docs(matches: Matches | None) -> frozenset[str] | None:
    """The documents that match; None if these may not be all."""
    if matches is None or matches.total > len(matches.best):
        return None
    return frozenset(match.doc for match in matches.best)


def _condition(wording: Wording, having: Mapping[Terms, filters.Where]) -> filters.Where:
    """The condition that a document has all phrases and nothing that is excluded, as read for its language.

    `having` is the filter for each of them.
    """
    others = {code: [(each.phrases, each.excluded)] for code, each in wording.others.items()}
    return word_filters.by_language(
        (
            filters.all_but((having[each] for each in phrases), (having[each] for each in excluded)),
            among,
        )
        for (phrases, excluded), among in spread([(wording.phrases, wording.excluded)], others).items()
    )


def _few(weighed: Weighed) -> _Few:
    return tuple(dict.fromkeys(weighed.terms)), weighed.forms
