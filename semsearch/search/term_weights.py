"""What the terms of a query are worth, by how many documents have them.

To count documents takes as long as to search them, so counts are kept for a while. The document frequencies
of the commonest terms, which take longest, are counted when the library has changed, and kept in Redis.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semsearch.records import Kind
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store import filters, queries
from semsearch.store.schema import DOC
from semsearch.store.store import Store

# How long a count may be out of date: totals on a page, the frequencies of terms, the commonest terms.
_TOTALS_SECONDS = 2.0
_TERMS_SECONDS = 3600.0
_COMMON_SECONDS = 60.0
# A library that has grown or shrunk by this share has its terms counted again.
_GROWN = 0.05
# Counts kept in memory at most.
_KEPT = 50_000

# Terms in this many documents of a sample are common, and so many of them are counted. Each takes
# milliseconds in a large library.
_SAMPLE, _OFTEN, _MOST = 400, 3, 1500
_AT_ONCE = 32
# The name under which the count of all documents is kept: no term is written like this.
_ALL = "*"


@dataclass(frozen=True, slots=True)
class Weighed:
    """The terms to look for, repeated as often as they count, and the most BM25 they can give together."""

    terms: tuple[str, ...]
    most: float

    def coverage(self, score: float) -> float:
        """The share, from 0 to 1, of the query's weight that a document with this BM25 score has."""
        return min(1.0, score / self.most) if self.most else 0.0


def count_common(store: Store) -> None:
    """Count the documents that have each of the commonest terms, and keep the counts. Raises RedisError."""
    sample = store.sample(Kind.TEXT, _SAMPLE)
    frequencies = Counter(
        term
        for passages in store.ledger.terms([record.doc for record in sample])
        for term in set(" ".join(passages).split())
    )
    terms = [term for term, often in frequencies.most_common(_MOST) if often >= _OFTEN and term.isalnum()]
    wanted = {_ALL: filters.everything()} | {term: filters.with_phrase([term]) for term in terms}
    counted: dict[str, int] = {}
    names = list(wanted)
    for start in range(0, len(names), _AT_ONCE):
        batch = names[start : start + _AT_ONCE]
        found = store.ask([queries.count(DOC, wanted[name]) for name in batch])
        counted |= {name: count for name, count in zip(batch, found, strict=True) if count is not None}
    store.statistics.keep_frequencies(counted)


class TermWeights:
    """Counts documents and weighs terms. Safe to share between threads."""

    def __init__(self, store: Store, tuning: Tuning = TUNING) -> None:
        self._store = store
        self._tuning = tuning
        self._kept: dict[str, tuple[float, int]] = {}
        self._counted_among = 0
        self._common: tuple[float, Mapping[str, int]] = (-math.inf, {})

    def total(self, where: filters.Where) -> int | None:
        """How many documents pass a filter; None when the server ran out of time."""
        return self._counts([where], _TOTALS_SECONDS)[0]

    def weigh(self, terms: Sequence[str]) -> Weighed:
        """Choose the terms worth looking for, and weigh them by their document frequencies."""
        documents = self._documents()
        known = self._frequencies(terms, documents)
        largest = self._tuning.common_share * documents
        kept = [term for term in terms if documents < self._tuning.large_library or known[term] <= largest]
        kept = kept or sorted(known, key=known.__getitem__)[:1]
        weights = (math.log1p((documents - known[term] + 0.5) / (known[term] + 0.5)) for term in kept)
        return Weighed(tuple(kept), (self._tuning.k1 + 1) * sum(weights))

    def _frequencies(self, terms: Sequence[str], documents: int) -> dict[str, int]:
        """The document frequency of each distinct term."""
        common = self._common_terms()
        distinct = tuple(dict.fromkeys(terms))
        rare = [term for term in distinct if term not in common]
        counted = self._counts([filters.with_phrase([term]) for term in rare], _TERMS_SECONDS)
        # A term too common to be counted in time is taken to be in every document.
        counts = {term: documents if df is None else df for term, df in zip(rare, counted, strict=True)}
        grown = documents / max(1, common.get(_ALL, documents))
        return {
            term: min(documents, counts[term] if term in counts else round(common[term] * grown))
            for term in distinct
        }

    def _documents(self) -> int:
        """How many documents there are. Forgets counts made among much fewer, or more."""
        everything = filters.everything()
        documents = self._counts([everything], _TOTALS_SECONDS)[0] or 0
        if abs(documents - self._counted_among) > documents * _GROWN:
            self._kept = {name: kept for name, kept in self._kept.items() if name == str(everything)}
            self._counted_among = documents
        return documents

    def _common_terms(self) -> Mapping[str, int]:
        now = time.monotonic()
        if now - self._common[0] >= _COMMON_SECONDS:
            self._common = (now, self._store.statistics.frequencies())
        return self._common[1]

    def _counts(self, wanted: Sequence[filters.Where], seconds: float) -> list[int | None]:
        """The counts of these filters; those kept for `seconds` or longer are counted in one round trip."""
        now = time.monotonic()
        names = [str(where) for where in wanted]
        known = {
            name: self._kept[name][1]
            for name in names
            if name in self._kept and now - self._kept[name][0] < seconds
        }
        asked = {name: where for name, where in zip(names, wanted, strict=True) if name not in known}
        if asked:
            found = self._store.ask([queries.count(DOC, where) for where in asked.values()])
            fresh = {name: total for name, total in zip(asked, found, strict=True) if total is not None}
            if len(self._kept) > _KEPT:
                self._kept = {}
            self._kept.update({name: (now, total) for name, total in fresh.items()})
            known |= fresh
        return [known.get(name) for name in names]
