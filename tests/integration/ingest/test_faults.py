"""Faults of file systems, clocks and Redis that no other test meets: see docs/faults.md."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.discover import discover
from semsearch.errors import RedisError
from semsearch.query import Mode, Query
from semsearch.records import DocumentRecord, State
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store
from tests.database import assert_equal, database_of
from tests.fakes import picture
from tests.integration.conftest import Run
from tests.mounts import mounted
from tests.redis_client import redis_of

Records = Callable[[], dict[str, DocumentRecord]]
_DAY = 86_400


def contents(store: Store, records: Records) -> dict[str, str]:
    return {path: store.ledger.passages(record)[0].content for path, record in records().items()}


def test_names_that_differ_in_case_or_in_the_form_of_a_letter_are_files_of_their_own(
    folder: Path, run: Run, store: Store, records: Records, searcher: Searcher
) -> None:
    names = ["Owls.txt", "owls.txt", "Z\u00fcrich.txt", "Zu\u0308rich.txt", "-rf.txt", "a" * 251 + ".txt"]
    for n, name in enumerate(names):
        (folder / name).write_text(f"Letter number{n} of the set.")
    run()
    if len(list(folder.iterdir())) < len(names):
        pytest.skip("this file system takes two of the names for one")
    assert contents(store, records) == {name: f"Letter number{n} of the set." for n, name in enumerate(names)}
    for n, name in enumerate(names):
        (hit, *_) = searcher.search(Query(f"number{n}", mode=Mode.WORDS)).hits
        assert hit.path == name
    assert run().unchanged == len(names)


# The last four are in the years 1601, 2400, 9999 and 20000. A tmpfs has any date.
@pytest.mark.parametrize(
    "seconds",
    [-1, 0, 4_000_000_000, -11_644_473_600, 13_569_465_600, 253_402_214_400, 568_971_820_800],
)
def test_a_date_before_1970_or_in_the_future_is_kept(
    folder: Path, run: Run, records: Records, searcher: Searcher, seconds: int
) -> None:
    with mounted("tmpfs", folder):
        (folder / "owls.txt").write_text("Owls hunt at night.")
        os.utime(folder / "owls.txt", ns=(seconds * 10**9, seconds * 10**9))
        assert run().indexed == 1
        assert records()["owls.txt"].mtime_ns == seconds * 10**9
        found = searcher.search(Query("owls"))
        assert ([hit.path for hit in found.hits], found.complete, found.notes) == (["owls.txt"], True, ())
        assert run().unchanged == 1


def test_a_folder_that_cannot_be_written_is_ingested_as_any_other(
    folder: Path, tmp_path: Path, run: Run, records: Records
) -> None:
    point = tmp_path / "disk"
    point.mkdir()
    (folder / "owls.txt").write_text("Owls hunt at night.")
    picture(folder / "red.png", "red")
    before = sorted(folder.iterdir())
    with mounted(folder, point, bind=True, read_only=True):
        with pytest.raises(OSError, match="Read-only"):
            (point / "new.txt").write_text("new")
        assert run(point).indexed == 2
        assert run(point).unchanged == 2
    assert sorted(folder.iterdir()) == before
    assert {record.state for record in records().values()} == {State.INDEXED}


@pytest.mark.torture
def test_a_folder_of_a_hundred_thousand_files_is_walked_in_order(folder: Path) -> None:
    names = [f"{n}.txt" for n in range(100_000)]
    for name in names:
        (folder / name).touch()
    assert [file.path for file in discover(folder)] == sorted(names)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_jumps_by_a_day_loses_no_move_and_no_document(
    folder: Path, run: Run, records: Records, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    (folder / "old").mkdir()
    for n in range(30):
        (folder / "old" / f"{n}.txt").write_text(f"Letter {n} is about geese.")
    run()
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + days * _DAY)
    (folder / "old").rename(folder / "new")
    summary = run()
    assert (summary.reused, summary.removed, summary.missing) == (30, 30, 0)
    assert {record.state for record in records().values()} == {State.INDEXED}


@pytest.mark.usefixtures("library")
def test_a_redis_that_evicts_says_what_is_lost_and_the_next_run_brings_it_back(
    run: Run, store: Store, searcher: Searcher
) -> None:
    whole, client = database_of(store), redis_of(store)
    before = client.config_get("maxmemory", "maxmemory-policy")
    pieces = len(list(client.scan_iter(match="semsearch:text:*")))
    try:
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.config_set("maxmemory", client.info("memory")["used_memory"] + 2_000_000)
        n = 0
        while len(list(client.scan_iter(match="semsearch:text:*"))) == pieces:
            client.set(f"filler:{n}", "x" * 20_000)
            n += 1
            assert n < 1_000
    finally:
        for name, value in before.items():
            client.config_set(name, value)
    if fillers := list(client.scan_iter(match="filler:*")):
        client.delete(*fillers)
    results = searcher.search(Query("owls"))
    assert not results.complete
    assert "Run `semsearch ingest" in " ".join(results.notes)
    run()
    assert_equal(database_of(store), whole)


def test_an_index_of_another_program_under_our_name_is_named_and_left_alone(
    folder: Path, run: Run, store: Store, searcher: Searcher
) -> None:
    client = redis_of(store)
    client.hset("shop:1", mapping={"price": "5"})
    client.execute_command(*"FT.CREATE semsearch:doc PREFIX 1 shop: SCHEMA price NUMERIC".split())
    (folder / "owls.txt").write_text("Owls hunt at night.")
    with pytest.raises(RedisError, match=r"an index semsearch:doc that .* FT\.DROPINDEX"):
        run()
    assert client.execute_command("FT.SEARCH", "semsearch:doc", "@price:[5 5]", "NOCONTENT") == [1, b"shop:1"]
    client.ft("semsearch:doc").dropindex(delete_documents=False)
    run()
    assert [hit.path for hit in searcher.search(Query("owls")).hits] == ["owls.txt"]
    assert client.hgetall("shop:1") == {b"price": b"5"}
