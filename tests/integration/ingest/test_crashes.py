"""Workers and engines die at any moment; the next run makes it whole. Real processes, the real model."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from semsearch.records import DocumentRecord, State
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.engine import engine
from semsearch.store.store import Store
from tests.conftest import free_port
from tests.redis_client import redis_of

FILES = 1000
WORKER_KILLS = 10
ENGINE_KILLS = 5
# A run needs about a second before it writes, and some three seconds for each batch it writes.
LONGEST_SECONDS = 6.0

WORDS = (
    "harbour lantern meadow copper violin thunder orchard glacier sparrow market bridge candle forest river "
    "engine letter garden window shadow mountain bread winter island silver horse cloud paper road stone fire"
).split()


@pytest.fixture
def own_engine(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(home=tmp_path / "home", redis_port=free_port(), redis_url="")
    yield settings
    engine.stop(settings)


def write(folder: Path, numbers: range | list[int], dice: random.Random) -> None:
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


def test_kills_of_worker_and_engine_lose_double_and_orphan_nothing(
    own_engine: Settings, tmp_path: Path
) -> None:
    dice = random.Random(20)
    folder = tmp_path / "notes"
    folder.mkdir()
    write(folder, range(FILES), dice)
    victims = ["worker"] * WORKER_KILLS + ["engine"] * ENGINE_KILLS
    dice.shuffle(victims)
    while victims:
        with ingestion(own_engine, folder) as worker:
            try:
                assert worker.wait(timeout=dice.uniform(0.5, LONGEST_SECONDS)) == 0
            except subprocess.TimeoutExpired:
                victim = victims.pop()
                pid = engine.info(own_engine).pid
                if victim == "worker":
                    worker.kill()
                elif pid is None:  # it was about to be started
                    victims.append(victim)
                else:
                    os.kill(pid, signal.SIGKILL)
                    # Writing to a dead engine ends a run with an error; when all was written, it is done.
                    assert worker.wait(timeout=60) in (0, 2)
            else:
                # It was quicker than the killer: give the next one something to do.
                write(folder, dice.sample(range(FILES), FILES // 4), dice)
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
