"""The result of a run, in counts and names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from semsearch.members import plain_address
from semsearch.overview import Away
from semsearch.progress import Phase
from semsearch.records import DocumentRecord, Kind, State


@dataclass(slots=True)
class Summary:
    """Counts of one run. Each of the `found` files is counted in one of the six fields after it.

    `missing` documents are kept although their files are not there; `away` tells in which folders. `ignored`
    files and `ignored_folders` were left out; a folder counts once, whatever is in it.
    `scans` files may have text in pictures. OCR has read `scanned` of these, and found text in `read`.
    `notes` says of indexed files what was left out. `said` are sentences about the library. `phases` has the
    seconds that each phase took, by its name.
    """

    found: int = 0
    indexed: int = 0
    reused: int = 0
    unchanged: int = 0
    waiting: int = 0
    skipped: int = 0
    failed: int = 0
    removed: int = 0
    missing: int = 0
    ignored: int = 0
    ignored_folders: int = 0
    passages: int = 0
    pictures: int = 0
    scans: int = 0
    scanned: int = 0
    read: int = 0
    seconds: float = 0.0
    failures: list[tuple[str, str]] = field(default_factory=list)
    waits: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    phases: dict[str, float] = field(default_factory=dict)

    def count(self, record: DocumentRecord) -> None:
        """Count a file by its record."""
        self.passages += record.texts if record.kind is Kind.IMAGE else record.pieces
        self.pictures += record.kind is Kind.IMAGE and bool(record.pieces)
        path = f"{record.root}/{plain_address(record.path)}"
        match record.state:
            case State.INDEXED:
                self.indexed += 1
                if record.note:
                    self.notes.append((path, record.note))
            case State.WAITING:
                self.wait(record.reason)
            case State.SKIPPED:
                self.skipped += 1
            case State.FAILED:
                self.fail(path, record.reason)
            case State.MISSING:
                pass

    def fail(self, path: str, reason: str) -> None:
        """Count a file that cannot be indexed."""
        self.failed += 1
        self.failures.append((path, reason))

    def wait(self, reason: str) -> None:
        """Count a file that waits for something."""
        self.waiting += 1
        self.waits[reason] = self.waits.get(reason, 0) + 1

    def wait_no_more(self, reason: str) -> None:
        """Take back a `wait`, which may have been that of another worker."""
        self.waiting -= 1
        self.waits[reason] = self.waits.get(reason, 0) - 1
        if not self.waits[reason]:
            del self.waits[reason]

    def trouble(self, where: str, reason: str) -> None:
        """Note a problem that makes no file fail, such as a folder that cannot be listed."""
        self.problems.append((where, reason))

    def say(self, sentence: str) -> None:
        """Note what people should know about the library."""
        self.said.append(sentence)

    def add(self, other: Summary) -> None:
        """Add what a worker has done. A problem that several workers have is noted once."""
        for each in fields(self):
            mine, more = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, int | float):
                setattr(self, each.name, mine + more)
            elif isinstance(mine, dict):
                for reason, number in more.items():
                    mine[reason] = mine.get(reason, 0) + number
                    if not mine[reason]:
                        del mine[reason]
            else:
                mine += [item for item in more if item not in mine or each.name != "problems"]

    def miss(self, away: Iterable[Away]) -> None:
        """Note the documents that are missing."""
        self.away = list(away)
        self.missing = sum(each.documents for each in self.away)

    @property
    def discovered(self) -> int:
        """All that the run knows of: files that were found, that are missing, and that were left out."""
        return self.found + self.missing + self.ignored + self.ignored_folders

    @property
    def changed(self) -> bool:
        """Whether the run has changed any document."""
        return any((self.indexed, self.reused, self.removed, self.scanned))

    @property
    def done(self) -> int:
        return self.indexed + self.reused + self.unchanged + self.waiting + self.skipped + self.failed

    def as_json(self) -> dict[str, Any]:
        values = {"discovered": self.discovered, **asdict(self)}
        for name in ("failures", "problems", "notes"):
            values[name] = [{"path": path, "reason": reason} for path, reason in values[name]]
        return values

    def counts(self) -> Iterable[tuple[str, int | float]]:
        """Return the numbers that the stream of runs keeps."""
        values = {"discovered": self.discovered, **asdict(self)}
        numbers = [(name, value) for name, value in values.items() if isinstance(value, int | float)]
        return [*numbers, *((f"seconds_{phase}", seconds) for phase, seconds in self.phases.items())]

    def time(self, took: Mapping[Phase, float]) -> None:
        """Keep how long the phases took, and their sum."""
        self.phases = {phase.value: round(seconds, 2) for phase, seconds in took.items()}
        self.seconds = round(sum(took.values()), 2)
