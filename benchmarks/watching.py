"""How soon does a search find what changes in a watched folder of 20,000 files?

    python -m benchmarks.watching [--files 20000]

Fills a folder with small texts, runs `semsearch ingest --watch` on it, and then writes, edits, moves and
removes files, one after the other. Prints, for each, the seconds from the last write until a search by words
finds it, and until a search by meaning does; for a removed file, until they find it no more. The texts
repeat, which spares time when the folder is filled.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.running import Installation, installation, median, resident_mb
from semsearch.models.loaded import Models
from semsearch.query import Mode, Query
from semsearch.search.searcher import Searcher
from semsearch.store.access import Role
from semsearch.store.store import Store

_TEXTS, _FOLDERS = 400, 200
_IDLE, _LONGEST = 20.0, 60.0
_SUBJECTS = ("accordion", "beaver", "comet", "dahlia", "espresso")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=20_000)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary,
        installation(Path(temporary), SEMSEARCH_OCR="off") as installed,
    ):
        folder = Path(temporary, "folder")
        _fill(folder, options.files)
        with _watching(folder, installed) as process:
            store = Store.open(installed.settings, Role.WEB)
            _measure(folder, Searcher(store, Models(installed.settings), home=installed.settings.home))
            before = _cpu_seconds(process.pid)
            time.sleep(_IDLE)
            used = (_cpu_seconds(process.pid) - before) / _IDLE
            print(f"while nothing changes: {used:.1%} of one core, {resident_mb(process.pid):,.0f} MB")


def _fill(folder: Path, files: int) -> None:
    for number in range(files):
        file = folder / str(number % _FOLDERS) / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Report {number % _TEXTS} of the office on shelves, boxes and labels.")


@contextmanager
def _watching(folder: Path, installed: Installation) -> Iterator[subprocess.Popen[str]]:
    """Run `semsearch ingest --watch`, and go on when it watches."""
    command = [sys.executable, "-m", "semsearch", "ingest", "--watch", str(folder)]
    process = subprocess.Popen(command, env=installed.environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        while not (line := process.stdout.readline()).startswith("watching"):
            print(line.rstrip())
        yield process
    finally:
        process.terminate()
        process.communicate()


def _cpu_seconds(pid: int) -> float:
    """The processor time of a process: fields 14 and 15 of /proc/PID/stat, see proc_pid_stat(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _measure(folder: Path, searcher: Searcher) -> None:
    for what in ("written", "edited", "moved", "removed"):
        seconds: dict[Mode, list[float]] = {Mode.WORDS: [], Mode.MEANING: []}
        for number, subject in enumerate(_SUBJECTS):
            file, moved = folder / "7" / f"new {number}.txt", folder / "9" / f"moved {number}.txt"
            started = time.monotonic()
            match what:
                case "written":
                    file.write_text(f"All about the {subject}.")
                case "edited":
                    file.write_text(f"All about the {subject}, {_new_word(subject)}.")
                case "moved":
                    file.rename(moved)
                case "removed":
                    moved.unlink()
            path = (moved if what in ("moved", "removed") else file).relative_to(folder).as_posix()
            for mode, values in seconds.items():
                words = _new_word(subject) if what == "edited" and mode is Mode.WORDS else subject
                _wait(searcher, Query(words, mode=mode), path, found=what != "removed")
                values.append(time.monotonic() - started)
        for mode, values in seconds.items():
            print(f"{what}, by {mode}: median {median(values):.1f} s, slowest {max(values):.1f} s")


def _new_word(subject: str) -> str:
    return subject[::-1]


def _wait(searcher: Searcher, query: Query, path: str, *, found: bool) -> None:
    """Search until the path is among the hits, or no longer."""
    ends = time.monotonic() + _LONGEST
    while any(hit.path == path for hit in searcher.search(query).hits) is not found:
        if time.monotonic() > ends:
            raise SystemExit(f"{path}: no change of the hits within {_LONGEST:.0f} s")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
