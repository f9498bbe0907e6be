"""Phase of the moon for a date, good to about half a day.

The method counts days from a new moon that is known exactly and divides by the
mean length of a lunation. The true length varies by some hours, because both
orbits are ellipses; for a calendar on the kitchen wall that does not matter.
"""

from __future__ import annotations

from datetime import UTC, datetime

# New moon of 6 January 2000, 18:14 UTC.
EPOCH = datetime(2000, 1, 6, 18, 14, tzinfo=UTC)

# Mean synodic month in days: from one new moon to the next.
LUNATION = 29.530588853

NAMES = (
    "new moon",
    "waxing crescent",
    "first quarter",
    "waxing gibbous",
    "full moon",
    "waning gibbous",
    "last quarter",
    "waning crescent",
)


def age(moment: datetime) -> float:
    """Days since the last new moon, from 0 up to LUNATION."""
    days = (moment - EPOCH).total_seconds() / 86_400
    return days % LUNATION


def illuminated(moment: datetime) -> float:
    """Lit fraction of the disc, 0 to 1, taking the orbit for a circle."""
    from math import cos, tau

    return (1 - cos(tau * age(moment) / LUNATION)) / 2


def name(moment: datetime) -> str:
    """The nearest of the eight phases that have names."""
    eighth = LUNATION / len(NAMES)
    return NAMES[round(age(moment) / eighth) % len(NAMES)]


if __name__ == "__main__":
    now = datetime.now(UTC)
    print(f"{now:%d %B %Y}: {name(now)}, {illuminated(now):.0%} lit, {age(now):.1f} days old")
