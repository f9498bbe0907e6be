"""Original files, opened only inside the folder that was ingested."""

from __future__ import annotations

import os
import stat
from pathlib import PurePosixPath
from typing import BinaryIO

from semsearch.errors import FileError, NotFoundError
from semsearch.records import DocumentRecord

# The size in bytes of the largest picture file that is decoded.
MAX_BYTES = 200_000_000

# O_NONBLOCK: if a named pipe has replaced the file, opening it must not block the server.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def open_original(record: DocumentRecord) -> tuple[BinaryIO, os.stat_result]:
    """Open the regular file of a record; returns it with its present stat result.

    Raises NotFoundError when the file is gone, cannot be read, or lies outside the root of the record.
    """
    root = os.path.realpath(record.root)
    path = os.path.realpath(os.path.join(root, record.path))  # noqa: PTH118 (keeps bytes that are not UTF-8)
    if os.path.commonpath((root, path)) != root or path == root:
        raise NotFoundError(f"The original of {record.path!r} lies outside its folder; it is not served.")
    try:
        descriptor = _open_below(root, PurePosixPath(path).relative_to(root).parts)
    except (OSError, ValueError) as error:
        raise NotFoundError(
            f"The original of {record.path!r} cannot be opened: it was moved, removed or locked since it was "
            "indexed. Run `semsearch ingest` again."
        ) from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise NotFoundError(f"The original of {record.path!r} is not a regular file; it is not served.")
    return os.fdopen(descriptor, "rb"), found


def read_whole(original: BinaryIO, found: os.stat_result) -> bytes:
    """The whole content of a picture file. Raises FileError when it is too large to be decoded."""
    if found.st_size > MAX_BYTES:
        raise FileError(f"the file has {found.st_size:,} bytes; at most {MAX_BYTES:,} are decoded")
    return original.read(MAX_BYTES)


def _open_below(root: str, parts: tuple[str, ...]) -> int:
    # Open folder by folder without following links: otherwise a folder could be replaced by a link between
    # the check and the opening.
    folder = os.open(root, _FLAGS | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FLAGS | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _FLAGS, dir_fd=folder)
    finally:
        os.close(folder)
