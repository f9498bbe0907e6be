"""Slowing down: who has to wait, and how long. The clock is the test's."""

from __future__ import annotations

import pytest

from web.access.throttle import Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(clock)


def waits(throttle: Throttle, clock: Clock, address: str, attempts: int) -> list[int]:
    """The wait after each of so many attempts, each made as soon as it may be."""
    found = []
    for _ in range(attempts):
        while wait := throttle.attempt(address):
            clock.now += wait
        found.append(throttle.attempt(address) if len(found) >= 4 else 0)
    return found


def test_five_attempts_are_free_and_then_each_wait_is_twice_as_long(throttle: Throttle, clock: Clock) -> None:
    assert waits(throttle, clock, "10.0.0.1", 14) == [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_an_attempt_that_is_refused_does_not_lengthen_the_wait(throttle: Throttle, clock: Clock) -> None:
    waits(throttle, clock, "10.0.0.1", 6)
    assert [throttle.attempt("10.0.0.1") for _ in range(100)] == [4] * 100
    clock.now += 4
    assert throttle.attempt("10.0.0.1") == 0


def test_attempts_at_the_same_time_are_counted_before_they_are_known_to_be_wrong(throttle: Throttle) -> None:
    assert [throttle.attempt("10.0.0.1") for _ in range(8)] == [0] * 5 + [2] * 3


def test_a_right_password_forgets_the_wrong_ones_of_its_address(throttle: Throttle, clock: Clock) -> None:
    for _ in range(5):
        throttle.attempt("10.0.0.1")
        throttle.attempt("10.0.0.2")
    clock.now += 2
    assert throttle.attempt("10.0.0.1") == 0
    throttle.succeeded("10.0.0.1")
    assert [throttle.attempt("10.0.0.1") for _ in range(5)] == [0] * 5
    assert throttle.attempt("10.0.0.2") == 0
    assert throttle.attempt("10.0.0.2") == 4


def test_another_address_does_not_wait(throttle: Throttle) -> None:
    for _ in range(10):
        throttle.attempt("10.0.0.1")
    assert throttle.attempt("10.0.0.2") == 0


def test_many_addresses_together_are_slowed_down_too(throttle: Throttle, clock: Clock) -> None:
    assert [throttle.attempt(f"10.0.0.{n}") for n in range(50)] == [0] * 50
    assert throttle.attempt("10.0.1.1") == 2
    tried, start = 0, clock.now
    while clock.now < start + 3600:
        address = f"10.1.{tried // 250}.{tried % 250}"
        while wait := throttle.attempt(address):
            assert wait <= 30
            clock.now += wait
        tried += 1
    assert tried < 130


def test_right_passwords_do_not_count_in_the_total(throttle: Throttle) -> None:
    for n in range(200):
        assert throttle.attempt(f"10.0.0.{n}") == 0
        throttle.succeeded(f"10.0.0.{n}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8::2"),
        ("2001:db8:0:0:ffff::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::2%eth0"),
        ("", "no address"),
    ],
)
def test_addresses_of_one_client_are_counted_together(throttle: Throttle, one: str, other: str) -> None:
    for _ in range(5):
        throttle.attempt(one)
    assert throttle.attempt(other) == 2


def test_networks_are_counted_apart(throttle: Throttle) -> None:
    for _ in range(5):
        throttle.attempt("2001:db8:0:1::1")
    assert throttle.attempt("2001:db8:0:2::1") == 0


def test_attempts_are_forgotten_after_an_hour(throttle: Throttle, clock: Clock) -> None:
    waits(throttle, clock, "10.0.0.1", 12)
    clock.now += 3601
    assert [throttle.attempt("10.0.0.1") for _ in range(6)] == [0] * 5 + [2]


def test_the_table_of_addresses_does_not_grow_without_end(throttle: Throttle, clock: Clock) -> None:
    for n in range(20_000):
        clock.now += 31
        assert throttle.attempt(f"10.{n // 65536}.{n // 256 % 256}.{n % 256}") == 0
    assert len(throttle._by_address) <= 10_000
