"""Pictures that were posted for a search, kept for a day so that the address of the search lasts."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np
import redis

from semsearch.query import Look, PostedPicture
from semsearch.records import Vector
from semsearch.store.failures import maps_errors
from semsearch.store.keys import posted_key
from semsearch.store.schema import SEMANTIC, VISUAL

KEPT_SECONDS = 86_400
# The most bytes of pictures that one process keeps: with more, its oldest are removed.
MAX_BYTES = 64_000_000
_FIELDS = ("model", "preview", VISUAL, SEMANTIC)


@maps_errors
class PostedPictures:
    """Reads and writes posted pictures. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, most: int = MAX_BYTES) -> None:
        self._client = client
        self.address = address
        self._most = most
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def keep(self, key: str, picture: PostedPicture) -> None:
        """Keep a picture for a day from now, by a key that its file determines."""
        values: Any = _encoded(picture)
        pipe = self._client.pipeline(transaction=True)
        pipe.hset(posted_key(key), mapping=values)
        pipe.expire(posted_key(key), KEPT_SECONDS)
        pipe.execute()
        for old in self._too_many(key, sum(map(len, values.values()))):
            self._client.unlink(posted_key(old))

    def get(self, key: str) -> PostedPicture | None:
        """The picture of this key; None if it is no longer kept."""
        found: Any = self._client.hmget(posted_key(key), _FIELDS)
        model, preview, visual, semantic = found
        if model is None or preview is None or visual is None:
            return None
        look = Look(model.decode(), _vector(visual), None if semantic is None else _vector(semantic))
        return PostedPicture(look, preview)

    def _too_many(self, key: str, size: int) -> list[str]:
        """The oldest pictures of this process that must go to make room for a new one."""
        with self._lock:
            self._sizes[key] = size
            self._sizes.move_to_end(key)
            gone = []
            while len(self._sizes) > 1 and sum(self._sizes.values()) > self._most:
                gone.append(self._sizes.popitem(last=False)[0])
            return gone


def _encoded(picture: PostedPicture) -> dict[str, bytes]:
    look = picture.look
    values = {"model": look.model.encode(), "preview": picture.preview, VISUAL: look.visual.tobytes()}
    return values if look.semantic is None else values | {SEMANTIC: look.semantic.tobytes()}


def _vector(stored: bytes) -> Vector:
    return np.frombuffer(stored, np.float32)
