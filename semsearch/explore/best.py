"""Which of several copies is the best one to keep, and what deleting the others would free."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from semsearch.language.document_date import document_date
from semsearch.members import split_address
from semsearch.records import DocumentRecord

Folder = tuple[str, str]


class Quality:
    """Compares documents. The best one comes first in order.

    A file on the disk is better than one in an archive, from which nobody can delete it. Then count the
    pixels of a picture, the bytes of the file, its date (the earlier is the original), and how many documents
    lie in its folder: so what is kept lies together. Last come the shorter path and the order of paths.
    """

    def __init__(self, records: Iterable[DocumentRecord], pixels: Mapping[str, int] | None = None) -> None:
        """`records` are the whole library. `pixels` are the numbers of pixels of pictures, by document."""
        self._pixels = pixels or {}
        self._in_folder = Counter(map(folder_of, records))

    def key(self, record: DocumentRecord) -> tuple[object, ...]:
        """What documents are sorted by."""
        return (
            is_member(record),
            -self._pixels.get(record.doc, 0),
            -record.size,
            document_date(record).seconds,
            -self._in_folder[folder_of(record)],
            len(record.path),
            record.path,
            record.root,
        )

    def ordered(self, records: Iterable[DocumentRecord]) -> list[DocumentRecord]:
        """The documents, the best one first."""
        return sorted(records, key=self.key)


def freed(group: Sequence[DocumentRecord]) -> int:
    """The bytes that deleting all files of a group but the first would free.

    Files in archives are not counted.
    """
    return sum(record.size for record in group[1:] if not is_member(record))


def unchanged_files(group: Iterable[DocumentRecord]) -> list[Path]:
    """The absolute paths of the files of a group, in order, that are as they were when they were read.

    Files in archives are left out, and further names of one file.
    """
    found: dict[tuple[int, int], Path] = {}
    for record in group:
        path = Path(record.root, record.path)
        if is_member(record):
            continue
        with suppress(OSError):
            status = path.lstat()
            is_unchanged = (status.st_size, status.st_mtime_ns) == (record.size, record.mtime_ns)
            if is_unchanged and record.ctime_ns in (0, status.st_ctime_ns):
                found.setdefault((status.st_dev, status.st_ino), path)
    return list(found.values())


def spare_files(group: Iterable[DocumentRecord]) -> list[Path]:
    """The absolute paths of files of a group that can go: each has the same bytes as one that stays.

    Of each content, the first file that is there unchanged stays. All these files are read once more: the
    bytes on the disk must be equal now. What cannot be read is left out.
    """
    by_content: dict[str, list[DocumentRecord]] = {}
    for record in group:
        by_content.setdefault(record.sha256, []).append(record)
    found = []
    for records in by_content.values():
        kept: str | None = None
        for path in unchanged_files(records) if len(records) > 1 else ():
            with suppress(OSError), path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                if kept is None:
                    kept = digest
                elif digest == kept:
                    found.append(path)
    return found


def folder_of(record: DocumentRecord) -> Folder:
    """The folder of a document: its root, and the path of the folder below it."""
    return record.root, record.path.rpartition("/")[0]


def is_member(record: DocumentRecord) -> bool:
    """Whether a document lies in an archive."""
    return bool(split_address(record.path)[1])
