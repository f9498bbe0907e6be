"""Thumbnails: made in a sandbox when first requested, and kept on disk."""

from __future__ import annotations

import io
import logging
from pathlib import Path

from semsearch.files import private_folder, write_whole
from semsearch.pictures.decode import decode
from semsearch.pool import Pool
from semsearch.records import DocumentRecord
from semsearch.stages import stage
from web.originals import Originals, read_whole

log = logging.getLogger("web")


class Thumbnails:
    """A folder of WebP files, each named after the document, the size, and the version of the original."""

    def __init__(self, folder: Path, originals: Originals, pool: Pool) -> None:
        self._folder = folder
        self._originals = originals
        self._pool = pool

    def of(self, record: DocumentRecord, size: int) -> bytes:
        """The thumbnail of a picture document, as WebP.

        Raises NotFoundError when the original is gone, FileError when it cannot be decoded, BusyError when
        too many others are decoded.
        """
        original, found = self._originals.open(record)
        with original:
            prefix = f"{record.doc}-{size}-"
            kept = self._folder / record.doc[:2] / f"{prefix}{found.st_mtime_ns:x}-{found.st_size:x}.webp"
            known = _read(kept)
            if known is not None:
                return known
            with self._pool.turn() as sandbox, stage("thumbnail"):
                known = _read(kept)  # another request may have made it meanwhile
                if known is not None:
                    return known
                made = sandbox.call(shrink, read_whole(original, found), size)
        try:
            private_folder(self._folder)
            write_whole(kept, made)
            for other in kept.parent.glob(f"{prefix}*.webp"):
                if other != kept:
                    other.unlink(missing_ok=True)
        except OSError as error:  # the thumbnail can be sent all the same
            log.warning("cannot keep the thumbnail %s: %s", kept, error)
        return made


def shrink(picture: bytes, size: int) -> bytes:
    """A picture file scaled down, as WebP. Raises FileError when it cannot be decoded."""
    decoded = decode(picture, size)
    longest = min(size, max(decoded.width, decoded.height))  # never enlarge a small picture
    image = decoded.image
    image.thumbnail((longest, longest))
    made = io.BytesIO()
    image.save(made, "WEBP", quality=82, method=4)
    return made.getvalue()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:  # not made yet, or not readable: the thumbnail is made again
        return None
