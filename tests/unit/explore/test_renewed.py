"""Values of a library in memory: when they are read again, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest

from semsearch.explore import renewed
from semsearch.explore.renewed import Renewed


class Library:
    """A revision that a test raises, a clock that it turns, and reading, which takes a second."""

    def __init__(self) -> None:
        self.revision = 1
        self.now = 0.0
        self.times_read = 0
        self.value: Renewed[int] = Renewed(lambda: self.revision, self.read)

    def read(self) -> int:
        self.now += 1
        self.times_read += 1
        return self.revision


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    made = Library()
    monkeypatch.setattr(renewed, "monotonic", lambda: made.now)
    return made


def test_a_value_is_read_once_for_each_revision(library: Library) -> None:
    assert [library.value.get() for _ in range(3)] == [1, 1, 1]
    library.revision, library.now = 2, 100.0
    assert [library.value.get() for _ in range(3)] == [2, 2, 2]
    assert library.times_read == 2


def test_reading_takes_a_tenth_of_the_time_while_documents_change(library: Library) -> None:
    for second in range(1, 101):
        library.now = max(library.now, float(second))
        library.revision += 1
        library.value.get()
    assert 8 <= library.times_read <= 10


def test_a_value_from_another_source_is_read_at_once(library: Library) -> None:
    assert library.value.get("one") == 1
    library.revision = 2
    assert library.value.get("one") == 1
    assert library.value.get("other") == 2


def test_while_one_reads_again_the_others_have_the_old_one() -> None:
    revision, reading, go_on = 1, Event(), Event()

    def read() -> int:
        if revision > 1:
            reading.set()
            assert go_on.wait(10)
        return revision

    value = Renewed(lambda: revision, read)
    assert value.get() == 1
    revision = 2
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(_until(lambda: value.get() == 2))
        try:
            assert reading.wait(10)
            assert value.get() == 1
        finally:
            go_on.set()
        renewing.result(20)
    assert value.get() == 2


def test_while_one_reads_from_another_source_nobody_has_the_value_of_the_old_one() -> None:
    reading, go_on = Event(), Event()
    values = iter(("old", "new"))

    def read() -> str:
        value = next(values)
        if value == "new":
            reading.set()
            assert go_on.wait(10)
        return value

    value = Renewed(lambda: 1, read)
    assert value.get("one") == "old"
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(value.get, "other")
        try:
            assert reading.wait(10)
            second = pool.submit(value.get, "other")
        finally:
            go_on.set()
        assert (first.result(10), second.result(10)) == ("new", "new")


def test_what_cannot_be_read_is_tried_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise OSError("gone")

    value = Renewed(lambda: 1, fail)
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            value.get()
    monkeypatch.setattr(value, "_read", library.read)
    assert value.get() == 1


def _until(is_done: Callable[[], bool]) -> Callable[[], None]:
    def wait() -> None:
        end = monotonic() + 10
        while not is_done():
            assert monotonic() < end

    return wait
