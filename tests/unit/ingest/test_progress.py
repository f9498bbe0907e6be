"""The numbers of a run that goes on, by a clock of the test."""

from __future__ import annotations

import pytest

from ingest.progress import Tracker
from semsearch.progress import Phase, RunProgress


class Clock:
    """A clock that stands still until the test moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tracker(clock: Clock) -> Tracker:
    return Tracker(clock)


def work(tracker: Tracker, clock: Clock, seconds: int, **each_second: int) -> RunProgress:
    """Do the same in each of some seconds. Returns the last measure."""
    for _ in range(seconds):
        clock.seconds += 1
        tracker.advance(**each_second)
        measured = tracker.measure()
    return measured


def test_the_time_left_is_estimated_by_bytes(tracker: Tracker, clock: Clock) -> None:
    tracker.begin(Phase.READ, files=1000, bytes=100_000)
    now = work(tracker, clock, 10, files=50, bytes=1000)
    assert (now.files, now.found, now.bytes, now.total_bytes) == (500, 1000, 10_000, 100_000)
    assert now.seconds_left == 90  # though half of the files are done
    assert now.files_per_second == 50


def test_the_time_left_is_estimated_by_passages_when_their_number_is_known(
    tracker: Tracker, clock: Clock
) -> None:
    tracker.begin(Phase.EMBED, passages=100)
    now = work(tracker, clock, 10, passages=2)
    assert (now.passages, now.due, now.passages_per_second, now.seconds_left) == (20, 100, 2, 40)


def test_files_are_counted_when_nothing_else_is_known(tracker: Tracker, clock: Clock) -> None:
    tracker.begin(Phase.OCR, files=10)
    assert work(tracker, clock, 5, files=1).seconds_left == 5


def test_no_time_is_estimated_too_early_or_from_nothing(tracker: Tracker, clock: Clock) -> None:
    assert tracker.measure().seconds_left is None
    tracker.begin(Phase.READ, files=2, bytes=20)
    assert work(tracker, clock, 2, bytes=1).seconds_left is None
    tracker.begin(Phase.READ, files=2, bytes=20)
    assert work(tracker, clock, 30).seconds_left is None


def test_a_rate_is_that_of_the_last_ten_seconds(tracker: Tracker, clock: Clock) -> None:
    tracker.begin(Phase.READ, files=10_000, bytes=10_000)
    work(tracker, clock, 30, files=100, bytes=100)
    now = work(tracker, clock, 10, files=1, bytes=1)
    assert now.files_per_second == 1
    # The time left is estimated over more of the run: 3,010 bytes in 40 seconds.
    assert now.seconds_left == pytest.approx(6990 * 40 / 3010, abs=0.1)


def test_passages_and_pictures_have_costs_of_their_own(tracker: Tracker, clock: Clock) -> None:
    tracker.begin(Phase.EMBED, passages=100, files=10, bytes=1000)
    assert work(tracker, clock, 10, passages=5).seconds_left is None  # what a picture costs is not known
    # 50 more passages at 0.2 seconds each, and 800 bytes of pictures at 0.02.
    assert work(tracker, clock, 4, files=1, bytes=50).seconds_left == 50 * 0.2 + 800 * 0.02


def test_a_phase_begins_with_no_counts_and_no_rates(tracker: Tracker, clock: Clock) -> None:
    tracker.begin(Phase.READ, files=10, bytes=10)
    started = work(tracker, clock, 5, files=1, bytes=1, passages=7).started
    tracker.begin(Phase.CALIBRATE)
    now = tracker.measure()
    assert (now.phase, now.files, now.found, now.passages, now.seconds_left) == (
        Phase.CALIBRATE,
        0,
        0,
        0,
        None,
    )
    assert (now.files_per_second, now.passages_per_second) == (0, 0)
    assert now.started == started


def test_a_run_that_waits_has_no_time_left(tracker: Tracker, clock: Clock) -> None:
    tracker.begin(Phase.READ, files=10, bytes=10)
    work(tracker, clock, 5, files=1, bytes=1)
    tracker.wait("Redis is full.")
    assert (tracker.measure().waits_for, tracker.measure().seconds_left) == ("Redis is full.", None)
    tracker.wait("")
    assert work(tracker, clock, 1, files=1, bytes=1).seconds_left is not None


def test_passages_within_a_batch_are_shown_and_do_not_count_as_found(tracker: Tracker, clock: Clock) -> None:
    tracker.begin(Phase.EMBED, passages=100)
    now = work(tracker, clock, 1, passages=10)
    tracker.go_ahead(64)
    assert tracker.with_ahead(now).passages == 74
    assert tracker.measure().passages == 10
    tracker.go_ahead(64)
    assert tracker.with_ahead(now).passages == 100
    now = work(tracker, clock, 1, passages=20)
    assert tracker.with_ahead(now).passages == now.passages == 30


def test_the_time_of_each_phase_is_known_also_when_it_comes_twice(tracker: Tracker, clock: Clock) -> None:
    tracker.begin(Phase.PLAN)
    clock.seconds += 2
    tracker.begin(Phase.READ)
    clock.seconds += 5
    tracker.begin(Phase.PLAN)  # a second pass
    clock.seconds += 1
    assert tracker.took() == {Phase.PLAN: 3, Phase.READ: 5}
    clock.seconds += 1
    assert tracker.took() == {Phase.PLAN: 4, Phase.READ: 5}


def test_files_that_earlier_runs_have_done_count_but_say_nothing_of_the_time_left(
    tracker: Tracker, clock: Clock
) -> None:
    tracker.go_on(earlier=8, together=20)
    tracker.begin(Phase.OCR, files=4)
    now = work(tracker, clock, 4, files=1)
    assert (now.files, now.found, now.seconds_left) == (12, 20, 8)
