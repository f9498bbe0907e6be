"""Which addresses only this machine can reach."""

from __future__ import annotations

import pytest

from semsearch.loopback import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "::ffff:127.0.0.1"])
def test_these_are_reached_from_this_machine_only(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "*", "192.168.1.5", "10.0.0.1", "fe80::1", "8.8.8.8", "no.such.name.invalid", "x" * 70],
)
def test_these_may_be_reached_by_others(host: str) -> None:
    assert not is_loopback(host)
