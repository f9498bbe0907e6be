"""A pool of sandboxes: how many work at a time, who waits, and who is refused."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from semsearch.errors import BusyError, FileError, KilledError
from semsearch.pool import Pool


def pool_of(sandboxes: int, *, waiting: int, patience: float = 30.0, seconds: float = 30.0) -> Pool:
    return Pool(sandboxes, waiting=waiting, patience=patience, seconds=seconds)


def test_as_many_turns_are_taken_at_a_time_as_there_are_sandboxes() -> None:
    pool = pool_of(2, waiting=10)
    lock, now, most = threading.Lock(), [0], [0]

    def work(number: int) -> int:
        with pool.turn() as sandbox:
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            result = sandbox.call(abs, -number)
            with lock:
                now[0] -= 1
        return result

    with ThreadPoolExecutor(12) as threads:
        assert list(threads.map(work, range(12))) == list(range(12))
    assert most[0] == 2


def test_who_finds_the_line_full_is_refused_at_once() -> None:
    pool = pool_of(1, waiting=0)
    with pool.turn():
        before = time.monotonic()
        with pytest.raises(BusyError, match="Try again in 2 seconds") as caught, pool.turn():
            pass
        assert time.monotonic() - before < 1
        assert caught.value.seconds == 2
    with pool.turn() as sandbox:
        assert sandbox.call(len, "four") == 4


def test_who_has_waited_long_enough_is_refused_and_leaves_the_line() -> None:
    pool = pool_of(1, waiting=1, patience=0.2)
    with pool.turn():
        for _ in range(3):
            with pytest.raises(BusyError), pool.turn():
                pass
    with pool.turn() as sandbox:
        assert sandbox.call(len, "four") == 4


def test_one_full_pool_takes_no_turn_from_another() -> None:
    full, other = pool_of(1, waiting=0), pool_of(1, waiting=0)
    with full.turn(), other.turn() as sandbox:
        assert sandbox.call(len, "four") == 4


def test_an_error_in_a_turn_gives_the_turn_back() -> None:
    pool = pool_of(1, waiting=0, seconds=3.0)  # a child must start within it
    for call, error in (
        (lambda box: box.call(int, "x"), FileError),
        (lambda box: box.call(_die), KilledError),
    ):
        with pytest.raises(error), pool.turn() as sandbox:
            call(sandbox)
    with pytest.raises(FileError, match="took longer than 3 s"), pool.turn() as sandbox:
        sandbox.call(time.sleep, 60)
    with pool.turn() as sandbox:
        assert sandbox.call(len, "four") == 4


def test_a_few_calls_one_after_the_other_share_one_child() -> None:
    pool = pool_of(3, waiting=0)
    children = set()
    for _ in range(3):
        with pool.turn() as sandbox:
            children.add(sandbox.call(os.getpid))
    assert len(children) == 1


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
