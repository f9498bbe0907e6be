"""The folders that were ingested on this machine, kept in a file of the home.

Whoever can write to Redis can name any folder in a record. The web server therefore serves files only from
the folders of this list, which Redis cannot change. The list also tells that a Redis without documents has
lost them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from semsearch.errors import SettingsError
from semsearch.files import write_whole


def known_folders(home: Path) -> tuple[str, ...]:
    """The folders, as absolute paths in order. Raises SettingsError when the list cannot be read."""
    try:
        folders = json.loads(_file(home).read_text(encoding="utf-8"))
        if not isinstance(folders, list) or not all(isinstance(each, str) for each in folders):
            raise ValueError("it is no list of paths")
        return tuple(folders)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"the list of folders {_file(home)} cannot be read: {error}. Remove it, and run "
            "`semsearch ingest` with your folders again"
        ) from error


def remember_folders(home: Path, folders: Iterable[str]) -> None:
    """Add folders to the list. Raises SettingsError when it cannot be read or written.

    Only the process that holds the lock of ingestion may call this.
    """
    known = known_folders(home)
    wanted = sorted({*known, *folders})
    if wanted == list(known):
        return
    try:
        # JSON escapes the bytes of a name that are not UTF-8.
        write_whole(_file(home), json.dumps(wanted, indent=1).encode("ascii"))
    except OSError as error:
        raise SettingsError(f"SEMSEARCH_HOME is {home}: {error.strerror}") from error


def _file(home: Path) -> Path:
    return home / "folders.json"
