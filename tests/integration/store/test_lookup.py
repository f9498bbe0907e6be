"""Documents found by folder and by content."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.records import DocumentRecord, Due, Kind
from semsearch.store import lookup
from semsearch.store.by_content import records_with
from semsearch.store.store import Store

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]


def paths(store: Store, docs: list[str]) -> list[str]:
    return [record.path for record in store.ledger.get_many(docs)]


def test_documents_are_found_by_root_and_by_folders_in_it(
    library: Path, store: Store, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    shutil.copytree(library / "notes", other / "notes")
    run(other)
    found = [
        *("notes/birds/geese.txt", "notes/birds/owls.txt", "notes/ships.md"),
        *("pictures/blue-square.png", "pictures/darkred-square.png", "pictures/red-square.png"),
        "work/geese report.txt",
    ]
    assert paths(store, store.lookup.of_root(str(library))) == found
    monkeypatch.setattr(lookup, "_PAGE", 2)
    assert paths(store, store.lookup.of_root(str(library))) == found
    folders = ["notes", "work", "note", "notes/ships.md"]
    assert sorted(paths(store, store.lookup.in_folders(str(library), folders))) == [*found[:3], found[-1]]
    assert store.lookup.in_folders(str(library), []) == []


def test_documents_are_found_by_content(library: Path, store: Store, run: Run, records: Records) -> None:
    shutil.copy(library / "notes" / "ships.md", library / "copy.md")
    run()
    found = store.lookup.with_content(records()["copy.md"].sha256)
    assert paths(store, found) == ["copy.md", "notes/ships.md"]
    assert store.lookup.with_content("00") == []


def test_records_by_content_are_of_files_that_are_there_and_indexed_ones_come_first(
    library: Path, store: Store, run: Run, records: Records
) -> None:
    for name in ("a.md", "b.md"):
        shutil.copy(library / "notes" / "ships.md", library / name)
    run()
    found = records()
    store.drafts.set_aside(found["b.md"], 5.0)
    store.documents.replace_records([replace(found["a.md"], due=Due.VECTORS)])
    content, owls = found["a.md"].sha256, found["notes/birds/owls.txt"]
    by_content = records_with(store, [content, owls.sha256, "00"])
    assert by_content.keys() == {content, owls.sha256}
    assert [record.path for record in by_content[content]] == ["notes/ships.md", "a.md"]
    assert by_content[owls.sha256] == [owls]
    assert records_with(store, []) == {}


def test_a_sample_has_the_first_ids_however_many_documents_are_read_at_once(
    library: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = sorted(store.lookup.in_folders(str(library), ["notes", "work"]))
    assert len(texts) == 4
    for page in (1, 3, 4, 10):
        monkeypatch.setattr(lookup, "_PAGE", page)
        assert store.lookup.sample(Kind.TEXT, 3) == texts[:3]
        assert store.lookup.sample(Kind.TEXT, 9) == texts


def test_a_document_with_many_terms_is_found_once(folder: Path, store: Store, run: Run) -> None:
    (folder / "long.txt").write_text(" ".join(f"word{number}" for number in range(12_000)))
    run()
    assert paths(store, store.lookup.of_root(str(folder))) == ["long.txt"]
    assert [each.number for each in store.lookup.counts()] == [1]


def test_the_names_of_folders_need_not_be_utf8(tmp_path: Path, store: Store, run: Run) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/r\xff *|{}"))
    inner = Path(os.fsdecode(os.fsencode(root) + b"/f\xfe (1)"))
    inner.mkdir(parents=True)
    (inner / "a.txt").write_text("text")
    (root / "b.txt").write_text("other")
    run(root)
    assert paths(store, store.lookup.in_folders(str(root), [inner.name])) == [f"{inner.name}/a.txt"]
    [counted] = store.lookup.counts()
    assert (counted.root, counted.number) == (str(root), 2)


def test_an_empty_redis_has_no_documents(store: Store) -> None:
    assert store.lookup.counts() == []
    assert store.lookup.of_root("/notes") == []
    assert store.lookup.due_for_ocr() == []
