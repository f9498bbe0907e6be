"""The child process that runs readers: what it survives, and what it reports."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from semsearch.errors import FileError, KilledError
from semsearch.sandbox import Limits, Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


def test_a_result_comes_back(sandbox: Sandbox) -> None:
    assert sandbox.call(sorted, [3, 1, 2]) == [1, 2, 3]
    data = os.urandom(3_000_000)
    assert sandbox.call(bytes.upper, data) == data.upper()


def test_one_child_serves_many_calls(sandbox: Sandbox) -> None:
    assert sandbox.call(os.getpid) == sandbox.call(os.getpid) != os.getpid()


def test_an_error_of_the_reader_names_it_and_the_child_lives_on(sandbox: Sandbox) -> None:
    child = sandbox.call(os.getpid)
    with pytest.raises(FileError, match="the reader failed on this file: ValueError: invalid literal"):
        sandbox.call(int, "x")
    assert sandbox.call(os.getpid) == child


def test_a_file_error_comes_through_unchanged(sandbox: Sandbox) -> None:
    from semsearch.pictures.decode import decode

    with pytest.raises(FileError, match=r"^not a picture: this is text$"):
        sandbox.call(decode, b"hello", 224)


def test_a_crash_costs_one_call(sandbox: Sandbox) -> None:
    with pytest.raises(FileError, match=r"the reader crashed on this file \(SIGABRT\)"):
        sandbox.call(os.abort)
    with pytest.raises(FileError, match=r"crashed on this file \(exit status 3\)"):
        sandbox.call(os._exit, 3)
    assert sandbox.call(len, "four") == 4


def test_a_hang_ends_in_time() -> None:
    sandbox = Sandbox(Limits(seconds=1.0))
    sandbox.call(len, "warm")
    before = time.monotonic()
    with pytest.raises(FileError, match="took longer than 1 s"):
        sandbox.call(time.sleep, 60)
    assert time.monotonic() - before < 10
    assert sandbox.call(len, "four") == 4
    sandbox.close()


def test_processor_time_is_limited_apart_from_the_time_on_the_clock() -> None:
    """A reader that gives way to others on a busy machine waits long, and has done nothing wrong."""
    sandbox = Sandbox(Limits(processor=0.3))
    sandbox.call(time.sleep, 1)
    with pytest.raises(FileError, match=r"took more than 0.3 s of processor time"):
        sandbox.call(exec, "while True: pass")
    assert sandbox.call(len, "four") == 4
    sandbox.close()


def test_a_memory_bomb_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(FileError, match="needs more than 1 GB of memory"):
        sandbox.call(bytearray, 3 * 2**30)
    assert sandbox.call(len, "four") == 4


def test_a_child_that_the_system_kills_is_told_from_one_that_crashes(sandbox: Sandbox) -> None:
    child = sandbox.call(os.getpid)
    with pytest.raises(
        KilledError, match=r"the system ended its reader \(SIGKILL\), probably for lack of memory"
    ):
        sandbox.call(os.kill, child, signal.SIGKILL)
    with pytest.raises(FileError, match="SIGSEGV") as caught:
        sandbox.call(os.kill, sandbox.call(os.getpid), signal.SIGSEGV)
    assert not isinstance(caught.value, KilledError)


def test_the_child_gets_no_password_and_keeps_what_readers_need(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {"SEMSEARCH_PASSWORD": "1", "SEMSEARCH_REDIS_URL": "redis://:2@x", "AWS_SECRET_ACCESS_KEY": "3"}
    for name, value in (*secrets.items(), ("TZ", "Asia/Tokyo"), ("LC_TIME", "C")):
        monkeypatch.setenv(name, value)
    assert [sandbox.call(os.getenv, name) for name in secrets] == [None] * len(secrets)
    assert (sandbox.call(os.getenv, "TZ"), sandbox.call(os.getenv, "LC_TIME")) == ("Asia/Tokyo", "C")


def test_the_child_cannot_write_a_file(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="File too large"):
        sandbox.call(Path.write_text, tmp_path / "a.txt", "written")


def test_the_memory_of_a_large_picture_goes_back_to_the_system(sandbox: Sandbox) -> None:
    before = resident(sandbox.call(os.getpid))
    assert sandbox.call(bytes, 100_000_000) == bytes(100_000_000)
    assert resident(sandbox.call(os.getpid)) < before + 20_000_000


def test_a_child_may_run_below_the_priority_of_its_parent() -> None:
    sandbox = Sandbox(Limits(nice=3))
    assert sandbox.call(os.nice, 0) == os.nice(0) + 3
    sandbox.close()


def test_the_child_ends_with_its_sandbox() -> None:
    sandbox = Sandbox()
    child = sandbox.call(os.getpid)
    del sandbox
    assert not _alive(child)


def test_what_a_reader_prints_does_not_garble_the_answers(sandbox: Sandbox) -> None:
    assert sandbox.call(os.system, "echo noise") == 0
    assert sandbox.call(len, "four") == 4


def test_a_closed_sandbox_says_so(sandbox: Sandbox) -> None:
    sandbox.call(len, "warm")
    sandbox.close()
    with pytest.raises(FileError, match="stopped"):
        sandbox.call(len, "four")


# Some hold the interpreter's lock all the time.
WORK = {
    "nothing": "",
    "a sleep": "time.sleep(60)",
    "a loop in Python": "while True: pass",
    "a loop in C, with the lock": "re.match('(a+)+$', 60 * 'a' + 'b')",
    "a system call, with the lock": "ctypes.PyDLL(None).sleep(60)",
    "text in a picture": "while True: reader.read(picture)",
}

PARENT = """
import os, time
from semsearch.sandbox import Limits, Sandbox

sandbox = Sandbox(Limits(memory=3 * 2**30))
print(sandbox.call(os.getpid), flush=True)
sandbox.call(exec, {work!r})
time.sleep(60)
"""

READER = """
from PIL import Image, ImageDraw, ImageFont
from semsearch.models.ocr import TextReader

picture = Image.new("RGB", (1200, 1600), "white")
for y in range(0, 1600, 25):
    ImageDraw.Draw(picture).text((20, y), 12 * "the ferry ", "black", ImageFont.load_default(18))
reader = TextReader()
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_the_child_is_gone_within_two_seconds_of_its_parents_death(work: str, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    prepared = READER if "reader" in work else ""
    code = f"import ctypes, pathlib, re, time\n{prepared}\npathlib.Path({str(begun)!r}).touch()\n{work}"
    with subprocess.Popen(
        [sys.executable, "-c", PARENT.format(work=code)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        _wait(begun.exists, 60)
        parent.send_signal(signal.SIGKILL)
    _wait(lambda: not _alive(child), 2)


def _wait(reached: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def resident(pid: int) -> int:
    """The memory of a process in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _alive(pid: int) -> bool:
    try:
        # A zombie that nobody has reaped yet has ended too.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
