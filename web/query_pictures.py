"""Query pictures, kept in memory for a while, so that their page of results has an address."""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import IO

from PIL.Image import Image
from werkzeug.datastructures import FileStorage

from semsearch.api.parameters import SIZES
from semsearch.errors import NotFoundError
from semsearch.message import say
from semsearch.pictures.decode import decode
from semsearch.pool import Pool
from semsearch.stages import stage
from web.library import Library

# The total size in bytes of the pictures that are kept; beyond it the oldest are dropped.
MAX_KEPT = 64_000_000


@dataclass(frozen=True, slots=True)
class QueryPicture:
    """A picture as a query has it, and a small WebP version of it."""

    image: Image
    preview: bytes

    @property
    def size(self) -> int:
        """The memory that it takes, in bytes. Pillow stores four bytes for each pixel."""
        return 4 * self.image.width * self.image.height + len(self.preview)


class QueryPictures:
    """Decodes posted pictures in sandboxes, and keeps the latest, by the hash of their files."""

    def __init__(self, library: Library, pool: Pool) -> None:
        self._library = library
        self._pool = pool
        self._kept: OrderedDict[str, QueryPicture] = OrderedDict()
        self._lock = Lock()

    def decode(self, upload: IO[bytes]) -> Image:
        """A posted file as the picture of a query.

        Raises FileError when it cannot be decoded, BusyError when too many others are, and ModelError
        without a picture model.
        """
        return self._decoded(upload)[1]

    def keep(self, upload: IO[bytes]) -> str:
        """Decode and keep a posted file, and return its key. Raises what `decode` raises."""
        key, image = self._decoded(upload)
        picture = QueryPicture(image, _preview(image))
        with self._lock:
            self._kept[key] = picture
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(each.size for each in self._kept.values()) > MAX_KEPT:
                self._kept.popitem(last=False)
        return key

    def get(self, key: str) -> QueryPicture:
        """The picture of this key.

        Raises NotFoundError when newer pictures have replaced it, or the server was restarted.
        """
        with self._lock:
            picture = self._kept.get(key)
        if picture is None:
            raise NotFoundError(say("The picture of this search is no longer kept. Drop or choose it again."))
        return picture

    def _decoded(self, upload: IO[bytes]) -> tuple[str, Image]:
        size = self._library.picture_size()
        with self._pool.turn() as sandbox, stage("decode"):
            content = upload.read()
            key = hashlib.sha256(content).hexdigest()[:32]
            return key, sandbox.call(decode, content, size).image


def is_empty(upload: FileStorage) -> bool:
    """Whether a posted file has no content; it is not read further."""
    first = upload.stream.read(1)
    upload.stream.seek(0)
    return not first


def _preview(image: Image) -> bytes:
    small = image.copy()
    small.thumbnail((SIZES[0], SIZES[0]))
    made = io.BytesIO()
    small.save(made, "WEBP", quality=82, method=4)
    return made.getvalue()
