"""Which root folder a file belongs to, so that no file is ever known under two names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.discover import OnError, discover
from ingest.documents import SourceFile
from semsearch.errors import FolderError


@dataclass(frozen=True, slots=True)
class Scope:
    """A folder to ingest: the root its files are named after, and the part of it to walk.

    `inner` are older roots within the folder: their files keep the names they have.
    """

    root: Path
    folder: Path
    inner: tuple[Path, ...] = ()

    def holds(self, file: Path) -> bool:
        return file.is_relative_to(self.folder)

    def walk(self, on_error: OnError) -> Iterator[SourceFile]:
        """The files of the folder, each under the root that it belongs to."""
        inner = [(f"{root.relative_to(self.root).as_posix()}/", root) for root in self.inner]
        for file in discover(self.root, self.folder, on_error):
            for prefix, root in inner:
                if file.path.startswith(prefix):
                    file = replace(file, root=root, path=file.path[len(prefix) :])
                    break
            yield file


def scopes(folders: Iterable[Path], known: Iterable[str]) -> list[Scope]:
    """Sort out the folders given and the roots known from earlier runs.

    A folder inside a known root is a part of it; a known root inside a folder keeps its files; a folder
    inside another one given is walked with that. Raises FolderError for a path that is a file.
    """
    given = _outermost(_resolved(folder) for folder in folders)
    roots = [Path(root) for root in sorted(known)]
    return [_scope(folder, roots) for folder in given]


def _scope(folder: Path, roots: Sequence[Path]) -> Scope:
    outer = [root for root in roots if folder.is_relative_to(root)]
    if outer:
        # Of nested roots, the files belong to the innermost one.
        return Scope(max(outer, key=lambda root: len(root.parts)), folder, _inside(folder, roots))
    return Scope(folder, folder, _inside(folder, roots))


def _inside(folder: Path, roots: Sequence[Path]) -> tuple[Path, ...]:
    """Known roots strictly within `folder`, the innermost first."""
    found = [root for root in roots if root != folder and root.is_relative_to(folder)]
    return tuple(sorted(found, key=lambda root: -len(root.parts)))


def _resolved(folder: Path) -> Path:
    path = folder.expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise FolderError(f"{folder} is a file: give the folder it lies in")
    return path


def _outermost(folders: Iterable[Path]) -> list[Path]:
    kept: list[Path] = []
    for folder in sorted(set(folders), key=lambda path: len(path.parts)):
        if not any(folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    return kept
