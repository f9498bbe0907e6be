"""The index of documents is made anew when many updates have made its average length wrong."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.run import Options, ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.settings import Settings
from semsearch.store import indexes
from semsearch.store.access import Role
from semsearch.store.keys import index_alias
from semsearch.store.schema import DOC
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.redis_client import redis_of

Run = Callable[..., Summary]

_KILLED = """
import os, signal, sys
from semsearch.settings import Settings
from semsearch.store import indexes
from semsearch.store.store import Store

actual = getattr(indexes, sys.argv[3])
calls = []
def dying(*arguments):
    actual(*arguments)
    calls.append(1)
    if len(calls) == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
setattr(indexes, sys.argv[3], dying)
store = Store.open(Settings(redis_url=f"redis://{sys.argv[1]}/0", home=sys.argv[2]))
indexes.make_anew(store._client, "doc")
"""


@pytest.fixture
def frequent_collections(store: Store) -> Iterator[None]:
    """Let the engine collect the garbage of indexes that are created from now on each second."""
    client, name = redis_of(store), "FORK_GC_RUN_INTERVAL"
    seconds = client.execute_command("FT.CONFIG", "GET", name)[0][1]
    client.execute_command("FT.CONFIG", "SET", name, "1")
    yield
    client.execute_command("FT.CONFIG", "SET", name, seconds)


@pytest.fixture
def library(folder: Path, run: Run) -> Path:
    write_owls(folder)
    run()
    return folder


def write_owls(folder: Path) -> None:
    for n in range(12):
        (folder / f"{n}.txt").write_text(f"Owls hunt mice at night. {'Many words follow. ' * n}")


def facts(store: Store) -> dict[bytes, Any]:
    info = redis_of(store).execute_command("FT.INFO", index_alias(DOC))
    return dict(zip(info[::2], info[1::2], strict=True))


def scores(store: Store) -> list[float]:
    options = ("WITHSCORES", "NOCONTENT", "SCORER", "BM25", "LIMIT", 0, 99)
    found = redis_of(store).execute_command("FT.SEARCH", index_alias(DOC), "@terms:owl", *options)
    assert found[0] == 12
    return sorted(map(float, found[2::2]))


def touch(folder: Path, word: str) -> None:
    for file in folder.iterdir():
        file.write_text(file.read_text().replace("Owls", f"Owls {word}"))


def test_words_count_right_as_soon_as_a_run_on_the_embedded_engine_has_ended(
    home: Settings, folder: Path
) -> None:
    write_owls(folder)
    with closing(Store.open(home, Role.WORKER)) as store:
        for word in ("again", "soon"):
            touch(folder, word)
            ingest([folder], home, store, FakeModels(), Silent(), Options())  # type: ignore[arg-type]
            # A word that counts more often than there are documents has no weight.
            assert all(scores(store))


@pytest.mark.usefixtures("frequent_collections")
def test_many_updates_do_not_change_the_scores_for_good(
    library: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "_LEAST_WORN", 10**9)
    fresh = scores(store)
    for _ in range(5):
        touch(library, "again")
        run()
        for file in library.iterdir():
            file.write_text(file.read_text().replace(" again", ""))
        run()
    store.statistics.wait_for_collector()
    assert indexes.is_worn(store._client, DOC) is False
    assert scores(store) != pytest.approx(fresh, rel=0.01)
    monkeypatch.setattr(indexes, "_LEAST_WORN", 10)
    run()
    assert scores(store) == pytest.approx(fresh, rel=1e-6)
    assert facts(store)[b"index_name"] == indexes.index_name(DOC, None).encode()
    assert not [name for name in redis_of(store).execute_command("FT._LIST") if b"anew" in name]
    number = int(facts(store)[b"max_doc_id"])
    run()
    assert int(facts(store)[b"max_doc_id"]) == number == 12


def test_a_library_without_an_index_has_nothing_to_make_anew(store: Store) -> None:
    indexes.drop(store._client, DOC)
    store.statistics.renew_average()
    assert not indexes.exists(store._client, DOC)


@pytest.mark.parametrize(("last", "nth"), [("_create", 1), ("drop_named", 2), ("_create", 2)])
@pytest.mark.usefixtures("library")
def test_a_process_that_is_killed_meanwhile_leaves_an_index_that_answers(
    settings: Settings, store: Store, run: Run, last: str, nth: int
) -> None:
    command = [sys.executable, "-c", _KILLED, store.address, str(settings.home), last, str(nth)]
    assert subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL
    assert len(scores(store)) == 12
    run()
    assert facts(store)[b"index_name"] == indexes.index_name(DOC, None).encode()
    assert not [name for name in redis_of(store).execute_command("FT._LIST") if b"anew" in name]
    assert len(scores(store)) == 12
