"""Documents whose files are not there: which of them are removed, and which are kept as missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.disks import Disks, expected, holds, wake
from ingest.readers.documents import SourceFile
from ingest.scopes import Scope
from semsearch.records import DocumentRecord

# A person removes some files. When more than this number and this share of a folder's documents disappear
# between two runs, a disk may be half away, or a copy may be under way.
_MANY, _SHARE = 20, 0.2
# When a folder loses all its documents at once, and they are at least this many, another folder may be in its
# place.
_WHOLE = 5


@dataclass(frozen=True, slots=True)
class Absent:
    """Documents of one folder whose files disappeared since the last run.

    `away` lie on a file system that is not there, or is another one than before. `known` is the number of
    documents that the folder had.
    """

    records: tuple[DocumentRecord, ...]
    away: tuple[DocumentRecord, ...]
    known: int

    def divide(self, found: Collection[str]) -> tuple[list[DocumentRecord], list[DocumentRecord]]:
        """The records to remove, and those to keep as missing. `found` are the traces of new files.

        A file that was moved is not missing, since its content is found elsewhere.
        """
        moved, lost = _split(self.records, found)
        moved_away, away = _split(self.away, found)
        gone = moved + moved_away
        missed = len(lost) + len(away)
        if missed > max(_MANY, _SHARE * self.known) or missed == self.known >= _WHOLE:
            return gone, away + lost
        return gone + lost, away

    def without(self, gone: Collection[str]) -> Absent:
        """The same without these documents, which are being removed."""
        records, away = (
            tuple(each for each in some if each.doc not in gone) for some in (self.records, self.away)
        )
        return Absent(records, away, self.known)


def trace(record: DocumentRecord) -> str:
    """What a file keeps when it is moved: its content, or the size and date of one that is not read."""
    return record.sha256 or f"{record.size} {record.mtime_ns}"


def mark(file: DocumentRecord | SourceFile) -> tuple[int, int, int]:
    """What a file most probably keeps when it is moved, known without reading it."""
    return file.inode, file.size, file.mtime_ns


class Ground:
    """The file systems that a scope lies on, before and after it is walked."""

    def __init__(self, scope: Scope, remembered: Mapping[str, str]) -> None:
        """`remembered` are the places of folders as of earlier runs."""
        self._scope = scope
        self._remembered = remembered
        self._own = {each: place for each, place in remembered.items() if holds(str(scope.root), each)}
        wake(self._own)
        self._before = self._now = Disks().places(scope.root, self._own)

    def shaky(self) -> set[str]:
        """The folders whose file system is another one than remembered, or than before the walk."""
        self._now = Disks().places(self._scope.root, self._own)
        return {folder for folder in {*self._before, *self._now} if not self._is_firm(folder)}

    def is_under(self, record: DocumentRecord, folders: Collection[str]) -> bool:
        """Tell whether the file system of a document begins at one of these folders."""
        path = f"{record.root.rstrip('/')}/{record.path}"
        above = [folder for folder in {*self._before, *self._now} if holds(folder, path)]
        return max(above, key=len, default="") in folders

    @property
    def places(self) -> dict[str, str]:
        """The places to remember, since their files were seen; "" for a folder that is no more."""
        within = {each: place for each, place in self._now.items() if self._scope.holds(Path(each))}
        above = {each: place for each, place in self._now.items() if holds(each, str(self._scope.folder))}
        return {each: place for each, place in above.items() if each not in self._remembered} | within

    def _is_firm(self, folder: str) -> bool:
        before, now = self._before.get(folder), self._now.get(folder)
        return bool(now) and before == now and expected(folder, self._remembered) in ("", now)


def may_come_back(
    gone: Sequence[DocumentRecord], new: Iterable[SourceFile], remembered: Mapping[str, str]
) -> bool:
    """Whether files disappeared in great number, or with their disk, so that all of their folders must tell.

    `gone` are their records, and `new` are files that appeared with them: a moved file keeps its inode.
    """
    moved = set(map(mark, new))
    lost = [record for record in gone if mark(record) not in moved]
    if len(lost) > _MANY:
        return True
    roots = {Path(record.root) for record in lost}
    return any(Ground(Scope(root, root), remembered).shaky() for root in roots)


def _split(
    records: Iterable[DocumentRecord], found: Collection[str]
) -> tuple[list[DocumentRecord], list[DocumentRecord]]:
    both: tuple[list[DocumentRecord], list[DocumentRecord]] = ([], [])
    for record in records:
        both[trace(record) not in found].append(record)
    return both
