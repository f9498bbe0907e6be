"""Forget a folder: its documents leave the index, and it is no longer a known folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from semsearch.folders import drop_folder, find_folder, known_folders
from semsearch.ignored import IGNORE_FILE
from semsearch.settings import Settings
from semsearch.store.store import Store

# What stands for other characters in an ignore file, unless a backslash stands before it.
_WILD = re.compile(r"[\\*?\[]")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A folder that was forgotten, and the number of its documents that were removed.

    `around` is the known folder in which it lies; "" when there is none.
    """

    folder: str
    documents: int
    around: str = ""

    @property
    def hint(self) -> str:
        """How the folder stays forgotten; "" when it does."""
        if not self.around:
            return ""
        path = Path(self.folder).relative_to(self.around).as_posix()
        line = _WILD.sub(r"\\\g<0>", f"/{path}/")
        return (
            f"It lies in {self.around}, with which it is indexed again, unless "
            f"{Path(self.around, IGNORE_FILE)} has the line {line}"
        )


def forget(folder: Path, settings: Settings, store: Store) -> Forgotten:
    """Forget a known folder. Its files stay. A run that goes on is waited for.

    Forgetting that was interrupted can be repeated. Raises FolderError when no known folder is meant,
    SettingsError and RedisError.
    """
    with store.lease.alone(settings.home):
        found = find_folder(folder, {*known_folders(settings.home), *store.roots()})
        # First, so that no watcher takes up its files again.
        drop_folder(settings.home, found)
        records = [record for record in store.ledger if record.root == found]
        store.documents.remove(records)
        store.inventory.forget_folder(found)
        store.statistics.count_changes(len(records))
    around = [each for each in known_folders(settings.home) if Path(found).is_relative_to(each)]
    return Forgotten(found, len(records), max(around, key=len, default=""))
