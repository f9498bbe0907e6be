"""The times of stages."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from semsearch.stages import stage, watch


@pytest.fixture
def times() -> Iterator[list[tuple[str, float]]]:
    times: list[tuple[str, float]] = []
    watch(lambda name, seconds: times.append((name, seconds)))
    yield times
    watch(None)


def spend(seconds: float) -> None:
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        pass


def test_a_stage_inside_another_does_not_count_twice(times: list[tuple[str, float]]) -> None:
    started = time.perf_counter()
    with stage("outer"):
        spend(0.01)
        for _ in range(2):
            with stage("inner"):
                spend(0.02)
    seconds = time.perf_counter() - started
    assert [name for name, _ in times] == ["inner", "inner", "outer"]
    assert all(inner >= 0.02 for _, inner in times[:2])
    assert times[2][1] >= 0.01
    assert sum(each for _, each in times) <= seconds


def test_a_stage_that_fails_counts(times: list[tuple[str, float]]) -> None:
    with pytest.raises(ValueError, match="no"), stage("embed"):
        raise ValueError("no")
    assert [name for name, _ in times] == ["embed"]


def test_stages_cost_less_than_a_tenth_of_a_millisecond(times: list[tuple[str, float]]) -> None:
    started = time.process_time()
    for _ in range(1000):
        with stage("rank"):
            pass
    assert time.process_time() - started < 0.1
    assert len(times) == 1000
