"""Redis goes away in the middle of a run: the run waits, goes on, and ends as an undisturbed one."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis

from ingest import progress as reporting
from ingest.run import ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.progress import RunProgress
from semsearch.settings import Settings
from semsearch.store import connection
from semsearch.store.engine import engine, paths
from semsearch.store.store import Store
from tests import disturbing
from tests.database import assert_equal, database, database_of
from tests.engines import at, kill
from tests.fakes import FakeModels, fill
from tests.integration.conftest import Run
from tests.outages import Mend, make_replica, stop
from tests.outages import fill as fill_memory
from tests.redis_client import redis_of

# How long an outage lasts.
SECONDS = 0.3
# For how many moments of a run it is tried.
MOMENTS = pytest.mark.parametrize("moments", [6, pytest.param(24, marks=pytest.mark.torture)])


@pytest.fixture(autouse=True)
def impatient_sockets_and_no_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SOCKET_SECONDS", 0.2)
    monkeypatch.setattr(reporting, "_EVERY", 60.0)


def for_a_while(breaks: Callable[[redis.Redis], Mend]) -> disturbing.Disturbance:
    return lambda server: threading.Timer(SECONDS, breaks(server)).start()


@MOMENTS
@pytest.mark.parametrize("breaks", [fill_memory, make_replica, stop])
def test_a_run_waits_for_redis_at_any_moment_and_ends_as_an_undisturbed_one(
    folder: Path,
    run: Run,
    store: Store,
    breaks: Callable[[redis.Redis], Mend],
    moments: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fill(folder)
    with disturbing.disturbed(store, lambda _: None, 0) as writes:
        run()
    whole, total = database_of(store), writes.number
    assert total > moments
    for moment in range(moments):
        redis_of(store).flushall()
        caplog.clear()
        with disturbing.disturbed(store, for_a_while(breaks), 1 + moment * (total - 1) // (moments - 1)):
            assert run().problems == []
        # The last write takes the progress away, and does not wait.
        if moment < moments - 1:
            assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
        assert_equal(database_of(store), whole)


class Observer:
    """Keeps the lines that people see."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def update(self, progress: RunProgress) -> None:
        self.lines.append(progress.line)


def test_the_progress_says_what_the_run_waits_for(
    folder: Path, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "_EVERY", 0.01)
    fill(folder)
    observer = Observer()
    with disturbing.disturbed(store, for_a_while(fill_memory), 3):
        ingest([folder], settings, store, FakeModels(), observer)  # type: ignore[arg-type]
    waits = [" waits. Redis at " in line for line in observer.lines]
    assert True in waits
    assert not waits[-1]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Settings]:
    settings = at(tmp_path / "engine")
    yield settings
    engine.stop(settings)


@MOMENTS
def test_a_run_starts_an_engine_that_is_killed_at_any_moment_and_ends_as_an_undisturbed_one(
    folder: Path, home: Settings, moments: int
) -> None:
    fill(folder)
    with closing(Store.open(home)) as store, engine.ensure_running(home).client() as owner:

        def run() -> None:
            assert ingest([folder], home, store, FakeModels(), Silent()).problems == []  # type: ignore[arg-type]

        with disturbing.disturbed(store, lambda _: None, 0) as writes:
            run()
        whole, total = database(owner), writes.number
        for moment in range(moments):
            disturbing.drop_indexes(owner)
            owner.unlink(*owner.keys())
            nth = 1 + moment * (total - 1) // (moments - 1)
            with disturbing.disturbed(store, lambda _: kill(home), nth):
                run()
            assert_equal(database(owner), whole)


class Losing:
    """Keeps the data of an engine before one write, and brings the engine back with them before another."""

    def __init__(self, home: Settings, keep_at: int, lose_at: int) -> None:
        self._home = home
        self._files = paths.data_files(home)
        self._kept = home.home / "kept"
        self.moments = {keep_at: self.keep, lose_at: self.lose}

    def keep(self) -> None:
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(self._files, self._kept)

    def lose(self) -> None:
        kill(self._home)
        shutil.rmtree(self._files)
        shutil.copytree(self._kept, self._files)


def test_what_an_engine_lacks_after_its_end_is_done_again_in_the_same_run(
    folder: Path, home: Settings
) -> None:
    fill(folder)
    with closing(Store.open(home)) as store, engine.ensure_running(home).client() as owner:

        def run() -> Summary:
            summary = ingest([folder], home, store, FakeModels(), Silent())  # type: ignore[arg-type]
            assert not any("run `semsearch ingest` again" in reason for _, reason in summary.problems)
            return summary

        with disturbing.disturbed(store, lambda _: None, 0) as writes:
            first = run()
        whole, total = database(owner), writes.number
        for lost in range(2, total - 6, 4):  # the last writes say that the run has ended
            disturbing.drop_indexes(owner)
            owner.unlink(*owner.keys())
            losing = Losing(home, lost, lost + 3)
            with disturbing.disturbed_at(losing.moments):
                summary = run()
            assert_equal(database(owner), whole)
            assert summary.found == summary.done == first.found
