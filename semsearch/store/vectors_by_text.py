"""The vectors of a stored document's passages, by what was embedded: a new version of it takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

import redis

from semsearch.records import DocumentRecord, Vector
from semsearch.store.codec import EMBEDDED_FIELDS, embedded_text, passage_count
from semsearch.store.failures import maps_errors
from semsearch.store.keys import piece_key
from semsearch.store.layout import stored_layouts
from semsearch.store.schema import TEXT, VECTOR

# Passages in one round trip.
_BATCH = 1000


@maps_errors
class VectorsByText:
    """The vectors of a stored document's passages. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, record: DocumentRecord) -> None:
        self._client = client
        self.address = address
        self._record = record
        self._keys: dict[bytes, str] | None = None

    def of(self, texts: Sequence[str]) -> list[Vector | None]:
        """The vector of each text; None if no passage of the document has this text and a vector."""
        if self._keys is None:
            self._keys = {key: place for batch in self._batches() for key, place in batch}
        keys = [self._keys.get(digest(text)) for text in texts] if self._keys else [None] * len(texts)
        layout = stored_layouts(self._client)[TEXT]
        found = hashes(self._client, [key for key in keys if key is not None], [layout.field(VECTOR)])
        rows = iter(found)
        vectors = [None if key is None else next(rows)[0] for key in keys]
        return [None if each is None else layout.decode(each) for each in vectors]

    def all(self) -> Iterator[tuple[bytes, Vector]]:
        """All vectors, each with the digest of what was embedded."""
        layout = stored_layouts(self._client)[TEXT]
        for batch in self._batches():
            rows = hashes(self._client, [place for _, place in batch], [layout.field(VECTOR)])
            for (key, _), (stored,) in zip(batch, rows, strict=True):
                if stored is not None:
                    yield key, layout.decode(stored)

    def _batches(self) -> Iterator[list[tuple[bytes, str]]]:
        """The digest of what was embedded for each passage, and the key of its hash."""
        count = passage_count(self._record)
        for start in range(0, count, _BATCH):
            numbers = range(start, min(start + _BATCH, count))
            places = [piece_key(TEXT, self._record.doc, n) for n in numbers]
            rows = hashes(self._client, places, EMBEDDED_FIELDS)
            found = zip(map(embedded_text, rows), places, strict=True)
            yield [(digest(text), place) for text, place in found if text is not None]


def hashes(client: redis.Redis, keys: Sequence[str | bytes], names: Sequence[str]) -> list[list[Any]]:
    """These fields of the hashes with these keys, read in one round trip."""
    pipe = client.pipeline(transaction=False)
    for key in keys:
        pipe.hmget(key, names)
    return list(pipe.execute())


def digest(text: str) -> bytes:
    """What an embedded text is known by."""
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).digest()
