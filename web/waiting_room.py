"""A waiting room: a few requests run at a time, some wait for their turn, and the others are refused."""

from __future__ import annotations

import math
import random
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from werkzeug.exceptions import ClientDisconnected

from semsearch.errors import BusyError, GreedyError
from semsearch.message import say

# A queue that has not been empty for this time, in seconds, is no burst that will soon be over.
_A_BURST = 1.0
# Clients that were refused come back. So no new queue may be long until nobody was refused for this time.
_A_CROWD = 10.0
# A client that had no turn for this time, in seconds, has been refused more than once.
_OVERDUE = 3.0
# The longest time after which a refused client is told to try again, in seconds.
_LATEST_RETRY = 2
_CLIENTS_REMEMBERED = 4_096
# No place is left; the address takes the places of others; the turn did not come in time; the client has
# closed its connection.
REASONS = ("full", "greedy", "patience", "gone")
_GREEDY = say("Too many requests come from your address, and others wait. Try again soon.")
_BUSY = say("More is asked than this server can answer now. Try again soon.")


@dataclass(frozen=True, slots=True)
class Client:
    """Whoever asks. Two connections of one address have different ports."""

    address: str
    port: str


@dataclass(frozen=True, slots=True)
class Places:
    """How many requests may run and wait, and how long one may wait, in seconds.

    `burst` requests may wait for a moment, but only `standing` of them while more come than can be answered:
    then a longer queue would only make everybody wait longer.
    """

    running: int
    burst: int
    standing: int
    patience: float


@dataclass(eq=False, slots=True)
class _Waiting:
    client: Client
    turn: float  # when this client had a turn last, or was refused first
    is_overdue: bool
    has_gone: Callable[[], bool]
    has_turn: bool = False
    refusal: BusyError | ClientDisconnected | None = None
    decided: threading.Event = field(default_factory=threading.Event)


class WaitingRoom:
    """Gives turns to clients, address by address in rotation.

    If too many wait, the address with the most waiting requests loses one: that of the connection that had
    a turn last. So a client that asks again at once does not shut out one that was refused and tries later.
    A connection without a turn for some seconds may wait where a burst may, also while the queue is short.

    Clients that have gone lose their places first: a browser gives up many requests while somebody types.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, deque[_Waiting]] = OrderedDict()
        self._empty_at = time.monotonic()
        self._refused_at = -math.inf
        self._may_be_long = True
        self._turns: OrderedDict[Client, float] = OrderedDict()
        self.running = 0
        self.refused: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """The number of requests that wait."""
        return sum(map(len, self._waiting.values()))

    @property
    def places(self) -> int:
        """The number of requests that can run or wait at a time."""
        return self._places.running + self._places.burst

    @property
    def free(self) -> int:
        """The number of places that are left."""
        return max(0, self.places - self.running - self.waiting)

    def enter(self, client: Client, has_gone: Callable[[], bool] = lambda: False) -> None:
        """Wait for a turn. Whoever has got one must call `leave`.

        `has_gone` tells whether the client has closed its connection; any thread may call it.

        Raises GreedyError when this address takes the places of others, BusyError when all places are taken
        or the turn did not come in time, and ClientDisconnected when the client left meanwhile.
        """
        with self._lock:
            if not self._waiting:
                self._empty_at = time.monotonic()
                self._may_be_long = self._empty_at - self._refused_at > _A_CROWD
                if self.running < self._places.running:
                    self.running += 1
                    self._note(client)
                    return
            turn = self._turns.get(client)
            is_overdue = turn is not None and time.monotonic() - turn > _OVERDUE
            place = _Waiting(client, -math.inf if turn is None else turn, is_overdue, has_gone)
            self._waiting.setdefault(client.address, deque()).append(place)
            self._make_room()
        place.decided.wait(self._places.patience)
        with self._lock:
            if place.has_turn:
                return
            if place.refusal is None:
                self._refuse(place, "patience")
        assert place.refusal is not None
        raise place.refusal

    def leave(self) -> None:
        """Give the turn to the next."""
        with self._lock:
            self._forget_gone()
            if not self._waiting:
                self.running -= 1
                return
            address, places = self._waiting.popitem(last=False)
            place = places.popleft()
            if places:
                self._waiting[address] = places  # at the end: the other addresses come first
            place.has_turn = True
            self._note(place.client)
            place.decided.set()

    def _forget_gone(self) -> None:
        for place in [each for places in self._waiting.values() for each in places if each.has_gone()]:
            self._take_place(place, "gone")
            place.refusal = ClientDisconnected()
            place.decided.set()

    def _make_room(self) -> None:
        self._forget_gone()
        is_burst = self._may_be_long and time.monotonic() - self._empty_at < _A_BURST
        while True:
            rivals = [each for places in self._waiting.values() for each in places]
            if len(rivals) <= self._places.burst:
                rivals = [each for each in rivals if not (is_burst or each.is_overdue)]
                if len(rivals) <= self._places.standing:
                    return
            # At random among clients that are not known: each new connection is one.
            place = max(rivals, key=lambda each: (self._places_of(each), each.turn, random.random()))
            is_greedy = self._places_of(place) > 1 and len(self._waiting) > 1
            self._refuse(place, "greedy" if is_greedy else "full")

    def _places_of(self, place: _Waiting) -> int:
        return len(self._waiting[place.client.address])

    def _take_place(self, place: _Waiting, reason: str) -> None:
        places = self._waiting[place.client.address]
        places.remove(place)
        if not places:
            del self._waiting[place.client.address]
        self.refused[reason] += 1

    def _refuse(self, place: _Waiting, reason: str) -> None:
        self._take_place(place, reason)
        self._refused_at = time.monotonic()
        if place.client not in self._turns:
            self._note(place.client)
        # At random, so that clients that are refused together do not come back together.
        seconds = random.randint(1, _LATEST_RETRY)
        place.refusal = GreedyError(_GREEDY, seconds) if reason == "greedy" else BusyError(_BUSY, seconds)
        place.decided.set()

    def _note(self, client: Client) -> None:
        self._turns[client] = time.monotonic()
        self._turns.move_to_end(client)
        if len(self._turns) > _CLIENTS_REMEMBERED:
            self._turns.popitem(last=False)
