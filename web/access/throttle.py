"""Slow down whoever tries passwords."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock

# Wrong attempts without a wait: of one address, and of all addresses together.
_FREE, _FREE_OF_ALL = 5, 50
# The first wait in seconds; each further wrong attempt doubles it, up to the longest. Many addresses together
# must not keep the owner out for long, so that wait is shorter.
_FIRST, _LONGEST, _LONGEST_OF_ALL = 2.0, 300.0, 30.0
# Attempts are forgotten after this many seconds without another.
_FORGET = 3600.0
# The most addresses that are remembered. The count of all addresses holds where more are used.
_MOST = 10_000


@dataclass(slots=True)
class _Count:
    """The wrong attempts, the last of them, and the time before which another is refused."""

    free: int
    longest: float
    wrong: int = 0
    last: float = 0.0
    until: float = 0.0

    def add(self, now: float) -> None:
        if now - self.last > _FORGET:
            self.wrong = 0
        self.wrong, self.last = self.wrong + 1, now
        if self.wrong >= self.free:
            self.until = now + min(self.longest, _FIRST * 2.0 ** min(self.wrong - self.free, 30))


class Throttle:
    """Counts wrong attempts by address, and in total. Blocks no thread. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._all = _Count(_FREE_OF_ALL, _LONGEST_OF_ALL)
        self._by_address: OrderedDict[str, _Count] = OrderedDict()

    def attempt(self, address: str) -> int:
        """The whole seconds until this address may try; 0 if it may try now.

        An attempt that may be made counts as wrong at once, so that many at the same time do not help. Call
        `succeeded` when it was right.
        """
        with self._lock:
            now, key = self._clock(), _network(address)
            count = self._by_address.get(key) or _Count(_FREE, _LONGEST)
            wait = max(count.until, self._all.until) - now
            if wait > 0:
                return math.ceil(wait)
            count.add(now)
            self._all.add(now)
            self._by_address[key] = count
            self._by_address.move_to_end(key)
            while len(self._by_address) > _MOST or self._oldest.last < now - _FORGET:
                self._by_address.popitem(last=False)
            return 0

    def succeeded(self, address: str) -> None:
        """Forget the attempts of an address, whose last one was right."""
        with self._lock:
            self._by_address.pop(_network(address), None)
            self._all.wrong = max(0, self._all.wrong - 1)
            if self._all.wrong < _FREE_OF_ALL:
                self._all.until = 0.0

    @property
    def _oldest(self) -> _Count:
        return next(iter(self._by_address.values()))


def _network(address: str) -> str:
    """The address, or the network of an IPv6 address: a client has a whole /64."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ip_network((known, 64), strict=False))
    return str(known)
