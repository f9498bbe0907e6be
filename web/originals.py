"""Original files, opened only where ingestion on this machine would have read them.

Whoever can write to Redis can put any path into a record. So a record is not believed: the list of ingested
folders is in the home, and the name of the file says what format it has.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO

from semsearch.errors import FileError, NotFoundError
from semsearch.folders import known_folders
from semsearch.formats.content import HEAD, TAIL, format_of
from semsearch.formats.table import kind_of, skip_reason
from semsearch.formats.unread import unread_of
from semsearch.ignored import IGNORE_FILE, Rules, is_ignored
from semsearch.members import SEPARATOR, directory_of, read_member, split_address
from semsearch.message import say
from semsearch.records import DocumentRecord
from semsearch.text import readable

# The size in bytes of the largest picture file that is decoded.
MAX_BYTES = 200_000_000

# O_NONBLOCK: if a named pipe has replaced the file, opening it must not block the server.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


class Originals:
    """Opens the original files of records. Safe to share between threads."""

    def __init__(self, home: Path, *, hard_links: bool = False) -> None:
        """`home` has the list of ingested folders. `hard_links` serves files that have several names."""
        self._home = home
        self._hard_links = hard_links

    def open(self, record: DocumentRecord) -> tuple[BinaryIO, os.stat_result]:
        """Open the regular file of a record; returns it with its present stat result.

        Raises NotFoundError when the file is gone or cannot be read, and when it is not served: it lies
        outside the folders that were ingested on this machine or behind a link, it is hidden or ignored, its
        format is unknown, it is a key, or it has several names. Raises SettingsError when the list of folders
        cannot be read.
        """
        path = readable(record.path)
        folder, names = self._place(record)
        try:
            descriptor = _open_below(folder, names, split_address(record.path)[1])
        except (OSError, ValueError) as error:
            raise NotFoundError(
                say(
                    "The original of {path!r} cannot be opened: it was moved, removed, locked or replaced by "
                    "a link since it was indexed. Run `semsearch ingest` again.",
                    path=path,
                )
            ) from error
        found = os.fstat(descriptor)
        if refusal := self._refusal(found) or _refusal_of_format(record.path, descriptor):
            os.close(descriptor)
            raise NotFoundError(say("The original of {path!r} is not served: {why}", path=path, why=refusal))
        file: BinaryIO = os.fdopen(descriptor, "rb")
        if SEPARATOR in record.path:
            file = _unpacked(file, split_address(record.path)[1], path)
        return file, os.fstat(file.fileno())

    def _place(self, record: DocumentRecord) -> tuple[str, list[str]]:
        """The ingested folder in which the file of a record lies, and the names on the way down to it."""
        above, below = record.root.rstrip("/").split("/"), split_address(record.path)[0].split("/")
        if above[0] or not _are_names(above[1:]) or not _are_names(below):
            raise NotFoundError(
                say(
                    "The original of {path!r} lies outside its folder; it is not served.",
                    path=readable(record.path),
                )
            )
        known = {folder: folder.rstrip("/").split("/") for folder in known_folders(self._home)}
        around = {folder: parts for folder, parts in known.items() if above[: len(parts)] == parts}
        if not around:
            raise NotFoundError(
                say(
                    "The folder {folder!r} was not ingested on this machine, or by an earlier semsearch "
                    "only, so its files are not served. Run `semsearch ingest FOLDER` on this machine.",
                    folder=readable(record.root),
                )
            )
        # Where folders are nested, ingestion walks from the innermost one.
        folder = max(around, key=len)
        return folder, [*above[len(around[folder]) :], *below]

    def _refusal(self, found: os.stat_result) -> str:
        """Why the opened file is not served; empty if it is."""
        if not stat.S_ISREG(found.st_mode):
            return say("it is not a regular file.")
        if found.st_nlink > 1 and not self._hard_links:
            return say(
                "it has {names} names (hard links), and another one may be of a file outside the ingested "
                "folders. To serve such files, set SEMSEARCH_HARD_LINKS=on.",
                names=found.st_nlink,
            )
        return ""


def _refusal_of_format(path: str, descriptor: int) -> str:
    """Why a file of its format is not served; empty if it is. One whose name says nothing is looked into."""
    unread = unread_of(path)
    if kind_of(path) is not None or (unread is not None and not unread.is_key):
        return ""
    head = os.pread(descriptor, HEAD, 0)
    tail = os.pread(descriptor, TAIL, max(0, os.fstat(descriptor).st_size - TAIL))
    is_recognised = unread is None and format_of(head, tail) is not None
    return "" if is_recognised else say("{why}.", why=skip_reason(path))


def read_whole(original: BinaryIO, found: os.stat_result) -> bytes:
    """The whole content of a picture file. Raises FileError when it is too large to be decoded."""
    if found.st_size > MAX_BYTES:
        raise FileError(
            say("the file has {size} bytes; at most {most} are decoded", size=found.st_size, most=MAX_BYTES)
        )
    return original.read(MAX_BYTES)


def _are_names(parts: list[str]) -> bool:
    return all(part not in ("", ".", "..") and "\0" not in part for part in parts)


def _unpacked(archive: BinaryIO, name: str, path: str) -> BinaryIO:
    """A file of its own with the bytes of a member, and the time of its archive. Raises NotFoundError."""
    with archive:
        try:
            member = directory_of(archive).members[name]
            data = read_member(archive, member)
        except (FileError, KeyError) as error:
            raise NotFoundError(
                say(
                    "The original of {path!r} cannot be read from its archive: it is gone or damaged.",
                    path=path,
                )
            ) from error
        time = os.fstat(archive.fileno()).st_mtime_ns
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    file.write(data)
    file.seek(0)
    os.utime(file.fileno(), ns=(time, time))
    return file


def _open_below(folder: str, names: list[str], member: str = "") -> int:
    """Open a file below `folder`, name by name, without following a link. `member` is a path in this file.

    Raises NotFoundError when ingestion would leave the file out, and OSError.
    """
    rules: tuple[Rules, ...] = ()
    # The folder itself may be reached through links: the user named it.
    opened = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    try:
        base = ""
        for name in names[:-1]:
            rules = _checked(opened, base, f"{name}/", rules)
            inner = os.open(name, _FLAGS | os.O_DIRECTORY, dir_fd=opened)
            os.close(opened)
            opened, base = inner, f"{base}{name}/"
        rules = _checked(opened, base, names[-1], rules)
        inside = member.split("/") if member else []
        for depth in range(len(inside)):
            above = "/".join([names[-1], *inside[:depth]])
            _refuse_ignored(f"{base}{above}/{inside[depth]}{'/' * (depth + 1 < len(inside))}", rules)
        return os.open(names[-1], _FLAGS, dir_fd=opened)
    finally:
        os.close(opened)


def _checked(opened: int, base: str, name: str, rules: tuple[Rules, ...]) -> tuple[Rules, ...]:
    """The rules that hold in the open folder `base`. Raises NotFoundError when they leave out `name`."""
    content = _ignore_file(opened)
    if content:
        rules = (*rules, Rules.read(base, content, lambda _problem: None))
    _refuse_ignored(base + name, rules)
    return rules


def _refuse_ignored(path: str, rules: tuple[Rules, ...]) -> None:
    if is_ignored(path, rules):
        raise NotFoundError(
            say(
                "{path!r} is not served: it is hidden, or a {list} names it.",
                path=readable(path),
                list=IGNORE_FILE,
            )
        )


def _ignore_file(folder: int) -> bytes:
    """The content of the ignore file in an open folder; empty if there is none. Raises OSError."""
    try:
        if not stat.S_ISREG(os.stat(IGNORE_FILE, dir_fd=folder, follow_symlinks=False).st_mode):
            return b""
        descriptor = os.open(IGNORE_FILE, _FLAGS, dir_fd=folder)
    except FileNotFoundError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        return file.read()
