"""Run semsearch as a user does, in a separate home and on free ports, and measure the time."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semsearch.evaluation.homes import free_port
from semsearch.settings import Settings

# What a user does not set. Without compiled modules, each process takes a second longer to start.
_LEFT_OUT = ("SEMSEARCH_", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True)
class Installation:
    """semsearch with a separate home. Its engine is stopped when the benchmark is done."""

    environment: dict[str, str]
    port: int
    redis_port: int

    def run(self, *arguments: str) -> tuple[float, str]:
        """Run a command. Returns its wall time in seconds and its output. Raises SystemExit if it fails."""
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "semsearch", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - started
        if done.returncode not in (0, 1):
            raise SystemExit(f"semsearch {' '.join(arguments)} ended with {done.returncode}")
        return seconds, done.stdout

    @property
    def settings(self) -> Settings:
        """The settings of this home, for what runs in this process."""
        home = Path(self.environment["SEMSEARCH_HOME"])
        return Settings(home=home, redis_port=self.redis_port, redis_url="")

    @contextmanager
    def serving(self, command: str = "serve", *, quiet: bool = False) -> Iterator[subprocess.Popen[str]]:
        """Run the web server as a process, and wait until it answers. If `quiet`, its log is dropped.

        `command` is `serve`, or `up`, which also watches the folders.
        """
        server = subprocess.Popen(
            [sys.executable, "-m", "semsearch", command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            text=True,
        )
        assert server.stdout is not None
        server.stdout.readline()  # the server prints its address when it is ready
        try:
            yield server
        finally:
            server.terminate()
            server.communicate()

    def get(self, path: str, **parameters: str | int) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url) as reply:
            found: dict[str, Any] = json.load(reply)
            return found


@contextmanager
def installation(folder: Path, **settings: str) -> Iterator[Installation]:
    """Use a home below `folder` and free ports. `settings` are further SEMSEARCH_ variables."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    port, redis_port = free_port(), free_port()
    environment = (
        clean
        | settings
        | {
            "SEMSEARCH_HOME": str(folder / "home"),
            "SEMSEARCH_PORT": str(port),
            "SEMSEARCH_REDIS_PORT": str(redis_port),
        }
    )
    made = Installation(environment, port, redis_port)
    try:
        yield made
    finally:
        made.run("redis", "stop")


def timed(call: Callable[[], object]) -> float:
    """The seconds that a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile of measured values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(percent / 100 * len(ordered)) - 1))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def resident_mb(pid: int) -> float:
    """The resident memory of a process, in MB, from /proc."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise SystemExit(f"process {pid} has no VmRSS: is this Linux?")
