"""The status of a library, and the view of a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.summary import Summary
from semsearch.query import Query
from semsearch.records import Kind
from semsearch.search.searcher import Searcher
from tests.fakes import picture
from tests.integration.library import shown

Run = Callable[..., Summary]


def test_status_shows_counts_models_and_failed_files(
    folder: Path, run: Run, searcher: Searcher, library: Path
) -> None:
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.4 nothing")
    run()
    status = searcher.status()
    assert {state.value: count for state, count in status.documents.items() if count} == {
        "indexed": 7,
        "failed": 1,
    }
    assert status.kinds == {Kind.TEXT: 4, Kind.IMAGE: 3}
    assert status.roots == (str(library),)
    assert [(record.path, bool(record.reason)) for record in status.problems] == [("damaged.pdf", True)]
    assert {index.name: index.model for index in status.indexes} == {
        "semsearch:text": "bag-of-words",
        "semsearch:image": "colours",
        "semsearch:doc": "",
    }


def test_the_view_of_a_document_has_all_passages_or_the_size_of_the_picture(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    (folder / "long.txt").write_text("One sentence after another. " * 100)
    picture(folder / "tall.png", "red", (30, 50))
    run()
    views = {
        hit.path: searcher.document(hit.doc)
        for query in (Query("sentence"), Query(look=searcher.look(shown("red"))))
        for hit in searcher.search(query).hits
    }
    passages = views["long.txt"].passages
    assert [passage.n for passage in passages] == list(range(len(passages)))
    assert passages[0].start == 0
    assert passages[-1].content.endswith("after another.")
    assert (views["tall.png"].width, views["tall.png"].height) == (30, 50)
