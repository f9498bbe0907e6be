"""Thumbnails of picture documents."""

from __future__ import annotations

import io
from pathlib import Path

from semsearch.api.parameters import SIZES
from semsearch.pictures.decode import decode
from semsearch.pool import Pool
from semsearch.records import DocumentRecord
from web.kept_pictures import KeptPictures
from web.originals import Originals


class Thumbnails:
    """Pictures of documents in each of SIZES."""

    def __init__(self, folder: Path, originals: Originals, pool: Pool) -> None:
        self._kept = KeptPictures(folder, originals, pool, len(SIZES))

    def of(self, record: DocumentRecord, size: int) -> bytes:
        """The thumbnail of a picture document, as WebP. Raises the errors of `KeptPictures.of`."""
        return self._kept.of(record, str(size), shrink, size)


def shrink(picture: bytes, size: int) -> bytes:
    """A picture file scaled down, as WebP. Raises FileError when it cannot be decoded."""
    decoded = decode(picture, size)
    longest = min(size, max(decoded.width, decoded.height))  # never enlarge a small picture
    image = decoded.image
    image.thumbnail((longest, longest))
    made = io.BytesIO()
    image.save(made, "WEBP", quality=82, method=4)
    return made.getvalue()
