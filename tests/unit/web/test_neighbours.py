"""The way on from the page of a document: back to the results, and to the result before and after it."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch.errors import RedisError
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary
from web import browsing, pages
from web.app import create_app


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for n in range(1, 6):
        (tmp_path / f"{n}.txt").write_text(f"Oaks number {n}.\n\n" + "oaks " * (9 - n) + "\n")
        library.add(tmp_path, f"{n}.txt")
    (tmp_path / "red.md").write_text("# Oaks\n\noaks\n")
    library.add(tmp_path, "red.md", media_type="text/markdown")
    return library


@pytest.fixture
def client(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


def address(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, pattern
    return found[1].replace("&amp;", "&")


def results(page: str) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(r'<h2><a href="(/doc/[^"]*)"', page)]


def test_each_result_leads_to_the_next_one_and_keeps_the_filters(client: FlaskClient) -> None:
    listed = results(client.get("/?q=oaks&type=text/plain").text)
    assert len(listed) == 5
    assert all("type=text" in each for each in listed)
    page = client.get(listed[0]).text
    assert 'rel="prev"' not in page
    seen = [listed[0]]
    while 'rel="next"' in page:
        seen.append(address(page, r'rel="next" href="([^"]*)"'))
        page = client.get(seen[-1]).text
        assert f"Result {len(seen)}" in page
        assert address(page, r'rel="prev" href="([^"]*)"').partition("?")[0] == seen[-2].partition("?")[0]
    assert [each.partition("?")[0] for each in seen] == [each.partition("?")[0] for each in listed]


def test_back_leads_to_the_hit_on_its_page_of_results(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_LIST_PAGE", 2)
    listed = results(client.get("/?q=oaks&type=text/plain&offset=2").text)
    back = address(client.get(listed[1]).text, r'class="back" href="([^"]*)"')
    path, _, anchor = back.partition("#")
    again = client.get(path).text
    assert results(again) == listed
    assert f'id="{anchor}" data-doc="{listed[1].split("/")[2].partition("?")[0]}"' in again


def test_a_document_that_is_not_where_it_was_has_no_neighbours(
    client: FlaskClient,
) -> None:
    first = results(client.get("/?q=oaks").text)[0]
    moved = first.replace("at=0", "at=3")
    assert moved != first
    for url in (moved, first.replace("at=0", "at=-1"), first.replace("at=0", "at=999999999")):
        page = client.get(url).text
        assert 'id="neighbours"' not in page
        assert 'class="back" href="/?q=oaks#hit-' in page


def test_documents_of_a_browsed_list_lead_on_and_back_to_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "_PAGE", 2)
    address_of_list = "/browse?type=text/plain&order=name&view=grid&offset=2"
    listed = re.findall(r'class="tile-picture" href="([^"]*)"', client.get(address_of_list).text)
    assert len(listed) == 2
    page = client.get(listed[0].replace("&amp;", "&")).text
    assert "Document 3" in page
    doc = listed[1].split("/")[2].partition("?")[0]
    following = address(page, r'rel="next" href="([^"]*)"')
    assert following.startswith(f"/doc/{doc}?")
    page = client.get(following).text
    assert "Document 4" in page
    path, _, anchor = address(page, r'class="back" href="([^"]*)"').partition("#")
    again = client.get(path).text
    assert re.findall(r'class="tile-picture" href="([^"]*)"', again) == listed
    assert f'id="{anchor}" data-doc="{doc}"' in again


def test_without_a_list_there_is_no_way_back(client: FlaskClient, library: MemoryLibrary) -> None:
    page = client.get(f"/doc/{next(iter(library.views))}").text
    assert 'class="back"' not in page
    assert 'id="neighbours"' not in page


def test_a_search_that_fails_leaves_the_document(
    client: FlaskClient, library: MemoryLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = results(client.get("/?q=oaks").text)[0]

    def fails(*_: object) -> None:
        raise RedisError("Redis is gone.")

    monkeypatch.setattr(library, "search", fails)
    monkeypatch.setattr("web.reading._similar_to", lambda _doc: ())
    page = client.get(first)
    assert page.status_code == 200
    assert 'class="back"' in page.text


def test_the_preview_leads_to_the_document_with_the_same_way_on(client: FlaskClient) -> None:
    page = client.get("/?q=oaks&type=text/plain").text
    preview = address(page, r'data-preview="([^"]*)"')
    part = client.get(preview).text
    assert address(part, r'<h2 dir="auto"><a href="([^"#]*)') == preview.replace("/preview", "")
