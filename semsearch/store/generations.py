"""The generations of each space: the one in use, and beside it the next one or the one before.

`semsearch:meta:<space>` holds the generation in use with its calibration, `semsearch:other:<space>` the other
one. A swap exchanges the two in one transaction, in which the alias of the index changes too. On a cluster,
it takes several steps. What they write is noted in `semsearch:other:<space>` first, so that the next run can
complete a swap that was killed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

import redis

from semsearch.errors import SettingsError
from semsearch.records import DocumentRecord, State, Vector
from semsearch.store import indexes
from semsearch.store.codec import as_bytes, piece_ids
from semsearch.store.failures import maps_errors
from semsearch.store.generation import Generation, Stage, stored_generation, stored_generations
from semsearch.store.keys import (
    aside_key,
    aside_piece_key,
    mean_vector_key,
    meta_key,
    other_key,
    other_mean_vector_key,
    piece_key,
)
from semsearch.store.layout import Layout
from semsearch.store.schema import SPACES
from semsearch.store.swap import OF_OTHER, OF_SPACE, Change
from semsearch.store.transactions import MOST_PIECES, Transactions
from semsearch.store.vectors_by_text import hashes


@dataclass(frozen=True, slots=True)
class Other:
    """The generation beside the one in use.

    `done` of `total` pieces have its vectors; `at` is when this was written, in seconds since 1970. `index`
    is the name of its index. `compared` is what a comparison with the generation in use found, in words.
    """

    generation: Generation
    stage: Stage
    done: int = 0
    total: int = 0
    at: float = 0.0
    index: str = ""
    compared: str = ""

    @classmethod
    def read(cls, stored: Mapping[bytes, bytes]) -> Other | None:
        """Read a hash as Redis returns it; None if there is no other generation."""
        generation = Generation.read(stored)
        if generation is None or b"stage" not in stored:
            return None
        return cls(
            generation,
            Stage(stored[b"stage"].decode()),
            int(stored.get(b"done", 0)),
            int(stored.get(b"total", 0)),
            float(stored.get(b"at", 0)),
            stored.get(b"index", b"").decode(),
            stored.get(b"compared", b"").decode(),
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage or a view of a picture: the key of its hash, which lies aside for a missing document."""

    record: DocumentRecord
    n: int
    key: str


