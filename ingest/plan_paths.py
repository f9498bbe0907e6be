"""Plan a run for some paths only: those that a watcher has seen change."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingest.compare import Rules
from ingest.discover import discover_at
from ingest.plan import Plan
from ingest.sidecars import sidecar_paths
from ingest.zip_files import tell_damaged
from semsearch.errors import FolderError
from semsearch.ignored import IGNORE_FILE
from semsearch.records import DocumentRecord, State
from semsearch.store.keys import doc_id


class Records(Protocol):
    """Records of the ledger, found one by one."""

    def of_docs(self, docs: Sequence[str]) -> list[DocumentRecord]:
        """The records of these documents. Unknown ones are left out."""

    def in_folders(self, root: str, folders: Sequence[str]) -> list[DocumentRecord]:
        """The records of documents in these folders of a root, at any depth."""


@dataclass(frozen=True, slots=True)
class PathPlan:
    """A plan, and the records that it was made from: those of all files that may have changed."""

    todo: Plan
    records: list[DocumentRecord]


def plan_paths(
    paths: Iterable[str], roots: Iterable[str], paused: Collection[str], known: Records, rules: Rules
) -> PathPlan:
    """Compare what is at these absolute paths, and below them, with the records.

    A path belongs to the innermost of the `roots` around it. A path in none of them is left out, and so is
    one in a root that is `paused`. Raises FolderError when a whole root has changed, or cannot be read: that
    needs a walk through it.
    """
    found = PathPlan(Plan(), [])
    roots = sorted(roots, key=len, reverse=True)
    changed: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        folder, _, name = path.rpartition("/")
        path = folder if name == IGNORE_FILE else path
        for root in roots:
            if path == root:
                raise FolderError(f"everything in {root} may have changed")
            if path.startswith(prefix := f"{root.rstrip('/')}/"):
                changed[root].add(path[len(prefix) :])
                break
    for root, below in changed.items():
        if root in paused:
            continue
        inner = [
            each[len(root.rstrip("/")) + 1 :] for each in roots if each.startswith(f"{root.rstrip('/')}/")
        ]
        _plan_root(root, below, tuple(f"{each}/" for each in inner), known, rules, found)
    return found


def _plan_root(
    root: str, paths: set[str], inner: tuple[str, ...], known: Records, rules: Rules, found: PathPlan
) -> None:
    """Plan the changed paths of one root. `inner` are the prefixes of files that belong to other roots."""
    unlisted: list[str] = []

    def on_error(path: str, reason: str) -> None:
        unlisted.append(path)
        found.todo.problems.append((str(Path(root, path)), reason))

    # Whether a sidecar is a document depends on the picture beside it.
    paths = paths.union(*map(sidecar_paths, paths))
    paths = _outermost(paths)
    files = [file for file in discover_at(Path(root), paths, on_error) if not file.path.startswith(inner)]
    docs = {doc_id(root, path) for path in paths} | {doc_id(root, file.path) for file in files}
    records = {record.doc: record for record in known.of_docs(sorted(docs))}
    records |= {
        record.doc: record
        for record in known.in_folders(root, sorted(paths))
        if not record.path.startswith(inner)
    }
    found.records.extend(records.values())
    for file in files:
        found.todo.take(file, records.pop(doc_id(root, file.path), None), rules)
    damaged = {file.path: file.damage for file in files if file.damage}
    tell_damaged(damaged, records.values(), on_error)
    if not Path(root).is_dir():
        raise FolderError(f"there is no folder {root} any more")
    found.todo.gone += [
        record
        for record in records.values()
        if record.state is not State.MISSING and not _lies_in(unlisted, record.path)
    ]


def _outermost(paths: Iterable[str]) -> set[str]:
    """The paths that lie in no other one."""
    kept: set[str] = set()
    for path in sorted(paths, key=len):
        if not any(folder in kept for folder in _above(path)):
            kept.add(path)
    return kept


def _above(path: str) -> Iterable[str]:
    while path := os.path.dirname(path):  # noqa: PTH120 (surrogates)
        yield path


def _lies_in(folders: Sequence[str], path: str) -> bool:
    return any(f"{path}/".startswith(f"{folder}/") for folder in folders)
