"""What a person wants to know of a library: its folders, what failed and why, memory, and past runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from semsearch.records import DocumentRecord, State
from semsearch.results import Status


class FolderState(StrEnum):
    """The state of a folder."""

    WATCHED = "watched"
    PAUSED = "paused"
    OFFLINE = "offline"  # it cannot be reached, or is empty though it has documents
    UNLISTED = "unlisted"  # only its documents are here: they were imported, or forgetting was interrupted


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """A folder by its absolute path.

    `documents` can be found. They are `texts`, `pictures`, and files that are found by their names only.
    `failed` files could not be read. The times are in seconds since 1970, and 0 where they are not known:
    `changed` is when the latest of the documents was indexed, and `seen` when a run last compared all files
    of the folder with the index.
    """

    path: str
    state: FolderState
    documents: int = 0
    texts: int = 0
    pictures: int = 0
    failed: int = 0
    changed: float = 0.0
    seen: float = 0.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Files in one state for one reason.

    `reason` is the reason that all of them have, or what their reasons begin with, up to the first colon:
    "damaged" where that of a file is "damaged: it has no end". `words` find these files with
    `semsearch ingest --retry --reason`. `examples` are the records of the first of the `files`, by path.
    """

    state: State
    reason: str
    words: str
    files: int
    examples: tuple[DocumentRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of Redis in bytes: what it takes, and the most that it may take; 0 for no limit."""

    used: int
    limit: int = 0


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run of ingestion that ended at `ended`, in seconds since 1970, with its counts by name.

    `is_whole` is False for a run over single paths, as a watcher starts them.
    """

    ended: float
    counts: Mapping[str, float]
    is_whole: bool = True

    @property
    def changed(self) -> int:
        """The number of files that the run has indexed, taken over or removed."""
        return int(sum(self.counts.get(name, 0) for name in ("indexed", "reused", "removed", "read")))

    @property
    def failed(self) -> int:
        """The number of files that failed in the run."""
        return int(self.counts.get("failed", 0))

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return self.counts.get("seconds", 0.0)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page of the library shows. `runs` has the latest run first."""

    status: Status
    folders: tuple[FolderStatus, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    memory: Memory = Memory(0)
    runs: tuple[PastRun, ...] = ()
