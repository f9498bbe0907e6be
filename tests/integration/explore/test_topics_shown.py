"""Topics on the page, in the API and on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest.summary import Summary
from semsearch.explore.explorer import Explorer
from semsearch.explore.topics import make_topics
from semsearch.explore.vectors import LibraryVectors
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.integration.explore.test_topics import SUBJECTS, write
from web.app import create_app

Run = Callable[..., Summary]


@pytest.fixture
def client(settings: Settings, store: Store, searcher: Searcher) -> FlaskClient:
    return create_app(settings, searcher, Explorer(store)).test_client()


@pytest.fixture
def docs(folder: Path, run: Run, store: Store) -> dict[str, str]:
    """Texts about three subjects, with their topics. Returns their ids by path."""
    for subject in SUBJECTS:
        write(folder, subject, 0, 10)
    run()
    make_topics(store, LibraryVectors(store))
    return {record.path: record.doc for record in store.ledger}


def test_the_page_has_the_topics_and_ways_into_the_search(client: FlaskClient, docs: dict[str, str]) -> None:
    page = client.get("/topics").text
    topics = client.get("/api/topics").json["texts"]
    assert len(topics) == 3
    for topic in topics:
        assert topic["name"] in page
        listed = client.get("/api/browse", query_string={"topic": topic["name"]}).json
        assert listed["total"] == topic["count"] == 10
        assert client.get("/browse", query_string={"topic": topic["name"]}).status_code == 200
        for document in topic["typical"]:
            assert docs[document["path"]] == document["doc"]
            assert f"/doc/{document['doc']}" in page


def test_the_page_of_a_document_names_its_topic(client: FlaskClient, docs: dict[str, str]) -> None:
    names = {topic["name"] for topic in client.get("/api/topics").json["texts"]}
    page = client.get(f"/doc/{docs['bread00.txt']}").text
    assert [name for name in names if name in page and "bread" in name]


def test_the_page_says_when_there_are_no_topics(client: FlaskClient) -> None:
    assert "There are no topics yet." in client.get("/topics").text
    assert client.get("/api/topics").json == {"texts": [], "pictures": [], "without": 0, "unknown": 0}


def test_a_server_without_an_explorer_has_no_topics(settings: Settings, searcher: Searcher) -> None:
    bare = create_app(settings, searcher).test_client()
    assert bare.get("/topics").status_code == 404
    assert bare.get("/api/topics").status_code == 404


def test_the_page_leads_there(client: FlaskClient) -> None:
    assert 'href="/topics"' in client.get("/explore").text
