"""Asks Redis what a query finds, and fuses it into one list of documents.

Two round trips at once: Redis looks for the words while the question is still being embedded, and for its
vectors after that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from semsearch.language.query_syntax import Wording
from semsearch.language.terms import words
from semsearch.query import Filters
from semsearch.records import Kind
from semsearch.search.interpret import Interpretation, fingerprints
from semsearch.search.rank import Fused, Ranking, Worded, folded, fuse
from semsearch.search.relevance import Calibration, by_words, is_clear
from semsearch.search.term_weights import Counts, Weighed
from semsearch.store import filters, queries
from semsearch.store.queries import Match, Matches
from semsearch.store.store import Store

# How deep each leg looks. The order of a list depends on it, if little, so all its pages look equally
# deep; those that few people ever see look deeper.
_DEPTH, _PAGES = 200, 100
_DEEP = 2500
# Several of the nearest passages may be of one document: then more are asked for.
_DEEPER, _DEEPEST = 4, 40_000
# Searches that look for words at the same time; as many as a server has threads, and some.
_ASIDE = 16
# A question of more words is no file name.
_NAME_WORDS = 8

_NONE = Matches((), 0)


@dataclass(frozen=True, slots=True)
class Scope:
    """What documents may be found: by filters, but for `excluding`, a doc.

    `whole`: all that clearly match are wanted, and not the best only. `copies` come as hits of their own.
    """

    filters: Filters
    excluding: str = ""
    whole: bool = False
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Documents, best first; how many could be reached; whether Redis answered in full."""

    documents: Sequence[Fused]
    total: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of a query found, None where Redis gave up: documents by their terms, by their names."""

    weighed: Weighed
    terms: Matches | None
    names: Matches | None = _NONE


@dataclass(frozen=True, slots=True)
class _Answers:
    """What each leg found, None where Redis gave up, and how many were asked for."""

    depth: int
    words: Words
    near: list[tuple[queries.Candidate, ...] | None]
    # What a phrase or an exclusion left of `near`.
    allowed: Sequence[Sequence[queries.Candidate]]

    def is_full(self, leg: int) -> bool:
        """Whether there may be more to find."""
        return len(self.near[leg] or ()) >= self.depth


class Finder:
    """Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._client = store.client
        self._counts = Counts(store)
        self._aside = ThreadPoolExecutor(_ASIDE, thread_name_prefix="words")

    def look_for(self, wording: Wording, scope: Scope, needed: int) -> Future[Words]:
        """Begin to look for the words of a query; `find` takes what comes of it."""
        return self._aside.submit(self._look_for, wording, _where(scope), _depth(needed))

    def find(
        self,
        asked: Interpretation,
        scope: Scope,
        needed: int,
        calibrations: Mapping[Kind, Calibration],
        begun: Future[Words],
    ) -> Found:
        """At least the `needed` best documents, if there are so many; `begun` is what `look_for` began."""
        if not asked.legs and not asked.wording.terms:
            return Found((), 0, True)
        depth, where = _depth(needed), _where(scope)
        while True:
            near = self._near(asked, where, depth)
            allowed = self._allowed(asked.wording, [hits or () for hits in near])
            answers = _Answers(depth, begun.result(), near, allowed)
            fused = fuse(self._rankings(asked, answers), self._worded(asked, answers.words), calibrations)
            documents = fused if scope.copies else folded(fused)
            more = any(answers.is_full(n) for n in range(len(asked.legs)))
            if scope.whole and depth < _DEEP and self._is_clear_at_its_end(asked, answers, calibrations):
                depth = _DEEP
            elif len(documents) >= needed or not more or depth >= _DEEPEST:
                break
            else:
                depth *= _DEEPER
            begun = self._aside.submit(self._look_for, asked.wording, where, depth)
        total = self._total(asked, where, answers, fused)
        complete = total is not None and self._is_complete(asked, where, answers)
        reached = len(fused) if total is None else total
        return Found(documents, reached - (len(fused) - len(documents)), complete)

    def _look_for(self, wording: Wording, where: filters.Where, depth: int) -> Words:
        if not wording.terms:
            return Words(Weighed((), 0.0), _NONE)
        weighed = self._counts.weigh(wording.terms)
        documents = where & filters.demanded(wording.phrases, wording.excluded)
        commands = [queries.matching(weighed.terms, depth, documents)]
        typed = words(wording.text)
        if len(typed) <= _NAME_WORDS:
            searchable = filters.searchable([Kind.TEXT, Kind.IMAGE])
            commands.append(queries.named(typed, depth, documents & searchable))
        return Words(weighed, *queries.ask(self._client, commands))

    def _near(
        self, asked: Interpretation, where: filters.Where, depth: int
    ) -> list[tuple[queries.Candidate, ...] | None]:
        commands = [queries.nearest(leg.space, leg.field, leg.vector, depth, where) for leg in asked.legs]
        return queries.ask(self._client, commands, fingerprints(asked.legs))

    def _allowed(
        self, wording: Wording, near: Sequence[Sequence[queries.Candidate]]
    ) -> Sequence[Sequence[queries.Candidate]]:
        """Without the documents near to the vectors that lack a phrase, or have what must not be there."""
        if not wording.demands:
            return near
        docs = {candidate.doc for found in near for candidate in found}
        allowed: set[str] = set()
        if docs:
            those = filters.among(docs) & filters.demanded(wording.phrases, wording.excluded)
            allowed = set(queries.ask(self._client, [queries.some(len(docs), those)])[0] or ())
        return [[hit for hit in found if hit.doc in allowed] for found in near]

    def _rankings(self, asked: Interpretation, answers: _Answers) -> list[Ranking]:
        return [
            Ranking(leg.name, leg.scale, answers.allowed[n], more=answers.is_full(n))
            for n, leg in enumerate(asked.legs)
        ]

    def _worded(self, asked: Interpretation, found: Words) -> dict[str, Worded]:
        """What part of the query's terms each document has."""
        worded: dict[str, Worded] = {}
        by_terms = found.terms.best if found.terms else ()
        most = found.weighed.most
        for match in by_terms:
            coverage = min(1.0, match.score / most) if most else 0.0
            worded[match.doc] = Worded(match.kind, coverage, signature=match.signature)
        typed = words(asked.wording.text)
        for match in found.names.best if found.names else ():
            by_terms_too = worded.get(match.doc)
            legs = ("words", "name") if by_terms_too else ("name",)
            coverage = max(_of_name(match, typed), by_terms_too.coverage if by_terms_too else 0.0)
            worded[match.doc] = Worded(match.kind, coverage, legs, match.signature)
        return worded

    def _is_clear_at_its_end(
        self, asked: Interpretation, answers: _Answers, calibrations: Mapping[Kind, Calibration]
    ) -> bool:
        """Whether a leg may have more that clearly matches."""
        found = answers.words
        by_terms = found.terms.best if found.terms else ()
        ends = [by_words(by_terms[-1].score / found.weighed.most)] if len(by_terms) >= answers.depth else []
        for n, leg in enumerate(asked.legs):
            if answers.is_full(n):
                scale = calibrations.get(leg.scale, Calibration()).similarity
                ends.append(scale.standard(1.0 - (answers.near[n] or ())[-1].distance))
        return any(map(is_clear, ends))

    def _total(
        self,
        asked: Interpretation,
        where: filters.Where,
        answers: _Answers,
        fused: Sequence[Fused],
    ) -> int | None:
        """Every document that a vector can reach is an answer, if a bad one; others must match."""
        if answers.words.terms is None or answers.words.names is None:
            return None
        if not asked.legs:
            by_name_only = sum(hit.legs == ["name"] for hit in fused)
            return answers.words.terms.total + by_name_only
        near = sorted({leg.scale for leg in asked.legs})
        demanded = filters.demanded(asked.wording.phrases, asked.wording.excluded)
        reached = self._counts.total(where & filters.searchable(near) & demanded)
        return None if reached is None else reached + sum(hit.kind not in near for hit in fused)

    def _is_complete(self, asked: Interpretation, where: filters.Where, answers: _Answers) -> bool:
        """Whether each leg that gave less than it was asked for has no more to give."""
        for matches in (answers.words.terms, answers.words.names):
            if matches is None or len(matches.best) < min(answers.depth, matches.total):
                return False
        if None in answers.near:
            return False
        short = [n for n in range(len(asked.legs)) if not answers.is_full(n)]
        spaces = [queries.count(asked.legs[n].space, where) for n in short]
        expected = queries.ask(self._client, spaces) if spaces else []
        return all(
            count is not None and len(answers.near[n] or ()) >= count
            for n, count in zip(short, expected, strict=True)
        )


def _of_name(match: Match, typed: Sequence[str]) -> float:
    """What part of a name's words the words typed are, where they are parts of words."""
    if set(typed) <= set(match.name):
        return 1.0
    pairs = [
        max((len(word) / len(whole) for whole in match.name if word in whole), default=0.0) for word in typed
    ]
    return sum(pairs) / len(pairs)


def _depth(needed: int) -> int:
    return _DEPTH if needed <= _PAGES else _DEEP


def _where(scope: Scope) -> filters.Where:
    return filters.condition(scope.filters, excluding=scope.excluding)
