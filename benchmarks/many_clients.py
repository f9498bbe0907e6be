"""Many clients at once: slow ones, 32 during an ingest, and 128.

    python -m benchmarks.many_clients [--seconds 60] [--rounds 2]

Runs `semsearch serve` over the sample library in a temporary home, and the clients in another process. One
client alone is measured in turn with what is compared with it. The bars are those of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.running import Installation, installation, median, percentile

SAMPLES = Path(__file__).parents[1] / "samples" / "library"
_TEXTS = 20_000


@dataclass(frozen=True)
class Figures:
    """What the clients of one run saw, in milliseconds."""

    answered: Sequence[float]
    refused: Sequence[float]
    statuses: Counter[str]
    starved: int
    longest_gap: float

    @classmethod
    def of(cls, seen: list[dict[str, Any]]) -> Figures:
        return cls(
            [seconds * 1000 for each in seen for seconds in each["answered"]],
            [seconds * 1000 for each in seen for seconds in each["refused"]],
            sum((Counter(each["statuses"]) for each in seen), Counter()),
            sum(not each["answered"] for each in seen),
            max(each["longest_gap"] for each in seen),
        )

    def __str__(self) -> str:
        cells = [
            f"answered p50 {median(self.answered):.0f} ms",
            f"p95 {percentile(self.answered, 95):.0f} ms",
        ]
        cells.append(f"longest {max(self.answered):.0f} ms")
        if self.refused:
            cells.append(
                f"refused p95 {percentile(self.refused, 95):.0f} ms, longest {max(self.refused):.0f} ms"
            )
        cells.append(f"starved {self.starved}, longest without an answer {self.longest_gap:.1f} s")
        return "; ".join((*cells, f"statuses {dict(self.statuses)}"))


@contextmanager
def clients(semsearch: Installation, what: str, count: int, seconds: float, *more: str) -> Iterator[Any]:
    """Run clients beside the block; yields a function that waits for them and returns what they saw."""
    command = [sys.executable, "-m", "benchmarks.clients", str(semsearch.port), what]
    command += ["--clients", str(count), "--seconds", str(seconds), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield lambda: Figures.of(json.loads(running.communicate()[0]))
        finally:
            running.kill()


def searched(semsearch: Installation, count: int, seconds: float, *more: str) -> Figures:
    with clients(semsearch, "search", count, seconds, *more) as seen:
        figures: Figures = seen()
        return figures


def slow(semsearch: Installation, seconds: float) -> None:
    alone = searched(semsearch, 1, seconds / 3)
    with clients(semsearch, "slow", 200, seconds + 5):
        beside = searched(semsearch, 1, seconds)
    ratio = percentile(beside.answered, 95) / percentile(alone.answered, 95)
    print(
        f"one client alone: {alone}\nbeside 200 slow ones: {beside}\np95 {ratio:.1f} times as long (bar: 3)\n"
    )


def during_ingest(semsearch: Installation, folder: Path, seconds: float, *more: str) -> None:
    alone = searched(semsearch, 1, seconds / 3)
    command = [sys.executable, "-m", "semsearch", "ingest", str(folder)]
    ingest = subprocess.Popen(command, env=semsearch.environment, stdout=subprocess.DEVNULL)
    try:
        crowd = searched(semsearch, 32, seconds, *more)
        if ingest.poll() is not None:
            raise SystemExit("the ingest ended before the clients: give it more texts")
    finally:
        ingest.kill()
        ingest.wait()
    ratio = percentile(crowd.answered, 95) / median(alone.answered)
    print(f"one client alone: {alone}\n32 clients during an ingest {' '.join(more)}: {crowd}")
    print(f"p95 {ratio:.1f} times the p50 of one (bar: 12); starved {crowd.starved} (bar: 0)\n")


def crowd(semsearch: Installation, seconds: float, *more: str) -> None:
    found = searched(semsearch, 128, seconds, *more)
    print(
        f"128 clients {' '.join(more)}: {found}\nlongest answer {max(found.answered) / 1000:.2f} s (bar: 3)\n"
    )


def write_texts(folder: Path) -> None:
    words = " ".join(path.read_text() for path in sorted(SAMPLES.rglob("*.md"))).split()
    chance = random.Random(1)
    folder.mkdir()
    for number in range(_TEXTS):
        (folder / f"{number}.txt").write_text(" ".join(chance.choices(words, k=300)))


_ROWS: dict[str, Callable[[Installation, Path, float], None]] = {
    "slow": lambda semsearch, _, seconds: slow(semsearch, seconds),
    "crowd": lambda semsearch, _, seconds: crowd(semsearch, seconds),
    "impatient": lambda semsearch, _, seconds: crowd(semsearch, seconds, "--impatient"),
    "ingest": lambda semsearch, texts, seconds: during_ingest(semsearch, texts, seconds),
    "impatient-ingest": lambda semsearch, texts, seconds: during_ingest(
        semsearch, texts, seconds, "--impatient"
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rows", nargs="*", choices=_ROWS)
    given = parser.parse_args()
    names = given.rows or list(_ROWS)
    with tempfile.TemporaryDirectory() as name, installation(Path(name)) as semsearch:
        write_texts(Path(name) / "texts")
        semsearch.run("ingest", str(SAMPLES))
        with semsearch.serving():
            searched(semsearch, 2, 5.0)  # loads the model
            for _ in range(given.rounds):
                for row in names:
                    _ROWS[row](semsearch, Path(name) / "texts", given.seconds)


if __name__ == "__main__":
    main()
