"""`semsearch.client` asks a real server over real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from semsearch.client import ApiError, AsyncClient, Client
from semsearch.client.answers import Results
from semsearch.settings import Settings
from tests.awaiting import awaited
from tests.integration.library import png
from web.access.password import Password
from web.access.tokens import Tokens

OWLS = "notes/birds/owls.txt"


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


def test_a_search_has_typed_hits_and_its_filters_count(client: Client) -> None:
    found = client.search("owls hunt mice", facets=True)
    best = found.hits[0]
    assert (best.path, best.kind, best.thumb) == (OWLS, "text", None)
    assert best.modified.tzinfo is not None
    assert best.date.tzinfo is None
    start, end = best.passages[0].highlights[0]
    assert best.passages[0].snippet[start:end].lower() == "owls"
    assert found.facets is not None
    assert sum(each.count for each in found.facets.kind) >= 1
    assert {hit.kind for hit in client.search("red", kind="image", limit=2).hits} == {"image"}


def test_all_hits_are_gone_through_page_by_page(client: Client, address: str) -> None:
    hits = [hit.doc for hit in client.hits("owls", limit=2)]
    assert len(hits) == len(set(hits)) == client.search("owls").total > 4
    assert hits == [hit.doc for hit in client.hits("owls")]

    async def ask() -> list[str]:
        async with AsyncClient(address) as waiting:
            return [hit.doc async for hit in waiting.hits("owls", limit=3)]

    assert awaited(ask()) == hits


def test_documents_are_listed_without_a_query(client: Client) -> None:
    first = client.browse(order="name", limit=3, cursor="*", facets=True)
    assert [hit.relevance for hit in first.hits] == [None] * 3
    assert first.facets is not None
    assert sum(each.count for each in first.facets.kind) == first.total
    paths = [hit.path for hit in first.hits]
    page = first
    while page.next is not None:
        page = client.browse(order="name", limit=3, cursor=page.next)
        paths += [hit.path for hit in page.hits]
    assert paths == sorted(paths)
    assert len(set(paths)) == first.total
    assert {hit.kind for hit in client.browse(kind="image").hits} == {"image"}


def test_several_searches_are_answered_at_once_each_with_its_own_error(client: Client) -> None:
    found, wrong = client.search_all([{"q": "owls", "limit": 1, "facets": True}, {"q": "owls", "limit": 500}])
    assert isinstance(found, Results)
    assert found.hits[0].path == OWLS
    assert found.facets is not None
    assert isinstance(wrong, ApiError)
    assert (wrong.code, "limit is '500'" in str(wrong)) == ("invalid_query", True)
    with pytest.raises(ApiError, match="1 to 20 searches"):
        client.search_all([])


def test_a_picture_finds_pictures_and_words_can_go_with_it(client: Client) -> None:
    found = client.search(picture=png("red"), limit=1)
    assert Path(found.hits[0].path).stem == "red-square"
    assert client.search("owls", picture=png("red"), kind="text").hits[0].path == OWLS


def test_a_document_is_read_with_its_original_its_answer_and_its_like(client: Client, library: Path) -> None:
    doc = client.search("owls hunt mice").hits[0].doc
    document = client.document(doc)
    assert document.passages[0].content.strip() == (library / OWLS).read_text().strip()
    assert document.state == "indexed"
    assert client.original(doc) == (library / OWLS).read_bytes()
    cut = client.sentence(doc, 0, "owls hunt mice")
    assert cut.sentence is not None
    assert "Owls" in cut.snippet[slice(*cut.sentence)]
    assert doc not in {hit.doc for hit in client.similar(doc, limit=5).hits}


def test_a_picture_is_read_as_a_small_one_with_the_part_that_matches(client: Client) -> None:
    doc = client.search("red", kind="image", limit=1).hits[0].doc
    assert client.thumbnail(doc, 320)[8:12] == b"WEBP"
    assert client.part(doc, "red").box is None


def test_the_status_counts_documents(client: Client) -> None:
    status = client.status()
    assert status.documents["indexed"] > 0
    assert status.run is None


def test_an_error_has_what_the_server_says(client: Client) -> None:
    with pytest.raises(ApiError, match="limit is '500'") as caught:
        client.search("owls", limit=500)
    assert (caught.value.status, caught.value.code, len(caught.value.request)) == (400, "invalid_query", 8)
    with pytest.raises(ApiError) as caught:
        client.original("0" * 16)
    assert caught.value.status == 404
    assert caught.value.request
    with pytest.raises(ApiError, match="q is missing"):
        client.search()


def test_a_token_opens_a_server_with_a_password(address: str, settings: Settings) -> None:
    Password(settings.home).change("correct horse battery")
    token = Tokens(settings.home).add("program")
    with Client(address, token) as client:
        assert client.search("owls").hits
    with Client(address) as stranger, pytest.raises(ApiError) as caught:
        stranger.search("owls")
    assert (caught.value.status, caught.value.code) == (401, "unauthorized")
    assert token not in repr(client._server)


def test_many_searches_can_be_awaited_at_once(address: str) -> None:
    async def ask() -> list[str]:
        async with AsyncClient(address, patience=30) as client:
            found = await asyncio.gather(*(client.search("owls hunt mice", limit=1) for _ in range(20)))
            assert (await client.document(found[0].hits[0].doc)).path == OWLS
            with pytest.raises(ApiError, match="no document"):
                await client.document("0" * 16)
            return [each.hits[0].path for each in found]

    assert awaited(ask()) == [OWLS] * 20
