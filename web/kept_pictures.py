"""Pictures made of originals: each is made in a sandbox when first requested, and kept on disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from semsearch.files import private_folder, write_whole
from semsearch.pool import Pool
from semsearch.records import DocumentRecord
from semsearch.stages import stage
from web.originals import Originals, read_whole

log = logging.getLogger("web")


class KeptPictures:
    """A folder of WebP files, each named after the document, the variant, and the version of the original."""

    def __init__(self, folder: Path, originals: Originals, pool: Pool, most: int) -> None:
        """`most` is how many pictures of a document are kept. The oldest go first."""
        self._folder = folder
        self._originals = originals
        self._pool = pool
        self._most = most

    def of(
        self, record: DocumentRecord, variant: str, make: Callable[..., bytes], *arguments: object
    ) -> bytes:
        """The picture that `make` makes of the content of a document and `arguments`.

        Raises NotFoundError when the original is gone, FileError when it cannot be read, BusyError when too
        many others are read.
        """
        original, found = self._originals.open(record)
        with original:
            version = f"{found.st_mtime_ns:x}-{found.st_size:x}"
            kept = self._folder / record.doc[:2] / f"{record.doc}-{variant}-{version}.webp"
            known = _read(kept)
            if known is not None:
                return known
            with self._pool.turn() as sandbox, stage("thumbnail"):
                known = _read(kept)  # another request may have made it meanwhile
                if known is not None:
                    return known
                made = sandbox.call(make, read_whole(original, found), *arguments)
        try:
            private_folder(self._folder)
            write_whole(kept, made)
            self._clear(kept, record.doc, version)
        except OSError as error:  # the picture can be sent all the same
            log.warning("cannot keep the picture %s: %s", kept, error)
        return made

    def _clear(self, kept: Path, doc: str, version: str) -> None:
        """Remove the pictures of other versions of a document, and the oldest beyond `most`."""
        pictures = sorted(kept.parent.glob(f"{doc}-*.webp"), key=lambda each: each.stat().st_mtime_ns)
        current = [each for each in pictures if each.stem.endswith(f"-{version}")]
        for other in {*pictures} - {*current[-self._most :]}:
            other.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:  # not made yet, or not readable: the picture is made again
        return None
