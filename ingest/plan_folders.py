"""Plan a run: compare the files of the folders with the records in Redis.

A file that is as it was is settled by its row in the census of the ledger. The records of other files are
read, some at a time. So a plan holds some numbers for each document, and whole records of what changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

import numpy as np

from ingest.absent import Absent, Ground
from ingest.compare import Rules
from ingest.plan import Plan
from ingest.readers.documents import SourceFile
from ingest.readers.portions import is_long
from ingest.record import id_of
from ingest.scopes import Scope
from ingest.why import why_left_out
from ingest.zip_files import tell_damaged
from semsearch.errors import FolderError
from semsearch.formats.table import kind_of
from semsearch.members import split_address
from semsearch.records import DocumentRecord, State
from semsearch.store.census import Census, Mask, Places, version_of

_DAY = 86_400
# Files that are compared together.
_BATCH = 1000

# The records of documents with these ids. Unknown ones are left out.
Read = Callable[[Iterable[str]], Iterable[DocumentRecord]]


def plan_folders(
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
        known = int(mine.sum())
        try:
            look = _Look(scope, known, census, read, rules, result)
            left_out, unseen = look.unseen(mine)
        except FolderError as error:
            if scope.asked:
                raise
            result.problems.append((str(scope.folder), str(error)))
            continue
        result.gone += left_out
        _miss(unseen, known - len(left_out), ground, rules, result)
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
        self, scope: Scope, known: int, census: Census, read: Read, rules: Rules, result: Plan
    ) -> None:
        """`known` is the number of documents in the scope. Raises FolderError."""
        self._seen = np.zeros(len(census), np.bool_)
        self._unlisted: list[str] = []
        self._left_out: set[str] = set()
        self._damaged: dict[str, str] = {}
        self._is_empty = False
        self._scope = scope
        self._census = census
        self._read = read
        self._rules = rules
        self._result = result
        if not _is_folder(scope.folder):
            if not (known and rules.allow_empty):
                stay = f"; its {known:,} documents stay in the index" if known else ""
                insist = " To remove them, run again with --allow-empty" if known else ""
                raise FolderError(f"there is no folder {scope.folder}{stay}.{insist}")
            return
        _check_way(scope)
        found = scope.walk(self._on_error, self._on_ignored)
        self._is_empty = True
        while files := list(islice(found, _BATCH)):
            self._sort(files)
            self._is_empty = False

    def unseen(self, mine: Mask) -> tuple[list[DocumentRecord], list[DocumentRecord]]:
        """Of the records in the scope, `mine`: those of files that are left out now, and of missing files.

        Files in folders and archives that could not be listed are neither. Raises FolderError if all files
        are missing.
        """
        both: tuple[list[DocumentRecord], list[DocumentRecord]] = ([], [])
        records = list(self._read(self._census.names(mine & ~self._seen)))
        tell_damaged(self._damaged, records, self._on_error)
        for record in records:
            if not (self._unlisted and _lies_in(self._unlisted, self._scope, record)):
                both[not self._is_left_out(record)].append(record)
        if self._is_empty and both[True] and not self._rules.allow_empty:
            raise FolderError(
                f"{self._scope.folder} has no files any more, but {len(both[True]):,} are indexed: is the "
                "disk mounted? Nothing was removed. If the folder is meant to be empty, run again with "
                "--allow-empty"
            )
        return both

    def _is_left_out(self, record: DocumentRecord) -> bool:
        path, _ = split_address(record.path)
        above = PurePosixPath(path).parents
        is_itself = not self._left_out.isdisjoint((path, record.path))
        return is_itself or any(f"{folder}/" in self._left_out for folder in above)

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
        self._left_out.add(path)
        self._result.ignored_folders += path.endswith("/")
        self._result.ignored_files += not path.endswith("/")


def _is_settled(file: SourceFile, state: State) -> bool:
    """Whether a file that is as it was stays in this state. More may be read of a long one, or an archive."""
    if state is State.SKIPPED:
        return kind_of(file.path) is None and not file.left_out
    return not is_long(file)


def _version(file: SourceFile) -> int:
    sidecars = file.sidecar_versions if file.sidecars else ""
    return version_of(file.size, file.mtime_ns, file.inode, file.ctime_ns, sidecars)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise FolderError(f"{path} cannot be reached: {error.strerror}") from error


def _check_way(scope: Scope) -> None:
    """Raise FolderError when a part of a root is left out by the rules of the root."""
    part = scope.folder.relative_to(scope.root).as_posix()
    if part != "." and (reason := why_left_out(scope.root, part)):
        raise FolderError(
            f"{scope.folder} is left out of {scope.root}, in which it lies: {reason}. To have it as a folder "
            f"of its own, run `semsearch folders add {scope.folder}` first"
        )


def _lies_in(unlisted: Sequence[str], scope: Scope, record: DocumentRecord) -> bool:
    path = Path(record.root, record.path)
    return any(path.is_relative_to(scope.root / folder) for folder in unlisted)
