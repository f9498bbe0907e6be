"""Plan a run: compare the files of the folders with the records in Redis."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.absent import Absent, Ground
from ingest.compare import Rules, Verdict, compare, noted
from ingest.readers.documents import SourceFile
from ingest.scopes import Scope
from semsearch.errors import FolderError
from semsearch.formats.table import kind_of, skip_reason
from semsearch.records import DocumentRecord, Kind, State
from semsearch.store.keys import doc_id

_DAY = 86_400


@dataclass(slots=True)
class Plan:
    """What a run has to do. Every file found is in one of the first five lists, once.

    work: new or changed files, whose content must be read.
    unread: (file, reason) of new or changed files in formats that semsearch does not read.
    unchanged: records of files that have not changed.
    doubtful: (file, record) of files whose content may have changed: their hash must tell.
    back: (file, record) of files that were missing: they are brought back, and then compared.
    noted: those of the unchanged records that have a new inode or time to be written.
    gone: records to remove, because their files have been missing for too long, or because the user says so.
    absent: records of files that disappeared since the last run. Their hashes tell which of them were moved.
    held: records to set aside as missing.
    missing: records that have been set aside, and whose files are still missing.
    places: the places of folders, to be remembered; see ingest.disks.
    ignored: the number of files that were left out, and of folders, each with all that is in it.
    problems: (path, reason) of folders that could not be listed; the records of their files stay.
    """

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
        compared = len(self.unchanged) + len(self.doubtful) + len(self.back)
        return len(self.work) + len(self.unread) + compared

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
        elif kind_of(file.path) is None:
            self.unread.append((file, skip_reason(file.path)))
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


def plan(
    scopes: Sequence[Scope],
    records: Iterable[DocumentRecord],
    rules: Rules,
    remembered: Mapping[str, str] | None = None,
) -> Plan:
    """Compare the folders with the ledger. `remembered` are the places of folders as of earlier runs.

    Raises FolderError, before anything is changed, when a folder is missing or when a folder that had files
    is empty. `allow_empty` accepts both for a folder that had files.
    """
    result = Plan()
    known = {record.doc: record for record in records}
    for scope in scopes:
        mine = {doc: record for doc, record in known.items() if scope.holds(Path(record.root, record.path))}
        ground = Ground(scope, remembered or {})
        try:
            seen, unlisted = _look(scope, mine, rules, result)
        except FolderError as error:
            if scope.asked:
                raise
            result.problems.append((str(scope.folder), str(error)))
            continue
        unseen = [record for doc, record in mine.items() if doc not in seen]
        unseen = [record for record in unseen if not _lies_in(unlisted, scope, record)]
        _miss(unseen, len(mine), ground, rules, result)
        result.places |= ground.places
    return result


def _miss(unseen: Sequence[DocumentRecord], known: int, ground: Ground, rules: Rules, result: Plan) -> None:
    """Sort the records whose files were not seen in a scope of `known` documents into the plan."""
    shaky = ground.shaky()
    if rules.allow_empty:
        result.gone += unseen
        return
    oldest = time.time() - rules.missing_days * _DAY
    new: tuple[list[DocumentRecord], list[DocumentRecord]] = ([], [])
    for record in unseen:
        if record.state is not State.MISSING:
            new[ground.is_under(record, shaky)].append(record)
        elif record.missing_since < oldest:
            result.gone.append(record)
        else:
            result.missing.append(record)
    if any(new):
        missing = sum(record.state is State.MISSING for record in unseen)
        result.absent.append(Absent(tuple(new[False]), tuple(new[True]), known - missing))


def _look(
    scope: Scope, known: dict[str, DocumentRecord], rules: Rules, result: Plan
) -> tuple[set[str], list[str]]:
    """Sort the files of one scope into the plan. Return the docs found and the folders that failed."""
    seen: set[str] = set()
    unlisted: list[str] = []

    def on_error(path: str, reason: str) -> None:
        unlisted.append(path)
        result.problems.append((str(scope.root / path), reason))

    def on_ignored(path: str) -> None:
        result.ignored_folders += path.endswith("/")
        result.ignored_files += not path.endswith("/")

    if not _is_folder(scope.folder):
        if not (known and rules.allow_empty):
            stay = f"; its {len(known):,} documents stay in the index" if known else ""
            insist = " To remove them, run again with --allow-empty" if known else ""
            raise FolderError(f"there is no folder {scope.folder}{stay}.{insist}")
        return seen, unlisted
    for file in scope.walk(on_error, on_ignored):
        doc = doc_id(str(file.root), file.path)
        seen.add(doc)
        result.take(file, known.get(doc), rules)
    if known and not seen and not rules.allow_empty:
        raise FolderError(
            f"{scope.folder} has no files any more, but {len(known):,} are indexed: is the disk mounted? "
            "Nothing was removed. If the folder is meant to be empty, run again with --allow-empty"
        )
    return seen, unlisted


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise FolderError(f"{path} cannot be reached: {error.strerror}") from error


def _lies_in(unlisted: Sequence[str], scope: Scope, record: DocumentRecord) -> bool:
    path = Path(record.root, record.path)
    return any(path.is_relative_to(scope.root / folder) for folder in unlisted)
