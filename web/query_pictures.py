"""Query pictures: what is posted becomes vectors, which are kept so that its results have an address."""

from __future__ import annotations

import hashlib
import io
from typing import IO

from PIL.Image import Image
from werkzeug.datastructures import FileStorage

from semsearch.api.parameters import SIZES
from semsearch.errors import NotFoundError
from semsearch.message import say
from semsearch.pictures.decode import decode
from semsearch.pool import Pool
from semsearch.query import Look, PostedPicture
from semsearch.stages import stage
from web.library import Library


class QueryPictures:
    """Decodes posted pictures in sandboxes, and has the library keep them, by the hash of their files."""

    def __init__(self, library: Library, pool: Pool) -> None:
        self._library = library
        self._pool = pool

    def look(self, upload: IO[bytes]) -> Look:
        """A posted file as the picture of a query.

        Raises FileError when it cannot be decoded, BusyError when too many others are, and ModelError
        without a picture model.
        """
        return self._library.look(self._decoded(upload)[1])

    def keep(self, upload: IO[bytes]) -> str:
        """Keep a posted file for a day, and return its key. Raises what `look` raises, and RedisError."""
        key, image = self._decoded(upload)
        self._library.keep_posted(key, PostedPicture(self._library.look(image), _preview(image)))
        return key

    def get(self, key: str) -> PostedPicture:
        """The picture of this key. Raises NotFoundError when it is no longer kept, and RedisError."""
        picture = self._library.posted(key)
        if picture is None:
            raise NotFoundError(
                say(
                    "The picture of this search is no longer kept: a day has passed. Drop or choose it again."
                )
            )
        return picture

    def _decoded(self, upload: IO[bytes]) -> tuple[str, Image]:
        size = self._library.picture_size()
        with self._pool.turn() as sandbox, stage("decode"):
            content = upload.read()
            return hashlib.sha256(content).hexdigest()[:32], sandbox.call(decode, content, size).image


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
