"""Who may mark documents, judge hits and save searches, and what the forms of saved searches keep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest.summary import Summary
from semsearch.explore.explorer import Explorer
from semsearch.explore.likes import LESS, LIKE
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.redis_client import as_role
from web.access.tokens import Tokens
from web.app import create_app

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]


@pytest.fixture
def docs(folder: Path, run: Run, records: Records) -> dict[str, str]:
    """The ids of three texts by name."""
    for n in range(3):
        (folder / f"boat{n}.txt").write_text(f"The boat and the boat, boat number {n}.")
    run()
    return {path.removesuffix(".txt"): record.doc for path, record in records().items()}


@pytest.fixture
def explorer(settings: Settings) -> Explorer:
    return Explorer(Store.open(as_role(settings, Role.WEB), Role.WEB))


@pytest.fixture
def client(settings: Settings, searcher: Searcher, explorer: Explorer) -> FlaskClient:
    return create_app(settings, searcher, explorer).test_client()


def test_a_token_reads_what_was_said_and_changes_nothing(
    client: FlaskClient, explorer: Explorer, docs: dict[str, str], settings: Settings
) -> None:
    doc = docs["boat0"]
    explorer.likes.mark([doc], LIKE)
    explorer.saved.add("Boats", "q=boat")
    explorer.judging.keep("boat", doc)
    before = (explorer.likes.marked(), explorer.saved.all(), explorer.judging.all())
    headers = {"Authorization": f"Bearer {Tokens(settings.home).add('all', [])}"}
    sent = [
        client.post("/likes", data={"unmark": doc}, headers=headers),
        client.post("/for-you", data={"do": "forget"}, headers=headers),
        client.post("/api/likes", json={"docs": [doc], "mark": "none"}, headers=headers),
        client.post("/saved", data={"do": "remove", "name": "Boats"}, headers=headers),
        client.post("/saved/taken", data={"name": "b", "search": "q=b"}, headers=headers),
        client.post("/api/saved", json={"name": "b", "search": "q=b"}, headers=headers),
        client.delete("/api/saved?name=Boats", headers=headers),
        client.post("/judged", data={"do": "drop", "q": "boat", "doc": doc}, headers=headers),
        client.post("/api/judged", json={"q": "boats", "doc": doc}, headers=headers),
        client.delete(f"/api/judged?q=boat&doc={doc}", headers=headers),
    ]
    assert [answer.status_code for answer in sent] == [403] * len(sent)
    assert before == (explorer.likes.marked(), explorer.saved.all(), explorer.judging.all())
    assert client.get("/api/likes", headers=headers).json["likes"] == [doc]
    page = client.get("/?q=boat", headers=headers).text
    assert not any(each in page for each in ('id="marks"', 'class="mark"', 'id="save-search"'))
    assert "This is it" not in client.get(f"/doc/{doc}?q=boat", headers=headers).text
    assert "Rename" not in client.get("/saved", headers=headers).text
    assert "Forget all hearts" not in client.get("/for-you", headers=headers).text


def test_who_may_change_the_library_sees_the_buttons(
    client: FlaskClient, explorer: Explorer, docs: dict[str, str]
) -> None:
    explorer.likes.mark([docs["boat0"]], LIKE)
    explorer.likes.mark([docs["boat1"]], LESS)
    explorer.saved.add("Boats", "q=boats")
    page = client.get("/?q=boat").text
    assert all(each in page for each in ('id="marks"', 'class="mark"', 'id="save-search"'))
    assert page.count('name="unmark"') == 1
    assert client.get("/browse?view=grid").text.count('name="unmark"') == 1
    # Its own mark, and that of the liked one among those like it.
    assert client.get(f"/doc/{docs['boat1']}").text.count('name="unmark"') == 2
    assert "Rename" in client.get("/saved").text


def test_proposed_and_new_texts_show_how_they_begin(
    client: FlaskClient, explorer: Explorer, store: Store, docs: dict[str, str]
) -> None:
    explorer.likes.mark([docs["boat0"]], LIKE)
    assert "boat number 1" in client.get("/for-you").text
    explorer.saved.add("Boats", "q=boat")
    explorer.saved.see("Boats", 5.0)
    [record] = store.ledger.get_many([docs["boat1"]])
    store.mine.put("saved_new", {"Boats": f"{record.sha256}:6.000"})
    assert "boat number 1" in client.get("/saved/new?name=Boats").text


@pytest.mark.parametrize(
    ("headers", "sees"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Referer": "http://localhost/saved"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Purpose": "prefetch"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Referer": "http://localhost.example.org/"}, False),
        ({}, False),
    ],
)
def test_only_who_opens_a_search_has_seen_it(
    client: FlaskClient, explorer: Explorer, store: Store, headers: dict[str, str], *, sees: bool
) -> None:
    explorer.saved.add("Boats", "q=boats")
    explorer.saved.see("Boats", 5.0)
    answer = client.get("/saved/open?name=Boats", headers=headers)
    assert (answer.status_code, answer.location) == (302, "/?q=boats")
    assert (store.mine.get("saved_seen")["Boats"] != "5.000") is sees
    client.head("/saved/open?name=Boats", headers={"Sec-Fetch-Site": "none"})
    assert (store.mine.get("saved_seen")["Boats"] != "5.000") is sees


def test_searches_of_a_browser_are_taken_over_once_and_none_is_lost(
    client: FlaskClient, explorer: Explorer
) -> None:
    explorer.saved.add("bread", "q=rye")
    sent = [("bread", "q=bread"), ("bread", "q=loaf"), ("", "q=boats"), ("gone", "q=a&kind=film")]
    data = {"name": [name for name, _ in sent], "search": [search for _, search in sent]}
    for _ in range(2):
        assert client.post("/saved/taken", data=data).location == "/saved"
        assert {each.name: each.search for each in explorer.saved.all()} == {
            "bread": "q=rye",
            "bread (2)": "q=bread",
            "bread (3)": "q=loaf",
            "q=boats": "q=boats",
        }


def test_a_browser_keeps_its_searches_when_there_is_no_room(client: FlaskClient, store: Store) -> None:
    store.mine.put("saved", {f"search {n}": f"q=word{n}" for n in range(1000)})
    assert client.post("/saved/taken", data={"name": "bread", "search": "q=bread"}).status_code == 400


def test_names_are_text_that_can_be_written(client: FlaskClient) -> None:
    answer = client.post("/api/saved", json={"name": "a\ud800", "search": "q=b\ud800"})
    assert [each["name"] for each in answer.json["searches"]] == ["a\ufffd"]
    assert client.post("/api/saved", json={"name": "\ud800", "seen": True}).status_code == 404
    assert client.post("/api/saved", json={"name": "a\x1b[2J", "search": "q=b"}).status_code == 400


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/api/likes", {"docs": "0123456789abcdef", "mark": "like"}),
        ("/api/likes", {"docs": [], "mark": "love"}),
        ("/api/likes", {"docs": [], "mark": []}),
        ("/api/saved", {"search": "q=boats"}),
        ("/api/saved", {"name": "Boats"}),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(client: FlaskClient, address: str, body: object) -> None:
    assert client.post(address, json=body).status_code == 400