@maps_errors
class Generations:
    """Reads and changes the generations. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions

    def in_use(self) -> dict[str, Generation]:
        """The generations in use, by space. A space without an index has none."""
        return stored_generations(self._client)

    def note_source(self, space: str, source: str, text_source: str = "") -> None:
        """Note which settings name the model of the generation in use."""
        if stored_generation(self._client, space) is not None:
            values: Any = {"source": source, "text_source": text_source}
            encoded = {name: value.encode("utf-8", "surrogateescape") for name, value in values.items()}
            self._client.hset(meta_key(space), mapping=encoded)

    def note_exact(self, space: str, vectors: int) -> None:
        """Note that no approximate index of this many vectors was good enough."""
        self._client.hset(meta_key(space), "exact_at", vectors)

    def other(self, space: str) -> Other | None:
        """The generation of `space` beside the one in use; None if there is none."""
        stored: Any = self._client.hgetall(other_key(space))
        return Other.read(stored)

    def begin(self, space: str, wanted: Generation, total: int) -> Other:
        """Begin or go on to build a generation, which needs vectors of `total` pieces.

        Raises SettingsError when the space has another generation beside the one in use.
        """
        found = self.other(space)
        if found is not None and (
            found.stage is Stage.RELEASING or not found.generation.makes_the_same(wanted)
        ):
            what = "release" if found.stage in (Stage.KEPT, Stage.RELEASING) else "cancel"
            raise SettingsError(
                f"beside the {space} index in use there is another one, {found.generation} "
                f"({found.stage}), and there is room for one only: run `semsearch index {what}` first"
            )
        begun = Other(wanted if found is None else found.generation, Stage.BUILDING, total=total, compared="")
        index = begun.generation.index_name(space)
        values = begun.generation.mapping() | {"stage": Stage.BUILDING, "total": total, "index": index}
        self.note(space, **values, compared="")
        return replace(begun, index=index)

    def note(self, space: str, **values: Any) -> None:
        """Note values of the other generation, such as its stage."""
        self._client.hset(other_key(space), mapping=_as_mapping(values | {"at": time.time()}))

    def copy_calibration(self, space: str) -> None:
        """Give the other generation the calibration of the one in use, which has the same vectors."""
        meta: Any = self._client.hgetall(meta_key(space))
        names = {name for name in meta if name.endswith((b"_middle", b"_spread")) or name == b"calibrated"}
        if names:
            self.note(space, **{name.decode(): meta[name] for name in names})
        mean = self._client.get(mean_vector_key(space))
        self._client.set(other_mean_vector_key(space), mean or b"")

    def create_index(self, space: str, generation: Generation) -> None:
        """Create the index of a generation if it is missing, and wait until it holds all hashes."""
        indexes.create(self._client, space, generation)

    def drop_index(self, space: str, generation: Generation) -> None:
        """Drop the index of a generation that is not in use. Its vectors stay."""
        indexes.drop_named(self._client, generation.index_name(space))

    def memory_mb(self, name: str) -> float | None:
        """The memory of an index, by its name or alias, in MB; None if it does not exist."""
        return indexes.memory_mb(self._client, name)

    def lacking(
        self, space: str, records: Iterable[DocumentRecord], layout: Layout
    ) -> Iterator[tuple[int, list[Piece]]]:
        """Look at the pieces of these documents in batches, in order.

        For each batch: the number of its pieces, and those that have no vector in a layout.
        """
        field, pieces = layout.fields(space)[0], pieces_of(space, records)
        while batch := list(islice(pieces, MOST_PIECES)):
            pipe = self._client.pipeline(transaction=False)
            for piece in batch:
                pipe.hexists(piece.key, field)
            found = zip(batch, pipe.execute(), strict=True)
            yield len(batch), [piece for piece, has_vector in found if not has_vector]

    def read(self, pieces: Sequence[Piece], names: Sequence[str]) -> list[list[bytes | None]]:
        """These fields of pieces."""
        return hashes(self._client, [piece.key for piece in pieces], names)

    def add_vectors(self, layout: Layout, made: Sequence[tuple[Piece, Mapping[str, Vector]]]) -> None:
        """Add vectors in a layout to stored pieces, which are at most MOST_PIECES."""

        def build(pipe: Any) -> None:
            for piece, vectors in made:
                pipe.hset(piece.key, mapping=as_bytes(layout.encoded(vectors)))

        if made:
            self._transactions.run(build)

    def swap(self, spaces: Sequence[str]) -> None:
        """Put the other generation of these spaces to use, all at once, and keep the one before.

        On a cluster this is done space by space, and searches may find nothing for a moment.
        """
        changes = [self._change(space) for space in spaces]
        if self._transactions.in_slots:
            for change in changes:
                self._transactions.run(change.note)
                self._carry_out(change)
            return

        def build(pipe: Any) -> None:
            for change in changes:
                change.use(pipe)
                change.name(pipe)
                change.keep(pipe)

        self._transactions.run(build)

    def finish(self) -> None:
        """Complete swaps that a killed process began on a cluster."""
        for space in SPACES:
            stored: Any = self._client.hgetall(other_key(space))
            if (change := Change.noted(space, stored)) is not None:
                self._carry_out(change)

    def _carry_out(self, change: Change) -> None:
        self._transactions.run(change.use)
        change.name(self._client)
        self._transactions.run(change.keep)

    def _change(self, space: str) -> Change:
        meta: Any = self._client.hgetall(meta_key(space))
        other: Any = self._client.hgetall(other_key(space))
        mean: Any = self._client.get(mean_vector_key(space))
        other_mean: Any = self._client.get(other_mean_vector_key(space))
        before = {name: value for name, value in meta.items() if name not in OF_SPACE}
        after = {name: value for name, value in other.items() if name not in OF_OTHER}
        return Change(space, before, after, mean or b"", other_mean or b"", other[b"index"])

    def release(self, space: str, records: Iterable[DocumentRecord]) -> None:
        """Drop the other generation of `space` and its vectors. If this is killed, it can be repeated."""
        found = self.other(space)
        if found is None:
            return
        self.note(space, stage=Stage.RELEASING)
        indexes.drop_named(self._client, found.index)
        in_use = stored_generation(self._client, space)
        if in_use is None or in_use.layout.slot is not found.generation.layout.slot:
            fields = found.generation.layout.fields(space)
            pieces = pieces_of(space, records)
            while keys := [piece.key for piece in islice(pieces, MOST_PIECES)]:
                self._transactions.run(partial(_forget, keys=keys, fields=fields))
        self._client.delete(other_key(space), other_mean_vector_key(space))

    def forget_missing(self, doc: str) -> None:
        """Let a missing document be read again when it comes back: its vectors are of no use any more."""
        self._client.hdel(aside_key(doc), "state")

    def forget(self, space: str) -> None:
        """Drop the index of the other generation, whose vectors are gone."""
        found = self.other(space)
        if found is not None:
            indexes.drop_named(self._client, found.index)
            self._client.delete(other_key(space), other_mean_vector_key(space))


def _as_mapping(values: Mapping[str, Any]) -> dict[Any, Any]:
    """The values of a hash. A value of None is left out."""
    return {name: value for name, value in values.items() if value is not None}


def _forget(pipe: Any, keys: Sequence[str], fields: Sequence[str]) -> None:
    for key in keys:
        pipe.hdel(key, *fields)


def pieces_of(space: str, records: Iterable[DocumentRecord]) -> Iterator[Piece]:
    """The pieces of documents that are in `space`, in order."""
    for record in records:
        key = aside_piece_key if record.state is State.MISSING else piece_key
        for of, n in piece_ids(record):
            if of == space:
                yield Piece(record, n, key(space, record.doc, n))
