"""Find the files of a folder: what is walked, what is left out, and in which order."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ingest.readers.documents import SourceFile
from ingest.sidecars import Sidecars, sidecars_of
from ingest.zip_files import is_archive, with_members
from semsearch.errors import FolderError
from semsearch.ignored import IGNORE_FILE, Rules, is_ignored

OnError = Callable[[str, str], None]
OnIgnored = Callable[[str], None]


class _Told(NamedTuple):
    """Who is told about problems, and about what is left out."""

    problem: OnError
    left_out: OnIgnored


def discover(
    root: Path,
    scope: Path | None = None,
    on_error: OnError | None = None,
    on_ignored: OnIgnored | None = None,
) -> Iterator[SourceFile]:
    """Yield the files below `root`, or only those below its subfolder `scope`, sorted by path.

    Hidden files, caches and what .semsearchignore files name are left out. No link is followed except
    `root` itself, so that nothing outside is read and nothing is listed twice. A folder or file that
    cannot be read is passed to `on_error` as (path relative to root, reason), and the walk goes on.
    What is left out is passed to `on_ignored` by its path, with a slash at the end for a folder with all
    that is in it, and a file in an archive by its address. A `scope` that does not exist yields nothing.

    Raises FolderError when `root` is not a readable folder, or when `scope` does not lie in it.
    """
    steps = _steps(root, scope)
    told = _Told(on_error or (lambda _path, _reason: None), on_ignored or (lambda _path: None))
    try:
        with os.scandir(root):
            pass
    except OSError as error:
        raise FolderError(f"{root} cannot be read: {error.strerror}. Is it there, and a folder?") from error
    return _walk(root, steps, told)


def discover_at(root: Path, paths: Iterable[str], on_error: OnError) -> Iterator[SourceFile]:
    """Yield the files at these paths below `root`, and all files in those that are folders.

    The paths are relative to `root`, and none lies in another one. A path of a sidecar also stands for the
    pictures that it describes. The rest is as for `discover`; a path where nothing is yields nothing.
    """
    told = _Told(on_error, lambda _path: None)
    names = defaultdict(set)
    for path in paths:
        folder, _, name = path.rpartition("/")
        names[folder].add(name)
    for folder, wanted in names.items():
        if (way := _way(root, tuple(filter(None, folder.split("/"))), on_error)) is not None:
            yield from _below(root, _listing(root, *way, told, wanted), told)


def _steps(root: Path, scope: Path | None) -> tuple[str, ...]:
    """Return the names of the folders on the way from root to scope."""
    if scope is None:
        return ()
    try:
        steps = (root / scope).relative_to(root).parts
    except ValueError as error:
        raise FolderError(f"{scope} does not lie in {root}") from error
    if ".." in steps:
        raise FolderError(f"{scope} does not lie in {root}: it must not contain '..'")
    return steps


def _walk(root: Path, steps: tuple[str, ...], told: _Told) -> Iterator[SourceFile]:
    if (way := _way(root, steps, told.problem)) is not None:
        yield from _below(root, _listing(root, *way, told), told)


def _way(root: Path, steps: tuple[str, ...], report: OnError) -> tuple[str, tuple[Rules, ...]] | None:
    """Return the prefix of the folder that these steps lead to, and the rules on the way.

    Return None when there is no such folder, or when it is left out.
    """
    rules: tuple[Rules, ...] = ()
    prefix = ""
    for step in steps:
        # The ignore files on the way down apply to this folder as they would in a walk from the root.
        rules = with_ignore_file(root, prefix, rules, report)
        try:
            is_folder = stat.S_ISDIR(os.lstat(root / prefix / step).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            report(prefix + step, f"cannot be reached: {error.strerror}")
            return None
        if not is_folder or is_ignored(f"{prefix}{step}/", rules):
            return None
        prefix += step + "/"
    return prefix, rules


def _below(
    root: Path, listing: Iterator[SourceFile | tuple[str, tuple[Rules, ...]]], told: _Told
) -> Iterator[SourceFile]:
    """Yield the files of a listing, and those in the folders of it."""
    # A stack of listings in place of recursion: a tree may be deeper than Python's stack.
    stack = [listing]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif isinstance(item, SourceFile):
            yield item
        else:
            stack.append(_listing(root, item[0], item[1], told))


def _listing(
    root: Path, prefix: str, rules: tuple[Rules, ...], told: _Told, wanted: Collection[str] | None = None
) -> Iterator[SourceFile | tuple[str, tuple[Rules, ...]]]:
    """Yield the files of one folder, and its subfolders as (prefix, rules), sorted by path.

    With `wanted`, yield only entries of these names, and pictures of which one is a sidecar.
    """
    try:
        with os.scandir(os.path.join(root, prefix)) as entries:  # noqa: PTH118 (surrogates, and speed)
            found = {entry.name + "/" * entry.is_dir(follow_symlinks=False): entry for entry in entries}
    except FileNotFoundError:
        return  # removed during the walk
    except OSError as error:
        told.problem(prefix.rstrip("/"), f"cannot be listed: {error.strerror}")
        return
    if IGNORE_FILE in found:
        rules = with_ignore_file(root, prefix, rules, told.problem)
    sidecars = Sidecars(root, prefix, [entry for name, entry in found.items() if not name.endswith("/")])
    # The slash after its name sorts a folder to where the paths of its files belong.
    for name in sorted(found):
        path, entry = prefix + name, found[name]
        if wanted is not None and entry.name not in wanted and not sidecars_of(entry.name, wanted):
            continue
        if is_ignored(path, rules):
            told.left_out(path)
            continue
        if name.endswith("/"):
            yield path, rules
            continue
        try:
            if entry.is_file(follow_symlinks=False) and not sidecars.is_only_sidecar(entry.name):
                file = SourceFile.of(root, path, entry.stat(follow_symlinks=False), sidecars.of(entry.name))
                yield from with_members(file, rules, *told) if is_archive(path) else (file,)
            else:
                told.left_out(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            told.problem(path, f"cannot be read: {error.strerror}")


def with_ignore_file(root: Path, prefix: str, rules: tuple[Rules, ...], report: OnError) -> tuple[Rules, ...]:
    """Return `rules` and those of the ignore file in the folder `prefix`, if there is one."""
    file = root / prefix / IGNORE_FILE
    try:
        if not stat.S_ISREG(os.lstat(file).st_mode):
            return rules
        content = file.read_bytes()
    except FileNotFoundError:
        return rules
    except OSError as error:
        report(prefix + IGNORE_FILE, f"cannot be read: {error.strerror}")
        return rules
    return (*rules, Rules.read(prefix, content, lambda problem: report(prefix + IGNORE_FILE, problem)))
