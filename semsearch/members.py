"""Files in ZIP archives: their addresses, what an archive says of them, and their bytes.

The address of such a file, a member, is the path of the archive, two slashes, and the path in the archive. No
other path has two slashes. Archives come from anywhere, so there are limits to what one may hold.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import BinaryIO

from semsearch.errors import FileError
from semsearch.message import say

SEPARATOR = "//"
_SLASHES = re.compile("/{2,}")

# The most members, their bytes each and together, and the bytes of the directory that lists them.
MOST_MEMBERS, MOST_BYTES, MOST_TOGETHER, _MOST_LISTED = 10_000, 200_000_000, 2_000_000_000, 16_000_000
# A member that grows beyond this when it is unpacked is a bomb if it grows more than this many times.
_BOMB, _BOMB_RATIO = 10_000_000, 100
# The bytes and the folders of a path. Each folder is compared with the rules of ignore files, and each piece
# of a document has a tag for it: thousands of folders would take gigabytes.
_LONGEST_PATH, _MOST_FOLDERS = 1024, 64
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\5\6", 22, 65_535
_BEGIN, _BEGIN_SIZE = b"PK\3\4", 30
_STORED, _DEFLATED = 0, 8
_UTF_8, _ENCRYPTED = 0x800, 1
# Three letters of cp866 or more, some of which are signs in cp437; and all of its Russian letters.
_RUSSIAN = re.compile(rb"(?=[\x80-\xaf\xe0-\xf1]{3})[\x80-\xaf\xe0-\xf1]*[\xa8-\xaf\xe0\xe2-\xef]")
_NO_LETTERS = dict.fromkeys(map(ord, "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁё"))
# Directories are kept with so many members together, of some 340 bytes. Files are read in the order of their
# dates, so a run goes round all backups of a folder again and again, and to list one takes long.
_MOST_KEPT = 200_000

# The device, inode, size and time of an archive.
_Key = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, which begins `at` there. `moment` is in seconds since 1970; 0 if unknown."""

    name: str
    size: int
    packed: int
    at: int
    checksum: int
    is_deflated: bool
    moment: float


@dataclass(frozen=True, slots=True)
class Directory:
    """What can be read of an archive, by name, and how many files cannot, and why."""

    members: Mapping[str, Member]
    left_out: tuple[str, ...] = ()


def split_address(path: str) -> tuple[str, str]:
    """The path of a file on the disk, and the path in it; "" for a file that is no member."""
    file, _, inside = path.partition(SEPARATOR)
    return file, inside


def plain_address(path: str) -> str:
    """The address as people read it, and as filters compare it: as if the archive were a folder."""
    return _SLASHES.sub("/", path) if SEPARATOR in path else path


class _Kept:
    """The directories that were used last, in this order."""

    def __init__(self) -> None:
        self._directories: dict[_Key, Directory] = {}
        self._size = 0

    def take(self, key: _Key) -> Directory | None:
        """Take one out; None if it is not kept."""
        if (found := self._directories.pop(key, None)) is not None:
            self._size -= 1 + len(found.members)
        return found

    def put(self, key: _Key, directory: Directory) -> None:
        """Keep one, in place of those that were not used for longest."""
        self._directories[key] = directory
        self._size += 1 + len(directory.members)
        while self._size > _MOST_KEPT and len(self._directories) > 1:
            self.take(next(iter(self._directories)))


def directory_of(stream: BinaryIO) -> Directory:
    """What an archive holds. Those used last are kept. Raises FileError for a damaged one, and OSError."""
    found = os.fstat(stream.fileno())
    key = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    with _lock:
        directory = _kept.take(key) or _read_directory(stream, found.st_size)
        _kept.put(key, directory)
    return directory


def read_member(stream: BinaryIO, member: Member) -> bytes:
    """The bytes of a member. Raises FileError when it is damaged or has another size than it says."""
    stream.seek(member.at)
    begin = stream.read(_BEGIN_SIZE)
    if len(begin) < _BEGIN_SIZE or not begin.startswith(_BEGIN):
        raise FileError(say("damaged: the archive has no such file where it should be"))
    lengths = int.from_bytes(begin[26:28], "little") + int.from_bytes(begin[28:30], "little")
    stream.seek(member.at + _BEGIN_SIZE + lengths)
    packed = stream.read(member.packed)
    try:
        data = zlib.decompressobj(-15).decompress(packed, member.size + 1) if member.is_deflated else packed
    except zlib.error as error:
        raise FileError(say("damaged: {why}", why=str(error))) from error
    if len(data) != member.size or zlib.crc32(data) != member.checksum:
        raise FileError(say("damaged: its bytes in the archive are not those that it was made of"))
    return data


