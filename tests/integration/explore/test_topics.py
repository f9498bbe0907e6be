"""Topics: made at the end of a run, kept from run to run, and a filter and a facet of the search."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.run import Options, ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.explore import steps, topics
from semsearch.explore.grouping import FEWEST
from semsearch.explore.topic_tree import Branch, Topics
from semsearch.explore.topics import TOPICS, make_anew, make_topics
from semsearch.explore.vectors import LibraryVectors
from semsearch.query import Filters, Query
from semsearch.records import DocumentRecord, Due
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.keys import piece_key
from semsearch.store.store import Store
from tests.fakes import FakeModels, picture
from tests.redis_client import redis_of

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

SUBJECTS = {"boats": "harbour sail anchor", "bread": "flour yeast oven", "birds": "feather nest wing"}


def write(folder: Path, subject: str, first: int, last: int, words: str = "") -> None:
    for n in range(first, last):
        about = words or SUBJECTS[subject]
        (folder / f"{subject}{n:02}.txt").write_text(f"{subject} {about} {subject} number{n}")


@pytest.fixture
def subjects(folder: Path, run: Run, store: Store) -> Path:
    """Texts about three subjects, with their topics."""
    for subject in SUBJECTS:
        write(folder, subject, 0, 12)
    run()
    step(store)
    return folder


def step(store: Store) -> None:
    make_topics(store, LibraryVectors(store))


def of(store: Store, records: Records, path: str) -> tuple[str, ...]:
    return Topics(store).of(records()[path].doc)


def names(store: Store) -> set[str]:
    return {each.name for top in Topics(store).tree().all for each in (top, *top.inner)}


@pytest.mark.usefixtures("subjects")
def test_texts_about_one_subject_have_one_topic_that_is_named_by_its_words(
    store: Store, records: Records
) -> None:
    for subject, words in SUBJECTS.items():
        found = {of(store, records, f"{subject}{n:02}.txt")[0] for n in range(12)}
        assert len(found) == 1
        assert set(found.pop().split(", ")) <= {subject, *words.split()}


@pytest.mark.usefixtures("subjects")
def test_the_tree_has_the_counts_and_the_most_typical_documents(store: Store) -> None:
    tree = Topics(store).tree(typical=4)
    assert [each.count for each in tree.texts] == [12, 12, 12]
    assert tree.pictures == ()
    assert (tree.without, tree.unknown) == (0, 0)
    for branch in tree.texts:
        assert len({record.path[:5] for record in branch.typical}) == 1
        assert len(branch.typical) == 4


def test_a_run_makes_topics_where_that_is_on(
    folder: Path, settings: Settings, store: Store, models: FakeModels
) -> None:
    for subject in SUBJECTS:
        write(folder, subject, 0, 8)
    exploring = settings.model_copy(update={"explore": True})
    ingest([folder], exploring, store, models, Silent(), Options())  # type: ignore[arg-type]
    assert sum(branch.count for branch in Topics(store).tree().texts) == 24


@pytest.mark.usefixtures("subjects")
def test_a_step_without_changes_reads_no_vectors_and_writes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = store.kept.get(TOPICS)
    monkeypatch.setattr(topics, "read_vectors", None)
    monkeypatch.setattr(topics, "group", None)
    monkeypatch.setattr(LibraryVectors, "of", None)
    monkeypatch.delitem(sys.modules, "sklearn", raising=False)
    step(store)
    assert "sklearn" not in sys.modules
    assert store.kept.get(TOPICS) == revision


def test_a_new_document_gets_the_nearest_topic_and_the_others_stay(
    subjects: Path, run: Run, store: Store, records: Records
) -> None:
    before, known = names(store), of(store, records, "bread00.txt")
    write(subjects, "bread", 12, 14)
    run()
    assert Topics(store).tree().unknown == 2
    step(store)
    assert of(store, records, "bread12.txt")[0] == known[0]
    assert names(store) == before
    assert Topics(store).tree().unknown == 0


def test_a_text_that_changes_gets_the_topic_of_its_new_content(
    subjects: Path, run: Run, store: Store, records: Records
) -> None:
    boats = of(store, records, "boats00.txt")[0]
    (subjects / "bread00.txt").write_text("boats harbour sail anchor boats")
    run()
    step(store)
    assert of(store, records, "bread00.txt")[0] == boats


def test_topics_keep_their_names_when_they_are_made_anew_for_a_fifth_of_new_documents(
    subjects: Path, run: Run, store: Store, records: Records
) -> None:
    before = {subject: of(store, records, f"{subject}00.txt")[0] for subject in SUBJECTS}
    write(subjects, "stars", 0, 12, "planet comet telescope")
    run()
    step(store)
    after = {subject: of(store, records, f"{subject}00.txt")[0] for subject in SUBJECTS}
    assert after == before
    stars = of(store, records, "stars03.txt")[0]
    assert stars not in before.values()
    assert set(stars.split(", ")) <= {"stars", "planet", "comet", "telescope"}


@pytest.mark.usefixtures("subjects")
def test_made_anew_from_the_same_documents_all_stays(store: Store, records: Records) -> None:
    before = {path: Topics(store).of(record.doc) for path, record in records().items()}
    make_anew(store)
    assert {path: Topics(store).of(record.doc) for path, record in records().items()} == before


@pytest.mark.usefixtures("subjects")
def test_lost_vectors_of_topics_are_made_anew(
    subjects: Path, run: Run, store: Store, records: Records
) -> None:
    store.kept.forget(f"{TOPICS}-text")
    write(subjects, "bread", 12, 13)
    run()
    step(store)
    assert of(store, records, "bread12.txt")[0] == of(store, records, "bread00.txt")[0]


def test_vectors_that_a_killed_run_left_beside_other_topics_are_made_anew(
    subjects: Path, run: Run, store: Store, records: Records
) -> None:
    described = topics.described_in(store.kept.get(TOPICS))["text"]
    fewer = {"text": replace(described, topics=described.topics[:2]).stored()}
    store.kept.put(TOPICS, json.dumps(fewer).encode())
    write(subjects, "bread", 12, 13)
    run()
    step(store)
    assert of(store, records, "bread12.txt")[0] == of(store, records, "bread00.txt")[0]


def test_a_run_that_is_killed_while_topics_are_made_anew_is_followed_by_one_that_makes_them(
    subjects: Path, run: Run, store: Store, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = of(store, records, "boats00.txt")
    with monkeypatch.context() as patched:
        patched.setattr(topics._State, "_keep", lambda *_: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            make_anew(store)
    (subjects / "bread00.txt").touch()
    run()
    assert topics.described_in(store.kept.get(TOPICS))["text"].model == "?"
    step(store)
    assert topics.described_in(store.kept.get(TOPICS))["text"].model != "?"
    assert of(store, records, "boats00.txt") == before


@pytest.mark.usefixtures("subjects")
def test_a_kind_with_too_few_documents_left_loses_its_topics(
    subjects: Path, run: Run, store: Store, records: Records
) -> None:
    for path in sorted(subjects.iterdir())[5:]:
        path.unlink()
    run()
    step(store)
    assert Topics(store).tree().all == ()
    assert {of(store, records, path) for path in records()} == {()}
    assert store.kept.get(f"{TOPICS}-text") is None


def test_a_kind_with_too_few_documents_is_not_waiting_for_topics(
    subjects: Path, run: Run, store: Store
) -> None:
    picture(subjects / "red.png", "red")
    run()
    step(store)
    assert Topics(store).tree().unknown == 0
    for n in range(10):
        picture(subjects / f"blue{n}.png", "blue")
    run()
    assert Topics(store).tree().unknown == 11


@pytest.mark.usefixtures("subjects")
def test_a_step_that_fails_is_logged_and_the_others_are_taken(
    store: Store, models: FakeModels, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    taken = []

    def broken(*_: object) -> None:
        raise IndexError("no such topic")

    monkeypatch.setattr(steps, "STEPS", (broken, lambda *_: taken.append("next")))
    steps.explore(store, models)  # type: ignore[arg-type]
    assert taken == ["next"]
    assert "broken" in caplog.text


def test_a_document_far_from_all_topics_has_none_and_is_not_looked_at_again(
    subjects: Path, run: Run, store: Store, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    (subjects / "far.txt").write_text("zebra quartz violin glacier")
    run()
    monkeypatch.setattr("semsearch.explore.topic_model.NEAR", 0.9)
    step(store)
    assert of(store, records, "far.txt") == ()
    assert Topics(store).tree().without == 1
    assert store.lookup.count_topics(records()["far.txt"].kind) == (37, 37)


def test_a_few_documents_have_no_topics(folder: Path, run: Run, store: Store) -> None:
    write(folder, "bread", 0, 5)
    run()
    step(store)
    assert Topics(store).tree().all == ()


def test_documents_that_are_all_alike_have_no_topics(folder: Path, run: Run, store: Store) -> None:
    for n in range(12):
        (folder / f"same{n}.txt").write_text("The same text again.")
    run()
    step(store)
    assert Topics(store).tree().all == ()
    step(store)


@pytest.mark.usefixtures("subjects")
def test_a_topic_is_a_filter_and_a_facet(store: Store, searcher: Searcher, records: Records) -> None:
    boats = of(store, records, "boats00.txt")[0]
    found = searcher.search(Query("harbour", filters=Filters(topic=(boats,)), limit=50, facets=True))
    assert {hit.path[:5] for hit in found.hits} == {"boats"}
    assert found.facets is not None
    listed = searcher.browse(Query(facets=True, limit=50))
    assert listed.facets is not None
    assert (boats, 12) in [(each.value, each.count) for each in listed.facets.topic]


def test_pictures_have_topics_of_their_own(folder: Path, run: Run, store: Store) -> None:
    for colour in ("red", "green", "blue"):
        for n in range(5):
            picture(folder / f"{colour}{n}.png", colour)
            (folder / f"{colour}{n}.txt").write_text(f"A {colour} field number{n}, painted {colour}.")
    run()
    step(store)
    tree = Topics(store).tree()
    assert sum(branch.count for branch in tree.pictures) == 15
    assert all(isinstance(branch, Branch) and branch.name for branch in tree.pictures)
    assert not {branch.name for branch in tree.pictures} & {branch.name for branch in tree.texts}


def test_pictures_are_named_by_what_their_folders_are_called(folder: Path, run: Run, store: Store) -> None:
    called = {"red": "Rote Dächer", "green": "Wiesen", "blue": "Meer"}
    for colour, name in called.items():
        (folder / f"2019 {name}").mkdir()
        for n in range(5):
            picture(folder / f"2019 {name}" / f"IMG_{n:04}.png", colour)
    run()
    step(store)
    said = {word for name in names(store) for word in name.split(", ")}
    assert said == {*called.values()}


def test_words_in_a_drawing_name_no_topic(folder: Path, run: Run, store: Store) -> None:
    for colour in ("red", "green", "blue"):
        drawn = f'<rect width="60" height="40" fill="{colour}"/><text x="5" y="20">value pin task</text>'
        for n in range(5):
            (folder / f"{colour}{n}.svg").write_text(
                f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40">{drawn}<!-- {n} --></svg>'
            )
    run()
    step(store)
    assert sum(branch.count for branch in Topics(store).tree().pictures) == 15
    assert not any(word in name for name in names(store) for word in ("value", "pin", "task"))


@pytest.mark.usefixtures("subjects")
@pytest.mark.parametrize("make", [step, make_anew], ids=["new ones", "all"])
def test_a_text_gets_its_topic_when_its_vectors_come(
    subjects: Path, run: Run, store: Store, records: Records, make: Callable[[Store], None]
) -> None:
    bread = of(store, records, "bread00.txt")[0]
    write(subjects, "bread", 12, 13)
    run()
    late = records()["bread12.txt"]
    put = redis_of(store)
    vector = put.hget(piece_key("text", late.doc, 0), "vector")
    put.hdel(piece_key("text", late.doc, 0), "vector")
    store.documents.replace_records([replace(late, due=Due.VECTORS)])
    make(store)
    assert (Topics(store).tree().without, Topics(store).tree().unknown) == (0, 1)
    put.hset(piece_key("text", late.doc, 0), "vector", vector)
    store.documents.replace_records([late])
    step(store)
    assert of(store, records, "bread12.txt")[0] == bread
    assert Topics(store).tree().unknown == 0


@pytest.mark.parametrize("make", [step, make_anew], ids=["new ones", "all"])
def test_pictures_that_wait_for_a_model_are_not_far_from_all_topics(
    folder: Path, run: Run, store: Store, make: Callable[[Store], None]
) -> None:
    for n in range(FEWEST):
        picture(folder / f"red{n}.png", "red")
    run(with_models=FakeModels(pictures=False))
    make(store)
    assert topics.described_in(store.kept.get(TOPICS)) == {}
    tree = Topics(store).tree()
    assert (tree.without, tree.unknown) == (0, 0)
    run()
    assert Topics(store).tree().unknown == FEWEST
