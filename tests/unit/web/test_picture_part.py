"""The part of a picture that matches a query, in the API and on the page of the picture."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch.records import Box
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary, picture
from tests.unit.web.test_api import answer_schema, assert_error, assert_fits
from web import originals
from web.app import create_app


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "folder"
    root.mkdir()
    (root / "trees.md").write_text("# Trees\n\nOaks live long.\n")
    (root / "red.png").write_bytes(picture((200, 20, 20)))
    return root


@pytest.fixture
def library() -> MemoryLibrary:
    return MemoryLibrary(boxes={"a fox": Box(0.25, 0.5, 0.75, 1.0)})


@pytest.fixture
def red(library: MemoryLibrary, root: Path) -> str:
    return library.add(root, "red.png")


@pytest.fixture
def client(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


def test_the_api_tells_the_part_that_matches(client: FlaskClient, red: str) -> None:
    for query, box in (("a fox", [0.25, 0.5, 0.75, 1.0]), ("an owl", None)):
        answer = client.get(f"/api/items/{red}/part", query_string={"q": query})
        assert answer.json == {"box": box}
        assert_fits(answer.json, answer_schema("/api/items/{doc}/part"))


def test_a_part_without_a_query_or_a_readable_picture_is_an_error(
    client: FlaskClient, library: MemoryLibrary, root: Path, red: str
) -> None:
    trees = library.add(root, "trees.md")
    assert_error(client.get(f"/api/items/{red}/part?q="), 400, "invalid_query", "q is missing")
    assert_error(client.get(f"/api/items/{trees}/part?q=fox"), 404, "not_found", "not a picture")
    assert_error(client.get("/api/items/nowhere/part?q=fox"), 404, "not_found")
    (root / "red.png").write_bytes(b"no picture any more")
    assert_error(client.get(f"/api/items/{red}/part?q=fox"), 415, "unreadable_picture")
    (root / "red.png").unlink()
    assert_error(client.get(f"/api/items/{red}/part?q=fox"), 404, "not_found", "cannot be opened")


def test_a_file_too_large_to_decode_is_not_read(
    client: FlaskClient, red: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "MAX_BYTES", 100)
    assert_error(client.get(f"/api/items/{red}/part?q=fox"), 415, "unreadable_picture", "at most 100")


def test_the_page_of_a_picture_outlines_the_part(client: FlaskClient, red: str) -> None:
    page = client.get(f"/doc/{red}", query_string={"q": "a fox"}).text
    assert 'class="doc-part"' in page
    assert '<rect x="0.25" y="0.5" width="0.5" height="0.5"/>' in page
    for without in (f"/doc/{red}", f"/doc/{red}?q=an+owl"):
        assert "doc-part" not in client.get(without).text


def test_the_picture_is_shown_where_no_part_can_be_found(
    client: FlaskClient, red: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "MAX_BYTES", 100)
    page = client.get(f"/doc/{red}?q=a+fox")
    assert page.status_code == 200
    assert "doc-part" not in page.text


@pytest.mark.parametrize("form", ["/?q=red", "/?q=red&kind=image"])
def test_a_picture_in_the_results_links_to_its_page_with_the_query(
    client: FlaskClient, red: str, form: str
) -> None:
    page = client.get(form).text
    assert page.count(f'href="/doc/{red}?q=red&amp;') == 2
    assert f'href="/doc/{red}"' not in page
