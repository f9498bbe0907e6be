"""Statistics of the indexes, kept in Redis: calibrations, document frequencies, and the count of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import redis

from semsearch.records import Kind
from semsearch.store import indexes, keys
from semsearch.store.codec import space_of
from semsearch.store.failures import maps_errors
from semsearch.store.schema import DOC, SPACES
from semsearch.store.transactions import Transactions

# The version of the calibration. An index with another version is calibrated again.
_VERSION = b"2"


_OF_INDEX_IN_USE = (keys.meta_key, keys.mean_vector_key)


@dataclass(frozen=True, slots=True)
class Scale:
    """The distribution of the best scores of unrelated queries: its centre, and its spread.

    The spread is a standard deviation.
    """

    centre: float
    spread: float

    def spreads(self, score: float) -> float:
        """The distance of a score above the centre, in spreads."""
        return (score - self.centre) / self.spread


# The scales of a calibration. Each is stored as <name>_middle and <name>_spread.
_SCALES = ("similarity", "looks", "affinity")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The scores of unrelated queries among the documents of one kind.

    `similarity` is the scale of similarities to queries in words. `looks` is the scale of similarities
    between pictures. `affinity` is the scale of similarities between queries and the mean vector of the
    index. `mean_vector` is that mean of unit vectors, as float32 bytes; it is empty for a small index. The
    defaults suit MiniLM and minilook. `measured` is False for the defaults.
    """

    similarity: Scale = Scale(0.25, 0.06)
    looks: Scale = Scale(0.7, 0.1)
    affinity: Scale = Scale(0.0, 0.02)
    mean_vector: bytes = b""
    measured: bool = False

    def mapping(self) -> dict[str, float]:
        """The scales as fields of a hash."""
        scales = {name: getattr(self, name) for name in _SCALES}
        return {f"{name}_middle": scale.centre for name, scale in scales.items()} | {
            f"{name}_spread": scale.spread for name, scale in scales.items()
        }

    @classmethod
    def read(cls, stored: Mapping[bytes, bytes], mean_vector: bytes = b"") -> Calibration:
        """Read a hash as Redis returns it. Returns the defaults if a scale is missing."""
        kept = {name.decode(): value for name, value in stored.items()}
        try:
            scales = {
                name: Scale(float(kept[f"{name}_middle"]), float(kept[f"{name}_spread"])) for name in _SCALES
            }
        except KeyError:
            return cls()
        return cls(**scales, mean_vector=mean_vector, measured=True)


@dataclass(frozen=True, slots=True)
class Measures:
    """All statistics of a library, to copy them with it.

    `calibrations` are those that were measured. `version` is that of the calibration if every index has been
    calibrated, else "". `changes` counts the documents changed since then.
    """

    calibrations: Mapping[Kind, Calibration]
    frequencies: Mapping[str, int]
    changes: int = 0
    version: str = ""


