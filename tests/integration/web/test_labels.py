"""The pages and the JSON of labels by example, with the rights of the web server."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest.summary import Summary
from semsearch.explore.explorer import Explorer
from semsearch.explore.label_run import relabel
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from semsearch.tasks import TaskKind, Tasks
from tests.fakes import FakeModels
from tests.redis_client import as_role
from web import labels as web_labels
from web.access.tokens import Tokens
from web.app import create_app

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]


@pytest.fixture
def docs(folder: Path, run: Run, records: Records) -> dict[str, str]:
    """The ids of eight texts by name."""
    for n in range(4):
        (folder / f"boat{n}.txt").write_text(f"The boat and the boat, boat number {n}.")
        (folder / f"bread{n}.txt").write_text(f"The bread and the bread, bread number {n}.")
    run()
    return {path.removesuffix(".txt"): record.doc for path, record in records().items()}


@pytest.fixture
def client(settings: Settings, searcher: Searcher) -> FlaskClient:
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    return create_app(settings, searcher, Explorer(store)).test_client()


def mark(client: FlaskClient, said: str, *docs: str, label: str = "Boats", next: str = "") -> str:
    """Mark documents as the page does. Returns where it leads."""
    answer = client.post("/labels/mark", data={"label": label, "doc": [*docs], "is": said, "next": next})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_selected_hits_begin_a_label_and_its_page_asks_and_proposes_each_document_once(
    client: FlaskClient, docs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_labels, "_ASKED", 1)
    assert "There are no labels yet" in client.get("/labels").text
    assert mark(client, "yes", docs["boat0"], docs["boat1"]) == "/labels/Boats"
    assert mark(client, "no", docs["bread0"], label="boats") == "/labels/Boats"
    page = client.get("/labels/boats").text
    assert re.search(r'<a href="/labels" aria-current="true">', page)
    assert re.search(r'<a href="/explore" aria-current="true">', page)
    asked, _, rest = page.partition("Are these it?")[2].partition("Likely it")
    cards = [re.findall(r'name="doc" value="(\w+)"', part) for part in (asked, rest.partition("Marked")[0])]
    assert len(cards[0]) == 1
    assert {*cards[0], *cards[1]} >= {docs["boat2"], docs["boat3"]}
    assert cards[0][0] not in cards[1]
    assert "2 marked as it, 1 as not" in client.get("/labels").text


def test_marks_leave_a_task_for_the_watcher_which_gives_the_documents_the_label(
    client: FlaskClient, docs: dict[str, str], settings: Settings, store: Store, models: FakeModels
) -> None:
    mark(client, "yes", docs["boat0"], docs["boat1"])
    mark(client, "no", docs["bread0"])
    assert [task.kind for task in Tasks(settings.home).open()] == [TaskKind.LABEL]
    assert "Apply labels" in client.get("/status").text
    assert "What is marked counts already" in client.get("/labels").text
    relabel(store, models, settings.home)  # type: ignore[arg-type]
    assert "What is marked counts already" not in client.get("/labels").text
    found = client.get("/api/browse?label=boats&facets=1").json
    assert {hit["path"] for hit in found["hits"]} == {f"boat{n}.txt" for n in range(4)}
    assert found["facets"]["label"] == [{"value": "Boats", "count": 4}]


def test_what_is_marked_counts_and_is_found_before_the_label_is_put_on_the_others(
    client: FlaskClient, docs: dict[str, str], store: Store, models: FakeModels, settings: Settings
) -> None:
    mark(client, "yes", docs["boat0"], docs["bread0"])
    lead = client.get("/labels/boats").text.partition('<p class="lead"')[2].partition("</p>")[0]
    assert "2 documents</a>, 2 marked as it, 0 as not" in lead

    def found(address: str) -> tuple[set[str], object]:
        answer = client.get(f"{address}&facets=1").json
        return {hit["path"] for hit in answer["hits"]}, answer["facets"]["label"]

    marked = ({"boat0.txt", "bread0.txt"}, [{"value": "Boats", "count": 2}])
    assert found("/api/browse?label=boats") == marked
    assert found("/api/search?q=boat&label=BOATS") == (marked[0], [{"value": "Boats", "count": 1}])
    relabel(store, models, settings.home)  # type: ignore[arg-type]
    before = found("/api/browse?label=boats")[0]
    mark(client, "no", docs["bread0"])  # which has the label by now
    assert found("/api/browse?label=boats")[0] == before - {"bread0.txt"}
    assert {"value": "Boats", "count": len(before) - 1} in client.get("/api/browse?facets=1").json["facets"][
        "label"
    ]


def test_a_damaged_mark_is_passed_over(client: FlaskClient, docs: dict[str, str], store: Store) -> None:
    mark(client, "yes", docs["boat0"])
    store.mine.put("label:Boats", {"": "1", "* | no hash": "0"})
    assert [hit["path"] for hit in client.get("/api/browse?label=boats").json["hits"]] == ["boat0.txt"]
    assert client.get("/labels").status_code == client.get("/labels/boats").status_code == 200


def test_the_page_of_a_document_shows_adds_and_removes_labels(
    client: FlaskClient, docs: dict[str, str]
) -> None:
    doc = docs["boat0"]
    assert mark(client, "yes", doc, next=f"/doc/{doc}#labels") == f"/doc/{doc}#labels"
    assert "Boats" in client.get(f"/doc/{doc}").text
    mark(client, "none", doc)
    assert ">Boats</a>" not in client.get(f"/doc/{doc}").text


def test_a_label_is_renamed_and_deleted(client: FlaskClient, docs: dict[str, str]) -> None:
    mark(client, "yes", docs["boat0"])
    answer = client.post("/labels/change", data={"label": "boats", "do": "rename", "name": "My ships"})
    assert answer.headers["Location"] == "/labels/My%20ships"
    assert client.get("/labels/my ships").status_code == 200
    assert client.post("/labels/change", data={"label": "My ships", "do": "delete"}).status_code == 303
    assert client.get("/labels/my ships").status_code == 404


def test_programs_mark_and_read_labels(client: FlaskClient, docs: dict[str, str]) -> None:
    said = {"yes": [docs["boat0"], docs["boat1"]], "no": [docs["bread0"]]}
    answer = client.post("/api/labels/Boats", json=said).json
    assert answer["label"] == {"name": "Boats", "documents": 2, "yes": 2, "no": 1, "preset": ""}
    assert {each["path"] for each in answer["yes"]} == {"boat0.txt", "boat1.txt"}
    assert answer["likely"][0]["document"]["path"].startswith("boat")
    assert answer["likely"][0]["probability"] >= 0.5
    assert answer["rough"] is True
    assert answer["applied"] is False
    listed = client.get("/api/labels").json
    assert [each["name"] for each in listed["labels"]] == ["Boats"]
    taken = client.post("/api/labels/boats", json={"none": [docs["bread0"]]}).json
    assert taken["label"]["no"] == 0
    assert len(client.get("/api/labels/boats?limit=1").json["yes"]) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"maybe": []}', b'{"yes": "0"}', b'{"yes": [1]}'])
def test_a_body_that_says_nothing_is_refused(client: FlaskClient, body: bytes) -> None:
    assert client.post("/api/labels/Boats", data=body).status_code == 400
    assert client.get("/api/labels").json["labels"] == []


def test_bad_forms_are_refused_with_a_reason(client: FlaskClient, docs: dict[str, str]) -> None:
    for data in (
        {"label": "Boats", "doc": docs["boat0"], "is": "maybe"},
        {"label": "Boats", "is": "yes"},
        {"label": "", "doc": docs["boat0"], "is": "yes"},
        {"label": "a/b", "doc": docs["boat0"], "is": "yes"},
    ):
        assert client.post("/labels/mark", data=data).status_code == 400
    assert client.post("/labels/change", data={"label": "Boats", "do": "rename"}).status_code == 404
    assert client.post("/labels/preset", data={"preset": "spam"}).status_code == 400


def test_another_site_cannot_mark(client: FlaskClient, docs: dict[str, str]) -> None:
    data = {"label": "Boats", "doc": docs["boat0"], "is": "yes"}
    answer = client.post("/labels/mark", data=data, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403


def test_a_token_may_read_labels_and_not_change_them(
    client: FlaskClient, docs: dict[str, str], settings: Settings, folder: Path
) -> None:
    mark(client, "yes", docs["boat0"])
    everything = {"Authorization": f"Bearer {Tokens(settings.home).add('all', [])}"}
    assert client.get("/api/labels/boats", headers=everything).status_code == 200
    assert (
        client.post("/api/labels/boats", json={"no": [docs["bread0"]]}, headers=everything).status_code == 403
    )
    some = {"Authorization": f"Bearer {Tokens(settings.home).add('some', [str(folder)])}"}
    assert client.get("/api/labels", headers=some).status_code == 403
    assert client.get("/labels", headers=some).status_code == 403
    assert "Boats" not in client.get(f"/doc/{docs['boat0']}", headers=some).text


def test_the_preset_begins_two_labels(client: FlaskClient, docs: dict[str, str]) -> None:  # noqa: ARG001
    assert "Ready-made" in client.get("/labels").text
    client.post("/labels/preset", data={"preset": "sentiment"})
    assert [each["name"] for each in client.get("/api/labels").json["labels"]] == ["negative", "positive"]
    assert "Ready-made" not in client.get("/labels").text
