"""The stages of a run: what can be found when, and what a later run has left to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest import chunk, stages, vectors
from ingest.known import Known
from ingest.readers.documents import SourceFile
from ingest.stages import newest_first
from ingest.summary import Summary
from ingest.write import Writer
from semsearch.query import Mode, Query
from semsearch.records import DocumentRecord, Due, State, Vectors
from semsearch.search.searcher import Searcher
from semsearch.store.keys import doc_id
from semsearch.store.store import Store
from tests.database import Database, database_of
from tests.fakes import BagOfWords, FakeModels, picture

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

SECTION = 2_000


class StoppedError(Exception):
    """What ends a run in the middle, as a signal would."""


class Watched(BagOfWords):
    """A text model that calls `before` before each batch of passages."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[], None] = lambda: None

    def embed(self, batch: Sequence[Any], *, query: bool = False) -> Vectors:
        if not query:
            self.before()
        return super().embed(batch, query=query)


@pytest.fixture
def words(models: FakeModels) -> Watched:
    models.words = Watched()
    return models.words


@pytest.fixture
def short_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk, "_SECTION", SECTION)


def stop() -> None:
    raise StoppedError


def found(searcher: Searcher, text: str, mode: Mode = Mode.WORDS) -> list[str]:
    return [hit.path for hit in searcher.search(Query(text, mode=mode)).hits]


def documents(store: Store) -> Database:
    """The records and pieces in Redis."""
    spaces = ("semsearch:doc:", "semsearch:text:", "semsearch:words:", "semsearch:aside:")
    return {key: value for key, value in database_of(store).items() if key.startswith(spaces)}


def long_text(last: str = "", paragraphs: int = 60) -> str:
    """A text of several sections, in which each paragraph has words of its own."""
    lines = (f"Paragraph number{n} tells of topic{n} and of nothing else at all." for n in range(paragraphs))
    return "\n\n".join([*(f"{line} {line} {line}" for line in lines), last])


def test_names_and_words_are_found_before_anything_is_embedded(
    folder: Path, run: Run, words: Watched, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "FEW", 1)
    (folder / "owls.txt").write_text("Owls hunt at night.")
    picture(folder / "red-barn.png", "red")
    seen = []
    words.before = lambda: seen.append((found(searcher, "owls hunt"), found(searcher, "barn")))
    run()
    assert seen == [(["owls.txt"], ["red-barn.png"])]


def test_the_newest_texts_are_read_before_many_names_are_written(
    folder: Path, run: Run, words: Watched, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "FEW", 2)
    for n in range(6):
        text = "copy" if n in (0, 5) else f"text {n}"
        (folder / f"{n}.txt").write_text(f"This is a {text} about owls.")
        os.utime(folder / f"{n}.txt", (n, n))
    seen, write = [], Writer.name

    def watched(writer: Writer, files: Iterable[SourceFile]) -> None:
        seen.append(sorted(found(searcher, "owls")))
        write(writer, files)

    monkeypatch.setattr(Writer, "name", watched)
    summary = run()
    assert seen == [["4.txt", "5.txt"]]
    assert (summary.indexed, summary.reused, len(words.embedded)) == (5, 1, 5)


def test_what_waits_for_its_vectors_says_so(
    folder: Path,
    run: Run,
    words: Watched,
    records: Records,
    searcher: Searcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stages, "FEW", 1)
    (folder / "owls.txt").write_text("Owls hunt at night.")
    os.utime(picture(folder / "red.png", "red"), (0, 0))
    words.before = stop
    with pytest.raises(StoppedError):
        run()
    owls, red = records()["owls.txt"], records()["red.png"]
    assert (owls.state, owls.due) == (State.INDEXED, Due.VECTORS)
    assert (red.state, red.due) == (State.WAITING, Due.CONTENT)
    assert (searcher.status().without_model, searcher.status().unread) == (0, 1)


