"""What is exported and imported is the library that was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pyarrow.parquet
import pytest

from semsearch.query import Mode, Query
from semsearch.records import DocumentRecord, State
from semsearch.results import Results
from semsearch.search.searcher import Searcher
from semsearch.store.keys import doc_id
from semsearch.store.store import Store
from tests.database import assert_equal, database_of
from tests.integration.archive.conftest import MISSED, NOT_UTF8, Export, Import, Run
from tests.redis_client import redis_of

Records = Callable[[], dict[str, DocumentRecord]]


def hits(results: Results) -> list[tuple[str, list[int]]]:
    """The hits with the numbers of their passages. Equally good ones have no order."""
    return sorted((hit.path, sorted(passage.n for passage in hit.passages)) for hit in results.hits)


@pytest.fixture
def queries() -> list[Query]:
    texts = ("owls at night", "lighthouses", "a blue bicycle", "subject250", "coffee", "red", "geese south")
    return [Query(text, mode=mode, limit=50) for text in texts for mode in (Mode.MEANING, Mode.WORDS)]


@pytest.mark.usefixtures("everything")
def test_every_key_and_every_search_is_as_before(
    store: Store,
    searcher: Searcher,
    exported: Export,
    imported: Import,
    queries: list[Query],
) -> None:
    before, found = database_of(store), [hits(searcher.search(query)) for query in queries]
    states = Counter(record.state for record in store.ledger)
    assert states.keys() == set(State)
    done = exported()
    redis_of(store).flushdb()
    result = imported()
    assert (result.counts.added, result.counts.replaced, done.left_out) == (done.documents, 0, 0)
    assert (result.counts.passages, result.counts.views) == (done.passages, done.views)
    assert done.passages > 300
    assert_equal(database_of(store), before)
    assert [hits(searcher.search(query)) for query in queries] == found


@pytest.mark.usefixtures("everything")
def test_what_people_have_said_comes_along_and_does_not_overrule_what_is_said_here(
    store: Store, exported: Export, imported: Import
) -> None:
    store.mine.put("labels", {"Birds": "{}"})
    store.mine.put("label:Birds", {"a" * 64: "1", "b" * 64: "0"})
    store.mine.put("likes", {"c" * 64: "heart \U0001f49a"})
    exported()
    redis_of(store).flushdb()
    store.mine.put("label:Birds", {"b" * 64: "1"})
    assert imported().said == 3
    assert store.mine.names() == ["label:Birds", "labels", "likes"]
    assert store.mine.get("label:Birds") == {"a" * 64: "1", "b" * 64: "1"}
    assert store.mine.get("likes") == {"c" * 64: "heart \U0001f49a"}
    assert imported().said == 0
    assert imported(replacing=True).said == 1
    assert store.mine.get("label:Birds")["b" * 64] == "0"


@pytest.mark.usefixtures("everything")
def test_labels_and_saved_searches_of_a_file_are_taken_with_what_belongs_to_them(
    store: Store, exported: Export, imported: Import
) -> None:
    store.mine.put("labels", {"Birds": "{}"})
    store.mine.put("label:Birds", {"a" * 64: "1"})
    store.mine.put("label:forgotten", {"a" * 64: "1"})
    store.mine.put("saved", {"geese": "q=geese", "owls": "q=owls"})
    store.mine.put("saved_seen", {"geese": "1.000", "owls": "1.000"})
    store.mine.put("saved_new", {"geese": "d:2.000", "owls": "d:2.000", "none": "d:2.000"})
    store.mine.put("clicks", {"2026-11 searches": "3", "2026-11 clicked": "many"})
    exported()
    redis_of(store).flushdb()
    store.mine.put("labels", {"BIRDS": "{}"})
    store.mine.put("saved", {"geese": "q=another"})
    imported()
    assert store.mine.get("labels") == {"BIRDS": "{}"}
    assert store.mine.get("label:BIRDS") == {"a" * 64: "1"}
    assert store.mine.get("label:forgotten") == {}
    assert store.mine.get("saved") == {"geese": "q=another", "owls": "q=owls"}
    assert store.mine.get("saved_seen") == {"owls": "1.000"}
    assert store.mine.get("saved_new") == {"owls": "d:2.000"}
    assert store.mine.get("clicks") == {"2026-11 searches": "3"}


def test_saved_searches_of_a_folder_that_lies_elsewhere_find_what_they_found(
    everything: Path, store: Store, exported: Export, imported: Import, tmp_path: Path
) -> None:
    def searches(root: Path) -> dict[str, str]:
        examples = {
            "like": doc_id(str(root), "notes/birds/owls.txt"),
            "unlike": doc_id(str(root), "long.txt"),
        }
        words = f'geese in:"{root}/my notes/" -folder:{root}/old'
        return {
            "all": urlencode(sorted({**examples, "path": f"{root}/notes/", "q": words}.items())),
            "brackets": urlencode({"q": f"(geese OR owls path:{root}/notes) 2024"}),
            "no operators": urlencode({"q": f'"in:{everything}/a b" see:{everything}/notes'}),
            "another": urlencode({"like": "0" * 16, "path": "notes/", "q": "in:/etc/ a “goose”"}),
        }

    store.mine.put("saved", searches(everything))
    store.mine.put("saved_seen", {"all": "1.000"})
    exported()
    redis_of(store).flushdb()
    moved = tmp_path / "moved"
    imported(moves={str(everything): str(moved)})
    assert store.mine.get("saved") == searches(moved)
    assert store.mine.get("saved_seen") == {"all": "1.000"}


@pytest.mark.usefixtures("everything")
def test_a_second_export_has_the_same_rows(
    store: Store, exported: Export, imported: Import, tmp_path: Path
) -> None:
    again = tmp_path / "again.parquet"
    exported()
    redis_of(store).flushdb()
    imported()
    exported(again)
    first, second = (pyarrow.parquet.read_table(file) for file in (tmp_path / "library.parquet", again))
    assert first.num_rows > 300
    assert second.equals(first)


@pytest.mark.usefixtures("everything")
def test_a_missing_document_comes_back_after_an_import(
    store: Store, exported: Export, imported: Import, records: Records, searcher: Searcher
) -> None:
    exported()
    redis_of(store).flushdb()
    imported()
    letter = records()["gone/letter.txt"]
    assert (letter.state, letter.missing_since) == (State.MISSING, MISSED)
    query = Query("lighthouses", mode=Mode.WORDS)
    assert not searcher.search(query).hits
    assert store.drafts.bring_back(letter).state is State.INDEXED
    assert [hit.path for hit in searcher.search(query).hits] == ["gone/letter.txt"]


@pytest.mark.usefixtures("everything")
def test_the_next_run_has_nothing_to_do(
    store: Store, exported: Export, imported: Import, run: Run, records: Records
) -> None:
    run()
    exported()
    redis_of(store).flushdb()
    imported()
    before = records()
    summary = run()
    assert (summary.indexed, summary.reused, summary.removed) == (0, 0, 0)
    assert records() == before
    assert NOT_UTF8 in before


def test_the_file_has_a_row_for_each_document_passage_and_view(
    everything: Path, exported: Export, archive: Path
) -> None:
    done = exported()
    rows = pyarrow.parquet.read_table(archive).to_pylist()
    assert Counter(row["row"] for row in rows) == {
        "document": done.documents,
        "passage": done.passages,
        "view": done.views,
    }
    (owls,) = (row for row in rows if row["row"] == "passage" and row["path"] == "notes/birds/owls.txt")
    assert owls["content"] == "Owls hunt mice at night."
    assert (owls["root"], owls["kind"], owls["start"], owls["end"]) == (str(everything), "text", 0, 24)
    assert len(owls["vector"]) == 256
    (coffee,) = (row for row in rows if row["row"] == "document" and row["path"].startswith("caf"))
    assert coffee["path"] == "caf\N{REPLACEMENT CHARACTER}.txt"
    assert done.bytes == archive.stat().st_size


@pytest.mark.usefixtures("library")
def test_documents_that_redis_has_damaged_are_left_out_and_counted(
    store: Store, exported: Export, archive: Path, records: Records
) -> None:
    known = records()
    redis, owls, red = redis_of(store), known["notes/birds/owls.txt"], known["pictures/red-square.png"]
    redis.delete(f"semsearch:text:{{{owls.doc}}}:0")
    redis.hset(f"semsearch:image:{{{red.doc}}}:0", "visual", b"\0" * 16)
    redis.hset(f"semsearch:doc:{{{known['notes/ships.md'].doc}}}", "state", "afloat")
    done = exported()
    assert (done.documents, done.left_out) == (len(known) - 3, 3)
    paths = {row["path"] for row in pyarrow.parquet.read_table(archive).to_pylist()}
    assert not paths & {"notes/birds/owls.txt", "pictures/red-square.png", "notes/ships.md"}
