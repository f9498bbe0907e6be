"""The pages that OCR has read of documents of which it has not read all: a killed run goes on after them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import redis

from semsearch.records import DocumentRecord
from semsearch.store.failures import maps_errors
from semsearch.store.keys import pages_key

_CONTENT, _FAILED = b"sha256", b"failed:"


@dataclass(frozen=True, slots=True)
class ReadPages:
    """The text on pages, and the reasons why others could not be read, by the number of the page, from 0."""

    texts: dict[int, str] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


@maps_errors
class Pages:
    """Keeps pages until the whole document is written: see `put_record`. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address

    def get(self, record: DocumentRecord) -> ReadPages:
        """The pages of this document that were read. Those of another content are removed."""
        found = ReadPages()
        kept: Any = self._client.hgetall(pages_key(record.doc))
        if kept and kept.pop(_CONTENT, b"").decode() != record.sha256:
            self._client.unlink(pages_key(record.doc))
            return found
        for name, value in kept.items():
            number = name.removeprefix(_FAILED)
            if number.isdigit():
                pages = found.failed if name.startswith(_FAILED) else found.texts
                pages[int(number)] = value.decode("utf-8", "surrogateescape")
        return found

    def keep(self, record: DocumentRecord, read: ReadPages, number: int) -> None:
        """Keep a page of `read`, also one that could not be read: it may have taken minutes to fail."""
        name, value = str(number).encode(), read.texts.get(number)
        if value is None:
            name, value = _FAILED + name, read.failed[number]
        fields: Any = {_CONTENT: record.sha256, name: value.encode("utf-8", "surrogateescape")}
        self._client.hset(pages_key(record.doc), mapping=fields)
