"""How searches on the page end: with a click and at which rank, or with nothing clear.

Only sums by month are kept, and nothing of what was searched for. So that a page that is shown again counts
once, this process remembers for half an hour which searches it has counted, by a hash with a key of its own.
"""

from __future__ import annotations

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from threading import Lock

from semsearch.store.mine import CLICKS, SWITCHES, Mine

# The sums are in fields such as "2026-11 searches" and "2026-11 rank 3".
_MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])", re.ASCII)
# The switch that turns the counting off.
_SWITCH, _OFF = "clicks", "off"
_SEARCHES, _UNCLEAR, _CLICKED, _RANK = "searches", "unclear", "clicked", "rank"
# A click further down counts for this rank and those below it.
LAST_RANK = 11
# A search that is shown again within this time, in seconds, is the same one. So many are remembered.
_SAME, _REMEMBERED = 1800.0, 5000


@dataclass(frozen=True, slots=True)
class Month:
    """The searches of a month, such as 2026-11: all, those in which nothing clearly matched, and those of
    which a hit was opened. `ranks` counts the first hit opened by its rank, from 1 to LAST_RANK.
    """

    month: str
    searches: int
    unclear: int
    clicked: int
    ranks: Mapping[int, int]


class Endings:
    """Counts how searches end. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, mine: Mine) -> None:
        self._mine = mine
        self._key = secrets.token_bytes(16)
        self._recent: OrderedDict[bytes, tuple[float, bool]] = OrderedDict()
        self._lock = Lock()

    @property
    def is_on(self) -> bool:
        """Whether searches are counted."""
        return self._mine.get(SWITCHES).get(_SWITCH) != _OFF

    def switch(self, *, on: bool) -> None:
        """Count from now on, or count no more and forget what was counted."""
        self._mine.put(SWITCHES, {_SWITCH: "on" if on else _OFF})
        if not on:
            self._mine.forget(CLICKS)
            with self._lock:
                self._recent.clear()

    def searched(self, search: str, *, is_clear: bool) -> None:
        """Count a search, given by its address, and whether something clearly matched."""
        if self._is_new(search, clicked=False) and self.is_on:
            self._count(_SEARCHES)
            if not is_clear:
                self._count(_UNCLEAR)

    def opened(self, search: str, rank: int) -> None:
        """Count that a hit of a search was opened, if it is the first one. `rank` counts from 1."""
        was_seen = self._was_seen(search)
        if self._is_new(search, clicked=True) and self.is_on:
            if not was_seen:
                self._count(_SEARCHES)
            self._count(_CLICKED)
            self._count(f"{_RANK} {min(rank, LAST_RANK)}")

    def by_month(self) -> list[Month]:
        """The sums, the latest month first."""
        sums: dict[str, dict[str, int]] = {}
        for field, number in self._mine.get(CLICKS).items():
            month, _, name = field.partition(" ")
            if _MONTH.fullmatch(month) and number.isdecimal():  # an import may have brought others
                sums.setdefault(month, {})[name] = int(number)
        return [_month(month, sums[month]) for month in sorted(sums, reverse=True)]

    def _count(self, name: str) -> None:
        self._mine.count(CLICKS, f"{datetime.now(UTC):%Y-%m} {name}")

    def _hash(self, search: str) -> bytes:
        return blake2b(search.encode("utf-8", "surrogateescape"), key=self._key, digest_size=16).digest()

    def _was_seen(self, search: str) -> bool:
        with self._lock:
            found = self._recent.get(self._hash(search))
            return found is not None and time.monotonic() - found[0] < _SAME

    def _is_new(self, search: str, *, clicked: bool) -> bool:
        """Whether this has not been counted for this search yet; remembers that it is counted now."""
        now, key = time.monotonic(), self._hash(search)
        with self._lock:
            at, was_clicked = self._recent.pop(key, (-_SAME, False))
            was_seen = now - at < _SAME
            was_clicked = was_clicked and was_seen
            self._recent[key] = now, was_clicked or clicked
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return not was_clicked if clicked else not was_seen


def _month(month: str, sums: Mapping[str, int]) -> Month:
    ranks = {rank: sums.get(f"{_RANK} {rank}", 0) for rank in range(1, LAST_RANK + 1)}
    return Month(month, sums.get(_SEARCHES, 0), sums.get(_UNCLEAR, 0), sums.get(_CLICKED, 0), ranks)
