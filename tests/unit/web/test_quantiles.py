"""How long requests take, from the buckets of a histogram."""

from __future__ import annotations

import math

import pytest

from web.quantiles import latency


def test_without_requests_nothing_is_known() -> None:
    assert latency("rank", [(0.1, 0.0), (math.inf, 0.0)]) is None
    assert latency("rank", []) is None


def test_a_bucket_counts_as_evenly_filled() -> None:
    found = latency("rank", [(0.1, 0.0), (0.2, 100.0), (math.inf, 100.0)])
    assert found is not None
    assert found.count == 100
    assert found.median == pytest.approx(0.15)
    assert found.p95 == pytest.approx(0.195)


def test_a_quantile_lies_in_the_bucket_that_reaches_it() -> None:
    found = latency("rank", [(0.1, 50.0), (1.0, 90.0), (10.0, 100.0), (math.inf, 100.0)])
    assert found is not None
    assert found.median == pytest.approx(0.1)
    assert found.p95 == pytest.approx(5.5)


def test_what_is_slower_than_all_buckets_counts_as_the_last_edge() -> None:
    found = latency("rank", [(0.1, 0.0), (10.0, 0.0), (math.inf, 3.0)])
    assert found is not None
    assert found.median == found.p95 == 10.0
