"""Decide which root folder a file belongs to, so that no file is known under two names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.discover import OnError, OnIgnored, discover
from ingest.readers.documents import SourceFile
from semsearch.errors import FolderError


@dataclass(frozen=True, slots=True)
class Scope:
    """A folder to ingest: the root that its paths are relative to, and the part of it to walk.

    `inner` are older roots within the folder; each of them is a scope of its own. `asked` is True when the
    user named this folder, and False when it only lies in a folder that the user named.
    """

    root: Path
    folder: Path
    inner: tuple[Path, ...] = ()
    asked: bool = True

    def holds(self, file: Path) -> bool:
        return file.is_relative_to(self.folder) and not any(map(file.is_relative_to, self.inner))

    def walk(self, on_error: OnError, on_ignored: OnIgnored) -> Iterator[SourceFile]:
        """Yield the files of the folder, without those of inner roots."""
        inner = tuple(f"{root.relative_to(self.root).as_posix()}/" for root in self.inner)

        def ignored(path: str) -> None:
            if not path.startswith(inner):
                on_ignored(path)

        found = discover(self.root, self.folder, on_error, ignored)
        return (file for file in found if not file.path.startswith(inner))


def scopes(
    folders: Iterable[Path],
    known: Iterable[str],
    *,
    asked: bool = False,
    also: Iterable[str] = (),
    paused: Collection[str] = (),
) -> list[Scope]:
    """Turn the given folders and the known roots of earlier runs into scopes.

    A folder inside a known root is a part of that root. A known root inside a folder keeps its files. A
    folder inside another given folder is walked with it. With `asked`, known roots inside a folder count as
    named by the user. `also` are known roots to walk too, though the user did not name them. `paused` are
    known roots that are walked only if the user named them. Raises FolderError for a path that is a file or
    cannot be reached.
    """
    found = []
    roots = [Path(root) for root in sorted(known)]
    named = set(map(_resolved, folders))
    resting = set(map(Path, paused)) - named
    for folder in _outermost(named):
        # Where roots are nested, files belong to the innermost one.
        outer = [root for root in roots if folder.is_relative_to(root)]
        root = max(outer, key=lambda root: len(root.parts), default=folder)
        inner = _inside(folder, roots)
        found.append(Scope(root, folder, inner))
        found += [Scope(root, root, _inside(root, roots), asked) for root in inner if root not in resting]
    for root in map(Path, also):
        if all(scope.folder != root for scope in found):
            walked = [scope.folder for scope in found if scope.root == root]
            found.append(Scope(root, root, (*_inside(root, roots), *walked), asked=False))
    return found


def _inside(folder: Path, roots: Sequence[Path]) -> tuple[Path, ...]:
    """Return the known roots strictly within `folder`, the innermost first."""
    found = [root for root in roots if root != folder and root.is_relative_to(folder)]
    return tuple(sorted(found, key=lambda root: -len(root.parts)))


def _resolved(folder: Path) -> Path:
    try:
        path = folder.expanduser().resolve()
        if path.exists() and not path.is_dir():
            raise FolderError(f"{folder} is a file: give the folder it lies in")
    except (OSError, RuntimeError) as error:  # a loop of links, the home of an unknown user, a name too long
        raise FolderError(f"{folder} cannot be reached: {error}") from error
    return path


def _outermost(folders: Iterable[Path]) -> list[Path]:
    kept: list[Path] = []
    for folder in sorted(folders, key=lambda path: len(path.parts)):
        if not any(folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    return kept
