"""The overview of a library: its folders, the files that are not indexed, memory and past runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from semsearch.folders import Folder, is_offline, listed_folders
from semsearch.message import say
from semsearch.models.loaded import Models
from semsearch.overview import FolderState, FolderStatus, OtherIndex, Overview, Trouble
from semsearch.records import DocumentRecord, Kind, State
from semsearch.search.health import Health
from semsearch.search.status import TROUBLED, status_of
from semsearch.store import aggregations
from semsearch.store.aggregations import Counted
from semsearch.store.generation import Stage
from semsearch.store.generations import Other
from semsearch.store.schema import SPACES
from semsearch.store.store import Store

# The most past runs that are shown, and the most files that are named for one reason.
_RUNS = 40
_EXAMPLES = 100
# A search finds documents in these states.
_FOUND = (State.INDEXED, State.WAITING)


def overview(store: Store, models: Models, health: Health, home: Path | None) -> Overview:
    """The overview. `home` has the list of ingested folders. Raises RedisError and SettingsError."""
    counts = store.lookup.counts()
    now = status_of(counts, store, models, health)
    return Overview(
        now,
        tuple(_folders(counts, store, home)),
        tuple(troubles(now.problems, store)),
        store.memory(),
        tuple(store.runs.past(_RUNS)),
        tuple(_index(other) for space in SPACES if (other := store.generations.other(space)) is not None),
    )


def _index(other: Other) -> OtherIndex:
    """An index beside the one in use, in words."""
    model, done, total = other.generation.fingerprint.model, other.done, other.total
    share = min(1.0, done / total) if total else None
    match other.stage:
        case Stage.BUILDING:
            text = say(
                "The index of {model} is being built: {done} of {total}.", model=model, done=done, total=total
            )
            return OtherIndex(text, "", share)
        case Stage.PAUSED:
            text = say(
                "The index of {model} is paused at {done} of {total}.", model=model, done=done, total=total
            )
            return OtherIndex(text, "semsearch index build", share)
        case Stage.READY:
            text = say("The index of {model} is ready to be put to use.", model=model)
            return OtherIndex(text, "semsearch index swap")
        case Stage.KEPT:
            text = say(
                "The index of {model}, which was in use before, is kept and takes memory.", model=model
            )
            return OtherIndex(text, "semsearch index release")
    return OtherIndex(say("The index of {model} is being removed.", model=model))


def folders(store: Store, home: Path) -> list[FolderStatus]:
    """The folders by path: those of the list in the home, and those that only Redis knows.

    Raises RedisError, and SettingsError when the list cannot be read.
    """
    return _folders(store.lookup.counts(), store, home)


def _folders(counts: Sequence[Counted], store: Store, home: Path | None) -> list[FolderStatus]:
    listed = {folder.path: folder for folder in (listed_folders(home) if home else ())}
    seen = store.inventory.seen()
    counted: dict[str, list[Counted]] = {}
    for each in counts:
        counted.setdefault(each.root, []).append(each)
    return [
        _folder(path, listed.get(path), counted.get(path, ()), seen.get(path, 0.0))
        for path in sorted(listed.keys() | counted.keys())
    ]


def _folder(path: str, listed: Folder | None, counts: Sequence[Counted], seen: float) -> FolderStatus:
    found = [each for each in counts if each.state in _FOUND]
    documents = sum(each.number for each in found)
    return FolderStatus(
        path,
        _state(path, listed, documents),
        documents,
        texts=sum(each.number for each in found if each.kind is Kind.TEXT),
        pictures=sum(each.number for each in found if each.kind is Kind.IMAGE),
        failed=sum(each.number for each in counts if each.state is State.FAILED),
        changed=max((each.changed for each in found), default=0.0),
        seen=seen,
    )


def _state(path: str, folder: Folder | None, documents: int) -> FolderState:
    if is_offline(Path(path), documents):
        return FolderState.OFFLINE
    if folder is None:
        return FolderState.UNLISTED
    return FolderState.PAUSED if folder.paused else FolderState.WATCHED


def troubles(problems: Iterable[DocumentRecord], store: Store) -> list[Trouble]:
    """The files that are not indexed by state and reason, those with the most files first in each state.

    `problems` are records of such files, by path. Raises RedisError.
    """
    examples: dict[tuple[State, str], list[DocumentRecord]] = {}
    for record in problems:
        examples.setdefault((record.state, _words(record.reason)), []).append(record)
    reasons: dict[tuple[State, str], dict[str, int]] = {}
    for (state, reason), number in store.groups("@state", "@reason", where=aggregations.in_states(TROUBLED)):
        key = State(state), _words(reason)
        # A file that waits for a run only is in this state too.
        if key in examples or key[0] is not State.WAITING:
            reasons.setdefault(key, {})[reason] = number
    found = [_trouble(key, reasons.get(key, {}), examples.get(key, [])) for key in examples | reasons]
    return sorted(found, key=lambda each: (TROUBLED.index(each.state), -each.files, each.reason))


def _trouble(
    key: tuple[State, str], reasons: Mapping[str, int], examples: Sequence[DocumentRecord]
) -> Trouble:
    state, words = key
    same = {*reasons, *(record.reason for record in examples)}
    reason = same.pop() if len(same) == 1 else words.removesuffix(":")
    files = max(sum(reasons.values()), len(examples))
    return Trouble(state, reason, words, files, tuple(examples[:_EXAMPLES]))


def _words(reason: str) -> str:
    """What the reasons of a group begin with, with the colon that ends it."""
    head, colon, _ = reason.partition(": ")
    return f"{head}:" if colon else head
