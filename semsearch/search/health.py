"""Tell whether Redis still has all that was ingested, and what to do when it has not."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from semsearch.errors import SettingsError
from semsearch.folders import known_folders
from semsearch.store.inventory import Shortage
from semsearch.store.keys import index_alias
from semsearch.store.schema import DOC, IMAGE, TEXT
from semsearch.store.store import Store
from semsearch.text import readable

_HASHES = {DOC: "document part", TEXT: "passage", IMAGE: "picture view"}
_LIMITED = "Redis has lost something: whoever runs this server can see in its status what to do."


class Health:
    """Looks for what is missing. One per process; safe to share between threads."""

    def __init__(self, store: Store, home: Path | None = None) -> None:
        """`home` has the list of the folders that were ingested."""
        self._store = store
        self._home = home

    def missing(self, *, limited: bool = False) -> tuple[str, ...]:
        """A sentence for each loss, with its cure; empty if nothing is missing. Raises RedisError.

        `limited` is for people who may not know about all folders: the sentences name none.
        """
        try:
            folders = () if self._home is None else known_folders(self._home)
        except SettingsError as error:
            return (_LIMITED,) if limited else (f"{error}.",)
        command = f"`semsearch ingest {shlex.join(map(readable, folders)) or 'FOLDER'}`"
        found = [_sentence(shortage, command) for shortage in self._store.inventory.shortages()]
        lost = self._store.inventory.lost_folders(folders)
        if lost.unknown:
            found.append(_of_folders(lost.unknown, is_empty=len(lost.unknown) == len(folders)))
        if lost.doubtful:
            found.append(_of_documents(lost.doubtful))
        return (_LIMITED,) if found and limited else tuple(found)


def describe(shortage: Shortage) -> str:
    """What an index lacks, as a part of a sentence."""
    name, noun = index_alias(shortage.space), _HASHES[shortage.space]
    if shortage.forgotten:
        return f"what it knew about the index {name}"
    if shortage.indexed is None:
        return f"the index {name} of {_counted(shortage.hashes, noun)}"
    lost = shortage.hashes - shortage.indexed
    return f"{lost:,} of {_counted(shortage.hashes, noun)} in the index {name}"


def _sentence(shortage: Shortage, command: str) -> str:
    if shortage.building:
        name, noun = index_alias(shortage.space), _HASHES[shortage.space]
        have = f"{shortage.indexed:,} of {_counted(shortage.hashes, noun)}"
        return f"Redis is still building the index {name}: it has {have}. Try again in a moment."
    what = "it" if shortage.forgotten else "them"
    return f"Redis has lost {describe(shortage)}. Run {command} to restore {what}."


def _of_folders(lost: Sequence[str], *, is_empty: bool) -> str:
    names = [readable(folder) for folder in lost]
    what = (
        f"The index is empty, though these folders were ingested here: {', '.join(names)}."
        if is_empty
        else f"The index knows nothing of these folders, though they were ingested here: {', '.join(names)}."
    )
    return (
        f"{what} Redis lost its data, or SEMSEARCH_REDIS_URL names another Redis than before. "
        f"Run `semsearch ingest {shlex.join(names)}` to index them again."
    )


def _of_documents(doubtful: Sequence[str]) -> str:
    names = [readable(folder) for folder in doubtful]
    return (
        f"Redis has lost documents, which may lie in these folders: {', '.join(names)}. "
        f"Run `semsearch ingest {shlex.join(names)}` to restore them."
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