@maps_errors
class Statistics:
    """Reads and writes the statistics. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions

    def keep_calibration(self, kind: Kind, calibration: Calibration, *, other: bool = False) -> None:
        """Store the calibration of the documents of a kind, beside the fingerprint of their index.

        With `other`, it is that of the generation that is not in use.
        """
        space, values = space_of(kind), _as_fields(calibration.mapping())
        meta, mean = (keys.other_key, keys.other_mean_vector_key) if other else _OF_INDEX_IN_USE

        def build(pipe: Any) -> None:
            pipe.hset(meta(space), mapping=values)
            pipe.set(mean(space), calibration.mean_vector)

        self._transactions.run(build)

    def calibrations(self) -> dict[Kind, Calibration]:
        """The calibrations of texts and of pictures."""
        kinds = (Kind.TEXT, Kind.IMAGE)
        pipe = self._client.pipeline(transaction=False)
        for kind in kinds:
            pipe.hgetall(keys.meta_key(space_of(kind)))
            pipe.get(keys.mean_vector_key(space_of(kind)))
        replies = iter(pipe.execute())
        return {kind: Calibration.read(next(replies), next(replies) or b"") for kind in kinds}

    def mark_calibrated(self, changes: int) -> None:
        """Mark every index as calibrated, and subtract the changes that the calibration has seen.

        This includes an index in which nothing could be measured, because it is empty or its model does not
        understand words.
        """
        spaces = [space for space in SPACES if indexes.exists(self._client, space)]

        def build(pipe: Any) -> None:
            for space in spaces:
                pipe.hset(keys.meta_key(space), "calibrated", _VERSION)
            pipe.hincrby(keys.meta_key(DOC), "changes", -changes)

        self._transactions.run(build)

    def collect_garbage(self) -> None:
        """Have document frequencies count no hash twice: see `indexes.collect_garbage`."""
        if indexes.exists(self._client, DOC):
            indexes.collect_garbage(self._client, DOC)

    def wait_for_collector(self) -> None:
        """Wait until document frequencies count no hash twice: see `indexes.wait_for_collector`."""
        indexes.wait_for_collector(self._client, DOC)

    def renew_average(self) -> None:
        """Make the index of documents anew when its average length of a document is wrong: see `is_worn`."""
        if indexes.exists(self._client, DOC) and indexes.is_worn(self._client, DOC):
            indexes.make_anew(self._client, DOC)

    def forget_calibrations(self) -> None:
        """Make `is_calibrated` say no: the calibrations may have seen a part of the library only."""

        def build(pipe: Any) -> None:
            for space in SPACES:
                pipe.hdel(keys.meta_key(space), "calibrated")
            pipe.hset(keys.meta_key(DOC), "changes", 0)  # all are seen by the next calibration

        self._transactions.run(build)

    def mark_other_calibrated(self, space: str) -> None:
        """Mark the generation that is not in use as calibrated."""
        self._client.hset(keys.other_key(space), "calibrated", _VERSION)

    def is_calibrated(self) -> bool:
        """Whether every index has been calibrated, by this version of the calibration, since it was built."""
        return all(
            self._client.hget(keys.meta_key(space), "calibrated") == _VERSION
            for space in SPACES
            if indexes.exists(self._client, space)
        )

    def count_changes(self, more: int) -> int:
        """Add to the number of documents changed since the last calibration. Returns the sum."""
        self._transactions.run(lambda pipe: pipe.hincrby(keys.meta_key(DOC), "changes", more))
        found: Any = self._client.hget(keys.meta_key(DOC), "changes")
        return int(found or 0)

    def keep_frequencies(self, frequencies: Mapping[str, int]) -> None:
        """Replace the document frequencies of the commonest terms."""

        def build(pipe: Any) -> None:
            pipe.delete(keys.COUNTS)
            if frequencies:
                pipe.hset(keys.COUNTS, mapping=_as_fields(frequencies))

        self._transactions.run(build)

    def frequencies(self) -> dict[str, int]:
        """The document frequencies of the commonest terms, as of the last count."""
        kept: Any = self._client.hgetall(keys.COUNTS)
        return {term.decode(): int(count) for term, count in kept.items()}

    def measures(self) -> Measures:
        """All statistics."""
        calibrations = {kind: each for kind, each in self.calibrations().items() if each.measured}
        changes: Any = self._client.hget(keys.meta_key(DOC), "changes")
        version = _VERSION.decode() if self.is_calibrated() else ""
        return Measures(calibrations, self.frequencies(), int(changes or 0), version)

    def keep(self, measures: Measures) -> None:
        """Store the statistics of a library that was copied to here."""
        for kind, calibration in measures.calibrations.items():
            self.keep_calibration(kind, calibration)
        self.keep_frequencies(measures.frequencies)
        changes = measures.changes
        self._transactions.run(lambda pipe: pipe.hset(keys.meta_key(DOC), "changes", changes))
        if measures.version == _VERSION.decode():
            self.mark_calibrated(0)


def _as_fields(values: Mapping[str, float]) -> Any:
    """The values, typed as Any: redis-py accepts more mappings than its type allows."""
    return dict(values)
