"""Labels by example: marks teach a label, which documents get, also those that come later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from ingest.run import Options, ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.errors import ModelError, NotFoundError, QueryError, RedisError
from semsearch.explore.label_run import relabel
from semsearch.explore.label_step import apply_labels
from semsearch.explore.labeller import Labeller
from semsearch.explore.labels import Labels
from semsearch.explore.vectors import LOOKS, TEXTS, LibraryVectors
from semsearch.models.protocol import TextEmbedder
from semsearch.query import Filters, Query
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.explored import names_of
from semsearch.store.mine import LABELS
from semsearch.store.store import Store
from tests.fakes import FakeModels

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]


def having(searcher: Searcher, *names: str) -> set[str]:
    listed = searcher.browse(Query(filters=Filters(label=names), limit=100))
    return {hit.path for hit in listed.hits}


def applied(store: Store) -> int:
    return apply_labels(store, LibraryVectors(store)).changed


@pytest.fixture
def docs(shelf: Path, records: Records) -> dict[str, str]:  # noqa: ARG001 (it is what has the documents)
    """The ids of the documents by path."""
    return {path: record.doc for path, record in records().items()}


def of(docs: dict[str, str], *paths: str) -> list[str]:
    return [docs[path] for path in paths]


def test_labels_are_counted_as_a_search_for_them_counts(
    docs: dict[str, str], labels: Labels, store: Store, searcher: Searcher
) -> None:
    for name, path in (("Boats", "boat"), ("Bread", "bread"), ("Both", "boat"), ("Both", "bread")):
        labels.mark(name, of(docs, *(f"{path}{n}.txt" for n in range(3))), is_it=True)
    labels.mark("Boats", of(docs, "bread0.txt"), is_it=False)
    applied(store)
    found = labels.all()
    assert found.applied
    assert [(each.name, each.yes, each.no) for each in found.labels] == [
        ("Boats", 3, 1), ("Both", 6, 0), ("Bread", 3, 0)
    ]  # fmt: skip
    for each in found.labels:
        counted = searcher.browse(Query(filters=Filters(label=(each.name,)), limit=1)).total
        assert each.documents == counted == labels.show(each.name, 1).label.documents > 0


def test_a_few_marks_teach_a_label(
    docs: dict[str, str], labels: Labels, store: Store, searcher: Searcher
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt", "boat2.txt"), is_it=True)
    labels.mark("Boats", of(docs, "bread0.txt", "bread1.txt"), is_it=False)
    assert applied(store) == 10
    assert having(searcher, "boats") == {f"boat{n}.txt" for n in range(10)}
    assert applied(store) == 0


def test_marks_of_what_it_is_are_enough(
    docs: dict[str, str], labels: Labels, store: Store, searcher: Searcher
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt", "boat2.txt"), is_it=True)
    applied(store)
    assert having(searcher, "boats") >= {"boat0.txt", "boat1.txt", "boat2.txt"}
    assert not [path for path in having(searcher, "boats") if path.startswith("bread")]


def test_pictures_are_labelled_by_their_looks(
    docs: dict[str, str], labels: Labels, store: Store, searcher: Searcher
) -> None:
    labels.mark("Warm", of(docs, "red0.png", "red1.png"), is_it=True)
    labels.mark("Warm", of(docs, "blue0.png", "blue1.png"), is_it=False)
    applied(store)
    assert having(searcher, "warm") == {f"red{n}.png" for n in range(4)}


def test_what_is_marked_is_never_overruled(
    docs: dict[str, str], labels: Labels, store: Store, searcher: Searcher
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt", "boat2.txt", "bread5.txt"), is_it=True)
    labels.mark("Boats", of(docs, "bread0.txt", "bread1.txt", "boat5.txt"), is_it=False)
    applied(store)
    assert "bread5.txt" in having(searcher, "boats")
    assert "boat5.txt" not in having(searcher, "boats")


def test_new_documents_get_labels_at_the_end_of_a_run(
    shelf: Path,
    docs: dict[str, str],
    labels: Labels,
    searcher: Searcher,
    store: Store,
    models: FakeModels,
    settings: Settings,
) -> None:
    def run() -> None:
        exploring = settings.model_copy(update={"explore": True})
        ingest([shelf], exploring, store, models, Silent(), Options())  # type: ignore[arg-type]

    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt", "boat2.txt"), is_it=True)
    labels.mark("Boats", of(docs, "bread0.txt", "bread1.txt"), is_it=False)
    run()
    (shelf / "new.txt").write_text("The boat and the boat, boat with oars.")
    (shelf / "other.txt").write_text("The bread and the bread, bread with butter.")
    run()
    assert having(searcher, "boats") == {"new.txt", *(f"boat{n}.txt" for n in range(10))}


def test_marks_survive_a_move_and_a_rebuild(
    shelf: Path, docs: dict[str, str], labels: Labels, store: Store, searcher: Searcher, run: Run
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt", "boat2.txt"), is_it=True)
    labels.mark("Boats", of(docs, "bread0.txt", "bread1.txt"), is_it=False)
    (shelf / "moved").mkdir()
    (shelf / "boat0.txt").rename(shelf / "moved" / "boat0.txt")
    run(rebuild=True)
    applied(store)
    assert having(searcher, "boats") == {"moved/boat0.txt", *(f"boat{n}.txt" for n in range(1, 10))}
    assert {record.path for record in labels.show("boats", 10).yes} == {
        "moved/boat0.txt", "boat1.txt", "boat2.txt"
    }  # fmt: skip


def test_a_mark_of_a_content_that_is_gone_is_kept_and_counted(
    shelf: Path, docs: dict[str, str], labels: Labels, run: Run
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt"), is_it=True)
    text = (shelf / "boat0.txt").read_text()
    (shelf / "boat0.txt").write_text("Something else.")
    run()
    assert labels.show("boats", 10).gone == 1
    (shelf / "back.txt").write_text(text)
    run()
    assert labels.show("boats", 10).gone == 0


def test_a_page_proposes_and_asks_with_the_rights_of_the_web_server(
    docs: dict[str, str], page_labels: Labels
) -> None:
    page_labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt", "boat2.txt"), is_it=True)
    page_labels.mark("Boats", of(docs, "bread0.txt", "bread1.txt"), is_it=False)
    shown = page_labels.show("Boats", 5)
    assert {each.record.path[:4] for each in shown.likely} == {"boat"}
    assert len(shown.likely) == len(shown.unsure) == 5
    assert shown.rough
    assert not shown.applied
    marked = {record.path for record in (*shown.yes, *shown.no)}
    assert not marked & {each.record.path for each in (*shown.likely, *shown.unsure)}


def test_a_label_has_no_marks_of_one_that_was_half_deleted(labels: Labels, store: Store) -> None:
    for name in ("Boats", "Ships"):
        store.mine.put(f"label:{name}", {"a": "1"})
    labels.book.create("Boats")
    assert labels.book.get("boats").yes == frozenset()
    labels.book.rename("boats", "Ships")
    assert labels.book.get("ships").yes == frozenset()


def test_marks_count_when_the_files_that_have_them_come_back(
    shelf: Path, docs: dict[str, str], labels: Labels, store: Store, searcher: Searcher, run: Run
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt", "boat2.txt"), is_it=True)
    labels.mark("Boats", of(docs, "bread0.txt", "bread1.txt"), is_it=False)
    away = {path: (shelf / path).read_text() for path in ("boat0.txt", "boat1.txt", "boat2.txt")}
    for path in away:
        (shelf / path).unlink()
    run()
    applied(store)
    assert having(searcher, "boats") == set()
    for path, text in away.items():
        (shelf / path).write_text(text)
    run()
    assert labels.is_applied()
    assert applied(store) == 10
    assert having(searcher, "boats") == {f"boat{n}.txt" for n in range(10)}


def test_a_mark_teaches_by_the_copy_that_is_there(
    shelf: Path, docs: dict[str, str], labels: Labels, store: Store, run: Run, records: Records
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt"), is_it=True)
    (shelf / "zzz.txt").write_bytes((shelf / "boat0.txt").read_bytes())
    run()
    store.drafts.set_aside(records()["zzz.txt"], 5.0)
    assert {record.path for record in labels.show("boats", 20).yes} == {"boat0.txt", "boat1.txt"}
    (learned,) = Labeller(store, LibraryVectors(store)).learn(labels.book.get("boats")).values()
    assert learned.yes == 2


def test_a_document_gets_its_labels_when_its_vectors_come(
    docs: dict[str, str], labels: Labels, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt", "boat2.txt"), is_it=True)
    labels.mark("Boats", of(docs, "bread0.txt", "bread1.txt"), is_it=False)
    late = docs["boat5.txt"]
    whole = LibraryVectors(store).of(TEXTS)
    monkeypatch.setattr(store.ledger, "due", lambda: [late])
    vectors = LibraryVectors(store)
    vectors.of(LOOKS)
    vectors._read[TEXTS] = whole.of([doc for doc in whole.docs if doc != late])
    assert apply_labels(store, vectors).changed == 9
    assert list(store.ledger.fields([late], ["label"])) == [[None]]
    monkeypatch.undo()
    assert applied(store) == 1
    assert list(store.ledger.fields([late], ["label"])) == [[b"\nBoats"]]


def test_labels_that_were_given_in_part_are_given_again_although_the_mark_was_taken_back(
    docs: dict[str, str], labels: Labels, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt"), is_it=True)
    applied(store)
    before = labelled(store, docs)
    labels.mark("Boats", of(docs, *(f"bread{n}.txt" for n in range(5))), is_it=True)
    whole = store.explored.put

    def in_part(values: Iterable[tuple[str, Mapping[str, str | None]]]) -> None:
        whole(list(values))
        raise RedisError("gone")

    with monkeypatch.context() as failing:
        failing.setattr(store.explored, "put", in_part)
        with pytest.raises(RedisError):
            applied(store)
    assert labelled(store, docs) != before
    labels.unmark("Boats", of(docs, *(f"bread{n}.txt" for n in range(5))))
    applied(store)
    assert labelled(store, docs) == before


def labelled(store: Store, docs: dict[str, str]) -> dict[str, list[str]]:
    """The labels of each document, by its path."""
    rows = store.ledger.fields(list(docs.values()), ["label"])
    return {path: sorted(names_of(label)) for path, (label,) in zip(docs, rows, strict=True)}


def test_a_run_looks_only_at_documents_that_nobody_has_looked_at(
    shelf: Path, docs: dict[str, str], labels: Labels, store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt"), is_it=True)
    labels.mark("Boats", of(docs, "bread0.txt", "bread1.txt"), is_it=False)
    applied(store)
    (shelf / "new.txt").write_text("The boat and the boat, boat with oars.")
    run()
    read: list[str] = []
    whole = store.ledger.fields
    monkeypatch.setattr(store.ledger, "fields", lambda docs, fields: whole(read.extend(docs) or docs, fields))
    monkeypatch.setattr(store.lookup, "of_kind", lambda kind: pytest.fail(f"all of {kind} were listed"))
    assert applied(store) == 1
    assert [record.path for record in store.ledger.get_many(read)] == ["new.txt"]


def test_a_picture_is_looked_at_when_there_is_a_model_for_it(
    docs: dict[str, str], labels: Labels, store: Store
) -> None:
    labels.mark("Warm", of(docs, "red0.png", "red1.png"), is_it=True)
    labels.mark("Warm", of(docs, "blue0.png", "blue1.png"), is_it=False)
    late = docs["red2.png"]
    whole = LibraryVectors(store).of(LOOKS)
    store.explored.put([(late, {"state": "waiting"})])
    vectors = LibraryVectors(store)
    vectors._read[LOOKS] = whole.of([doc for doc in whole.docs if doc != late])
    apply_labels(store, vectors)
    assert list(store.ledger.fields([late], ["label"])) == [[None]]
    store.explored.put([(late, {"state": "indexed"})])
    assert applied(store) == 1
    assert list(store.ledger.fields([late], ["label"])) == [[b"\nWarm"]]


def test_a_preset_without_its_model_does_not_stop_other_labels(
    docs: dict[str, str], labels: Labels, store: Store, searcher: Searcher, settings: Settings
) -> None:
    class NoModels(FakeModels):
        def text(self) -> TextEmbedder:
            raise ModelError("the text model was asked for")

    labels.add_preset("sentiment")
    labels.mark("Boats", of(docs, "boat0.txt", "boat1.txt"), is_it=True)
    with pytest.raises(ModelError, match="was asked for"):
        relabel(store, NoModels(), settings.home)  # type: ignore[arg-type]
    assert having(searcher, "boats") >= {"boat0.txt", "boat1.txt"}


def test_a_mark_that_is_made_while_its_label_is_renamed_is_kept(
    labels: Labels, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels.book.create("Boats")
    labels.book.mark("Boats", ["a"], is_it=True)
    put = store.mine.put

    def meanwhile(name: str, values: Mapping[str, str]) -> None:
        put(name, values)
        if name == LABELS:
            put("label:Boats", {"b": "1"})

    monkeypatch.setattr(store.mine, "put", meanwhile)
    labels.book.rename("Boats", "Ships")
    assert labels.book.get("Ships").yes == {"a", "b"}
    assert store.mine.get("label:Boats") == {}


def test_nothing_is_forgotten_when_no_fields_are_dropped(store: Store) -> None:
    store.mine.put(LABELS, {"Boats": "{}"})
    store.mine.drop(LABELS, [])
    assert store.mine.get(LABELS) == {"Boats": "{}"}
    store.mine.forget(LABELS)
    assert store.mine.get(LABELS) == {}


def test_a_label_is_renamed_and_deleted(
    docs: dict[str, str], labels: Labels, store: Store, searcher: Searcher
) -> None:
    labels.mark("Boats", of(docs, "boat0.txt"), is_it=True)
    applied(store)
    assert labels.book.rename("boats", "BOATS") == "BOATS"
    labels.book.rename("boats", "Ships")
    assert labels.book.names() == ["Ships"]
    applied(store)
    assert "boat0.txt" in having(searcher, "ships")
    assert having(searcher, "boats") == set()
    labels.book.delete("ships")
    assert applied(store) > 0
    assert having(searcher, "ships") == set()
    assert list(store.ledger.fields([docs["boat0.txt"]], ["label"])) == [[None]]


def test_bad_input_is_named(docs: dict[str, str], labels: Labels) -> None:
    for name in ("", "a/b", "x" * 61, ".."):
        with pytest.raises(QueryError):
            labels.mark(name, of(docs, "boat0.txt"), is_it=True)
    with pytest.raises(NotFoundError, match="no label 'Boats'"):
        labels.mark("Boats", of(docs, "boat0.txt"), is_it=False)
    with pytest.raises(NotFoundError, match="0000"):
        labels.mark("Boats", ["0" * 16], is_it=True)
    assert labels.all().labels == ()
