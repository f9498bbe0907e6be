"""Workers that are late, blind or of another version, and leases of clocks that differ."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingest.workers import sharing, work
from semsearch.errors import LeaseError
from semsearch.records import Due, State
from semsearch.settings import Settings
from semsearch.store import lease
from semsearch.store.keys import LEASE, WORKERS, worker_key
from semsearch.store.store import Store
from tests.redis_client import owner_of
from tests.workers import Going, SlowModels, run, texts, wait_until, wait_until_busy, workers, working_here


def records(settings: Settings) -> dict[str, Any]:
    store = Store.open(settings)
    found = {record.path: record for record in store.ledger}
    store.close()
    return found


def test_a_worker_that_was_stopped_and_goes_on_writes_nothing_into_its_batch(
    own: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    texts(folder, 30)
    store = Store.open(own)
    with workers(own, 2, delay=0.05) as running:
        going = Going(own, folder)
        wait_until_busy(store, running[0])
        os.kill(running[0].pid or 0, signal.SIGSTOP)
        assert going.ended().indexed == 30
        before = records(own)
        (folder / "0.txt").write_text("Another version, which the worker that was stopped never read.")
        assert run(own, folder, by_itself=True).indexed == 1
        after = records(own)
        os.kill(running[0].pid or 0, signal.SIGCONT)
        wait_until(lambda: len(store.jobs.workers()) == 2 and not any(w.does for w in store.jobs.workers()))
        assert records(own) == after
        assert {path: record for path, record in after.items() if path != "0.txt"} == {
            path: record for path, record in before.items() if path != "0.txt"
        }
        assert {record.due for record in after.values()} == {Due.NONE}
    store.close()


def test_a_batch_is_carried_out_by_one_worker_at_a_time(own: Settings, tmp_path: Path) -> None:
    store = Store.open(own)
    with store.lease.alone(tmp_path) as run_token:
        first = store.jobs.claim("batch", "first")
        assert first is not None
        assert store.jobs.claim("batch", "second") is None  # the first one is alive
        owner_of(own).delete(worker_key("first"))
        second = store.jobs.claim("batch", "second")
        assert second is not None
        assert (first.tries, second.tries) == (1, 2)
        with store.jobs.carrying(first), pytest.raises(LeaseError, match="another worker"):
            store.jobs.conclude(run_token, first, {"batch": "batch"}, done=True)
        with store.jobs.carrying(second):
            store.jobs.conclude(run_token, second, {"batch": "batch"}, done=True)
        assert store.jobs.told(run_token, "0", 0.01)[1] == [{"batch": "batch"}]
        assert store.jobs.claim("batch", "third") is None
        failing = store.jobs.claim("other", "first")
        assert failing is not None
        with store.jobs.carrying(failing):
            store.jobs.conclude(run_token, failing, {"batch": "other"}, done=False)
        third = store.jobs.claim("other", "third")  # at once, although the first one is alive
        assert third is not None
        again = store.jobs.claim("other", "third")  # it was given its own batch again
        assert again is not None
        owner_of(own).delete("semsearch:batch:other")  # as by a server that lost its latest writes
        with store.jobs.carrying(again):
            store.inventory.forget_folder("/none")
        store.jobs.withdraw("other")
        with store.jobs.carrying(third), pytest.raises(LeaseError):
            store.inventory.forget_folder("/none")
    store.close()


def test_no_worker_of_a_run_writes_after_its_end(own: Settings, tmp_path: Path) -> None:
    store, worker = Store.open(own), Store.open(own)
    with store.lease.alone(tmp_path) as run_token:
        pass
    with worker.lease.shared(run_token), pytest.raises(LeaseError):
        worker.inventory.forget_folder("/none")
    store.close()
    worker.close()


def test_a_lease_passes_to_a_home_whose_clock_is_behind(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = [tmp_path / "first", tmp_path / "second"]
    for home in homes:
        home.mkdir()
    stores = [Store.open(own), Store.open(own)]
    hour = 3_600 * 10**9
    monkeypatch.setattr(lease, "_RENEWED", 0.1)
    with stores[0].lease.alone(homes[0]):
        actual = time.time_ns
        monkeypatch.setattr(time, "time_ns", lambda: actual() - hour)
        monkeypatch.setattr(stores[0].lease, "_renew", lambda *_: None)
        owner_of(own).delete(LEASE)  # the first one was silent for too long
        ended, entered = threading.Event(), threading.Event()

        def second() -> None:
            with stores[1].lease.alone(homes[1]):
                entered.set()
                ended.wait(20)
                stores[1].inventory.note_folders(["/second"])

        taking = threading.Thread(target=second)
        taking.start()
        assert entered.wait(20)
        try:
            with pytest.raises(LeaseError):
                stores[0].inventory.note_folders(["/first"])
        finally:
            ended.set()
            taking.join()
    assert stores[0].inventory.folders() == {"/second": True}
    for store in stores:
        store.close()


def test_a_worker_that_sees_a_part_of_the_files_leaves_the_others_to_the_run(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    texts(folder, 4)
    texts(folder / "mounted", 4, "Boats carry coal")
    worker = work.BatchWorker(own, store := Store.open(own), SlowModels())  # type: ignore[arg-type]
    monkeypatch.setattr(work, "lacks", lambda file: "mounted" in file.path)
    with working_here(worker, store):
        summary = run(own, folder)
    store.close()
    assert (summary.indexed, summary.failed) == (8, 0)
    assert len(summary.problems) == 1
    assert "does not see" in summary.problems[0][1]


def test_a_worker_of_another_version_with_other_facts_is_no_error(own: Settings, tmp_path: Path) -> None:
    texts(tmp_path / "folder", 3)
    client = owner_of(own)
    for n, facts in enumerate(({"id": "1", "colour": "red"}, {})):
        client.hset(WORKERS, f"strange{n}", json.dumps(facts))
        client.set(worker_key(f"strange{n}"), "")
    store = Store.open(own)
    with workers(own, 1):
        assert len(store.jobs.workers()) == 1
        assert run(own, tmp_path / "folder").indexed == 3
    store.close()


def test_the_workers_of_a_command_that_was_killed_end(own: Settings) -> None:
    environment = {"SEMSEARCH_HOME": str(own.home), "SEMSEARCH_REDIS_PORT": str(own.redis_port)}
    command = [sys.executable, "-m", "semsearch", "worker", "--processes", "2"]
    store = Store.open(own)
    with subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL) as started:
        wait_until(lambda: len(store.jobs.workers()) == 2)
        started.kill()
    wait_until(lambda: store.jobs.workers() == ())
    store.close()


def test_what_waits_while_workers_are_paused_is_sent_once(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "_LOST", 1.0)
    folder, log = tmp_path / "folder", tmp_path / "embedded"
    texts(folder, 20)
    store = Store.open(own)
    with workers(own, 2, log=log, delay=0.05):
        store.jobs.pause()
        going = Going(own, folder)
        wait_until(lambda: (now := store.runs.activity().run) is not None and "resume" in now.waits_for)
        since = time.monotonic()
        wait_until(lambda: time.monotonic() - since > 2.0)  # twice as long as until a batch counts as lost
        store.jobs.resume()
        assert going.ended().indexed == 20
    assert set(Counter(log.read_text().splitlines()).values()) == {1}
    assert {record.state for record in records(own).values()} == {State.INDEXED}
    store.close()
