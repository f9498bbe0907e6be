"""Fields of all hashes with a prefix, read ahead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from semsearch.store import scanning
from semsearch.store.scanning import scan_hashes
from semsearch.store.waiting import Waiting, patient, patiently
from tests.outages import Mend, stop
from tests.plain_server import plain_server

NAMES = ("number", "other", "löwe")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[redis.Redis]:
    with plain_server(tmp_path, "--save", "") as client:
        yield client


def rows(client: redis.Redis) -> dict[bytes, list[bytes | None]]:
    return {
        key: row
        for keys, found in scan_hashes(client, "a:", NAMES)
        for key, row in zip(keys, found, strict=True)
    }


@pytest.mark.parametrize("number", [0, 1, 7, 500])
def test_every_hash_with_the_prefix_is_read(
    server: redis.Redis, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "_BATCH", 20)
    pipe = server.pipeline()
    for n in range(number):
        pipe.hset(f"a:{n}", mapping={"number": n, "löwe": "\r\n$1\r\n"})
        pipe.hset(f"b:{n}", "number", n)
    pipe.execute()
    assert rows(server) == {b"a:%d" % n: [b"%d" % n, None, b"\r\n$1\r\n"] for n in range(number)}


def test_a_scan_that_is_given_up_leaves_no_replies_behind(
    server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "_BATCH", 20)
    for n in range(100):
        server.hset(f"a:{n}", "number", n)
    found = scan_hashes(server, "a:", NAMES)
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert server.ping()
    assert len(rows(server)) == 100


def test_a_scan_begins_anew_when_redis_did_not_answer_for_a_while(
    server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "_BATCH", 20)
    for n in range(100):
        server.hset(f"a:{n}", "number", n)
    port = int(server.get_connection_kwargs()["port"])
    plain = redis.Redis(port=port, protocol=2, socket_timeout=0.2, retry=Retry(NoBackoff(), 0))
    client = patient(plain, Waiting("here", None, 20.0))
    began: list[int] = []
    mends: list[Mend] = []
    client.waiting.tell = lambda reason: mends.pop()() if reason else None  # type: ignore[attr-defined]

    def attempt() -> int:
        began.append(1)
        number = 0
        for keys, _ in scan_hashes(client, "a:", NAMES):
            number += len(keys)
            if len(began) == 1:
                mends.append(stop(server))
        return number

    assert patiently(client, attempt) == 100
    assert len(began) == 2
