"""Documents that are new: which they are, and what saved searches compare with: words, names and vectors.

Words are compared here only to leave out searches that cannot match: `may_match` is True for every document
that has enough words of a query, and for some others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from semsearch.explore.packed import pack, unpack
from semsearch.language.compounds import parts_of, share
from semsearch.language.query_syntax import Wording
from semsearch.language.words import words
from semsearch.models.vectors import unit
from semsearch.records import DocumentRecord, Kind, Vector, Vectors
from semsearch.search.term_weights import Weighed, WeighedReadings, inverse_frequency
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store.called import tags_of_query
from semsearch.store.generation import Generation
from semsearch.store.schema import IMAGE, SEMANTIC, SEPARATOR, TEXT, VECTOR, VISUAL
from semsearch.store.store import Store

_STATE = "saved_known"
_Keys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
# Less than the coverage of a clear match, because rounding must leave out nothing.
_NEARLY = 0.99
# The b of BM25 in RediSearch, and how much longer the texts of the library may be than the new ones.
_B, _LONGER = 0.75, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What was there when the searches were last asked: the documents' contents, and their revision."""

    revision: int = -1
    contents: _Keys = field(default_factory=lambda: np.zeros(0, np.uint64))

    @classmethod
    def read(cls, store: Store) -> Known:
        """What is kept; nothing if it cannot be read. Raises RedisError."""
        kept = store.kept.get(_STATE)
        return unpack(kept, lambda about, arrays: cls(int(about), arrays["contents"])) or cls()

    def keep(self, store: Store) -> None:
        """Keep it. Raises RedisError."""
        store.kept.put(_STATE, pack(self.revision, {"contents": self.contents}))

    @staticmethod
    def forget(store: Store) -> None:
        """Keep nothing. Raises RedisError."""
        store.kept.forget(_STATE)


@dataclass(frozen=True, slots=True)
class New:
    """A document that is new: the hash of its content, and since when, in seconds since 1970."""

    content: str
    moment: float


def look(store: Store, known: Known, since: float, now: float) -> tuple[dict[str, New], _Keys]:
    """The new documents by id, and all contents that are known now.

    A document becomes new when the searches are asked of it, which is `now`. Where no contents are known, it
    does when it is indexed, so that all of before `since` are old. Moved documents are not new. A document
    that is not whole yet will be new in a later run. Raises RedisError.
    """
    docs, due = store.lookup.findable(), set(store.ledger.due())
    docs = [doc for doc in docs if doc not in due]
    rows = list(store.ledger.fields(docs, ["sha256", "ocr", "indexed_at"]))
    keys = np.array([_key(row) for row in rows], np.uint64)
    is_new = ~np.isin(keys, known.contents)
    is_first = known.revision < 0
    found = {
        docs[n]: New((rows[n][0] or b"").decode(), float(rows[n][2] or 0) if is_first else now)
        for n in np.flatnonzero(is_new)
    }
    return {doc: new for doc, new in found.items() if new.content and new.moment > since}, np.unique(keys)


