"""Values that no semsearch writes, as an export from elsewhere may bring them: every page stays open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch.explore.changes import CHANGES, LINES, read_changes
from semsearch.explore.copies_found import SHELF as COPIES
from semsearch.explore.label_step import KEPT, apply_labels
from semsearch.explore.labels import Labels
from semsearch.explore.maps import keep_maps, states
from semsearch.explore.news import ask_saved_searches
from semsearch.explore.odd_found import SHELF as ODD
from semsearch.explore.steps import FINDINGS, STEPS
from semsearch.explore.topic_tree import Topics
from semsearch.explore.vectors import LibraryVectors
from semsearch.query import MapName
from semsearch.records import DocumentRecord
from semsearch.store.store import Store
from tests.fakes import FakeModels

Records = Callable[[], dict[str, DocumentRecord]]

_BROUGHT = {
    "labels": {"x": "no JSON", "list": "[]", "evil": '{"preset": "evil/y"}', "two\nlines": "{}", "a/b": "{}"},
    "label:x": {"h": "7"},
    "saved": {"a": "q=boat", "b": "kind=film"},
    "saved_new": {"a": "x", "b": "d:nan e:1:2"},
    "saved_seen": {"a": "z", "b": "inf"},
    "likes": {"h": "1 z", "i": "love", "j": "1 nan"},
    "likes_shown": {"h": "never"},
    "judged": {"x": "1", '["a"]': "1", '["\\ud800", "h"]': "1", '["a", "h"]': "then"},
    "clicks": {"x": "1", "2026-13 searches": "1", "2026-11 searches": "many"},
}


@pytest.mark.usefixtures("shelf")
def test_what_nobody_can_read_is_left_out_of_every_page_and_run(
    client: FlaskClient, store: Store, models: FakeModels, records: Records
) -> None:
    for name, values in _BROUGHT.items():
        store.mine.put(name, values)
    (doc, *_) = [record.doc for record in records().values()]
    pages = ("/", "/?q=boat", "/labels", "/labels/x", "/labels/evil", "/saved", "/for-you", "/health")
    for page in (*pages, f"/doc/{doc}", "/api/labels"):
        answer = client.get(page)
        assert answer.status_code in (200, 404), (page, answer.text)
    assert [each["name"] for each in client.get("/api/labels").json["labels"]] == ["evil", "list", "x"]
    assert apply_labels(store, LibraryVectors(store)).labels == 3
    ask_saved_searches(store, models)  # type: ignore[arg-type]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("kept", [b"", b"nothing", b"PK\3\4 nothing"])
def test_what_was_learned_and_is_damaged_is_learned_anew(
    labels: Labels, store: Store, records: Records, kept: bytes
) -> None:
    labels.mark("Boats", [records()["boat0.txt"].doc], is_it=True)
    apply_labels(store, LibraryVectors(store))
    store.kept.put(KEPT, kept)
    assert not labels.is_applied()
    apply_labels(store, LibraryVectors(store))
    assert labels.is_applied()


_OTHERWISE = (b"", b"nothing", b"7", b'{"text": {"subjects": []}}', b"PK\3\4 nothing")


@pytest.mark.usefixtures("shelf")
def test_topics_and_maps_that_cannot_be_read_are_made_anew(client: FlaskClient, store: Store) -> None:
    names = ("topics", "topics-text", "map.texts", "map.texts.fit", "map.pictures")
    take_all(store)
    for otherwise in _OTHERWISE:
        store.kept.put_all(dict.fromkeys(names, otherwise))
        assert_open(client, "/topics", "/map", "/api/topics", "/api/map", "/")
    take_all(store)
    assert Topics(store).tree().texts
    assert MapName.TEXTS in {each.name for each in states(store)}


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("end", ["", "_data"], ids=["heads", "data"])
def test_findings_that_cannot_be_read_are_made_anew(client: FlaskClient, store: Store, end: str) -> None:
    names = [f"{shelf.name}{end}" for shelf in (COPIES, ODD, CHANGES, LINES)]
    for otherwise in _OTHERWISE:
        take_all(store)
        store.kept.put_all(dict.fromkeys(names, otherwise))
        assert_open(client, "/copies", "/odd", "/health", "/api/copies", "/api/odd", "/api/health")
    for name in names:
        store.kept.forget(name)
    take_all(store)
    for page in ("/api/copies", "/api/odd", "/api/health"):
        assert client.get(page).status_code == 200, page
    assert read_changes(store) is not None


def take_all(store: Store) -> None:
    """Take all steps of a run, none of which may fail."""
    vectors = LibraryVectors(store)
    for step in (*STEPS, *FINDINGS):
        step(store, vectors)


def assert_open(client: FlaskClient, *pages: str) -> None:
    for page in pages:
        answer = client.get(page)
        assert answer.status_code in (200, 404), (page, answer.text)


def test_new_texts_are_placed_where_the_fit_of_a_map_cannot_be_read(
    shelf: Path, store: Store, run: Callable[[], object]
) -> None:
    keep_maps(store, LibraryVectors(store))
    store.kept.put("map.texts.fit", b"PK\3\4 nothing")
    (shelf / "late.txt").write_text("A late boat with a sail.")
    run()
    keep_maps(store, LibraryVectors(store))
    assert {each.name: each.placed for each in states(store)}[MapName.TEXTS] == 21