def test_the_next_run_embeds_what_a_stopped_one_has_left_and_reads_no_text_again(
    folder: Path, run: Run, words: Watched, monkeypatch: pytest.MonkeyPatch, records: Records
) -> None:
    monkeypatch.setattr(vectors, "_PASSAGES", 2)
    for n in range(6):
        (folder / f"{n}.txt").write_text(f"Text number {n}.")
    calls = iter([None, stop])
    words.before = lambda: (next(calls) or (lambda: None))()
    with pytest.raises(StoppedError):
        run()
    assert len(words.embedded) == 2
    words.before = lambda: None
    monkeypatch.setattr("ingest.extractor.Extractor.submit", lambda *_: pytest.fail("a file is read again"))
    summary = run()
    assert (summary.found, summary.indexed, summary.unchanged) == (6, 4, 2)
    assert len(words.embedded) == 6
    assert {record.state for record in records().values()} == {State.INDEXED}


def test_the_newest_files_are_embedded_first_whether_texts_or_pictures(
    folder: Path, run: Run, models: FakeModels, words: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_PASSAGES", 1)
    for age, name in enumerate(("new.txt", "newer.png", "old.txt")):
        file = folder / name
        picture(file, "red") if name.endswith("png") else file.write_text(f"Text {name}")
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    colours = models.colours
    assert colours is not None
    pictures: list[int] = []
    words.before = lambda: pictures.append(colours.embedded)
    run()
    assert [text.split()[1] for text in words.embedded] == ["new.txt", "old.txt"]
    assert pictures == [0, 1]


def test_stages_take_turns_by_the_dates_of_their_next_batches() -> None:
    took: list[str] = []

    def stage(name: str, dates: Sequence[int]) -> Any:
        for date in dates:
            yield date
            took.append(f"{name}{date}")

    list(newest_first(stage("a", [9, 4, 1]), stage("b", [7, 5]), stage("c", [])))
    assert took == ["a9", "b7", "b5", "a4", "a1"]


@pytest.mark.usefixtures("short_sections")
def test_an_edit_of_a_long_text_embeds_only_the_passages_that_changed(
    folder: Path, run: Run, words: Watched
) -> None:
    file = folder / "long.txt"
    file.write_text(long_text("The end."))
    run()
    before = len(words.embedded)
    file.write_text(long_text("Another end, which is new."))
    run()
    again = words.embedded[before:]
    assert 1 <= len(again) <= 3
    assert "Another end" in again[-1]


def test_copies_are_embedded_once(folder: Path, run: Run, words: Watched) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_text("Owls hunt at night.")
    summary = run()
    assert words.embedded == ["Owls hunt at night."]
    assert (summary.indexed, summary.reused) == (1, 2)


@pytest.mark.usefixtures("short_sections")
def test_copies_that_a_stopped_run_has_left_are_embedded_once(
    folder: Path, run: Run, words: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_PASSAGES", 1)
    for name in ("one.txt", "two.txt"):
        (folder / name).write_text("Owls hunt at night.")
    words.before = stop
    with pytest.raises(StoppedError):
        run()
    words.before = lambda: None
    words.embedded.clear()
    assert run().indexed == 2
    assert words.embedded == ["Owls hunt at night."]


def test_a_copy_of_a_long_text_gets_its_vectors(
    folder: Path, run: Run, words: Watched, searcher: Searcher
) -> None:
    (folder / "a.txt").write_text(long_text())
    run()
    before = len(words.embedded)
    (folder / "b.txt").write_text(long_text())
    assert run().reused == 1
    assert len(words.embedded) == before
    assert set(found(searcher, "topic33", Mode.MEANING)) <= {"a.txt", "b.txt"}


@pytest.mark.usefixtures("short_sections")
def test_the_old_version_of_a_long_text_is_found_until_the_new_one_is_whole(
    folder: Path, run: Run, searcher: Searcher, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    file = folder / "long.txt"
    file.write_text(long_text("The old end."))
    run()
    file.write_text(long_text("The brand new finish.").replace("topic3 ", "theme3 "))
    publish = store.drafts.publish
    seen: list[tuple[list[str], list[str]]] = []

    def watched(*arguments: Any) -> DocumentRecord:
        seen.append((found(searcher, "topic3"), found(searcher, "theme3")))
        return publish(*arguments)

    monkeypatch.setattr(store.drafts, "publish", watched)
    run()
    assert seen == [(["long.txt"], [])]
    assert (found(searcher, "topic3"), found(searcher, "theme3")) == ([], ["long.txt"])


@pytest.mark.usefixtures("short_sections")
def test_a_run_goes_on_with_the_section_at_which_a_stopped_one_was(
    folder: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "long.txt").write_text(long_text())
    add = store.drafts.add
    reached: list[int] = []

    def stopping(*arguments: Any, **options: Any) -> Any:
        if len(reached) == 2:
            raise StoppedError
        reached.append(options["read"])
        return add(*arguments, **options)

    monkeypatch.setattr(store.drafts, "add", stopping)
    with pytest.raises(StoppedError):
        run()
    first, reached = reached, []

    def noting(*arguments: Any, **options: Any) -> Any:
        reached.append(options["read"])
        return add(*arguments, **options)

    monkeypatch.setattr(store.drafts, "add", noting)
    run()
    assert reached
    assert min(reached) > max(first)
    resumed = documents(store)
    store.documents.remove(list(store.ledger))
    run()
    assert documents(store) == resumed


@pytest.mark.usefixtures("short_sections")
def test_the_draft_of_a_file_that_is_gone_is_removed(
    folder: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "long.txt").write_text(long_text())
    (folder / "owls.txt").write_text("Owls hunt at night.")
    with monkeypatch.context() as stopping:
        stopping.setattr(store.drafts, "publish", lambda *_: stop())
        with pytest.raises(StoppedError):
            run()
    assert any(key.startswith("semsearch:aside:") for key in documents(store))
    (folder / "long.txt").unlink()
    run()
    assert not any(key.startswith("semsearch:aside:") for key in documents(store))
    assert [record.path for record in store.ledger] == ["owls.txt"]


def paragraphs(name: str) -> str:
    """A text whose paragraphs are long enough to be passages of their own."""
    return "\n\n".join(" ".join(f"{name}{n} tells of it" for _ in range(14)) for n in range(12))


def edit_the_original_of_a_copy(folder: Path) -> int:
    shutil.copy2(folder / "a.txt", folder / "copy.txt")
    (folder / "a.txt").write_text(paragraphs("a") + "\n\nA last line that is new.")
    return 2


def swap(folder: Path) -> int:
    for source, target in (("a.txt", "c"), ("b.txt", "a.txt"), ("c", "b.txt")):
        (folder / source).rename(folder / target)
    return 0


def rotate(folder: Path) -> int:
    (folder / "a.txt").rename(folder / "a.1.txt")
    (folder / "a.txt").write_text("A new log begins.")
    return 1


@pytest.mark.parametrize("change", [edit_the_original_of_a_copy, swap, rotate])
def test_a_text_that_goes_on_in_another_file_is_not_embedded_again(
    folder: Path, run: Run, words: Watched, records: Records, change: Callable[[Path], int]
) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(paragraphs(name))
    run()
    before = len(words.embedded)
    new_at_most = change(folder)
    run()
    assert len(words.embedded) - before <= new_at_most
    assert {record.due for record in records().values()} == {Due.NONE}


def test_a_run_reads_no_whole_record_of_a_file_that_is_as_it_was(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(6):
        (folder / f"{n}.txt").write_text(f"Text number {n}.")
    (folder / "sound.mp3").write_bytes(b"ID3")
    run()
    (folder / "3.txt").write_text("Another text.")
    asked: list[str] = []
    of_docs = Known.of_docs

    def watched(known: Known, docs: Iterable[str]) -> Iterator[DocumentRecord]:
        wanted = list(docs)
        asked.extend(wanted)
        return of_docs(known, wanted)

    monkeypatch.setattr(Known, "of_docs", watched)
    summary = run()
    assert (summary.indexed, summary.unchanged, summary.skipped) == (1, 5, 1)
    assert set(asked) == {doc_id(str(folder), "3.txt")}
