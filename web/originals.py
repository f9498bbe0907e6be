"""Original files, opened without ever leaving the folder they were found in."""

from __future__ import annotations

import os
import stat
from pathlib import PurePosixPath
from typing import BinaryIO

from semsearch.errors import FileError, NotFoundError
from semsearch.records import DocumentRecord

# Bytes of a file that is decoded at all.
MAX_BYTES = 200_000_000

# O_NONBLOCK: a named pipe put in a file's place must not hold the server up.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def open_original(record: DocumentRecord) -> tuple[BinaryIO, os.stat_result]:
    """Open the regular file a record speaks of, and say what it is now.

    Raises NotFoundError when it is gone, cannot be read, or lies outside the record's root.
    """
    root = os.path.realpath(record.root)
    path = os.path.realpath(os.path.join(root, record.path))  # noqa: PTH118 (bytes that are no UTF-8 stay as they are)
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
        raise NotFoundError(f"The original of {record.path!r} is no regular file; it is not served.")
    return os.fdopen(descriptor, "rb"), found


def read_whole(original: BinaryIO, found: os.stat_result) -> bytes:
    """All of a picture's file. Raises FileError when it is too large to be decoded."""
    if found.st_size > MAX_BYTES:
        raise FileError(f"it has {found.st_size:,} bytes; at most {MAX_BYTES:,} are decoded")
    return original.read(MAX_BYTES)


def _open_below(root: str, parts: tuple[str, ...]) -> int:
    # Folder by folder, following no link: nothing can be swapped in between the check and the opening.
    folder = os.open(root, _FLAGS | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FLAGS | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _FLAGS, dir_fd=folder)
    finally:
        os.close(folder)
