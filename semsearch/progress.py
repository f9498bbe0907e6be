"""What a run of ingestion does at the moment, in numbers and in the words that all programs show."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from semsearch.message import Message, say, say_many


class Phase(StrEnum):
    """The phases of a run, in their order. A run leaves out phases that have nothing to do."""

    PLAN = "plan"
    NAMES = "names"
    READ = "read"
    EMBED = "embed"
    CALIBRATE = "calibrate"
    OCR = "ocr"
    EXPLORE = "explore"


_DOING = {
    Phase.PLAN: say("Looking for files"),
    Phase.NAMES: say("Indexing names"),
    Phase.READ: say("Indexing"),
    Phase.EMBED: say("Indexing meaning"),
    Phase.CALIBRATE: say("Measuring relevance"),
    Phase.OCR: say("Reading text in pictures"),
    Phase.EXPLORE: say("Making maps and topics"),
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
        passages = say_many(
            "{done} of {number} passage", "{done} of {number} passages", self.due, done=self.passages
        )
        files = (
            say_many("{done} of {number} picture", "{done} of {number} pictures", self.found, done=self.files)
            if self.phase is Phase.EMBED
            else say_many("{done} of {number} file", "{done} of {number} files", self.found, done=self.files)
        )
        if self.due and self.found:
            return say("{passages} and {files}", passages=passages, files=files)
        return passages if self.due else files if self.found else ""

    @property
    def line(self) -> str:
        """Phase, amount and time left: "Indexing: 1,204 of 20,000 files, about 3 minutes left"."""
        doing = _DOING[self.phase]
        if self.waits_for:
            return say("{doing} waits. {why}", doing=doing, why=self.waits_for)
        amount, rest = self.amount, left(self.seconds_left)
        if amount and rest:
            return say("{doing}: {amount}, {rest}", doing=doing, amount=amount, rest=rest)
        return say("{doing}: {amount}", doing=doing, amount=amount or rest) if amount or rest else doing

    @property
    def done(self) -> tuple[int, int]:
        """How much of the work is done, and the total: in bytes, or in passages and files. It may be 0."""
        if self.total_bytes and not self.due:
            return self.bytes, self.total_bytes
        return self.passages * bool(self.due) + self.files, self.due + self.found

    @property
    def share(self) -> float | None:
        """The share of the phase that is done, from 0 to 1; None where that is not known."""
        done, total = self.done
        return min(1.0, done / total) if total else None

    @property
    def rates(self) -> str:
        """The rates that are not 0: "12 files/s, 340 passages/s"."""
        files, passages = _rate(self.files_per_second), _rate(self.passages_per_second)
        if files and passages:
            return say("{files} files/s, {passages} passages/s", files=files, passages=passages)
        if files:
            return say("{files} files/s", files=files)
        return say("{passages} passages/s", passages=passages) if passages else ""

    @property
    def note(self) -> str:
        """Which hits an answer that is given now may lack, in a sentence; empty if it lacks none."""
        if self.passages >= self.due and self.files >= self.found:
            return ""
        match self.phase:
            case Phase.NAMES:
                return say("The names of {amount} are indexed so far.", amount=self.amount)
            case Phase.READ:
                return say("{amount} are indexed so far.", amount=self.amount)
            case Phase.EMBED:
                return say(
                    "{amount} can be found by meaning so far, the others by words and names.",
                    amount=self.amount,
                )
            case Phase.OCR:
                return say("Text in pictures is read in {amount} so far.", amount=self.amount)
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
    it has nothing to do, else the id of a batch. `follows` says that it takes the text model of the library,
    whichever that is.
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
    follows: bool = False

    @property
    def name(self) -> str:
        """The host and the process."""
        return f"{self.host}:{self.pid}"

    @property
    def line(self) -> Message:
        """What it does, and with which models: "box:4711 works on a batch (minilm, minilook)"."""
        models = ", ".join(filter(None, (self.text_model, self.image_model)))
        if self.does:
            return say("{worker} works on a batch ({models})", worker=self.name, models=models)
        return say("{worker} waits for work ({models})", worker=self.name, models=models)


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
        return say("less than a minute left")
    if seconds < 59.5 * _MINUTE:
        return say_many("about {number} minute left", "about {number} minutes left", round(seconds / _MINUTE))
    return say_many("about {number} hour left", "about {number} hours left", round(seconds / _HOUR))


def _rate(rate: float) -> int | float:
    """A rate with as many digits as it is shown with; 0 if it is too low to be shown."""
    return round(rate) if rate >= 10 else rate if rate >= 0.05 else 0
