"""`semsearch serve` and `semsearch up` as processes that are told to end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.conftest import free_port
from tests.redis_client import redis_of


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def environment(settings: Settings, port: int) -> dict[str, str]:
    return os.environ | {
        "SEMSEARCH_HOME": str(settings.home),
        "SEMSEARCH_REDIS_URL": settings.redis_url,
        "SEMSEARCH_PORT": str(port),
        "SEMSEARCH_OCR": "off",
        "SEMSEARCH_LOG": "json",
    }


@contextmanager
def process(environment: dict[str, str], log: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command that serves, once it has printed its address. Its stderr goes to the file `log`."""
    command = [sys.executable, "-m", "semsearch", *arguments]
    with log.open("w") as errors:
        made = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert made.stdout is not None
        assert "Search at" in made.stdout.readline()
        yield made
    finally:
        made.kill()
        made.communicate()


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.1)


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_running_answer_end_and_refuses_new_ones(
    environment: dict[str, str], store: Store, port: int, log: Path, number: signal.Signals
) -> None:
    with process(environment, log, "serve") as server, socket.socket() as client:
        client.settimeout(30)
        client.connect(("127.0.0.1", port))
        redis_of(store).client_pause(700)
        client.sendall(b"GET /api/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        until(lambda: _is_answering(port))
        started = time.monotonic()
        server.send_signal(number)
        until(lambda: refuses(port))
        response = b""
        while more := client.recv(65_536):
            response += more
        assert response.startswith(b"HTTP/1.1 200")
        assert json.loads(response.partition(b"\r\n\r\n")[2])["documents"]["indexed"] == 0
        server.communicate(timeout=10)
        assert server.returncode == 0
        assert time.monotonic() - started < 10
    told = log.read_text()
    assert "Traceback" not in told
    assert told.endswith("stopped\n")
    line = next(json.loads(row) for row in told.splitlines() if '"/api/status"' in row)
    assert (line["path"], line["status"], line["address"]) == ("/api/status", 200, "127.0.0.1")


def _is_answering(port: int) -> bool:
    # The server reads one request after the other, and this one needs no Redis.
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/favicon.svg") as reply:
        return bool(reply.status == 200)


def test_a_second_signal_ends_the_process_at_once(
    environment: dict[str, str], store: Store, port: int, log: Path
) -> None:
    with process(environment, log, "serve") as server, socket.socket() as client:
        client.connect(("127.0.0.1", port))
        redis_of(store).client_pause(900)
        client.sendall(b"GET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: _is_answering(port))
        server.send_signal(signal.SIGTERM)
        until(lambda: refuses(port))
        started = time.monotonic()
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=5)
        assert time.monotonic() - started < 1
        assert server.returncode == -signal.SIGTERM


def test_a_signal_that_a_finaliser_or_a_library_drops_is_not_lost() -> None:
    code = """if True:
        import os, signal
        from semsearch.cli.stopping import until_interrupted

        class Pipeline:
            def __del__(self):
                os.kill(os.getpid(), signal.SIGTERM)

        with until_interrupted() as wait:
            Pipeline()
            try:
                wait(None)
            except KeyboardInterrupt:
                wait(None)
    """
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 0
    assert ended.stderr.endswith("stopped\n")


def test_a_process_that_loses_the_signal_ends_all_the_same_and_says_where_it_was() -> None:
    code = """if True:
        import threading
        from semsearch.cli import stopping
        stopping._LATEST_END = 0.3
        try:
            stopping._interrupt()
        except KeyboardInterrupt:  # as a library may do
            threading.Event().wait()
    """
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 1
    assert "in wait" in ended.stderr


def test_a_signal_ends_an_ingest_and_what_is_indexed_stays(
    environment: dict[str, str], tmp_path: Path, port: int, log: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(1_000):
        (folder / f"{number}.txt").write_text(f"Owl number {number} hunts mice at night. " * 3)

    def indexed() -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status") as reply:
            return int(json.load(reply)["documents"]["indexed"])

    with process(environment, log, "up", str(folder)) as server:
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        until(lambda: indexed() > 0)
        of_ingest = children.read_text().split()
        started = time.monotonic()
        server.terminate()
        server.wait(10)
        assert server.returncode == 0
        assert time.monotonic() - started < 10
    told = log.read_text()
    assert "Traceback" not in told
    assert all(_is_gone(int(child)) for child in of_ingest)
    with process(environment, log, "serve"):
        assert 0 < indexed() < 1_000


def _is_gone(pid: int) -> bool:
    """Whether a process has ended within some seconds."""
    try:
        until(lambda: not Path(f"/proc/{pid}").exists())
    except AssertionError:
        return False
    return True
