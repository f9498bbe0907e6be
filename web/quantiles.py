"""How long requests take, estimated from a histogram of Prometheus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """How long `count` requests or stages took, in seconds: the half of them, and 95 of 100, at most this."""

    name: str
    count: int
    median: float
    p95: float


def latency(name: str, buckets: Sequence[tuple[float, float]]) -> Latency | None:
    """The latency of a histogram, whose buckets are pairs of an upper edge and the count up to it.

    None without any request. A bucket counts as evenly filled, as in `histogram_quantile` of Prometheus.
    """
    count = int(buckets[-1][1]) if buckets else 0
    if not count:
        return None
    return Latency(name, count, _quantile(0.5, buckets), _quantile(0.95, buckets))


def _quantile(share: float, buckets: Sequence[tuple[float, float]]) -> float:
    wanted = share * buckets[-1][1]
    low, before = 0.0, 0.0
    for edge, count in buckets:
        if count >= wanted and count > before:
            # The last bucket has no upper edge, so that of the bucket before is the best answer.
            return low if edge == float("inf") else low + (edge - low) * (wanted - before) / (count - before)
        low, before = edge, count
    return low
