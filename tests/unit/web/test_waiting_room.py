"""The waiting room, with threads that wait for their turns."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.exceptions import ClientDisconnected

from semsearch.errors import BusyError, GreedyError
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary
from web import waiting_room
from web.app import create_app
from web.waiting_room import Client, Places, WaitingRoom

PLACES = Places(running=1, burst=3, standing=1, patience=30.0)


class Asking(threading.Thread):
    """A client that asks for a turn, and keeps it until the test ends it."""

    def __init__(self, room: WaitingRoom, address: str, port: str = "1") -> None:
        super().__init__(daemon=True)
        self._room = room
        self._client = Client(address, port)
        self.has_gone = threading.Event()
        self.may_end = threading.Event()
        self.decided = threading.Event()
        self.error: BusyError | ClientDisconnected | None = None
        self.start()

    def run(self) -> None:
        try:
            self._room.enter(self._client, self.has_gone.is_set)
        except (BusyError, ClientDisconnected) as error:
            self.error = error
            self.decided.set()
            return
        self.decided.set()
        self.may_end.wait(30)
        self._room.leave()

    @property
    def has_turn(self) -> bool:
        return self.decided.is_set() and self.error is None


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.001)


@pytest.fixture
def room() -> WaitingRoom:
    return WaitingRoom(PLACES)


def running(room: WaitingRoom, address: str = "first", port: str = "0") -> Asking:
    asking = Asking(room, address, port)
    assert asking.decided.wait(10)
    return asking


def waiting(room: WaitingRoom, address: str, port: str = "1") -> Asking:
    before = room.waiting
    asking = Asking(room, address, port)
    until(lambda: room.waiting == before + 1)
    return asking


def refused(room: WaitingRoom, address: str, port: str = "1") -> BusyError:
    asking = Asking(room, address, port)
    assert asking.decided.wait(10)
    assert isinstance(asking.error, BusyError)
    return asking.error


def end(*turns: Asking) -> None:
    for each in turns:
        each.may_end.set()
    for each in turns:
        each.join(10)


def test_a_request_runs_at_once_while_others_may_run(room: WaitingRoom) -> None:
    first = running(room)
    assert (first.has_turn, room.running, room.waiting) == (True, 1, 0)
    end(first)
    assert room.running == 0


def test_a_request_that_waits_gets_the_turn_of_the_one_that_ends(room: WaitingRoom) -> None:
    first, second = running(room), waiting(room, "b")
    assert not second.decided.is_set()
    end(first)
    assert second.decided.wait(10)
    assert (second.has_turn, room.running, room.waiting) == (True, 1, 0)
    end(second)


def test_addresses_take_turns(room: WaitingRoom) -> None:
    first = running(room)
    greedy = [waiting(room, "greedy", port) for port in "12"]
    modest = waiting(room, "modest")
    order: list[Asking] = []
    for ends in (first, greedy[0], modest):
        end(ends)
        others = [each for each in (*greedy, modest) if each not in order]
        until(lambda others=others: any(each.has_turn for each in others))
        order += [each for each in others if each.has_turn]
    end(greedy[1])
    assert order == [greedy[0], modest, greedy[1]]


def test_a_full_room_refuses_at_once_and_says_when_to_try_again(room: WaitingRoom) -> None:
    first = running(room)
    others = [*(waiting(room, "a", port) for port in "123"), Asking(room, "a", "4")]
    until(lambda: any(each.error for each in others))
    [error] = [each.error for each in others if each.error]
    assert type(error) is BusyError
    assert error.seconds in (1, 2)
    assert room.refused == {"full": 1}
    end(first, *others)


def test_an_address_that_takes_the_places_of_others_is_told_so(room: WaitingRoom) -> None:
    first = running(room)
    greedy = [waiting(room, "greedy", port) for port in "123"]
    modest = Asking(room, "modest")
    until(lambda: any(each.decided.is_set() for each in greedy))
    errors = [each.error for each in greedy if each.error]
    assert [type(error) for error in errors] == [GreedyError]
    assert not modest.decided.is_set()
    assert room.refused == {"greedy": 1}
    end(first, modest, *greedy)


def test_when_all_places_are_taken_the_client_that_had_a_turn_last_is_refused() -> None:
    room = WaitingRoom(replace(PLACES, standing=3))
    for port in "1234":
        end(running(room, "a", port))
    first = running(room, "a", "0")
    places = [waiting(room, "a", port) for port in "423"]
    newest = Asking(room, "a", "1")  # its turn is the longest ago
    assert places[0].decided.wait(10)
    assert places[0].error is not None
    assert refused(room, "a", "4") is not None  # it had a turn after all the others that wait
    assert not any(each.decided.is_set() for each in (*places[1:], newest))
    end(first, *places[1:], newest)


def test_a_queue_that_stays_is_kept_short(room: WaitingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    first = running(room)
    places = [waiting(room, "a", port) for port in "123"]
    monkeypatch.setattr(waiting_room, "_A_BURST", 0.0)
    places.append(Asking(room, "a", "4"))
    until(lambda: sum(each.decided.is_set() for each in places) == 3)
    assert room.waiting == PLACES.standing
    end(first, *places)


def test_a_client_that_was_refused_for_some_time_may_wait_where_a_burst_may(
    room: WaitingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_room, "_A_BURST", 0.0)
    for port in "12":
        end(running(room, "a", port))
    first = running(room)
    place = waiting(room, "a", "1")
    assert refused(room, "a", "2").seconds in (1, 2)
    monkeypatch.setattr(waiting_room, "_OVERDUE", 0.0)
    overdue = waiting(room, "a", "2")
    assert room.waiting == 2 > PLACES.standing
    end(first, place, overdue)


@pytest.mark.parametrize(("seconds", "wait"), [(30.0, PLACES.standing), (0.0, PLACES.burst)])
def test_a_queue_stays_short_for_a_while_after_a_refusal(
    room: WaitingRoom, monkeypatch: pytest.MonkeyPatch, seconds: float, wait: int
) -> None:
    first = running(room)
    places = [*(waiting(room, "a", port) for port in "123"), Asking(room, "a", "4")]
    until(lambda: any(each.error for each in places))
    assert room.waiting == PLACES.burst
    end(first, *places)
    monkeypatch.setattr(waiting_room, "_A_CROWD", seconds)
    first = running(room)
    places = [Asking(room, "b", port) for port in "1234"]
    until(lambda: sum(each.decided.is_set() for each in places) == 4 - wait)
    assert room.waiting == wait
    end(first, *places)


def test_nobody_waits_longer_than_the_room_allows() -> None:
    room = WaitingRoom(replace(PLACES, patience=0.05))
    first = running(room)
    error = refused(room, "b")
    assert (type(error), room.waiting, room.refused) == (BusyError, 0, {"patience": 1})
    end(first)
    assert room.running == 0


def test_a_room_under_a_crowd_gives_every_turn_back() -> None:
    room = WaitingRoom(Places(running=3, burst=5, standing=2, patience=0.05))
    most, lock, inside = [0], threading.Lock(), [0]

    def ask(number: int) -> None:
        for _ in range(50):
            try:
                room.enter(Client(str(number % 4), str(number)))
            except BusyError:
                continue
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with lock:
                inside[0] -= 1
            room.leave()

    crowd = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join(30)
    assert 1 <= most[0] <= 3
    assert (room.running, room.waiting) == (0, 0)


def test_a_client_that_has_gone_gets_no_turn(room: WaitingRoom) -> None:
    first, gone, second = running(room), waiting(room, "b"), waiting(room, "c")
    gone.has_gone.set()
    end(first)
    assert second.decided.wait(10)
    assert second.has_turn
    assert gone.decided.wait(10)
    assert isinstance(gone.error, ClientDisconnected)
    assert room.refused == {"gone": 1}
    end(second)
    assert (room.running, room.waiting) == (0, 0)


def test_clients_that_have_gone_take_no_place_of_others(room: WaitingRoom) -> None:
    first = running(room)
    full = [waiting(room, "a", port) for port in "123"]
    for each in full[:2]:
        each.has_gone.set()
    another = Asking(room, "a", "4")
    until(lambda: room.refused["gone"] == 2)
    assert room.waiting == 2
    end(first)
    until(lambda: full[2].has_turn or another.has_turn)
    end(full[2], another)
    assert room.refused == {"gone": 2}


def test_the_free_places_are_those_that_no_request_takes(room: WaitingRoom) -> None:
    assert (room.places, room.free) == (4, 4)
    first = running(room)
    second = waiting(room, "b")
    assert room.free == 2
    end(first, second)
    assert room.free == 4


def test_a_response_says_how_many_more_requests_the_server_takes(tmp_path: Path) -> None:
    client = create_app(Settings(home=tmp_path), MemoryLibrary()).test_client()
    headers = client.get("/api/search?q=water").headers
    policy = re.fullmatch(r'"searches";q=(\d+);qu="concurrent-requests"', headers["RateLimit-Policy"])
    left = re.fullmatch(r'"searches";r=(\d+)', headers["RateLimit"])
    assert policy is not None
    assert left is not None
    assert int(left[1]) == int(policy[1]) - 1  # this request had a place itself
    assert '"stored"' in client.get("/thumb/nowhere").headers["RateLimit"]
    assert "RateLimit" not in client.get("/healthz").headers
