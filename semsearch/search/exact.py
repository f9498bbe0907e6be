"""Exact words: rare words of a query that stand together in a text, which may be long, are a clear match.

BM25 divides by the length of a text, so a name that stands once in a long report has hardly any coverage. But
a few words that stand together in only a handful of documents are strong evidence. Words that are everywhere
prove nothing, and neither do rare words that are far apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from semsearch.language.query_syntax import Terms, Wording
from semsearch.language.terms import terms
from semsearch.search.term_weights import inverse_frequency
from semsearch.search.tuning import Tuning
from semsearch.store import filters
from semsearch.store.queries import Match, Matches

# The hashes that are asked for. A handful of long documents may have several each.
MOST_HASHES = 64
# A query of more words is a text.
_MOST_WORDS = 16


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
        return filters.with_phrases_together(self.phrases, self.gap)

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
) -> ExactWords | None:
    """The words of a query that must stand together; None if none of them is rare, or if they are many.

    `frequencies` are the document frequencies of the terms of the query among `documents`.
    """
    handful = max(1, min(tuning.handful, int(tuning.handful_share * documents)))
    typed = {word: tuple(term for term in word if term in frequencies) for word in _words(wording)}
    weights = {
        word: sum(inverse_frequency(frequencies[term], documents) for term in known)
        for word, known in typed.items()
    }
    enough, weight = tuning.exact_share * sum(weights.values()), 0.0
    chosen: list[Terms] = []
    for word in sorted(weights, key=lambda each: -weights[each]):
        if weight >= enough:
            break
        chosen.append(word)
        weight += weights[word]
    rarest = min((frequencies[term] for word in chosen for term in typed[word]), default=documents)
    is_rare = rarest <= max(handful, tuning.rare_share * documents)
    if not is_rare or not 0 < len(chosen) <= _MOST_WORDS:
        return None
    return ExactWords(tuple(chosen), handful, tuning.exact_gap)


def _words(wording: Wording) -> list[Terms]:
    """The terms of each word as it was typed, without function words at its ends ("Anna's", "the")."""
    found: dict[Terms, None] = {}
    for typed in wording.text.split():
        each = terms(typed)
        telling = [n for n, term in enumerate(each) if term in wording.marked]
        if telling:
            found[tuple(each[telling[0] : telling[-1] + 1])] = None
    return list(found)
