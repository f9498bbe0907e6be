"""How a library is doing: its status, its folders, what failed and why, memory, and past runs."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from semsearch.message import Message, say, say_many
from semsearch.progress import RunProgress
from semsearch.records import DocumentRecord, Kind, State
from semsearch.text import readable


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The status of a search index: its records, the model of its vectors, and its failures."""

    name: str
    records: int
    failures: int
    percent_indexed: float
    memory_mb: float
    model: str = ""
    dims: int = 0


@dataclass(frozen=True, slots=True)
class Away:
    """Documents of a root folder whose files are missing, the first of them `since` then."""

    root: str
    documents: int
    since: float

    @property
    def sentence(self) -> Message:
        """What is missing, since when, and what to do."""
        folder = readable(self.root)
        command = f"semsearch ingest {shlex.quote(folder)}"
        lost = say_many(
            "1 document in {folder} is missing since {since}:",
            "{number} documents in {folder} are missing since {since}:",
            self.documents,
            folder=folder,
            since=datetime.fromtimestamp(self.since),
        )
        return say(
            "{lost} many files disappeared at once, or their disk is away. Bring the files back and run "
            "`{command}`: then they are found again. To remove them now, run `{command} --allow-empty`.",
            lost=lost,
            command=command,
        )


@dataclass(frozen=True, slots=True)
class Status:
    """The status of semsearch, for the status page and `semsearch status`.

    `missing` has a sentence for each thing that Redis has lost, with its cure. `run` is the run that goes on.
    `away` tells of documents whose files are missing, and `workers` of those that help runs. `hints` say what
    would serve the library better, each with its command. `without_model` is the number of pictures that wait
    for a picture model.
    """

    redis: str
    engine: str
    documents: Mapping[State, int]
    kinds: Mapping[Kind, int]
    roots: tuple[str, ...]
    indexes: tuple[IndexStatus, ...]
    text_model: str
    image_model: str
    problems: tuple[DocumentRecord, ...]
    last_run: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    run: RunProgress | None = None
    away: tuple[Away, ...] = ()
    workers: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    without_model: int = 0

    @property
    def unread(self) -> int:
        """The number of files whose content, or the text on whose pages, is still to be read."""
        # Counted a moment later than the others, `without_model` may be more.
        return max(0, self.documents.get(State.WAITING, 0) - self.without_model)


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
class OtherIndex:
    """An index of another model beside the one in use: how far it is in a sentence, and what to do about it.

    `command` is "" where nothing is to be done. `share` of it is built; None where it is not being built.
    """

    sentence: Message
    command: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page of the library shows. `runs` has the latest run first."""

    status: Status
    folders: tuple[FolderStatus, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    memory: Memory = Memory(0)
    runs: tuple[PastRun, ...] = ()
    others: tuple[OtherIndex, ...] = ()
