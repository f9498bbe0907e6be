"""Workers and engines die at any moment; the next run makes it whole. Real processes, killed for real."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from ingest.run import Options
from semsearch.records import DocumentRecord, State
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.engine import engine
from semsearch.store.store import Store
from tests import dying
from tests.engines import free_port, pid_of
from tests.redis_client import redis_of

WORDS = (
    "harbour lantern meadow copper violin thunder orchard glacier sparrow market bridge candle forest river "
    "engine letter garden window shadow mountain bread winter island silver horse cloud paper road stone fire"
).split()


@pytest.fixture
def own_engine(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(home=tmp_path / "home", redis_port=free_port(), redis_url="")
    yield settings
    engine.stop(settings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


def write(folder: Path, numbers: Iterable[int], dice: random.Random) -> None:
    for number in numbers:
        # Most are short, which is quick to embed; some have several passages.
        sentences = dice.choice((2, 4, 6, 8, 30))
        text = ". ".join(" ".join(dice.choices(WORDS, k=12)) for _ in range(sentences))
        (folder / f"note-{number:04}.txt").write_text(f"Note {number}\n\n{text}.\n")


@contextmanager
def ingestion(settings: Settings, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "SEMSEARCH_HOME": str(settings.home),
        "SEMSEARCH_REDIS_PORT": str(settings.redis_port),
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "semsearch", "ingest", str(folder)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


# `make torture` kills at each write.
STEPS = pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.torture)])


@STEPS
@pytest.mark.parametrize(("victim", "first"), [("worker", 1), ("engine", 2)])
def test_a_kill_at_any_write_loses_doubles_and_orphans_nothing(
    own_engine: Settings, folder: Path, victim: dying.Victim, first: int, step: int
) -> None:
    dice = random.Random(20)
    # From an empty database on, each run gets farther than the one before, until one is left alone.
    for nth in count(min(first, step), step):
        # No file is changed twice: what a kill has done to it stays for all to see.
        write(folder, range(20 * nth, 20 * nth + 5), dice)
        if (before := 20 * (nth - step)) > 0:
            write(folder, [before], dice)
            os.utime(folder / f"note-{before + 1:04}.txt")
            shutil.copy(folder / f"note-{before + 2:04}.txt", folder / f"copy-{nth}.txt")
            (folder / f"note-{before + 3:04}.txt").rename(folder / f"moved-{nth}.txt")
            (folder / f"note-{before + 4:04}.txt").unlink()
        engine.ensure_running(own_engine)
        pid = pid_of(own_engine)
        ended = dying.run(own_engine, folder, Options(), victim, nth)
        killed = ended != 0 if victim == "worker" else engine.info(own_engine).pid != pid
        if not killed:
            break
        # A worker that loses its engine starts another, and goes on.
        assert ended == (-signal.SIGKILL if victim == "worker" else 0)
    assert ended == 0
    assert nth > 10
    check_whole(Store.open(own_engine), folder)


@STEPS
def test_a_rebuild_killed_at_any_write_is_made_whole_by_the_next_run(
    own_engine: Settings, folder: Path, step: int
) -> None:
    write(folder, range(12), random.Random(20))
    for nth in count(1, step):
        ended = dying.run(own_engine, folder, Options(rebuild=True), "worker", nth)
        assert dying.run(own_engine, folder, Options(), "worker", 0) == 0
        check_whole(Store.open(own_engine), folder)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert nth > 10


@pytest.mark.parametrize(
    ("files", "longest", "worker_kills", "engine_kills"),
    # A run needs about a second before it writes, and some three seconds for each batch it writes.
    [(40, 2.5, 2, 1), pytest.param(1000, 6.0, 10, 5, marks=pytest.mark.torture)],
)
def test_kills_at_random_moments_lose_double_and_orphan_nothing(
    own_engine: Settings, folder: Path, files: int, longest: float, worker_kills: int, engine_kills: int
) -> None:
    dice = random.Random(20)
    write(folder, range(files), dice)
    victims = ["worker"] * worker_kills + ["engine"] * engine_kills
    dice.shuffle(victims)
    while victims:
        with ingestion(own_engine, folder) as worker:
            try:
                assert worker.wait(timeout=dice.uniform(0.5, longest)) == 0
            except subprocess.TimeoutExpired:
                victim = victims.pop()
                pid = engine.info(own_engine).pid
                if victim == "worker":
                    worker.kill()
                elif pid is None:  # it was about to be started
                    victims.append(victim)
                else:
                    os.kill(pid, signal.SIGKILL)
                    # It starts another one. An engine that ends before the run has begun ends the command.
                    assert worker.wait(timeout=300) in (0, 2)
            else:
                # It was quicker than the killer: give the next one something to do.
                write(folder, dice.sample(range(files), files // 4), dice)
    with ingestion(own_engine, folder) as worker:
        assert worker.wait(timeout=300) == 0
    check_whole(Store.open(own_engine), folder)


def check_whole(store: Store, folder: Path) -> None:
    """Every file has one record, every record its passages, and there is no key besides."""
    records = {record.path: record for record in store.ledger}
    assert set(records) == {file.name for file in folder.iterdir()}
    assert {record.state for record in records.values()} == {State.INDEXED}
    expected = {key for record in records.values() for key in piece_keys(record)}
    assert {key.decode() for key in redis_of(store).scan_iter(match="semsearch:text:*")} == expected
    counts = {index.name: (index.records, index.failures) for index in store.index_status()}
    assert counts == {"semsearch:text": (len(expected), 0), "semsearch:doc": (len(records), 0)}
    for path, record in records.items():
        text = (folder / path).read_text()
        for passage in store.ledger.passages(record):
            assert text[passage.start : passage.end] == passage.content


def piece_keys(record: DocumentRecord) -> list[str]:
    return [keys.piece_key("text", record.doc, n) for n in range(record.pieces)]
