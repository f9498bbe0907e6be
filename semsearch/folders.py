"""The folders that were ingested on this machine, kept in a file of the home, and which of them are paused.

Whoever can write to Redis can name any folder in a record. The web server therefore serves files only from
the folders of this list, which Redis cannot change. The list also tells that a Redis without documents has
lost them.

The file is a JSON list. A folder is its path, or {"path": PATH, "paused": true}.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semsearch.errors import FolderError, SettingsError
from semsearch.files import write_whole
from semsearch.ignored import IGNORE_FILE
from semsearch.lock import locked
from semsearch.message import say
from semsearch.text import readable

# What stands for other characters in an ignore file, unless a backslash stands before it.
_WILD = re.compile(r"[\\*?\[]")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the list, by its absolute path.

    A paused folder is not watched, and a run that names no folder leaves it out. Its documents can be found.
    """

    path: str
    paused: bool = False


def listed_folders(home: Path) -> tuple[Folder, ...]:
    """The folders in the order of their paths. Raises SettingsError when the list cannot be read."""
    try:
        folders = json.loads(_file(home).read_text(encoding="utf-8"))
        if not isinstance(folders, list):
            raise ValueError("it is no list of paths")
        return tuple(map(_folder, folders))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"the list of folders {_file(home)} cannot be read: {error}. Remove it, and run "
            "`semsearch ingest` with your folders again"
        ) from error


def known_folders(home: Path) -> tuple[str, ...]:
    """The paths of all folders of the list, in order. Raises SettingsError when it cannot be read."""
    return tuple(folder.path for folder in listed_folders(home))


def remember_folders(home: Path, folders: Iterable[str]) -> None:
    """Add folders to the list. A folder that is in it stays as it is.

    Raises SettingsError when the list cannot be read or written.
    """

    def add(known: dict[str, Folder]) -> None:
        for path in folders:
            known.setdefault(path, Folder(path))

    _change(home, add)


def pause_folder(home: Path, folder: str, *, paused: bool) -> None:
    """Pause a folder of the list, or resume it. A folder that is not in the list stays unknown.

    Raises SettingsError when the list cannot be read or written.
    """

    def mark(known: dict[str, Folder]) -> None:
        if folder in known:
            known[folder] = Folder(folder, paused)

    _change(home, mark)


def drop_folder(home: Path, folder: str) -> None:
    """Take a folder off the list. Raises SettingsError when the list cannot be read or written."""
    _change(home, lambda known: known.pop(folder, None))


def find_folder(folder: Path, known: Iterable[str]) -> str:
    """The one of the known folders that the user means. Raises FolderError, which lists them, if none is."""
    known = sorted(known)
    try:
        names = {str(folder), str(folder.expanduser().absolute()), str(folder.expanduser().resolve())}
    except (OSError, RuntimeError):  # a loop of links, or the home of an unknown user
        names = {str(folder)}
    for each in known:
        if each in names:
            return each
    listed = ", ".join(map(readable, known)) or "none yet"
    raise FolderError(f"{readable(str(folder))} is no known folder. The known folders are: {listed}")


def how_it_stays_forgotten(folder: str, known: Iterable[str]) -> str:
    """What it takes, because the folder lies in another of the `known` ones; "" when it lies in none."""
    around = [each for each in known if each != folder and Path(folder).is_relative_to(each)]
    if not around:
        return ""
    outer = max(around, key=len)
    line = _WILD.sub(r"\\\g<0>", f"/{Path(folder).relative_to(outer).as_posix()}/")
    return say(
        "It lies in {folder}, with which it is indexed again, unless {file} has the line {line}",
        folder=outer,
        file=str(Path(outer, IGNORE_FILE)),
        line=line,
    )


def is_offline(folder: Path, documents: int) -> bool:
    """Whether a folder with this number of documents cannot be reached now.

    A folder that had documents and is empty is the place of a disk that is not mounted.
    """
    try:
        with os.scandir(folder) as entries:
            return documents > 0 and next(entries, None) is None
    except OSError:
        return True


def _folder(entry: Any) -> Folder:
    if isinstance(entry, str):
        return Folder(entry)
    if not (isinstance(entry, dict) and isinstance(entry.get("path"), str)):
        raise ValueError("it is no list of paths")
    return Folder(entry["path"], paused=entry.get("paused") is True)


def _change(home: Path, change: Callable[[dict[str, Folder]], object]) -> None:
    with locked(home, "folders.lock"):
        before = listed_folders(home)
        known = {folder.path: folder for folder in before}
        change(known)
        after = tuple(known[path] for path in sorted(known))
        if after == before:
            return
        entries = [{"path": each.path, "paused": True} if each.paused else each.path for each in after]
        try:
            # JSON escapes the bytes of a name that are not UTF-8.
            write_whole(_file(home), json.dumps(entries, indent=1).encode("ascii"))
        except OSError as error:
            raise SettingsError(f"SEMSEARCH_HOME is {home}: {error.strerror}") from error


def _file(home: Path) -> Path:
    return home / "folders.json"