_lock = Lock()
_kept = _Kept()


def _read_directory(stream: BinaryIO, size: int) -> Directory:
    _check_end(stream, size)
    try:
        with zipfile.ZipFile(stream) as archive:
            return _directory(archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise FileError(say("a damaged archive: {why}", why=str(error).lower())) from error


def _check_end(stream: BinaryIO, size: int) -> None:
    """Refuse an archive whose directory is too long to be held in memory."""
    stream.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
    tail = stream.read(_END_SIZE + _LONGEST_COMMENT)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_SIZE:
        raise FileError(say("a damaged archive: it has no end"))
    listed = int.from_bytes(tail[end + 12 : end + 16], "little")
    if listed > _MOST_LISTED:
        raise FileError(
            say(
                "too many files: their list has {size} MB, {most} are the most",
                size=round(listed / 1e6),
                most=_MOST_LISTED // 10**6,
            )
        )
    stream.seek(0)


def _directory(entries: Iterable[zipfile.ZipInfo]) -> Directory:
    members: dict[str, Member] = {}
    locked = large = strange = far = more = together = 0
    for entry in entries:
        name = _name_of(entry)
        if not name or entry.is_dir():
            continue
        is_bomb = entry.file_size > max(_BOMB, _BOMB_RATIO * entry.compress_size)
        if entry.flag_bits & _ENCRYPTED:
            locked += 1
        elif entry.compress_type not in (_STORED, _DEFLATED):
            strange += 1
        elif is_bomb or entry.file_size > MOST_BYTES or together + entry.file_size > MOST_TOGETHER:
            large += 1
        elif len(name.encode()) > _LONGEST_PATH or name.count("/") > _MOST_FOLDERS:
            far += 1
        elif len(members) >= MOST_MEMBERS:
            more += 1
        elif name not in members:
            together += entry.file_size
            members[name] = Member(
                name,
                entry.file_size,
                entry.compress_size,
                entry.header_offset,
                entry.CRC,
                entry.compress_type == _DEFLATED,
                _moment_of(entry),
            )
    reasons = (
        (locked, "with a password"),
        (strange, "compressed in a way that is not read"),
        (large, "too large when unpacked"),
        (far, f"with a path of more than {_LONGEST_PATH:,} bytes or {_MOST_FOLDERS} folders"),
        (more, f"after the first {MOST_MEMBERS:,}"),
    )
    return Directory(members, tuple(f"{count:,} {why}" for count, why in reasons if count))


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The path of a member with slashes; "" if it leads out of the archive or is a folder."""
    name = entry.filename
    if not entry.flag_bits & _UTF_8 and not name.isascii():
        name = _decoded(name.encode("cp437", "replace"))
    name = name.replace("\\", "/")
    # Some programs write "./notes.txt".
    parts = [part for part in name.split("/") if part not in ("", ".")]
    leads_out = name.startswith("/") or ".." in parts
    return "" if leads_out or "\0" in name or name.endswith("/") else "/".join(parts)


def _decoded(name: bytes) -> str:
    """A name that does not say its encoding.

    macOS and Linux write UTF-8 without saying so, and Windows the code page of its language. Where a name has
    signs in the usual one, cp437, that make a Russian word in cp866, it is Russian.
    """
    with suppress(UnicodeDecodeError):
        return name.decode("utf-8")
    is_russian = _RUSSIAN.search(name) and name.decode("cp866").translate(_NO_LETTERS).isascii()
    return name.decode("cp866" if is_russian else "cp437")


def _moment_of(entry: zipfile.ZipInfo) -> float:
    try:
        moment = datetime(*entry.date_time).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    # What programs write that know no date.
    return 0.0 if entry.date_time[:3] == (1980, 1, 1) else moment
