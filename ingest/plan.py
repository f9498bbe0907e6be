"""Plan a run: compare the files of the folders with the records in Redis.

A file that is as it was is settled by its row in the census of the ledger. The records of other files are
read, some at a time. So a plan holds some numbers for each document, and whole records of what changes.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from ingest.absent import Absent, Ground
from ingest.compare import Rules, Verdict, compare, noted
from ingest.readers.documents import SourceFile
from ingest.readers.portions import is_long
from ingest.recognise import recognised
from ingest.record import id_of
from ingest.scopes import Scope
from ingest.zip_files import tell_damaged
from semsearch.errors import FolderError
from semsearch.formats.table import kind_of, skip_reason
from semsearch.records import DocumentRecord, Kind, State
from semsearch.store.census import Census, Mask, Places, version_of

_DAY = 86_400
# Files that are compared together.
_BATCH = 1000

# The records of documents with these ids. Unknown ones are left out.
Read = Callable[[Iterable[str]], Iterable[DocumentRecord]]


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
    gone: records to remove, because their files have been missing for too long, or because the user says so.
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


def plan(
    scopes: Sequence[Scope],
    census: Census,
    read: Read,
    rules: Rules,
    remembered: Mapping[str, str] | None = None,
) -> Plan:
    """Compare the folders with the ledger. `remembered` are the places of folders as of earlier runs.

    Raises FolderError, before anything is changed, when a folder is missing or when a folder that had files
    is empty. `allow_empty` accepts both for a folder that had files.
    """
    result = Plan()
    for scope in scopes:
        mine = _within(scope, census, read)
        ground = Ground(scope, remembered or {})
        try:
            look = _Look(scope, mine, census, read, rules, result)
        except FolderError as error:
            if scope.asked:
                raise
            result.problems.append((str(scope.folder), str(error)))
            continue
        _miss(look.unseen(), int(mine.sum()), ground, rules, result)
        result.places |= ground.places
    return result


def _within(scope: Scope, census: Census, read: Read) -> Mask:
    """The documents in a scope. Only where it is a part of its root, their records are read."""
    mine = census.in_root(str(scope.root))
    if scope.folder != scope.root or scope.inner:
        known = read(census.names(mine))
        docs = [record.doc for record in known if scope.holds(Path(record.root, record.path))]
        mine = np.zeros(len(census), np.bool_)
        mine[census.find(docs)] = True
    return mine


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


class _Look:
    """A look at the files of one scope, which sorts them into the plan."""

    def __init__(
        self, scope: Scope, mine: Mask, census: Census, read: Read, rules: Rules, result: Plan
    ) -> None:
        """`mine` are the documents in the scope. Raises FolderError."""
        self._scope = scope
        self._mine = mine
        self._seen = np.zeros(len(census), np.bool_)
        self._unlisted: list[str] = []
        self._damaged: dict[str, str] = {}
        self._census = census
        self._read = read
        self._rules = rules
        self._result = result
        known = int(mine.sum())
        if not _is_folder(scope.folder):
            if not (known and rules.allow_empty):
                stay = f"; its {known:,} documents stay in the index" if known else ""
                insist = " To remove them, run again with --allow-empty" if known else ""
                raise FolderError(f"there is no folder {scope.folder}{stay}.{insist}")
            return
        found = scope.walk(self._on_error, self._on_ignored)
        is_empty = True
        while files := list(islice(found, _BATCH)):
            self._sort(files)
            is_empty = False
        if known and is_empty and not rules.allow_empty and (not self._unlisted or self.unseen()):
            raise FolderError(
                f"{scope.folder} has no files any more, but {known:,} are indexed: is the disk mounted? "
                "Nothing was removed. If the folder is meant to be empty, run again with --allow-empty"
            )

    def unseen(self) -> list[DocumentRecord]:
        """The records of files that are not there, as far as anybody can tell."""
        records = list(self._read(self._census.names(self._mine & ~self._seen)))
        tell_damaged(self._damaged, records, self._on_error)
        if not self._unlisted:
            return records
        return [record for record in records if not _lies_in(self._unlisted, self._scope, record)]

    def _sort(self, files: Sequence[SourceFile]) -> None:
        self._damaged |= {file.path: file.damage for file in files if file.damage}
        docs = list(map(id_of, files))
        places = self._census.find(docs)
        self._seen[places[places >= 0]] = True
        others = list(self._unsettled(files, places))
        known = {each.doc: each for each in self._read(docs[n] for n in others if places[n] >= 0)}
        for n in others:
            self._result.take(files[n], known.get(docs[n]), self._rules)

    def _unsettled(self, files: Sequence[SourceFile], places: Places) -> Iterator[int]:
        """Count the files about which nothing is left to say, and yield the numbers of the others."""
        states = self._census.states(places, np.array([_version(file) for file in files], np.int64))
        for n, (file, state) in enumerate(zip(files, states, strict=True)):
            if state is None or not _is_settled(file, state):
                yield n
            else:
                self._result.settled[state] += 1

    def _on_error(self, path: str, reason: str) -> None:
        self._unlisted.append(path)
        self._result.problems.append((str(self._scope.root / path), reason))

    def _on_ignored(self, path: str) -> None:
        self._result.ignored_folders += path.endswith("/")
        self._result.ignored_files += not path.endswith("/")


def _is_settled(file: SourceFile, state: State) -> bool:
    """Whether a file that is as it was stays in this state. Of a long one, more may be read today."""
    if state is State.SKIPPED:
        return kind_of(file.path) is None
    return not is_long(file)


def _version(file: SourceFile) -> int:
    sidecars = file.sidecar_versions if file.sidecars else ""
    return version_of(file.size, file.mtime_ns, file.inode, file.ctime_ns, sidecars)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise FolderError(f"{path} cannot be reached: {error.strerror}") from error


def _lies_in(unlisted: Sequence[str], scope: Scope, record: DocumentRecord) -> bool:
    path = Path(record.root, record.path)
    return any(path.is_relative_to(scope.root / folder) for folder in unlisted)
