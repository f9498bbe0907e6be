"""The chart of past runs."""

from __future__ import annotations

from semsearch.overview import PastRun
from web.run_chart import MOST, chart


def run(files: int, failed: int = 0) -> PastRun:
    return PastRun(1.0, {"indexed": files, "failed": failed})


def test_without_runs_there_is_no_chart() -> None:
    assert chart([]) is None


def test_each_power_of_ten_has_the_same_height_and_the_oldest_run_is_at_the_left() -> None:
    found = chart([run(10), run(100), run(1000)])
    assert found is not None
    assert found.powers == (1000, 100, 10)
    assert found.lines == (0, 30, 60)
    assert [bar.height for bar in found.bars] == [90, 60, 30]
    assert [bar.x for bar in found.bars] == sorted(bar.x for bar in found.bars)
    assert all(bar.y + bar.height == found.zero for bar in found.bars)


def test_one_file_can_be_seen_and_no_file_has_no_bar() -> None:
    found = chart([run(1), run(0, failed=2)])
    assert found is not None
    none, one = found.bars
    assert one.height > 0
    assert none.height == 0
    assert none.run.failed == 2


def test_only_the_latest_runs_are_shown() -> None:
    found = chart([run(n) for n in range(MOST + 5)])
    assert found is not None
    assert len(found.bars) == MOST
    assert found.bars[-1].run.changed == 0
    assert found.bars[-1].x + found.bar <= found.width
