"""Runs of ingestion whose work several processes share. The engine has the users and rights of production."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingest.retry import Retry
from ingest.summary import Summary
from semsearch.records import State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.engine import engine
from semsearch.store.store import Store
from tests.database import Database, assert_equal, database
from tests.engines import kill
from tests.fakes import picture
from tests.redis_client import owner_of
from tests.workers import (
    DEADLY,
    Going,
    SlowModels,
    run,
    start,
    texts,
    wait_until,
    wait_until_busy,
    workers,
    working_here,
)

SAMPLES = Path(__file__).parents[3] / "samples" / "library"


def stored(settings: Settings) -> Database:
    owner = engine.ensure_running(settings).client()
    found = database(owner)
    owner.close()
    return found


def forget(settings: Settings) -> None:
    """Empty the engine, and the list of folders."""
    engine.stop(settings)
    shutil.rmtree(settings.home)
    engine.ensure_running(settings)


def without_seconds(summary: Summary) -> dict[str, object]:
    return {name: value for name, value in summary.counts() if not name.startswith("seconds")}


def test_three_workers_make_what_one_process_makes(own: Settings) -> None:
    with workers(own, 3):
        shared = run(own, SAMPLES)
    found = stored(own)
    forget(own)
    alone = run(own, SAMPLES)
    assert_equal(found, stored(own), tolerance=1e-6)
    assert without_seconds(shared) == without_seconds(alone)


def test_a_run_uses_no_worker_when_it_is_to_work_by_itself(own: Settings, tmp_path: Path) -> None:
    texts(tmp_path / "folder", 3)
    log = tmp_path / "embedded"
    with workers(own, 1, log=log):
        assert run(own, tmp_path / "folder", by_itself=True).indexed == 3
    assert not log.exists()


def test_nothing_is_embedded_twice(own: Settings, tmp_path: Path) -> None:
    folder, log = tmp_path / "folder", tmp_path / "embedded"
    texts(folder, 60)
    for n in range(60):  # the same content, as far apart as files can be
        shutil.copy(folder / f"{n}.txt", folder / f"copy of {n}.txt")
        os.utime(folder / f"copy of {n}.txt", (n, n))
    with workers(own, 3, delay=0.05, log=log):
        summary = run(own, folder)
    assert summary.indexed + summary.reused == 120
    counts = Counter(log.read_text().splitlines())
    assert len(counts) == 60
    assert set(counts.values()) == {1}


def test_the_batch_of_a_killed_worker_is_taken_over(own: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    texts(folder, 60)
    store = Store.open(own)
    with workers(own, 2, delay=0.05) as running:
        going = Going(own, folder)
        wait_until_busy(store, running[0])
        running[0].kill()
        killed = time.monotonic()
        assert going.ended().indexed == 60
        assert time.monotonic() - killed < 30
    store.close()


def test_a_run_goes_on_by_itself_when_all_workers_have_died(own: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    texts(folder, 40)
    store = Store.open(own)
    with workers(own, 2, delay=0.05) as running:
        going = Going(own, folder)
        wait_until_busy(store)
        for each in running:
            each.kill()
        assert going.ended().indexed == 40
    store.close()


@pytest.mark.torture  # a minute: each of three workers is waited for until it counts as dead
def test_a_file_that_kills_each_worker_fails_alone(own: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    texts(folder, 6)
    (folder / "bad.txt").write_text(f"This text is {DEADLY}.")
    running = [start(own) for _ in range(3)]
    ended = threading.Event()

    def replace_the_dead() -> None:
        while not ended.wait(0.1):
            for n, each in enumerate(running):
                if not each.is_alive():
                    running[n] = start(own)

    replacing = threading.Thread(target=replace_the_dead)
    store = Store.open(own)
    try:
        wait_until(lambda: len(store.jobs.workers()) == 3)
        replacing.start()
        summary = run(own, folder)
        assert summary.indexed == 6
        assert [Path(path).name for path, _ in summary.failures] == ["bad.txt"]
        assert "tried 3 times by workers" in summary.failures[0][1]
        (bad,) = [record for record in store.ledger if record.path == "bad.txt"]
        assert bad.state is State.FAILED
        assert run(own, folder).failed == 1  # and nobody has read it again
        assert [each.pid for each in running if not each.is_alive()] == []
    finally:
        ended.set()
        replacing.join()
        for each in running:
            each.kill()
        store.close()


def test_the_status_names_the_workers_and_says_when_they_are_paused(own: Settings) -> None:
    looking = Store.open(own, Role.WEB)
    searcher = Searcher(looking, SlowModels())  # type: ignore[arg-type]
    assert searcher.status().workers == ()
    with workers(own, 1) as running:
        (line,) = searcher.status().workers
        assert line.endswith(f":{running[0].pid} waits for work (bag-of-words, colours)")
        store = Store.open(own)
        store.jobs.pause()
        assert searcher.status().workers == (f"{line}, and all are paused",)
        os.kill(running[0].pid or 0, signal.SIGTERM)
        wait_until(lambda: searcher.status().workers == ())
    store.close()
    looking.close()


def test_paused_workers_take_no_batch_until_they_are_resumed(own: Settings, tmp_path: Path) -> None:
    folder, log = tmp_path / "folder", tmp_path / "embedded"
    texts(folder, 20)
    store = Store.open(own)
    with workers(own, 2, log=log):
        store.jobs.pause()
        going = Going(own, folder)
        wait_until(lambda: (now := store.runs.activity().run) is not None and "resume" in now.waits_for)
        assert not log.exists()
        store.jobs.resume()
        assert going.ended().indexed == 20
    store.close()


def test_a_worker_that_is_told_to_end_finishes_its_batch_and_leaves(own: Settings, tmp_path: Path) -> None:
    folder, log = tmp_path / "folder", tmp_path / "embedded"
    texts(folder, 40)
    store = Store.open(own)
    with workers(own, 2, delay=0.05, log=log) as running:
        going = Going(own, folder)
        wait_until_busy(store, running[0])
        os.kill(running[0].pid or 0, signal.SIGTERM)
        running[0].join(20)
        assert running[0].exitcode == 0
        assert len(store.jobs.workers()) == 1
        assert going.ended().indexed == 40
    assert set(Counter(log.read_text().splitlines()).values()) == {1}
    store.close()


def test_a_worker_that_sees_no_file_leaves_the_work_to_the_run(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.workers import work

    folder = tmp_path / "folder"
    texts(folder, 3)
    monkeypatch.setattr(work, "unseen", lambda files: ["/elsewhere"] if files else [])
    monkeypatch.setattr(work, "_UNABLE", 0.0)
    store = Store.open(own)
    with working_here(work.BatchWorker(own, store, SlowModels()), store):  # type: ignore[arg-type]
        summary = run(own, folder)
    assert summary.indexed == 3
    assert "sees no file in /elsewhere" in summary.problems[0][1]
    store.close()


def test_a_failing_batch_is_tried_again(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.workers import work

    folder, tries = tmp_path / "folder", Counter[str]()
    texts(folder, 3)
    actual = work.carry_out

    def failing(batch: Any, *others: Any) -> Any:
        tries[batch.id] += 1
        if tries[batch.id] < 3:
            raise MemoryError("not enough for now")
        return actual(batch, *others)

    monkeypatch.setattr(work, "carry_out", failing)
    store = Store.open(own)
    with working_here(work.BatchWorker(own, store, SlowModels()), store):  # type: ignore[arg-type]
        summary = run(own, folder)
    assert (summary.indexed, summary.failed, summary.problems) == (3, 0, [])
    assert len(tries) == 2  # one batch for words, and one for vectors
    assert set(tries.values()) == {3}
    store.close()


def test_two_homes_on_one_redis_take_turns(own: Settings, tmp_path: Path) -> None:
    password = owner_of(own).connection_pool.connection_kwargs["password"]
    url = f"redis://worker:{password}@127.0.0.1:{own.redis_port}/0"
    homes = [Settings(home=tmp_path / name, redis_url=url, ocr=False) for name in ("first", "second")]
    stores = [Store.open(home) for home in homes]
    for home in homes:
        home.home.mkdir()
    order: list[str] = []
    with stores[0].lease.alone(homes[0].home):

        def second() -> None:
            with stores[1].lease.alone(homes[1].home):
                order.append("second")

        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(1.5)
        assert waiting.is_alive()
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]
    for store in stores:
        store.close()


@pytest.mark.parametrize(
    ("files", "worker_kills", "engine_kills"),
    [(40, 2, 1), pytest.param(2000, 200, 50, marks=pytest.mark.torture)],
)
def test_kills_of_workers_and_of_the_engine_change_nothing_of_what_is_made(
    own: Settings, tmp_path: Path, files: int, worker_kills: int, engine_kills: int
) -> None:
    folder, dice = tmp_path / "folder", random.Random(20)
    texts(folder, files)
    for n in range(0, files, 10):
        shutil.copy(folder / f"{n}.txt", folder / f"copy of {n}.txt")
        picture(folder / f"{n}.png", dice.choice(["red", "green", "blue"]), (10 + n, 20))
    kills = ["worker"] * worker_kills + ["engine"] * engine_kills
    dice.shuffle(kills)
    store = Store.open(own)
    with workers(own, 3, delay=0.02) as running:
        while kills:
            for n in dice.sample(range(files), files // 4):
                (folder / f"{n}.txt").write_text(f"Version {len(kills)} of number {n}.")
            going = Going(own, folder)
            while kills and going.is_alive():
                if kill_one(kills[-1], own, store, running, going, dice):
                    kills.pop()
            # Kills that hit the same file again and again make it fail; a retry brings it back.
            assert all("ended in the middle" in reason for _, reason in going.ended(600).failures)
    run(own, folder, by_itself=True, retry=Retry())
    # A few late changes may be younger than the last calibration, in runs without kills too.
    store.statistics.forget_calibrations()
    store.close()
    assert run(own, folder, by_itself=True).unchanged == len(list(folder.iterdir()))
    found = stored(own)
    forget(own)
    run(own, folder, by_itself=True)
    assert_equal(found, stored(own), tolerance=1e-6)


def kill_one(
    victim: str,
    own: Settings,
    store: Store,
    running: list[Any],
    going: Going,
    dice: random.Random,
) -> bool:
    """Kill a worker in the middle of a batch, or the engine meanwhile, and start another worker.

    Returns False when the run or the worker has ended before.
    """
    chosen = dice.randrange(len(running))

    def is_busy() -> bool:
        return any(each.does and each.pid == running[chosen].pid for each in store.jobs.workers())

    if not running[chosen].is_alive():  # it began when there was no engine
        running[chosen] = start(own, delay=0.02)
    wait_until(lambda: is_busy() or not (going.is_alive() and running[chosen].is_alive()), 120)
    time.sleep(dice.uniform(0.0, 0.3))
    if not (going.is_alive() and running[chosen].is_alive()):
        return False
    if victim == "engine":
        kill(own)
        return True
    running[chosen].kill()
    running[chosen].join()
    running[chosen] = start(own, delay=0.02)
    return True
