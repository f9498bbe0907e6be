"""What a run of ingestion does at the moment, in numbers and in the words that all programs show."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Phase(StrEnum):
    """The phases of a run, in their order. A run leaves out phases that have nothing to do."""

    PLAN = "plan"
    NAMES = "names"
    READ = "read"
    EMBED = "embed"
    CALIBRATE = "calibrate"
    OCR = "ocr"


_DOING = {
    Phase.PLAN: "Looking for files",
    Phase.NAMES: "Indexing names",
    Phase.READ: "Indexing",
    Phase.EMBED: "Indexing meaning",
    Phase.CALIBRATE: "Measuring relevance",
    Phase.OCR: "Reading text in pictures",
}
_MINUTE, _HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is in its phase.

    `files` of `found` files are done, `bytes` of `total_bytes`, and `passages` of `due` passages; a total is
    0 where it is not known. `seconds_left` is an estimate for this phase; None where none is possible.
    `started` and `updated` are in seconds since 1970. `worker` is the host and the process, `waits_for` says
    in words what the run waits for.
    """

    phase: Phase = Phase.PLAN
    files: int = 0
    found: int = 0
    bytes: int = 0
    total_bytes: int = 0
    passages: int = 0
    due: int = 0
    files_per_second: float = 0.0
    passages_per_second: float = 0.0
    seconds_left: float | None = None
    started: float = 0.0
    updated: float = 0.0
    worker: str = ""
    waits_for: str = ""

    @property
    def amount(self) -> str:
        """How much of the phase is done: "1,204 of 20,000 files"; empty if that is not known."""
        noun = "picture" if self.phase is Phase.EMBED else "file"
        works = ((self.passages, self.due, "passage"), (self.files, self.found, noun))
        return " and ".join(f"{done:,} of {_counted(total, what)}" for done, total, what in works if total)

    @property
    def line(self) -> str:
        """Phase, amount and time left: "Indexing: 1,204 of 20,000 files, about 3 minutes left"."""
        doing = _DOING[self.phase]
        if self.waits_for:
            return f"{doing} waits. {self.waits_for}"
        parts = ", ".join(filter(None, (self.amount, left(self.seconds_left))))
        return f"{doing}: {parts}" if parts else doing

    @property
    def done(self) -> tuple[int, int]:
        """How much of the work is done, and the total: in bytes, or in passages and files. It may be 0."""
        if self.total_bytes and not self.due:
            return self.bytes, self.total_bytes
        return self.passages * bool(self.due) + self.files, self.due + self.found

    @property
    def rates(self) -> str:
        """The rates that are not 0: "12 files/s, 340 passages/s"."""
        rates = ((self.files_per_second, "files/s"), (self.passages_per_second, "passages/s"))
        return ", ".join(f"{rate:,.{0 if rate >= 10 else 1}f} {unit}" for rate, unit in rates if rate >= 0.05)

    @property
    def note(self) -> str:
        """Which hits an answer that is given now may lack, in a sentence; empty if it lacks none."""
        if self.passages >= self.due and self.files >= self.found:
            return ""
        match self.phase:
            case Phase.NAMES:
                return f"The names of {self.amount} are indexed so far."
            case Phase.READ:
                return f"{self.amount} are indexed so far."
            case Phase.EMBED:
                return f"{self.amount} can be found by meaning so far, the others by words and names."
            case Phase.OCR:
                return f"Text in pictures is read in {self.amount} so far."
        return ""


def name_of_process() -> str:
    """The host and the number of this process."""
    return f"{_host()}:{os.getpid()}"


@cache
def _host() -> str:
    return socket.gethostname()


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """A process of `semsearch worker`: where it runs, for which models, and what it does at the moment.

    `queue` names the batches that it takes: those of runs with the same version and models. `does` is "" when
    it has nothing to do, else the id of a batch.
    """

    id: str
    host: str
    pid: int
    version: str
    queue: str
    text_model: str
    image_model: str
    started: float
    does: str = ""

    @property
    def name(self) -> str:
        """The host and the process."""
        return f"{self.host}:{self.pid}"

    @property
    def line(self) -> str:
        """What it does, and with which models: "box:4711 works on a batch (minilm, minilook)"."""
        models = ", ".join(filter(None, (self.text_model, self.image_model)))
        return f"{self.name} {'works on a batch' if self.does else 'waits for work'} ({models})"


@dataclass(frozen=True, slots=True)
class Activity:
    """What happens to the library: the run that goes on, if any, and the revision of the documents.

    `revision` is another one whenever documents were written or removed.
    """

    run: RunProgress | None
    revision: int


def left(seconds: float | None) -> str:
    """An estimate of time in words, "about 3 minutes left"; empty for None."""
    if seconds is None:
        return ""
    if seconds < _MINUTE:
        return "less than a minute left"
    unit, noun = (_MINUTE, "minute") if seconds < 59.5 * _MINUTE else (_HOUR, "hour")
    return f"about {_counted(round(seconds / unit), noun)} left"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
