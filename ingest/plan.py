"""Plan a run: compare the files of the folders with the records in Redis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.readers.documents import SourceFile
from ingest.scopes import Scope
from semsearch.errors import FolderError
from semsearch.formats.table import kind_of, skip_reason
from semsearch.records import DocumentRecord, Due, Kind, State
from semsearch.store.keys import doc_id


@dataclass(slots=True)
class Plan:
    """What a run has to do. Every file found is in `work`, `unread` or `unchanged`, once.

    work: new or changed files, whose content must be read.
    unread: (file, reason) of new or changed files in formats that semsearch does not read.
    unchanged: records of files that have not changed.
    gone: records of files that no longer exist.
    problems: (path, reason) of folders that could not be listed; the records of their files stay.
    """

    work: list[SourceFile] = field(default_factory=list)
    unread: list[tuple[SourceFile, str]] = field(default_factory=list)
    unchanged: list[DocumentRecord] = field(default_factory=list)
    gone: list[DocumentRecord] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def take(self, file: SourceFile, record: DocumentRecord | None, rules: Rules) -> None:
        """Sort one file into the plan. `record` is that of the same path; None when there is none."""
        if record is not None and _is_settled(record, file, rules):
            self.unchanged.append(record)
        elif kind_of(file.path) is None:
            self.unread.append((file, skip_reason(file.path)))
        else:
            self.work.append(file)


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes an unchanged file worth another look.

    image_model: id of the picture model; "" when there is none, and pictures go on waiting for one.
    retry: look again at files that failed, although they have not changed.
    allow_empty: accept that a folder which had files is missing or empty.
    """

    image_model: str = ""
    retry: bool = False
    allow_empty: bool = False


def plan(scopes: Sequence[Scope], records: Iterable[DocumentRecord], rules: Rules) -> Plan:
    """Compare the folders with the ledger.

    Raises FolderError, before anything is changed, when a folder is missing or when a folder that had files
    is empty. `allow_empty` accepts both for a folder that had files.
    """
    result = Plan()
    known = {record.doc: record for record in records}
    for scope in scopes:
        mine = {doc: record for doc, record in known.items() if scope.holds(Path(record.root, record.path))}
        try:
            seen, unlisted = _look(scope, mine, rules, result)
        except FolderError as error:
            if scope.asked:
                raise
            result.problems.append((str(scope.folder), str(error)))
            continue
        missing = [record for doc, record in mine.items() if doc not in seen]
        result.gone += [record for record in missing if not _lies_in(unlisted, scope, record)]
    return result


def _look(
    scope: Scope, known: dict[str, DocumentRecord], rules: Rules, result: Plan
) -> tuple[set[str], list[str]]:
    """Sort the files of one scope into the plan. Return the docs found and the folders that failed."""
    seen: set[str] = set()
    unlisted: list[str] = []

    def on_error(path: str, reason: str) -> None:
        unlisted.append(path)
        result.problems.append((str(scope.root / path), reason))

    if not _is_folder(scope.folder):
        if not (known and rules.allow_empty):
            stay = f"; its {len(known):,} documents stay in the index" if known else ""
            insist = " To remove them, run again with --allow-empty" if known else ""
            raise FolderError(f"there is no folder {scope.folder}{stay}.{insist}")
        return seen, unlisted
    for file in scope.walk(on_error):
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


def _is_settled(record: DocumentRecord, file: SourceFile, rules: Rules) -> bool:
    """Tell whether the record is final, so that the file need not be read again."""
    if (record.size, record.mtime_ns, record.sidecars) != (file.size, file.mtime_ns, file.sidecar_versions):
        return False
    match record.state:
        case State.INDEXED:
            return True
        case State.WAITING:
            if record.due is Due.CONTENT:
                return False
            return record.kind is Kind.TEXT or not rules.image_model
        case State.SKIPPED:
            return kind_of(file.path) is None
        case State.MISSING:
            return False
        case State.FAILED:
            # Without a hash its bytes could not be read. They may be readable now, although nothing changed.
            return bool(record.sha256) and not rules.retry


def _lies_in(unlisted: Sequence[str], scope: Scope, record: DocumentRecord) -> bool:
    path = Path(record.root, record.path)
    return any(path.is_relative_to(scope.root / folder) for folder in unlisted)
