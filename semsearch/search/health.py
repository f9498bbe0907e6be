"""Tell whether Redis still has all that was ingested, and what to do when it has not."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from semsearch.errors import SettingsError
from semsearch.folders import known_folders
from semsearch.message import Message, say, say_many
from semsearch.store.inventory import Shortage
from semsearch.store.keys import index_alias
from semsearch.store.schema import DOC, TEXT
from semsearch.store.store import Store
from semsearch.text import readable

_LIMITED = say("Redis has lost something: whoever runs this server can see in its status what to do.")


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
            return (_LIMITED,) if limited else (say("{what}.", what=error.message),)
        command = f"`semsearch ingest {shlex.join(map(readable, folders)) or 'FOLDER'}`"
        found = [_sentence(shortage, command) for shortage in self._store.inventory.shortages()]
        lost = self._store.inventory.lost_folders(folders)
        if lost.unknown:
            found.append(_of_folders(lost.unknown, is_empty=len(lost.unknown) == len(folders)))
        if lost.doubtful:
            found.append(_of_documents(lost.doubtful))
        return (_LIMITED,) if found and limited else tuple(found)


def describe(shortage: Shortage) -> Message:
    """What an index lacks, as a part of a sentence."""
    name = index_alias(shortage.space)
    if shortage.forgotten:
        return say("what it knew about the index {index}", index=name)
    hashes = _hashes(shortage)
    if shortage.indexed is None:
        return say("the index {index} of {hashes}", index=name, hashes=hashes)
    lost = shortage.hashes - shortage.indexed
    return say("{lost} of {hashes} in the index {index}", lost=lost, hashes=hashes, index=name)


def _hashes(shortage: Shortage) -> Message:
    match shortage.space:
        case space if space == DOC:
            return say_many("{number} document part", "{number} document parts", shortage.hashes)
        case space if space == TEXT:
            return say_many("{number} passage", "{number} passages", shortage.hashes)
    return say_many("{number} picture view", "{number} picture views", shortage.hashes)


def _sentence(shortage: Shortage, command: str) -> Message:
    if shortage.building:
        return say(
            "Redis is still building the index {index}: it has {indexed} of {hashes}. Try again in a moment.",
            index=index_alias(shortage.space),
            indexed=shortage.indexed,
            hashes=_hashes(shortage),
        )
    what = describe(shortage)
    if shortage.forgotten:
        return say("Redis has lost {what}. Run {command} to restore it.", what=what, command=command)
    return say("Redis has lost {what}. Run {command} to restore them.", what=what, command=command)


def _of_folders(lost: Sequence[str], *, is_empty: bool) -> Message:
    names = [readable(folder) for folder in lost]
    folders = ", ".join(names)
    what = (
        say("The index is empty, though these folders were ingested here: {folders}.", folders=folders)
        if is_empty
        else say(
            "The index knows nothing of these folders, though they were ingested here: {folders}.",
            folders=folders,
        )
    )
    return say(
        "{what} Redis lost its data, or SEMSEARCH_REDIS_URL names another Redis than before. "
        "Run `{command}` to index them again.",
        what=what,
        command=shlex.join(("semsearch", "ingest", *names)),
    )


def _of_documents(doubtful: Sequence[str]) -> Message:
    names = [readable(folder) for folder in doubtful]
    return say(
        "Redis has lost documents, which may lie in these folders: {folders}. "
        "Run `{command}` to restore them.",
        folders=", ".join(names),
        command=shlex.join(("semsearch", "ingest", *names)),
    )
