"""The pages that OCR has read of documents of which it has not read all: a killed run goes on after them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import redis

from semsearch.records import DocumentRecord
from semsearch.store.failures import maps_errors
from semsearch.store.keys import pages_key

_CONTENT, _READERS, _FAILED, _UNREAD = b"sha256", b"readers", b"failed:", b"unread:"


@dataclass(frozen=True, slots=True)
class ReadPages:
    """The text on pages, and the reasons why others could not be read, by the number of the page, from 0.

    `unread` says why some lines of a page in `texts` could not be read. `readers` are the programs that have
    read any text.
    """

    texts: dict[int, str] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)
    readers: set[str] = field(default_factory=set)

    def to_retry(self) -> ReadPages:
        """The pages on which nothing failed: the others are to be read again."""
        whole = {number: text for number, text in self.texts.items() if number not in self.unread}
        return ReadPages(whole, readers=set(self.readers))


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
        found.readers.update(filter(None, kept.pop(_READERS, b"").decode().split("\n")))
        pages_of = {b"": found.texts, _FAILED: found.failed, _UNREAD: found.unread}
        for name, value in kept.items():
            prefix = name.rstrip(b"0123456789")
            if prefix in pages_of and prefix != name:
                pages_of[prefix][int(name[len(prefix) :])] = value.decode("utf-8", "surrogateescape")
        return found

    def keep(self, record: DocumentRecord, read: ReadPages, number: int) -> None:
        """Keep a page of `read`, also one that could not be read: it may have taken minutes to fail."""
        name, value = str(number).encode(), read.texts.get(number)
        if value is None:
            name, value = _FAILED + name, read.failed[number]
        fields: Any = {_CONTENT: record.sha256, name: value.encode("utf-8", "surrogateescape")}
        if number in read.unread:
            fields[_UNREAD + str(number).encode()] = read.unread[number].encode()
        if read.readers:
            fields[_READERS] = "\n".join(sorted(read.readers)).encode()
        self._client.hset(pages_key(record.doc), mapping=fields)
