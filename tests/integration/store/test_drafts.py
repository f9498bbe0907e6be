"""Long documents are written aside, and then published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.summary import Summary
from semsearch.query import Mode, Query
from semsearch.records import DocumentRecord, State
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store
from semsearch.store.transactions import MOST_PIECES


def test_a_new_text_of_many_passages_is_found_and_counted(
    folder: Path,
    run: Callable[..., Summary],
    store: Store,
    searcher: Searcher,
    records: Callable[[], dict[str, DocumentRecord]],
) -> None:
    lines = (f"Paragraph {n} speaks of subject{n} and of {n * 7} other things.\n\n" * 4 for n in range(300))
    (folder / "long.txt").write_text("".join(lines))
    run()
    record = records()["long.txt"]
    assert record.state is State.INDEXED
    assert record.pieces > MOST_PIECES
    assert [hit.path for hit in searcher.search(Query("subject250", mode=Mode.WORDS)).hits] == ["long.txt"]
    assert store.inventory.shortages() == []
    assert store.inventory.whole([record]) == [record]
