"""Filters on real files: by date, by size, by type."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.search import Searcher
from semsearch.types import Filters, Query

Run = Callable[..., Summary]

NOON = datetime(2020, 5, 1, 12, tzinfo=UTC)


def test_sizes_bound_what_is_found_and_include_the_bounds(folder: Path, run: Run, searcher: Searcher) -> None:
    for letters in (10, 1000, 100_000):
        (folder / f"{letters}.txt").write_text(f"geese {letters} ".ljust(letters, "."))
    run()

    def of(least: int | None, most: int | None) -> set[str]:
        filters = Filters(min_size=least, max_size=most)
        return {hit.path for hit in searcher.search(Query("geese", filters=filters)).hits}

    assert of(1000, None) == {"1000.txt", "100000.txt"}
    assert of(None, 1000) == {"10.txt", "1000.txt"}
    assert of(11, 999) == set()
    assert of(0, 10**15) == {"10.txt", "1000.txt", "100000.txt"}


@pytest.fixture
def find(folder: Path, run: Run, searcher: Searcher) -> Callable[[Filters], set[str]]:
    """Notes of three days, found by what filters let pass."""
    for day in range(3):
        file = folder / f"day{day}.txt"
        file.write_text(f"Geese on day {day}.")
        moment = (NOON + timedelta(days=day)).timestamp()
        os.utime(file, (moment, moment))
    run()
    return lambda filters: {hit.path for hit in searcher.search(Query("geese", filters=filters)).hits}


def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(
    find: Callable[[Filters], set[str]],
) -> None:
    day = timedelta(days=1)
    assert find(Filters(since=NOON, until=NOON + day)) == {"day0.txt"}
    assert find(Filters(since=NOON + day)) == {"day1.txt", "day2.txt"}
    assert find(Filters(until=NOON + 2 * day)) == {"day0.txt", "day1.txt"}
    assert find(Filters(until=NOON)) == set()
    assert find(Filters(since=datetime(1, 1, 1, tzinfo=UTC), until=datetime.max.replace(tzinfo=UTC))) == {
        "day0.txt",
        "day1.txt",
        "day2.txt",
    }
