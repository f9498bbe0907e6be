"""Long files are read in portions, up to a limit that can be set, and say what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import chunk, extractor
from ingest.extractor import Extractor
from ingest.readers import portions
from ingest.readers.documents import Border, SourceFile, TextDocument
from ingest.run import ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.query import Mode, Query
from semsearch.records import DocumentRecord, State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.fakes import FakeModels

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

PORTION, SECTION = 20_000, 6_000


class StoppedError(Exception):
    """What ends a run in the middle, as a signal would."""


@pytest.fixture(autouse=True)
def short_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extractor, "PORTION", PORTION)
    monkeypatch.setattr(portions, "PORTION", PORTION)
    monkeypatch.setattr(chunk, "_SECTION", SECTION)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The places at which portions were read, in bytes of the file."""
    reached: list[int] = []
    read = Extractor.portions

    def noting(
        extractor: Extractor, file: SourceFile, sha256: str, border: Border
    ) -> Iterator[tuple[Border, TextDocument]]:
        for begin, document in read(extractor, file, sha256, border):
            reached.append(begin.at)
            yield begin, document

    monkeypatch.setattr(Extractor, "portions", noting)
    return reached


def long_text(paragraphs: int = 500) -> str:
    return "\n\n".join(
        f"Paragraph number{n} tells of topic{n}. Grüße aus Zürich. And of nothing else at all, as they say."
        for n in range(paragraphs)
    )


def found(searcher: Searcher, text: str) -> list[str]:
    return [hit.path for hit in searcher.search(Query(text, mode=Mode.WORDS)).hits]


def words_of(text: str) -> set[str]:
    return set(text.split())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_the_passages_of_a_long_file_hold_every_word_at_its_place(
    folder: Path, run: Run, store: Store, searcher: Searcher, begun: list[int], encoding: str
) -> None:
    text = "The Long Text\n\n" + long_text()
    (folder / "long.txt").write_bytes(text.encode(encoding))
    assert run().indexed == 1
    assert len(begun) >= 3
    (record,) = store.ledger
    assert (record.title, record.state, record.note) == ("The Long Text", State.INDEXED, "")
    passages = store.ledger.passages(record)
    assert [passage.n for passage in passages] == list(range(record.pieces))
    # A byte order mark is no part of the text.
    assert all(passage.content == text[passage.start : passage.end] for passage in passages)
    assert {word for passage in passages for word in passage.content.split()} == words_of(text)
    for topic in ("topic1", "topic250", "topic499"):
        assert found(searcher, topic) == ["long.txt"]


def test_rows_of_a_long_table_have_their_names_and_share_passages(
    folder: Path, run: Run, store: Store, begun: list[int]
) -> None:
    rows = [f'Ada {n},"born in\nLondon",note number {n}' for n in range(1_500)]
    (folder / "people.csv").write_text("\n".join(["Name,Place,Remark", *rows]))
    run()
    assert len(begun) >= 3
    (record,) = store.ledger
    contents = [passage.content for passage in store.ledger.passages(record)]
    lines = [line for content in contents for line in content.split("\n")]
    assert lines == [f"Name: Ada {n}; Place: born in London; Remark: note number {n}" for n in range(1_500)]
    assert record.pieces < 1_000


def test_a_run_goes_on_in_the_portion_in_which_a_stopped_one_was(
    folder: Path, run: Run, store: Store, begun: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "long.txt").write_text(long_text(1_000))
    add = store.drafts.add
    written: list[int] = []

    def stopping(*arguments: Any, **options: Any) -> Any:
        if len(begun) == 3 and written and written[-1] > begun[2]:
            raise StoppedError
        draft = add(*arguments, **options)
        written.append(draft.read)
        return draft

    monkeypatch.setattr(store.drafts, "add", stopping)
    with pytest.raises(StoppedError):
        run()
    third, first_run = begun[2], list(written)
    begun.clear()
    written.clear()
    monkeypatch.setattr(store.drafts, "add", lambda *a, **o: written.append(o["read"]) or add(*a, **o))
    run()
    assert begun[0] == third
    assert min(written) > max(first_run)
    (record,) = store.ledger
    resumed = store.ledger.passages(record)
    store.documents.remove([record])
    run()
    (again,) = store.ledger
    assert store.ledger.passages(again) == resumed
    assert again.signature == record.signature


def test_what_is_beyond_the_limit_is_left_out_and_said_and_another_limit_reads_it_again(
    folder: Path,
    settings: Settings,
    store: Store,
    models: FakeModels,
    records: Records,
    searcher: Searcher,
) -> None:
    def run(limit: int) -> Summary:
        limited = settings.model_copy(update={"text_limit": limit})
        return ingest([folder], limited, store, models, Silent())  # type: ignore[arg-type]

    (folder / "long.txt").write_text(long_text(12_000))
    summary = run(50_000)
    note = "the first 0 of 2 MB were read: see SEMSEARCH_TEXT_LIMIT"
    assert records()["long.txt"].note == note
    assert (summary.indexed, summary.failed) == (1, 0)
    assert summary.notes == [(str(folder / "long.txt"), note)]
    assert (found(searcher, "topic100"), found(searcher, "topic700")) == (["long.txt"], [])
    assert run(50_000).unchanged == 1
    embedded = len(models.words.embedded)
    (folder / "copy.txt").write_bytes((folder / "long.txt").read_bytes())
    assert run(50_000).reused == 1
    assert records()["copy.txt"].note == note

    summary = run(1_000_000)
    assert summary.indexed + summary.reused == 2
    assert {record.note for record in records().values()} == {
        "the first 1 of 2 MB were read: see SEMSEARCH_TEXT_LIMIT"
    }
    assert found(searcher, "topic700") == ["copy.txt"] or found(searcher, "topic700") == ["long.txt"]
    assert len(models.words.embedded) > embedded


def test_a_file_that_only_grows_while_it_is_read_is_indexed_as_it_was(
    folder: Path, run: Run, store: Store, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "growing.log"
    file.write_text(long_text())
    add = store.drafts.add

    def growing(*arguments: Any, **options: Any) -> Any:
        with file.open("a") as stream:
            stream.write("one more line\n")
        return add(*arguments, **options)

    monkeypatch.setattr(store.drafts, "add", growing)
    assert run().indexed == 1
    monkeypatch.setattr(store.drafts, "add", add)
    before = records()["growing.log"]
    assert run().indexed == 1
    assert records()["growing.log"].size > before.size


def test_a_file_that_changes_while_it_is_read_is_read_by_the_next_run(
    folder: Path, run: Run, store: Store, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "long.txt"
    file.write_text(long_text())
    add = store.drafts.add

    def changing(*arguments: Any, **options: Any) -> Any:
        file.write_text(long_text().upper())
        return add(*arguments, **options)

    monkeypatch.setattr(store.drafts, "add", changing)
    assert run().failed == 1
    assert "changed while it was being read" in records()["long.txt"].reason
    monkeypatch.setattr(store.drafts, "add", add)
    assert run().indexed == 1
