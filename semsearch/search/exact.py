"""Exact words: rare words of a query that stand together in a text, which may be long, are a clear match.

BM25 divides by the length of a text, so a name that stands once in a long report has hardly any coverage. But
a few words that stand together in only a handful of documents are strong evidence. Words that are everywhere
prove nothing, and neither do rare words that are far apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semsearch.language.forms import plain_numbers
from semsearch.language.query_syntax import Terms, Wording, phrase_of
from semsearch.search.term_weights import inverse_frequency
from semsearch.search.tuning import Tuning
from semsearch.store import filters, word_filters
from semsearch.store.replies import Match, Matches

# The hashes that are asked for. A handful of long documents may have several each.
MOST_HASHES = 64
# A query of more terms is a text.
_MOST_TERMS = 16


@dataclass(frozen=True, slots=True)
class ExactWords:
    """The words of a query that must stand together in a document. `handful` is the most documents.

    Each of the `phrases` is a word as it was typed: "SN-4471" has the terms sn and 4471, one after the other.
    """

    phrases: tuple[Terms, ...]
    handful: int
    gap: int

    @property
    def where(self) -> filters.Where:
        """The filter for hashes that have the words together."""
        return word_filters.with_phrases_together(self.phrases, self.gap)

    def matches(self, everywhere: Matches | None, allowed: Matches | None) -> dict[str, Match]:
        """The documents in `allowed`, unless more than a handful of documents have the words `everywhere`.

        A filter must not make a common word a rare one. Both are None after a timeout.
        """
        if everywhere is None or allowed is None or everywhere.total > MOST_HASHES:
            return {}
        if len({match.doc for match in everywhere.best}) > self.handful:
            return {}
        return {match.doc: match for match in reversed(allowed.best)}


def exact_words(
    wording: Wording, frequencies: Mapping[str, int], documents: int, tuning: Tuning
) -> list[ExactWords]:
    """The words of a query that must stand together: the rarest near each other, or all of them as typed.

    `frequencies` are the document frequencies of the terms of the query among `documents`. If no word is
    rare, only all of them as typed will do. A query of many words has no exact words.
    """
    handful = max(1, min(tuning.handful, int(tuning.handful_share * documents)))
    words = _words(wording)
    chosen = _rarest(words, frequencies, documents, tuning)
    rarest = min((frequencies.get(term, documents) for word in chosen for term in word), default=documents)
    found = []
    if rarest <= max(handful, tuning.rare_share * documents):
        found.append(ExactWords(tuple(chosen), handful, tuning.exact_gap))
    typed = _typed(wording.text, wording)
    if len(typed) > 1:
        found.append(ExactWords((typed,), handful, tuning.exact_gap))
    return [exact for exact in dict.fromkeys(found) if sum(map(len, exact.phrases)) <= _MOST_TERMS]


def _rarest(
    words: Sequence[Terms], frequencies: Mapping[str, int], documents: int, tuning: Tuning
) -> list[Terms]:
    """The rarest words, until they have `exact_share` of the weight of all."""
    weights = {
        word: sum(inverse_frequency(frequencies[term], documents) for term in word if term in frequencies)
        for word in words
    }
    enough, weight = tuning.exact_share * sum(weights.values()), 0.0
    chosen: list[Terms] = []
    for word in sorted(words, key=lambda each: -weights[each]):
        if weight >= enough:
            break
        chosen.append(word)
        weight += weights[word]
    return chosen


def _words(wording: Wording) -> list[Terms]:
    """The terms of each word as it was typed, each word once."""
    found = (_typed(word, wording) for word in wording.text.split())
    return list(dict.fromkeys(filter(None, found)))


def _typed(text: str, wording: Wording) -> Terms:
    """The terms of a part of a query, without the function words at its ends ("Anna's", "the")."""
    found = phrase_of(plain_numbers(text), wording.language)
    telling = [n for n, term in enumerate(found) if term in wording.marked]
    return tuple(found[telling[0] : telling[-1] + 1]) if telling else ()
