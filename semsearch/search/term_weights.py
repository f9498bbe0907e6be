"""Weigh the terms of a query by their document frequencies.

RediSearch scores the parts of a long text as documents, so the counts here are counts of hashes too.

Redis takes as long to count documents as to search for them, so counts are kept for a while. The frequencies
of the commonest terms take the longest. They are counted when the library has changed, and kept in Redis.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from semsearch.language import function_words
from semsearch.language.query_syntax import Wording
from semsearch.language.readings import spread
from semsearch.language.words import is_word
from semsearch.records import Kind
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store import filters, queries, word_filters
from semsearch.store.languages import Languages
from semsearch.store.schema import DOC
from semsearch.store.store import Store
from semsearch.store.word_filters import Sought

# How long counts are kept: totals, while the documents have the same revision, and for this long at most,
# because a removal of many documents makes another revision at its end, and a new index fills by itself; the
# frequencies of other terms; and those of the commonest terms as read from Redis. That of a term that is
# nowhere yet, or is counted while files are being read, is kept as long as a total: the next file may have
# the term, without making the library much larger.
_TOTALS_SECONDS = 10.0
_TERMS_SECONDS = 3600.0
_COMMON_SECONDS = 60.0
# How often Redis is asked for the revision.
_REVISION_SECONDS = 2.0
# The terms are counted again when the library has grown or shrunk by this share.
_GROWTH = 0.05
# The most counts that are kept in memory.
_MOST_KEPT = 50_000

# The commonest terms are those in at least `_COMMON_IN` documents of a sample of `_SAMPLE` documents, at most
# `_MOST_COMMON`: to count one takes milliseconds in a large library. `_BATCH` are counted in one round trip.
_SAMPLE, _COMMON_IN, _MOST_COMMON, _BATCH = 400, 3, 1500, 32
# The key of the count of all documents. No term has this form.
_ALL = "*"
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Weighed:
    """The terms to search for, and the highest BM25 score that a document can have for them.

    A term that counts more than once is repeated. `frequencies` are the document frequencies of all terms of
    the query among `documents`, also of those that are not searched for. `forms` are searched for too, but a
    document need have none of them.
    """

    terms: tuple[str, ...]
    most: float
    frequencies: Mapping[str, int] = field(default_factory=dict)
    documents: int = 0
    forms: tuple[str, ...] = ()

    @property
    def searched(self) -> tuple[str, ...]:
        """All terms to search for."""
        return (*self.terms, *self.forms)

    def coverage(self, score: float) -> float:
        """The coverage, from 0 to 1, of a document with this BM25 score."""
        return min(1.0, score / self.most) if self.most else 0.0


@dataclass(frozen=True, slots=True)
class _Count:
    """A number of documents. It is kept until a time, as long as the documents have this revision, if any."""

    documents: int
    until: float
    revision: int | None


@dataclass(frozen=True, slots=True)
class WeighedReadings:
    """The weighed terms of each reading of a query: `others` by language, and `base` for all other texts."""

    base: Weighed
    others: Mapping[str, Weighed] = field(default_factory=dict)

    def of(self, language: str) -> Weighed:
        """The terms for texts in a language."""
        return self.others.get(language, self.base)

    @property
    def readings(self) -> tuple[Weighed, ...]:
        """The terms of all readings."""
        return (self.base, *self.others.values())

    @property
    def searched(self) -> tuple[Sought, ...]:
        """All terms to search for. A term is repeated as often as in the reading that repeats it most."""
        readings = {code: each.searched for code, each in self.others.items()}
        counted = [Counter(self.base.searched), *map(Counter, readings.values())]
        return tuple(
            Sought(term, among)
            for term, among in spread(self.base.searched, readings).items()
            for _ in range(max(each[term] for each in counted))
        )


def inverse_frequency(frequency: int, documents: int) -> float:
    """The inverse document frequency of BM25STD."""
    return math.log1p((documents - frequency + 0.5) / (frequency + 0.5))


def count_common(store: Store) -> None:
    """Count the document frequencies of the commonest terms, and keep them in Redis. Raises RedisError."""
    sample = store.sample(Kind.TEXT, _SAMPLE)
    frequencies = Counter(
        term
        for part in store.ledger.terms([(record.doc, 0) for record in sample])
        for term in set(" ".join(part.terms).split())
    )
    commonest = frequencies.most_common(_MOST_COMMON)
    terms = [term for term, documents in commonest if documents >= _COMMON_IN and is_word(term)]
    wanted = {_ALL: filters.everything()} | {term: word_filters.with_phrase([term]) for term in terms}
    counted: dict[str, int] = {}
    names = list(wanted)
    for start in range(0, len(names), _BATCH):
        batch = names[start : start + _BATCH]
        found = store.ask([queries.count(DOC, wanted[name]) for name in batch])
        counted |= {name: count for name, count in zip(batch, found, strict=True) if count is not None}
    store.statistics.keep_frequencies(counted)


class TermWeights:
    """Counts documents and weighs terms. Safe to share between threads."""

    def __init__(self, store: Store, tuning: Tuning = TUNING) -> None:
        self._store = store
        self._tuning = tuning
        self._kept: dict[str, _Count] = {}
        self._counted_among = 0
        self._common: tuple[float, Mapping[str, int]] = (-math.inf, {})
        # The languages, until when they are kept, and of which revision they are.
        self._spoken: tuple[tuple[str, ...], float, int] = ((), -math.inf, 0)
        # The revision of the documents, and when it was asked for.
        self._revision: tuple[float, int] = (-math.inf, 0)

    def total(self, where: filters.Where) -> int | None:
        """The number of hashes of documents that pass a filter; None if Redis ran out of time."""
        return self._counts([where], _TOTALS_SECONDS)[0]

    def weigh(self, terms: Sequence[str], forms: Sequence[str] = ()) -> Weighed:
        """Choose the terms to search for, and weigh them by their document frequencies.

        In a large library, terms that are in too many documents are left out, unless all terms are: then the
        rarest one stays. `forms` are terms of other forms of the query's words.
        """
        documents = self._documents()
        known = self._frequencies(terms, documents)
        is_large, most = documents >= self._tuning.large_library, self._tuning.common_share * documents
        kept = [term for term in terms if not is_large or known[term] <= most]
        kept = kept or sorted(known, key=known.__getitem__)[:1]
        weights = (inverse_frequency(known[term], documents) for term in kept)
        highest = (self._tuning.k1 + 1) * sum(weights)
        return Weighed(tuple(kept), highest, known, documents, tuple(forms))

    def weigh_readings(self, wording: Wording) -> WeighedReadings:
        """Weigh the terms of each reading of a query."""
        if wording.others:  # in one round trip
            self._frequencies([term for each in wording.readings for term in each.terms], self._documents())
        others = {code: self.weigh(each.terms, each.forms) for code, each in wording.others.items()}
        return WeighedReadings(self.weigh(wording.terms, wording.forms), others)

    def languages(self) -> tuple[str, ...]:
        """The languages of the library whose texts have other terms, or other function words, than English.

        Raises RedisError.
        """
        now = time.monotonic()
        revision = self._revision_at(now)
        kept, until, of_revision = self._spoken
        if now < until and revision == of_revision:
            return kept
        (found,) = self._store.ask([Languages()])
        own = tuple(code for code in found if code in function_words.languages() and code != _ENGLISH)
        self._spoken = (own, now + _TOTALS_SECONDS, revision)
        return own

    def _frequencies(self, terms: Sequence[str], documents: int) -> dict[str, int]:
        """The document frequency of each distinct term."""
        common = self._common_terms()
        distinct = tuple(dict.fromkeys(terms))
        rare = [term for term in distinct if term not in common]
        counted = self._counts([word_filters.with_phrase([term]) for term in rare], _TERMS_SECONDS)
        # Redis ran out of time for terms that are very common: they count as if in every document.
        counts = {term: documents if df is None else df for term, df in zip(rare, counted, strict=True)}
        grown = documents / max(1, common.get(_ALL, documents))
        return {
            term: min(documents, counts[term] if term in counts else round(common[term] * grown))
            for term in distinct
        }

    def _documents(self) -> int:
        """The number of documents. If it has changed much, the other counts are forgotten."""
        everything = filters.everything()
        documents = self._counts([everything], _TOTALS_SECONDS)[0] or 0
        if abs(documents - self._counted_among) > documents * _GROWTH:
            # A copy: other threads add counts meanwhile.
            kept = list(self._kept.items())
            self._kept = {name: count for name, count in kept if name == str(everything)}
            self._counted_among = documents
        return documents

    def _common_terms(self) -> Mapping[str, int]:
        now = time.monotonic()
        if now - self._common[0] >= _COMMON_SECONDS:
            self._common = (now, self._store.statistics.frequencies())
        return self._common[1]

    def _counts(self, wanted: Sequence[filters.Where], seconds: float) -> list[int | None]:
        """The number of documents for each filter; None if Redis ran out of time.

        Counts that are not kept, or older than `seconds`, are made in one round trip.
        """
        now = time.monotonic()
        names = [str(where) for where in wanted]
        # Looked up once: other threads may forget counts.
        kept = {name: count for name in names if (count := self._kept.get(name)) is not None}
        known = {name: count.documents for name, count in kept.items() if self._is_valid(count, now)}
        asked = {name: where for name, where in zip(names, wanted, strict=True) if name not in known}
        if asked:
            # Before the counts: what changes while Redis counts makes another revision.
            revision = self._revision_at(now)
            found = self._store.ask([queries.count(DOC, where) for where in asked.values()])
            fresh = {name: total for name, total in zip(asked, found, strict=True) if total is not None}
            if len(self._kept) > _MOST_KEPT:
                self._kept = {}
            is_long = seconds > _TOTALS_SECONDS and not self._store.ledger.has_due()
            for name, total in fresh.items():
                lasts = is_long and total
                until = now + (seconds if lasts else _TOTALS_SECONDS)
                self._kept[name] = _Count(total, until, None if lasts else revision)
            known |= fresh
        return [known.get(name) for name in names]

    def _is_valid(self, count: _Count, now: float) -> bool:
        """Whether a count may still be used."""
        return now < count.until and count.revision in (None, self._revision_at(now))

    def _revision_at(self, now: float) -> int:
        """The revision that the documents had a moment ago."""
        if now - self._revision[0] >= _REVISION_SECONDS:
            self._revision = (now, self._store.runs.revision())
        return self._revision[1]
