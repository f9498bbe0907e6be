"""Query pictures, kept in memory for a while, so that their page of results has an address."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from semsearch.api.parameters import SIZES
from semsearch.errors import NotFoundError
from web.thumbnails import Thumbnails

# The total size in bytes of the pictures that are kept; beyond it the oldest are dropped.
MAX_KEPT = 64_000_000


@dataclass(frozen=True, slots=True)
class QueryPicture:
    """A picture file as it was sent, and a small WebP version of it."""

    content: bytes
    preview: bytes


class QueryPictures:
    """The latest query pictures, by the hash of their content."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self._thumbnails = thumbnails
        self._kept: OrderedDict[str, QueryPicture] = OrderedDict()
        self._lock = Lock()

    def keep(self, content: bytes) -> str:
        """Keep a picture and return its key. Raises FileError when it cannot be decoded."""
        picture = QueryPicture(content, self._thumbnails.shrink(content, SIZES[0]))
        key = hashlib.sha256(content).hexdigest()[:32]
        with self._lock:
            self._kept[key] = picture
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(len(each.content) for each in self._kept.values()) > MAX_KEPT:
                self._kept.popitem(last=False)
        return key

    def get(self, key: str) -> QueryPicture:
        """The picture of this key.

        Raises NotFoundError when newer pictures have replaced it, or the server was restarted.
        """
        with self._lock:
            picture = self._kept.get(key)
        if picture is None:
            raise NotFoundError("The picture of this search is no longer kept. Drop or choose it again.")
        return picture
