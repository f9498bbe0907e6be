"""A full engine refuses writes, loses nothing, and continues when it gets more memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import stages
from ingest.run import Options, ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.errors import RedisError
from semsearch.query import Mode, Query
from semsearch.records import State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.engine import engine
from semsearch.store.failures import mapped
from semsearch.store.store import Store
from tests.engines import free_port
from tests.fakes import FakeModels
from tests.redis_client import owner_of, redis_of

SMALL, LARGE = 10_000_000, 100_000_000
FILES = 4000


@pytest.fixture(autouse=True)
def without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write no names first: the engine here is so small that they would leave no room for a document."""
    monkeypatch.setattr(stages, "FEW", FILES)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(home=tmp_path / "home", redis_port=free_port(), redis_url="", redis_memory=SMALL)
    yield settings
    engine.stop(settings)


@pytest.fixture
def early(tmp_path: Path) -> Path:
    folder = tmp_path / "early"
    folder.mkdir()
    (folder / "owls.md").write_text("Owls hunt mice at night.")
    return folder


@pytest.fixture
def late(tmp_path: Path) -> Path:
    """A folder with more files than fit into the memory of the engine."""
    folder = tmp_path / "late"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number}.txt").write_text(f"Entry {number} of the ledger: paid, with thanks.")
    return folder


@pytest.fixture
def full(small: Settings, early: Path, late: Path) -> Settings:
    run(small, early)
    with pytest.raises(RedisError, match=r"/redis/socket is full: .*SEMSEARCH_REDIS_MEMORY.*redis stop"):
        run(small, late)
    return small


def with_memory(settings: Settings, size: int) -> Settings:
    engine.stop(settings)
    return settings.model_copy(update={"redis_memory": size})


def fill(settings: Settings) -> None:
    """Have the engine make one value so large that no memory is left."""
    with owner_of(settings) as client:
        client.setrange("filler", SMALL, "x")


def run(settings: Settings, folder: Path, options: Options = Options()) -> Summary:  # noqa: B008 (frozen)
    """Ingest a folder, without waiting for room."""
    store = Store.open(settings, patience=0.0)
    return ingest([folder], settings, store, FakeModels(), Silent(), options)  # type: ignore[arg-type]


def found(settings: Settings, text: str, mode: Mode = Mode.HYBRID) -> str:
    searcher = Searcher(Store.open(settings), FakeModels())  # type: ignore[arg-type]
    return searcher.search(Query(text, mode=mode)).hits[0].path


def indexed(settings: Settings) -> set[str]:
    return {record.path for record in Store.open(settings).ledger if record.state is State.INDEXED}


def test_documents_written_before_the_engine_was_full_are_complete_and_found(full: Settings) -> None:
    assert 1 < len(indexed(full)) < FILES
    for mode in Mode:
        assert found(full, "owls", mode) == "owls.md"
    # The newest files come first, and words before vectors.
    assert found(full, f"entry {FILES - 1} of the ledger", Mode.WORDS) == f"{FILES - 1}.txt"
    store = Store.open(full)
    records = {record.doc: record.pieces for record in store.ledger}
    pieces = [key.decode() for key in redis_of(store).scan_iter(match="semsearch:text:{*}:*", count=1000)]
    assert {piece.split("{")[1].split("}")[0] for piece in pieces} == set(records)
    assert len(pieces) == sum(records.values())


def test_the_next_run_continues_when_there_is_more_memory(full: Settings, late: Path) -> None:
    before = indexed(full)
    large = with_memory(full, LARGE)
    assert indexed(large) == before
    summary = run(large, late)
    assert (summary.indexed, summary.unchanged) == (FILES, 0)  # those before had words, and no vectors yet
    assert found(large, f"entry {FILES - 1} of the ledger") == f"{FILES - 1}.txt"

    # The engine starts and answers even with less memory than its data need.
    small = with_memory(large, SMALL)
    assert len(indexed(small)) == FILES + 1
    assert found(small, f"entry {FILES - 1} of the ledger") == f"{FILES - 1}.txt"
    info = engine.info(small)
    assert info.limit_mb == SMALL / 2**20
    assert info.memory_mb is not None
    assert info.memory_mb > info.limit_mb
    with pytest.raises(RedisError, match="is full"):
        run(small, late)


def test_the_next_run_continues_when_there_are_fewer_files(full: Settings, late: Path) -> None:
    before = indexed(full) - {"owls.md"}
    new = {path.name for path in late.iterdir()} - before
    moved = f"{FILES - 1}.txt"
    (late / moved).rename(late / "moved.txt")
    for path in before - {moved} | set(sorted(new)[200:]):
        (late / path).unlink()
    summary = run(full, late, Options(allow_empty=True))
    assert (summary.indexed + summary.reused, summary.removed) == (201, len(before))
    assert found(full, f"entry {FILES - 1} of the ledger", Mode.MEANING) == "moved.txt"


def test_a_full_engine_can_be_rebuilt_with_fewer_files(full: Settings, late: Path) -> None:
    full = with_memory(full, SMALL - 1_000_000)
    for path in sorted(late.iterdir())[300:]:
        path.unlink()
    summary = run(full, late, Options(rebuild=True, allow_empty=True))
    assert summary.indexed == 301  # the file in the other folder is read again too
    assert found(full, "owls", Mode.MEANING) == "owls.md"


def test_the_command_line_says_that_redis_is_full_and_goes_on_when_there_is_room(
    small: Settings, early: Path
) -> None:
    environment = os.environ | {
        "SEMSEARCH_HOME": str(small.home),
        "SEMSEARCH_REDIS_PORT": str(small.redis_port),
        "SEMSEARCH_REDIS_MEMORY": str(SMALL),
    }
    command = [sys.executable, "-m", "semsearch"]

    def semsearch(*arguments: str) -> str:
        options = {"env": environment, "capture_output": True, "text": True, "timeout": 120, "check": True}
        return str(subprocess.run([*command, *arguments], **options).stdout)  # type: ignore[call-overload]

    semsearch("ingest", str(early))
    assert engine.info(small).limit_mb == SMALL / 2**20
    fill(small)
    (early / "mice.md").write_text("Mice hide by day.")
    ingestion = subprocess.Popen(
        [*command, "ingest", str(early)], env=environment, stderr=subprocess.PIPE, text=True
    )
    with ingestion, owner_of(small) as client:
        assert ingestion.stderr is not None
        full = f"Redis at {small.home}/redis/socket is full: it keeps its data"
        assert ingestion.stderr.readline().startswith(f"waiting up to 600 s for Redis: {full}")
        assert "owls.md" in semsearch("search", "birds of prey")
        client.delete("filler")
        assert " serves again after " in ingestion.stderr.readline()
        assert ingestion.wait(60) == 0
    assert "mice.md" in semsearch("search", "mice hide by day")


def test_a_transaction_queued_before_the_engine_was_full_gets_the_same_message(small: Settings) -> None:
    with owner_of(small) as client:
        connection = client.connection_pool.get_connection()
        for command in (["MULTI"], ["SET", "key", "value"]):
            connection.send_command(*command)
            connection.read_response()
        fill(small)
        connection.send_command("EXEC")
        with pytest.raises(RedisError, match="Redis at here is full"), mapped("here"):
            connection.read_response()
        assert client.get("key") is None
