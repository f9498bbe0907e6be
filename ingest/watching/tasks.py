"""Carry out the tasks that the page leaves for a watcher."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from semsearch.errors import FolderError, RedisError, SemsearchError
from semsearch.tasks import Task, TaskKind, Tasks
from semsearch.text import printable


class Doing(Protocol):
    """What tasks need of runs of ingestion. Raises RedisError."""

    def add(self, folder: str) -> None:
        """Add a folder to the known ones."""

    def scan(self, folders: list[str]) -> None:
        """Bring the index up to date with everything in these folders."""

    def forget(self, folder: str) -> int:
        """Forget a folder. Returns the number of its documents."""

    def retry(self, words: str) -> None:
        """Read files again that failed for a reason with these words."""

    def label(self) -> int:
        """Give all documents their labels anew. Returns how many have others now."""


class TaskRuns:
    """Carries out tasks, as long as no other watcher does."""

    def __init__(
        self, tasks: Tasks, runs: Doing, tell: Callable[[str], None], added: Callable[[Path], None]
    ) -> None:
        """`tell` takes sentences for people, and `added` a folder that was added."""
        self._tasks = tasks
        self._runs = runs
        self._tell = tell
        self._added = added

    @property
    def are_open(self) -> bool:
        """Whether there is something to do for this watcher."""
        return self._tasks.take_on() and bool(self._tasks.open())

    def carry_out(self) -> None:
        """Do what is open. A task that fails keeps its reason; with a RedisError, it stays open."""
        if not self._tasks.take_on():
            return
        for task in self._tasks.open():
            try:
                self._do(task)
            except RedisError:
                raise
            except SemsearchError as error:
                self._tell(f"from the page: {error}")
                self._tasks.fail(task, str(error))
            else:
                self._tasks.drop(task)

    def _do(self, task: Task) -> None:
        shown = printable(task.folder)
        match task.kind:
            case TaskKind.ADD:
                _check(task.folder)
                self._runs.add(task.folder)
                self._added(Path(task.folder))
                self._tell(f"from the page: added {shown}")
            case TaskKind.SCAN:
                self._tell(f"from the page: comparing all of {shown}")
                self._runs.scan([task.folder])
            case TaskKind.FORGET:
                number = self._runs.forget(task.folder)
                self._tell(f"from the page: forgotten, with {number:,} documents: {shown}")
            case TaskKind.RETRY:
                self._tell(f"from the page: trying files again: {task.words}")
                self._runs.retry(task.words)
            case TaskKind.LABEL:
                number = self._runs.label()
                self._tell(f"from the page: other labels for {number:,} documents")


def _check(folder: str) -> None:
    """Raise FolderError when a folder is not what the page has allowed: another one may be in its place."""
    path = Path(folder)
    if not path.is_dir() or str(path.resolve()) != folder:
        raise FolderError(f"there is no folder {folder} any more")
