"""What a run has to do: its plan, which `ingest.plan_folders` or `ingest.plan_paths` makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from ingest.absent import Absent
from ingest.compare import Rules, Verdict, compare, noted
from ingest.readers.documents import SourceFile
from ingest.recognise import recognised
from semsearch.formats.table import skip_reason
from semsearch.records import DocumentRecord, Kind, State


@dataclass(slots=True)
class Plan:
    """What a run has to do. Every file found is in one of the first six fields, once.

    settled: the number of files by state that are as they were, and about which nothing is left to say.
    work: new or changed files, whose content must be read.
    unread: (file, reason) of new or changed files in formats that semsearch does not read.
    unchanged: records of further files that have not changed.
    doubtful: (file, record) of files whose content may have changed: their hash must tell.
    back: (file, record) of files that were missing: they are brought back, and then compared.
    noted: those of the unchanged records that have a new inode or time to be written.
    gone: records to remove: their files are left out now, or were missing for too long, or the user says so.
    absent: records of files that disappeared since the last run. Their hashes tell which of them were moved.
    held: records to set aside as missing.
    missing: records that have been set aside, and whose files are still missing.
    places: the places of folders, to be remembered; see ingest.disks.
    ignored: the number of files that were left out, and of folders, each with all that is in it.
    problems: (path, reason) of folders and archives that could not be listed; the records in them stay.
    """

    settled: Counter[State] = field(default_factory=Counter)
    work: list[SourceFile] = field(default_factory=list)
    unread: list[tuple[SourceFile, str]] = field(default_factory=list)
    unchanged: list[DocumentRecord] = field(default_factory=list)
    doubtful: list[tuple[SourceFile, DocumentRecord]] = field(default_factory=list)
    back: list[tuple[SourceFile, DocumentRecord]] = field(default_factory=list)
    noted: list[DocumentRecord] = field(default_factory=list)
    gone: list[DocumentRecord] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    held: list[DocumentRecord] = field(default_factory=list)
    missing: list[DocumentRecord] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    ignored_files: int = 0
    ignored_folders: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def found(self) -> int:
        """The number of files that were found."""
        compared = self.left + len(self.doubtful) + len(self.back)
        return len(self.work) + len(self.unread) + compared

    @property
    def left(self) -> int:
        """The number of files that have not changed."""
        return self.settled.total() + len(self.unchanged)

    def not_there(self) -> Iterator[DocumentRecord]:
        """The records of files that are not there. Most of them have moved, if any file has."""
        for absent in self.absent:
            yield from (*absent.records, *absent.away)
        yield from (*self.gone, *self.missing)

    def take(self, file: SourceFile, record: DocumentRecord | None, rules: Rules) -> None:
        """Sort one file into the plan. `record` is that of the same path; None when there is none."""
        if record is not None and record.state is State.MISSING:
            self.back.append((file, record))
            return
        verdict = Verdict.CHANGED if record is None else compare(record, file, rules)
        if record is not None and verdict is Verdict.UNCHANGED:
            self.leave(file, record)
        elif record is not None and verdict is Verdict.DOUBTFUL:
            self.doubtful.append((file, record))
        else:
            self.add(file)

    def add(self, file: SourceFile) -> None:
        """Add a new or changed file: its content is to be read, if its format is."""
        file = recognised(file)
        if file.format is None:
            self.unread.append((file, file.left_out or skip_reason(file.path)))
        else:
            self.work.append(file)

    def settle_texts(self, found: Collection[str]) -> list[DocumentRecord]:
        """Decide which of the absent texts are gone for certain, while new pictures have not been read."""
        gone = [record for each in self.absent for record in each.divide(found)[0]]
        texts = [record for record in [*self.gone, *gone] if record.kind is not Kind.IMAGE]
        docs = {record.doc for record in texts}
        self.gone = [record for record in self.gone if record.doc not in docs]
        self.absent = [each.without(docs) for each in self.absent]
        return texts

    def settle(self, found: Collection[str]) -> None:
        """Decide which of the absent documents are gone, and which are held as missing.

        `found` are the traces of files that are new in this run.
        """
        absent, self.absent = self.absent, []
        for each in absent:
            gone, held = each.divide(found)
            self.gone += gone
            self.held += held

    def leave(self, file: SourceFile, record: DocumentRecord) -> None:
        """Leave a file as it is in its record."""
        known = noted(record, file)
        self.unchanged.append(known)
        if known != record:
            self.noted.append(known)
