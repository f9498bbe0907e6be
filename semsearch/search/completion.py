"""What somebody may be typing: words of the library, and documents that are called so.

The last word counts as unfinished. Words are offered as the library writes them. Documents whose title begins
with the text come first, then those whose file name has all of its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from posixpath import basename, commonprefix

from semsearch.language.query_syntax import last_alternative
from semsearch.language.terms import plain_letters, terms
from semsearch.language.words import WORD, words
from semsearch.query import Filters
from semsearch.records import DocumentRecord
from semsearch.results import Completion, Correction
from semsearch.search.vocabulary import Vocabulary
from semsearch.store import filters, queries, word_filters
from semsearch.store.called import tag_of
from semsearch.store.completions import Completions
from semsearch.store.replies import NO_MATCHES
from semsearch.store.schema import DOC
from semsearch.store.store import Store
from semsearch.text import normal

# The most texts and documents that are offered: a list that is taken in at a glance.
_MOST_TEXTS, _MOST_DOCUMENTS = 5, 4
# The terms and the documents that are looked at for these.
_TERMS_SEEN, _DOCUMENTS_SEEN = 8, 20
# Fewer letters are the beginning of too many words.
_LEAST_LETTERS = 3
# A text of more words is a sentence: no document is called so.
_MOST_WORDS = 8
# The letters that a term may have lost at its end: "runni" becomes "running", whose term is "run".
_LONGEST_ENDING = 3

_LAST_WORD = re.compile(rf"(?:{WORD.pattern})\Z")


@dataclass(frozen=True, slots=True)
class _Unfinished:
    """The word at the end of a text, and the text before it."""

    typed: str
    before: str

    @property
    def letters(self) -> str:
        """The word without accents, in lower case."""
        return plain_letters(self.typed.lower())

    @property
    def beginning(self) -> str:
        """The letters with which its terms begin: the term of "library" is "librari"."""
        return commonprefix((self.letters, *terms(self.letters)[:1]))

    @property
    def shorter(self) -> list[str]:
        """The terms that are shorter than its letters."""
        cut = (self.letters[:-n] for n in range(1, _LONGEST_ENDING + 1))
        return [each for each in cut if len(each) >= _LEAST_LETTERS]

    def among(self, found: Iterable[str]) -> str:
        """The shortest word that it may become, in small letters if the library writes it so; "" if none."""
        become = (word for word in found if plain_letters(word.lower()).startswith(self.letters))
        return min(become, key=lambda word: (len(word), word.swapcase()), default="")


class Completer:
    """Completes what is typed. Safe to share between threads."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store = store
        self._vocabulary = vocabulary

    def completion(self, text: str, among: Filters) -> Completion:
        """What a text may become, with documents that pass filters. Raises RedisError."""
        before, typed = last_alternative(normal(text))
        known = words(typed)
        if not 0 < len(known) <= _MOST_WORDS:
            return Completion()
        where = filters.condition(among)
        unfinished = _last_word(typed)
        texts = self._texts(unfinished, where) if unfinished else []
        longer = [each for each in dict.fromkeys(texts) if each.lower() != typed.lower()]
        return Completion(
            tuple(before + each for each in longer[:_MOST_TEXTS]),
            tuple(self._documents(typed, known, unfinished, where & filters.findable())[:_MOST_DOCUMENTS]),
        )

    def last_word(self, text: str, nowhere: Sequence[str], where: filters.Where) -> Correction | None:
        """The likeliest word that the last one may become; None unless its term is `nowhere`.

        Raises RedisError.
        """
        unfinished = _last_word(normal(text))
        if unfinished is None or not set(terms(unfinished.typed)) <= set(nowhere):
            return None
        texts = self._texts(unfinished, where)
        return (
            Correction(unfinished.typed, texts[0][len(unfinished.before) :], is_completed=True)
            if texts
            else None
        )

    def _texts(self, unfinished: _Unfinished, where: filters.Where) -> list[str]:
        """The text with each word that its last one may become, those beside its other words first."""
        if len(unfinished.beginning) < _LEAST_LETTERS:
            return []
        (found,) = self._store.ask([Completions(unfinished.beginning)])
        candidates = list(dict.fromkeys([*(found or ())[:_TERMS_SEEN], *unfinished.shorter]))
        others = [term for word in words(unfinished.before) for term in terms(word)]
        beside = filters.all_of(word_filters.with_phrase([term]) for term in others)
        with_term = [word_filters.with_phrase([term]) & where for term in candidates]
        counts = self._store.ask(
            [
                queries.count(DOC, each & extra)
                for each in with_term
                for extra in (beside, filters.everything())
            ]
        )
        common = dict(zip(candidates, zip(counts[::2], counts[1::2], strict=True), strict=True))
        there = sorted(
            (term for term, (_, alone) in common.items() if alone),
            key=lambda term: [count or 0 for count in common[term]],
            reverse=True,
        )
        having = self._vocabulary.words_of(there, where)
        become = (unfinished.among(having[term]) for term in there)
        return [unfinished.before + word for word in become if word]

    def _documents(
        self, typed: str, known: Sequence[str], unfinished: _Unfinished | None, where: filters.Where
    ) -> list[DocumentRecord]:
        """The documents that are called like the text, the shortest title first."""
        commands = [queries.named(known, _DOCUMENTS_SEEN, where)]
        if tag := tag_of(unfinished.before + unfinished.beginning if unfinished else typed):
            commands.append(queries.having(_DOCUMENTS_SEEN, word_filters.called_beginning(tag) & where))
        named, *called = (found or NO_MATCHES for found in self._store.ask(commands))
        titled = {match.doc for found in called for match in found.best}
        docs = dict.fromkeys([*titled, *(match.doc for match in named.best)])
        records = self._store.ledger.get_many(list(docs))
        return sorted(
            records,
            key=lambda each: (each.doc not in titled, len(each.title or basename(each.path)), each.path),
        )


def _last_word(text: str) -> _Unfinished | None:
    """The word at the end of a text; None where the text ends with another character."""
    match = _LAST_WORD.search(text)
    return _Unfinished(match[0], text[: match.start()]) if match else None
