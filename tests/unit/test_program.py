"""Programs of the system that readers run: what they may take, and what becomes of them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from semsearch.errors import FileError
from semsearch.program import output_of
from semsearch.sandbox import Limits, Sandbox

PYTHON = sys.executable


def run(command: Sequence[str], data: bytes = b"", seconds: float = 60) -> bytes:
    return output_of(command, data, seconds=seconds, processor=1)


def test_a_program_gets_its_data_and_no_shell() -> None:
    data = os.urandom(300_000)
    assert run(["cat"], data) == data
    assert run(["echo", "$HOME; ls"]) == b"$HOME; ls\n"


def test_it_gets_the_variables_that_are_added() -> None:
    assert (
        output_of(["env"], b"", seconds=60, processor=5, environment={"ANSWER": "42"}).count(b"ANSWER=42\n")
        == 1
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [("raise SystemExit(3)", "ended with status 3"), ("while True: pass", "ended with status -")],
)
def test_a_failure_is_named(code: str, said: str) -> None:
    with pytest.raises(FileError, match=said):
        run([PYTHON, "-c", code])


def test_a_program_that_sleeps_too_long_is_ended() -> None:
    with pytest.raises(FileError, match=r"sleep took longer than 0.4 s"):
        run(["sleep", "60"], seconds=0.4)


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(FileError, match="no-such-program cannot be started: No such file"):
        run(["/no-such-program"])


def test_in_a_sandbox_it_has_the_limits_of_the_sandbox(tmp_path: Path) -> None:
    sandbox = Sandbox(Limits(memory=2**30, nice=3))
    try:
        assert sandbox.call(run, ["nice"]).decode() == f"{os.nice(0) + 3}\n"
        with pytest.raises(FileError, match="ended with status"):
            sandbox.call(run, ["sh", "-c", f"echo 1 > {tmp_path / 'written'}"])
        with pytest.raises(FileError, match="ended with status 1"):
            sandbox.call(run, [PYTHON, "-c", "bytearray(2 * 2**30)"])
    finally:
        sandbox.close()


PARENT = """
import sys
from semsearch.program import output_of
code = "import os, pathlib, time; pathlib.Path({begun!r}).write_text(str(os.getpid())); time.sleep(60)"
output_of([sys.executable, "-c", code], b"", seconds=60, processor=60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends it")
def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    with subprocess.Popen(
        [PYTHON, "-c", PARENT.format(begun=str(begun))], cwd=Path(__file__).parents[2]
    ) as parent:
        _wait(lambda: begun.exists() and bool(begun.read_text()))
        parent.send_signal(signal.SIGKILL)
    _wait(lambda: _has_ended(int(begun.read_text())))


def _wait(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
