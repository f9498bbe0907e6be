"""Tasks that the page leaves for a process that watches folders: `semsearch up`, `semsearch ingest --watch`.

The web server may not write to Redis, and runs of ingestion are not its work. So it writes each task into a
file of the home, and a watcher carries it out. A lock of the home tells whether there is a watcher.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from semsearch.errors import SettingsError
from semsearch.files import make_folder, write_whole

# A task that failed is shown for this time, in seconds.
_SHOWN = 86_400


class TaskKind(StrEnum):
    """What is to be done with a folder, or with the whole library."""

    ADD = "add"
    SCAN = "scan"  # compare all its files with the index
    FORGET = "forget"
    RETRY = "retry"  # read files again that failed, in all folders
    LABEL = "label"  # give all documents their labels anew


@dataclass(frozen=True, slots=True)
class Task:
    """A task about `folder`, an absolute path, or about files that failed for a reason with these `words`.

    It was left at `since`, in seconds since 1970. `error` says why it could not be done; "" if it is open.
    """

    kind: TaskKind
    folder: str = ""
    words: str = ""
    since: float = 0.0
    error: str = ""
    id: str = ""


class Tasks:
    """The tasks of a home. Every method raises SettingsError when the home cannot be read or written."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "tasks"
        self._lock = home / "tasks.lock"
        self._held: int | None = None

    def leave(self, kind: TaskKind, folder: str = "", words: str = "") -> None:
        """Leave a task, in place of one like it."""
        for task in self.all():
            if (task.kind, task.folder, task.words) == (kind, folder, words):
                self.drop(task)
        # In the order of their names, tasks are in the order in which they were left.
        name = f"{time.time_ns():020}-{secrets.token_hex(4)}"
        self._write(Task(kind, folder, words, time.time(), id=name))

    def all(self) -> tuple[Task, ...]:
        """The tasks that are open, and those that failed in the last day, the earliest first."""
        try:
            files = sorted(self._folder.glob("*.json"))
        except OSError as error:
            raise SettingsError(f"{self._folder} cannot be read: {error.strerror}") from error
        found = [task for file in files if (task := _read(file)) is not None]
        return tuple(task for task in found if not task.error or time.time() - task.since < _SHOWN)

    def open(self) -> tuple[Task, ...]:
        """The tasks that are to be done, the earliest first."""
        return tuple(task for task in self.all() if not task.error)

    def drop(self, task: Task) -> None:
        """Forget a task, because it is done or not wanted any more."""
        self._file(task).unlink(missing_ok=True)

    def fail(self, task: Task, error: str) -> None:
        """Keep why a task could not be done."""
        self._write(replace(task, error=error))

    def take_on(self) -> bool:
        """Let this process carry out the tasks, until it ends. Returns False while another process does."""
        if self._held is not None:
            return True
        try:
            make_folder(self._lock.parent)
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SettingsError(f"{self._lock} cannot be locked: {error.strerror}") from error
        if not _locked(descriptor, fcntl.LOCK_EX):
            os.close(descriptor)
            return False
        self._held = descriptor
        return True

    def leave_off(self) -> None:
        """Let another process carry out the tasks."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    @property
    def have_a_watcher(self) -> bool:
        """Whether a process carries out the tasks."""
        try:
            descriptor = os.open(self._lock, os.O_RDONLY)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise SettingsError(f"{self._lock} cannot be read: {error.strerror}") from error
        try:
            # Those who ask share the lock, so that they do not take each other for a watcher.
            return not _locked(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)

    def _write(self, task: Task) -> None:
        try:
            # JSON escapes the bytes of a name that are not UTF-8.
            write_whole(self._file(task), json.dumps(asdict(task)).encode("ascii"))
        except OSError as error:
            raise SettingsError(f"{self._folder} cannot be written: {error.strerror}") from error

    def _file(self, task: Task) -> Path:
        return self._folder / f"{task.id}.json"


def _locked(descriptor: int, how: int) -> bool:
    """Lock an open file, unless another process holds its lock."""
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: Path) -> Task | None:
    """The task in a file; None when it is gone, or when another version of semsearch wrote it."""
    try:
        values: dict[str, Any] = json.loads(file.read_bytes())
        return Task(**{**values, "kind": TaskKind(values["kind"]), "id": file.stem})
    except (OSError, ValueError, KeyError, TypeError):
        return None
