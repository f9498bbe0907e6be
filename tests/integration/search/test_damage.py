"""Somebody writes values into records that semsearch never writes: searches go on without these records."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from semsearch.errors import NotFoundError
from semsearch.query import Order, Query
from semsearch.search.searcher import Searcher
from semsearch.store.keys import doc_key
from semsearch.store.store import Store
from tests.database import assert_equal, database_of
from tests.integration.conftest import Run
from tests.redis_client import redis_of

OWLS = "notes/birds/owls.txt"
BAD = [
    ("kind", "evil"),
    ("state", "evil"),
    ("ocr", "zz"),
    ("size", "abc"),
    ("size", "9" * 400),
    ("mtime_ns", "9" * 400),
    ("dated", "nan"),
    ("pieces", "100000000"),
    ("texts", "100000000"),
    ("pieces", "-1"),
    ("root", ""),
]


@pytest.fixture
def owls(library: Path, searcher: Searcher) -> str:
    assert library
    return next(hit.doc for hit in searcher.search(Query("owls")).hits if hit.path == OWLS)


@pytest.mark.parametrize(("field", "value"), BAD)
def test_a_damaged_record_is_left_out_and_named_and_written_anew_by_the_next_run(
    owls: str, store: Store, searcher: Searcher, run: Run, tmp_path: Path, field: str, value: str
) -> None:
    whole = database_of(store)
    redis_of(store).hset(doc_key(owls), field, value)
    for query in (Query("owls"), Query("owls", facets=True), Query("owls", order=Order.DATE)):
        results = searcher.search(query)
        assert owls not in {hit.doc for hit in results.hits}
        assert not results.complete
        assert any(f"{owls} in Redis is damaged" in note for note in results.notes)
    searcher.status()
    for ask in (searcher.document, searcher.record):
        with pytest.raises(NotFoundError, match="is damaged: run `semsearch ingest`"):
            ask(owls)
    other = tmp_path / "other"
    other.mkdir()
    run(other)
    run()
    assert searcher.search(Query("owls")).hits[0].doc == owls
    for key in ("semsearch:folders", "semsearch:disks"):
        whole[key] = database_of(store)[key]
    assert_equal(database_of(store), whole)


@pytest.mark.parametrize("field", ["kind", "state", "root", "path"])
def test_a_record_that_lacks_a_field_is_left_out(
    owls: str, store: Store, searcher: Searcher, field: str
) -> None:
    redis_of(store).hdel(doc_key(owls), field)
    results = searcher.search(Query("owls"))
    assert owls not in {hit.doc for hit in results.hits}
    assert not results.complete
    searcher.status()
    with pytest.raises(NotFoundError, match="is damaged"):
        searcher.document(owls)


@pytest.mark.parametrize(("field", "value"), [("kind", "evil"), ("n", "x"), ("start", "x"), ("source", "x")])
def test_a_damaged_passage_stops_no_search(
    owls: str, store: Store, searcher: Searcher, field: str, value: str
) -> None:
    redis_of(store).hset(f"semsearch:text:{{{owls}}}:0", field, value)
    searcher.search(Query("owls"))
    searcher.document(owls)


def test_a_record_that_counts_passages_which_do_not_exist_is_read_in_little_memory(
    owls: str, store: Store, searcher: Searcher
) -> None:
    redis_of(store).hset(doc_key(owls), "pieces", 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(searcher.document(owls).passages) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes
