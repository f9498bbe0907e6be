"""Read the bytes of files: only regular files, never through a link, never blocking, never half-written."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedReader

from ingest.readers.documents import SourceFile
from semsearch.errors import FileError
from semsearch.members import directory_of, read_member, split_address
from semsearch.message import say

# A file that is read whole is held in memory twice: here and in the child process. Photographs and most
# documents are far smaller.
MAX_BYTES = 200_000_000
CHANGED = say("changed while it was being read; the next run will read it again")
_BLOCK = 2**23


def read(file: SourceFile) -> tuple[SourceFile, bytes]:
    """Return the file with the size and times that belong to exactly these bytes, and the bytes.

    Raises FileError when the file is too large, gone, or changes while it is read.
    """
    if file.is_member:
        return file, _read_member(file)
    with opened(file) as stream:
        before = os.fstat(stream.fileno())
        if before.st_size > MAX_BYTES:
            raise FileError(
                say(
                    "larger than {most} MB: {size} MB",
                    most=MAX_BYTES // 10**6,
                    size=round(before.st_size / 1e6),
                )
            )
        data = stream.read(MAX_BYTES + 1)
        _unchanged(before, os.fstat(stream.fileno()), len(data))
    return _as_of(file, before), data


def read_part(file: SourceFile, start: int, end: int) -> bytes:
    """Return the bytes [start, end) of a file. Raises FileError when they cannot be read, or end before."""
    with opened(file) as stream:
        stream.seek(start)
        data = stream.read(end - start)
    if len(data) < end - start:
        raise FileError(CHANGED)
    return data


def beginning(file: SourceFile) -> tuple[SourceFile, str]:
    """Return the file with its size and time of now, and the SHA-256 of its bytes of now.

    A log that grows meanwhile keeps this beginning. Raises FileError when it cannot be read.
    """
    with opened(file) as stream:
        status = os.fstat(stream.fileno())
    now = _as_of(file, status)
    return now, _hash_of_beginning(now)


def check_beginning(file: SourceFile, sha256: str) -> None:
    """Raise FileError when the first bytes of a file, as many as it had, do not have this hash any more."""
    if _hash_of_beginning(file) != sha256:
        raise FileError(CHANGED)


def _hash_of_beginning(file: SourceFile) -> str:
    digest = hashlib.sha256()
    for start in range(0, file.size, _BLOCK):
        digest.update(read_part(file, start, min(file.size, start + _BLOCK)))
    return digest.hexdigest()


def content_hash(file: SourceFile) -> str:
    """Return one SHA-256 for the bytes of a file and of its sidecars, in hexadecimal.

    Raises FileError when one of them cannot be read.
    """
    return combined(_digest(file), [_digest(each) for each in file.sidecars])


def combined(digest: str, sidecars: Sequence[str]) -> str:
    """Return one hash for a file and its sidecars. Without sidecars it is the hash of the file."""
    return hashlib.sha256(" ".join([digest, *sidecars]).encode()).hexdigest() if sidecars else digest


def _as_of(file: SourceFile, status: os.stat_result) -> SourceFile:
    return replace(file, size=status.st_size, mtime_ns=status.st_mtime_ns, ctime_ns=status.st_ctime_ns)


def _read_member(file: SourceFile) -> bytes:
    """The bytes of a file in an archive. Raises FileError when the archive does not have it any more."""
    with opened(file) as stream:
        member = directory_of(stream).members.get(split_address(file.path)[1])
        if member is None or member.size != file.size:
            raise FileError(CHANGED)
        return read_member(stream, member)


def _digest(file: SourceFile) -> str:
    if file.is_member:
        return hashlib.sha256(_read_member(file)).hexdigest()
    with opened(file) as stream:
        before = os.fstat(stream.fileno())
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        _unchanged(before, os.fstat(stream.fileno()), stream.tell())
    return digest


@contextmanager
def opened(file: SourceFile) -> Iterator[BufferedReader]:
    """Open a file, or the archive in which it lies. Raises FileError when it cannot be read."""
    try:
        with open_regular(file) as stream:
            yield stream
    except OSError as error:
        raise FileError(say("cannot be read: {why}", why=str(error.strerror or error))) from error


def open_regular(file: SourceFile) -> BufferedReader:
    """Open a file, or the archive in which it lies. Raises FileError if it is not regular, and OSError."""
    # A link or a pipe may have replaced the file since it was found. These flags follow no link and do not
    # wait for a pipe.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    stream = open(os.open(file.absolute, flags), "rb")  # noqa: PTH123, SIM115 (a descriptor; the caller closes it)
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise FileError(say("not a regular file"))
    return stream


def _unchanged(before: os.stat_result, after: os.stat_result, size: int) -> None:
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != before.st_size:
        raise FileError(CHANGED)