def _key(row: Sequence[bytes | None]) -> int:
    content, ocr, _ = row
    return int.from_bytes(blake2b((content or b"") + b" " + (ocr or b""), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True, eq=False)
class Fresh:
    """Some new documents. Their numbers are their places in `records`.

    `having` are the numbers of the documents with each term, and how often they have it; `lengths` are the
    numbers of terms of each document. `vectors` are arrays (pieces, dims) by space and
    field, each with the number of the document of each piece, in order.
    """

    records: Sequence[DocumentRecord]
    having: Mapping[str, Mapping[int, int]]
    lengths: Sequence[int]
    names: Sequence[str]
    called: Mapping[str, frozenset[int]]
    compounds: Sequence[Sequence[str]]
    vectors: Mapping[tuple[str, str], tuple[Vectors, Numbers]]

    @classmethod
    def read(
        cls, store: Store, records: Sequence[DocumentRecord], generations: Mapping[str, Generation]
    ) -> Fresh:
        """Read what is stored of documents. Raises RedisError."""
        terms = [" ".join(each).split() for each in store.ledger.terms_of_all(records)]
        rows = store.ledger.fields([each.doc for each in records], ["name", "called", "compounds"])
        named = [[(value or b"").decode() for value in row] for row in rows]
        return cls(
            records,
            _counted(terms),
            list(map(len, terms)),
            [name for name, _, _ in named],
            _places(called.split(SEPARATOR) for _, called, _ in named),
            [compounds.split() for _, _, compounds in named],
            dict(_all_vectors(store, records, generations)),
        )

    def nearest(self, field: tuple[str, str], asked: Sequence[Vector]) -> tuple[Numbers, Vectors]:
        """The numbers of the documents with vectors, and their best similarity to each vector: (n, asked)."""
        if field not in self.vectors:
            return np.zeros(0, np.int64), np.zeros((0, len(asked)), np.float32)
        vectors, owners = self.vectors[field]
        numbers, starts = np.unique(owners, return_index=True)
        similar = vectors @ unit(np.stack(asked)).T
        return numbers, np.maximum.reduceat(similar, starts, axis=0)

    def may_match(self, wording: Wording, weighed: WeighedReadings, tuning: Tuning = TUNING) -> set[int]:
        """The documents that the words of a query may match clearly, and perhaps some more."""
        found: set[int] = set()
        for reading in wording.readings:
            each = weighed.of(reading.language)
            found |= self._covered(each, tuning) | self._with_any(each.forms)
            if reading.phrases:
                found |= self._with_all(term for phrase in reading.phrases for term in phrase)
        found |= {n for tag in tags_of_query(wording.text) for n in self.called.get(tag, ())}
        typed = words(wording.text)
        if 0 < len(typed) <= tuning.name_words:
            first, *others = typed  # most names lack the first word, which is quick to tell
            some = [n for n, name in enumerate(self.names) if first in name]
            found |= {n for n in some if all(word in self.names[n] for word in others)}
            parts = parts_of(term for each in wording.readings for term in each.terms)
            if parts:
                found |= {
                    n
                    for n, long in enumerate(self.compounds)
                    if long and any(share(each, long)[1] for each in parts)
                }
        return found

    def _covered(self, weighed: Weighed, tuning: Tuning) -> set[int]:
        """The documents that have so much of the weight of all terms that BM25, or exact words, may do."""
        most = max(1.0, sum(self.lengths) / max(1, len(self.lengths))) * _LONGER
        present: dict[int, float] = {}
        scored: dict[int, float] = {}
        whole = 0.0
        for term in weighed.terms:
            weight = inverse_frequency(weighed.frequencies[term], weighed.documents)
            whole += weight
            for n, often in self.having.get(term, {}).items():
                length = tuning.k1 * (1 - _B + _B * self.lengths[n] / most)
                present[n] = present.get(n, 0.0) + weight
                scored[n] = scored.get(n, 0.0) + weight * often / (often + length)
        enough, exact = _NEARLY * tuning.clear_coverage * whole, _NEARLY * tuning.exact_share * whole
        return {n for n in present if scored[n] >= enough or present[n] >= exact}

    def _with_any(self, terms: Iterable[str]) -> set[int]:
        return {n for term in terms for n in self.having.get(term, ())}

    def _with_all(self, terms: Iterable[str]) -> set[int]:
        return set.intersection(*(set(self.having.get(term, ())) for term in terms))


def _counted(each: Iterable[Iterable[str]]) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for n, values in enumerate(each):
        for value in values:
            places = found.setdefault(value, {})
            places[n] = places.get(n, 0) + 1
    return found


def _places(each: Iterable[Iterable[str]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for n, values in enumerate(each):
        for value in values:
            found.setdefault(value, set()).add(n)
    return {value: frozenset(numbers) for value, numbers in found.items()}


def _all_vectors(
    store: Store, records: Sequence[DocumentRecord], generations: Mapping[str, Generation]
) -> Iterator[tuple[tuple[str, str], tuple[Vectors, Numbers]]]:
    kinds = [record.kind for record in records]
    read: Any = []
    if TEXT in generations:
        some = [n for n, kind in enumerate(kinds) if kind is not Kind.OTHER]
        found = store.ledger.passage_vectors([records[n] for n in some], generations[TEXT].layout)
        read.append(((TEXT, VECTOR), some, found))
    if IMAGE in generations:
        some = [n for n, kind in enumerate(kinds) if kind is Kind.IMAGE]
        pictures, layout = [records[n] for n in some], generations[IMAGE].layout
        read += [
            ((IMAGE, field), some, store.ledger.vectors_of_all(pictures, field, layout))
            for field in (VISUAL, SEMANTIC)
        ]
    for which, some, found in read:
        pairs = [(n, vector) for n, vectors in zip(some, found, strict=True) for vector in vectors]
        if pairs:
            stacked = unit(np.stack([vector for _, vector in pairs]))
            yield which, (stacked, np.array([n for n, _ in pairs], np.int64))
