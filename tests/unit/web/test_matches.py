"""From match to match in a document of which its page shows only a part."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch.folders import remember_folders
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary
from tests.pdfs import make_pdf
from web import matches, reading
from web.app import create_app

PAGES = ["Pumps move water.", "Nothing.", "A well.", "Water again.", "The end."]


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    (tmp_path / "long.txt").write_text("\n\n".join(PAGES * 4))
    library.add(tmp_path, "long.txt", media_type="text/x-log")
    (tmp_path / "manual.pdf").write_bytes(make_pdf(*([text] for text in PAGES)))
    doc = library.add(tmp_path, "manual.pdf", media_type="application/pdf")
    view = library.views[doc]
    starts = [sum(map(len, PAGES[:n])) for n in range(len(PAGES))]
    passages = tuple(
        replace(view.passages[0], n=n, content=text, page=n + 1, start=start, end=start + len(text))
        for n, (text, start) in enumerate(zip(PAGES, starts, strict=True))
    )
    library.views[doc] = replace(view, passages=passages)
    return library


@pytest.fixture
def client(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    remember_folders(tmp_path / "home", [str(tmp_path)])
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


def doc_of(library: MemoryLibrary, name: str) -> str:
    return next(doc for doc, view in library.views.items() if view.record.path == name)


def beyond(page: str) -> str:
    found = re.search(r'data-beyond="([^"]*)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_matches_on_other_pages_of_a_pdf_are_reached_in_both_directions(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    doc = doc_of(library, "manual.pdf")
    page = client.get(f"/doc/{doc}?q=water&type=application/pdf&at=0&page=1").text
    assert "on this page" in page
    onwards = client.get(f"{beyond(page)}&step=1").location
    assert onwards == f"/doc/{doc}?q=water&type=application/pdf&at=0&page=4#first-match"
    page = client.get(onwards).text
    assert client.get(f"{beyond(page)}&step=1").location.endswith("&page=1#first-match")  # the start
    assert client.get(f"{beyond(page)}&step=-1").location.endswith("&page=1#last-match")


def test_a_match_in_a_sentence_that_goes_on_to_the_next_page_is_reached_there(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    doc = doc_of(library, "manual.pdf")
    view = library.views[doc]
    # The sentence begins on page 3, and "Water again." stands on page 4.
    first, nothing, well, _, end = view.passages
    runs_on = replace(well, content="A well. Water again.")
    library.views[doc] = replace(view, passages=(first, nothing, runs_on, end))
    for page, step, there in ((1, 1, 4), (3, 1, 4), (4, 1, 1), (5, -1, 4), (4, -1, 1), (3, -1, 1)):
        shown = client.get(f"/doc/{doc}?q=water&page={page}").text
        location = client.get(f"{beyond(shown)}&step={step}").location
        assert f"&page={there}#" in location, (page, step)


def test_the_words_of_a_scanned_page_are_reached_and_not_counted(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    doc = doc_of(library, "manual.pdf")
    page = client.get(f"/doc/{doc}?q=water&page=1").text
    assert "on this page" in page
    (tmp_path / "manual.pdf").write_bytes(make_pdf(*([] for _ in PAGES)))
    page = client.get(f"/doc/{doc}?q=water&page=1").text
    assert "on this page" not in page
    assert "&page=4#first-match" in client.get(f"{beyond(page)}&step=1").location


def test_matches_in_other_parts_of_a_long_text_are_reached_in_both_directions(
    client: FlaskClient, library: MemoryLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_ON_THE_PAGE", (1, 2))
    doc = doc_of(library, "long.txt")
    page = client.get(f"/doc/{doc}?q=water&passage=5").text
    assert re.findall(r'id="p(\d+)"', page) == ["4", "5", "6"]
    assert client.get(f"{beyond(page)}&step=1").location == f"/doc/{doc}?q=water&passage=8#first-match"
    assert client.get(f"{beyond(page)}&step=-1").location == f"/doc/{doc}?q=water&passage=3#last-match"


def test_where_no_part_has_a_word_of_the_query_the_same_part_says_so(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    doc = doc_of(library, "manual.pdf")
    page = client.get(f"/doc/{doc}?q=lemon&page=2").text
    assert client.get(f"{beyond(page)}&step=1").location == f"/doc/{doc}?q=lemon&page=2#no-match"


def test_in_a_very_long_text_the_search_for_matches_goes_on_from_where_it_came_to(
    client: FlaskClient, library: MemoryLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_ON_THE_PAGE", (0, 1))
    monkeypatch.setattr(matches, "_MOST", 2)
    doc = doc_of(library, "long.txt")
    page = client.get(f"/doc/{doc}?q=water&passage=0").text
    there = client.get(f"{beyond(page)}&step=1").location
    assert there == f"/doc/{doc}?q=water&passage=2#no-match-yet"
    assert client.get(f"{beyond(client.get(there).text)}&step=1").location.endswith("passage=3#first-match")


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("a letter about the rent", ["letter", "rent", "rent"]),
        ('"about the rent"', ["about the rent", "rent"]),
        ("about the", ["the", "about", "the", "the"]),
    ],
)
def test_matches_are_what_the_search_counts_as_words(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path, typed: str, marked: list[str]
) -> None:
    (tmp_path / "letter.txt").write_text("In the letter.\n\nA word about the rent, and the rent alone.")
    doc = library.add(tmp_path, "letter.txt", language="en")
    page = client.get(f"/doc/{doc}", query_string={"q": typed}).text
    assert re.findall("<mark>([^<]*)</mark>", page) == marked


def test_a_page_that_shows_all_of_its_document_leads_to_no_other_part(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    for name in ("long.txt", "manual.pdf"):
        assert beyond(client.get(f"/doc/{doc_of(library, name)}?q=").text) == ""
    page = client.get(f"/doc/{doc_of(library, 'long.txt')}?q=water").text
    assert 'id="matches"' in page
    assert beyond(page) == ""
