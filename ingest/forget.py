"""Forget a folder: its documents leave the index, and it is no longer a known folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from semsearch.folders import drop_folder, find_folder, how_it_stays_forgotten, known_folders
from semsearch.settings import Settings
from semsearch.store.store import Store


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A folder that was forgotten, and the number of its documents that were removed.

    `hint` says how it stays forgotten; "" when it does.
    """

    folder: str
    documents: int
    hint: str = ""


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
    return Forgotten(found, len(records), how_it_stays_forgotten(found, known_folders(settings.home)))
