"""The approximate index for `semsearch eval`: it answers inside its context, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.evaluation.datasets import Dataset
from semsearch.evaluation.measure import measure
from semsearch.query import Mode, Query
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.indexes import index_name
from semsearch.store.schema import TEXT
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.redis_client import redis_of

Run = Callable[..., Summary]

_KILLED = """
import os, signal, sys
from semsearch.settings import Settings
from semsearch.store.store import Store

with Store.open(Settings(redis_url=f"redis://{sys.argv[1]}/0", home=sys.argv[2])).approximated("text"):
    os.kill(os.getpid(), signal.SIGKILL)
"""
EXACT = index_name(TEXT)


@pytest.fixture(autouse=True)
def library(folder: Path, run: Run) -> None:
    for name in ("owls", "tax", "ships"):
        (folder / f"{name}.txt").write_text(f"A page about {name}.")
    run()


def behind(store: Store) -> tuple[str, bytes]:
    """The index that answers for texts, and its algorithm."""
    info = redis_of(store).execute_command("FT.INFO", "semsearch:text")
    fields = dict(zip(info[::2], info[1::2], strict=True))
    (vector,) = (attribute for attribute in fields[b"attributes"] if b"VECTOR" in attribute)
    return fields[b"index_name"].decode(), vector[vector.index(b"algorithm") + 1]


def test_it_answers_as_the_exact_index_does(store: Store, searcher: Searcher) -> None:
    query = Query("owls", mode=Mode.MEANING)
    exact = [hit.path for hit in searcher.search(query).hits]
    with store.approximated(TEXT):
        assert behind(store) == ("semsearch:text:approximate", b"HNSW")
        assert [hit.path for hit in searcher.search(query).hits] == exact
    assert len(exact) == 3


def test_the_exact_index_answers_again_after_it_and_after_an_error(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store.approximated(TEXT):
        raise KeyboardInterrupt
    assert behind(store) == (EXACT, b"FLAT")
    assert b"semsearch:text:approximate" not in redis_of(store).execute_command("FT._LIST")


def test_the_next_evaluation_puts_the_exact_index_back_after_one_was_killed(
    settings: Settings, store: Store, models: FakeModels
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, store.address, settings.home], check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert behind(store) == ("semsearch:text:approximate", b"HNSW")
    asked = Dataset("mine", {"1": "owls"}, {"1": {"owls.txt": 1}}, {})
    answered_by = []
    figures = measure(asked, store, models, lambda *_: answered_by.append(behind(store)), approximate=True)  # type: ignore[arg-type]
    assert answered_by == [(EXACT, b"FLAT")] * 3 + [("semsearch:text:approximate", b"HNSW")]
    assert figures["approximate"].recall == 1
    assert behind(store) == (EXACT, b"FLAT")
    assert b"semsearch:text:approximate" not in redis_of(store).execute_command("FT._LIST")
