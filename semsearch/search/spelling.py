"""What a mistyped word may mean: the word of the library that is nearest to one that no document has.

A word that the text model knows is no mistake, even where no document has it. So is a number, a code, and
what stands in quotation marks. The result must be likely: a wrong guess shows documents about something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from posixpath import commonprefix

from semsearch.language.query_syntax import Wording
from semsearch.language.spelling import edits, without_umlauts
from semsearch.language.terms import plain_letters, terms
from semsearch.language.words import WORD
from semsearch.results import Correction
from semsearch.search.vocabulary import Vocabulary
from semsearch.store import filters, queries, word_filters
from semsearch.store.schema import DOC
from semsearch.store.store import Store
from semsearch.store.suggestions import Suggestions

# The letters of a word of which one may be wrong, and of one of which two may be.
_ONE_WRONG, _TWO_WRONG = 5, 8
# That is for common words, which the model knows, or which are in this number of documents. Of the letters of
# another word, such as a name, one may be wrong, and it must be longer.
_OFTEN, _OTHER_WORD = 3, 6
# Of two words that are as near, one must be in this many times as many documents.
_LIKELIER = 3
# The most words of a query that are corrected, the most candidates of each, and how many are looked at.
_MOST_WORDS, _MOST_CANDIDATES, _MOST_SHOWN = 3, 12, 8
# A query of more words finds its documents by the others.
_MOST_TYPED = 8


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A term of the library, how many of its letters differ, and the documents that have it."""

    term: str
    edits: int
    documents: int = 0


class Spelling:
    """Corrects words. Safe to share between threads."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store = store
        self._vocabulary = vocabulary

    def corrections(
        self,
        wording: Wording,
        nowhere: Sequence[str],
        known_words: Callable[[], frozenset[str]],
        where: filters.Where,
    ) -> list[Correction]:
        """What the terms `nowhere` of a query may mean, in documents that pass a filter. Raises RedisError.

        `known_words` gives the words that the text model knows.
        """
        mistyped = list(_mistyped(wording, nowhere))[:_MOST_WORDS]
        if not mistyped or len(wording.text.split()) > _MOST_TYPED:
            return []
        known = known_words()
        found = (
            self._correction(word, known, where) for word in mistyped if not _is_known(word.lower(), known)
        )
        return [correction for correction in found if correction]

    def _correction(self, typed: str, known: frozenset[str], where: filters.Where) -> Correction | None:
        word, most = typed.lower(), _most_edits(typed)
        (suggested,) = self._store.ask([Suggestions(_term(word))])
        candidates = _nearest(word, suggested or (), known, most)
        terms_to_count = [_term(word), *(each.term for each in candidates)]
        counts = self._store.ask(
            [queries.count(DOC, word_filters.with_phrase([term]) & where) for term in terms_to_count]
        )
        if counts[0] != 0:  # a document has it by now
            return None
        there = [
            _Candidate(each.term, each.edits, count)
            for each, count in zip(candidates, counts[1:], strict=True)
            if count
        ]
        there.sort(key=lambda each: (each.edits, -each.documents))
        found = self._vocabulary.words_of([each.term for each in there[:_MOST_SHOWN]], where)
        words = {term: _nearest_word(word, having) for term, having in found.items()}
        meant = _likely(word, there[:_MOST_SHOWN], words, known)
        return Correction(typed, meant.lower() if typed.islower() else meant) if meant else None


def _mistyped(wording: Wording, nowhere: Sequence[str]) -> Iterator[str]:
    """The words of a query that no document has, as typed, if they may be mistakes."""
    literal = {term for phrase in wording.phrases for term in phrase}
    for word in dict.fromkeys(WORD.findall(wording.text)):
        if (
            len(word) >= _ONE_WRONG
            and word.isalpha()
            and _term(word) in nowhere
            and _term(word) not in literal
        ):
            yield word


def _most_edits(typed: str) -> int:
    """The letters that may be wrong: in a name only one, because another name is another person."""
    return 2 if len(typed) >= _TWO_WRONG - 2 and typed.islower() else 1


def _nearest(word: str, suggested: Iterable[str], known: frozenset[str], most: int) -> list[_Candidate]:
    """The terms like that of a word, and those of known words like it, the nearest first.

    A term has lost its ending, so a mistake in the ending shows only beside a known word.
    """
    same = _term(without_umlauts(plain_letters(word)))
    initial = plain_letters(word)[:1]
    distances = {term: edits(_term(word), term, most) for term in suggested if term[:1] == initial}
    distances[same] = 0
    letters = frozenset(word)
    for other in _beginning_with(word[0], known):
        # Each edit changes at most two letters: this test is many times faster than counting edits.
        if len(letters.symmetric_difference(other)) > 2 * most:
            continue
        if (distance := edits(word, other, most)) <= most:
            term = _term(other)
            distances[term] = min(distance, distances.get(term, distance))
    near = [_Candidate(term, distance) for term, distance in distances.items() if distance <= most]
    return sorted(near, key=lambda each: each.edits)[:_MOST_CANDIDATES]


def _likely(
    word: str, candidates: Sequence[_Candidate], words: Mapping[str, str], known: frozenset[str]
) -> str:
    """The word that was likely meant; "" if none is, or if several may be. `words` are those of the terms."""
    near: list[tuple[int, int, _Candidate]] = []
    for each in candidates:
        other = words[each.term].lower()
        wrong = _wrong_letters(word, other)
        if wrong and other.isascii() and not word.isascii():
            continue  # a word of another language: "universität" is no mistake for "university"
        is_common = each.documents >= _OFTEN or each.term in _terms_of(known)
        if other and wrong <= _most_wrong(max(len(word), len(other)), is_common=is_common):
            near.append((wrong, -_ends_alike(word, other), each))
    near.sort(key=lambda found: (*found[:2], -found[2].documents))
    if not near:
        return ""
    best, rivals = near[0], [found for found in near[1:] if found[:2] == near[0][:2]]
    is_likelier = all(best[2].documents >= _LIKELIER * rival.documents for *_, rival in rivals)
    return words[best[2].term] if is_likelier else ""


def _nearest_word(typed: str, words: Iterable[str]) -> str:
    """The word that is nearest to the typed one; "" if there is none."""
    return min(words, key=lambda each: (edits(typed, each.lower(), len(typed)), each), default="")


def _wrong_letters(word: str, other: str) -> int:
    """The edits between two words. Accents and ways to type an umlaut are no mistakes."""
    one, two = plain_letters(word), plain_letters(other)
    return 0 if without_umlauts(one) == without_umlauts(two) else edits(one, two, 2)


def _most_wrong(letters: int, *, is_common: bool) -> int:
    """How many letters of a word may be wrong."""
    return (letters >= _ONE_WRONG) + (letters >= _TWO_WRONG) if is_common else int(letters >= _OTHER_WORD)


def _ends_alike(one: str, other: str) -> int:
    """The letters that two words share at their beginnings and ends: mistakes stand near each other."""
    backwards = one[::-1], other[::-1]
    return len(commonprefix((one, other))) + len(commonprefix(backwards))


def _is_known(word: str, known: frozenset[str]) -> bool:
    """Whether the text model knows a word, perhaps in another form."""
    term = _term(word)
    return word in known or any(
        word.startswith(other[:-1]) and _term(other) == term for other in _beginning_with(word[0], known)
    )


@lru_cache(100)
def _beginning_with(letter: str, known: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in known if word[0] == letter)


def _term(word: str) -> str:
    return next(iter(terms(word)), "")


@lru_cache(2)
def _terms_of(known: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_term, known))
