"""`semsearch ingest --watch` and `semsearch up` as processes: the index follows, and a signal ends them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from semsearch.records import DocumentRecord
from semsearch.settings import Settings
from tests.conftest import free_port

Records = Callable[[], dict[str, DocumentRecord]]


class Watching:
    """A command that watches, and the lines that it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines += iter(self.process.stdout.readline, "")

    def read(self) -> list[str]:
        """All lines of a command that has ended."""
        self._thread.join()
        return self.lines

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.read()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def until(self, condition: Callable[[], object]) -> None:
        ends = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < ends, self.lines
            time.sleep(0.05)

    def says(self, start: str) -> bool:
        return any(line.startswith(start) for line in self.lines)


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "SEMSEARCH_HOME": str(settings.home),
        "SEMSEARCH_REDIS_URL": settings.redis_url,
        "SEMSEARCH_PORT": str(free_port()),
        "SEMSEARCH_OCR": "off",
        "COLUMNS": "300",
    }


@contextmanager
def watching(environment: dict[str, str], *arguments: str | Path) -> Iterator[Watching]:
    """A command, once it watches."""
    command = [sys.executable, "-m", "semsearch", *map(str, arguments)]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    made = Watching(process)
    try:
        made.until(lambda: made.says("watching"))
        yield made
    finally:
        made.close()


def test_ingest_goes_on_to_watch_and_ends_at_once_when_told_to(
    environment: dict[str, str], folder: Path, records: Records
) -> None:
    (folder / "owls.txt").write_text("Owls hunt at night.")
    with watching(environment, "ingest", "--watch", folder) as command:
        (folder / "geese.txt").write_text("Geese fly south.")
        command.until(lambda: command.says("indexed 1 at "))
        (folder / "owls.txt").rename(folder / "birds.txt")
        command.until(lambda: command.says("moved or copied 1, removed 1 at "))
        (folder / "geese.txt").unlink()
        command.until(lambda: command.says("removed 1 at "))
        assert list(records()) == ["birds.txt"]
        started = time.monotonic()
        command.process.send_signal(signal.SIGINT)
        assert command.process.wait(10) == 0
        assert time.monotonic() - started < 5
        command.until(lambda: command.lines[-1] == "stopped\n")
    assert not any("Traceback" in line for line in command.lines)
    assert len(command.lines) == 7


def test_each_run_is_a_line_of_json_when_asked_for(environment: dict[str, str], folder: Path) -> None:
    (folder / "owls.txt").write_text("Owls hunt at night.")
    with watching(environment, "ingest", "--watch", "--json", folder) as command:
        (folder / "broken.pdf").write_text("no PDF")
        command.until(lambda: command.says('{"at"'))
        line = json.loads(next(line for line in command.lines if line.startswith('{"at"')))
    assert line["failed"] == 1
    assert line["failures"][0]["path"] == str(folder / "broken.pdf")


def test_up_serves_a_page_whose_index_follows(environment: dict[str, str], folder: Path) -> None:
    def hits(query: str) -> list[str]:
        parameters = urllib.parse.urlencode({"q": query, "mode": "words"})
        url = f"http://127.0.0.1:{environment['SEMSEARCH_PORT']}/api/search?{parameters}"
        with urllib.request.urlopen(url) as reply:
            return [hit["path"] for hit in json.load(reply)["hits"]]

    (folder / "owls.txt").write_text("Owls hunt at night.")
    with watching(environment, "up", folder) as command:
        (folder / "geese.txt").write_text("Geese fly south.")
        command.until(lambda: hits("geese") == ["geese.txt"])
        (folder / "geese.txt").rename(folder / "travels.txt")
        command.until(lambda: hits("geese") == ["travels.txt"])
        (folder / "travels.txt").unlink()
        command.until(lambda: hits("geese") == [])
        started = time.monotonic()
        command.process.terminate()
        assert command.process.wait(10) == 0, command.read()
        assert time.monotonic() - started < 9
    assert not any("Traceback" in line for line in command.lines)


def test_up_with_no_folder_watches_the_known_ones_and_no_watch_watches_none(
    environment: dict[str, str], folder: Path, records: Records
) -> None:
    (folder / "owls.txt").write_text("Owls hunt at night.")
    subprocess.run([sys.executable, "-m", "semsearch", "ingest", folder], env=environment, check=True)
    (folder / "geese.txt").write_text("Geese fly south.")
    with watching(environment, "up") as command:
        command.until(lambda: "geese.txt" in records())
    command_line = [sys.executable, "-m", "semsearch", "up", "--no-watch", str(folder)]
    process = subprocess.Popen(command_line, env=environment, stdout=subprocess.PIPE, text=True)
    served = Watching(process)
    try:
        served.until(lambda: served.says("2 files in"))
        process.terminate()
        assert process.wait(10) == 0
        assert not served.says("watching")
    finally:
        served.close()
