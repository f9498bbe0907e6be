"""Pages without a query: what is new, all documents by month, and the Atom feed."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from semsearch.progress import RunProgress
from semsearch.records import DateSource, State
from tests.memory_library import MemoryLibrary, picture

ATOM = "{http://www.w3.org/2005/Atom}"
DATES = {"a.md": "2019-03-02", "b.md": "2019-03-20", "work/c.md": "2018-07-01"}


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for name, date in DATES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"# Note {name}\n\nwater & <ice> \x0b in {name}\n")
        moment = datetime.fromisoformat(f"{date}T12:00").timestamp()
        os.utime(file, (moment, moment))
        library.add(tmp_path, name)
    (tmp_path / "red.png").write_bytes(picture((200, 0, 0)))
    library.add(tmp_path, "red.png")
    return library


def entries(page: str) -> list[str]:
    return re.findall(r'class="path"[^>]*>([^<\n]+)<', page)


def test_documents_are_listed_by_month_the_newest_first(client: FlaskClient) -> None:
    page = client.get("/browse?kind=text").text
    assert entries(page) == ["b.md", "a.md", "work/c.md"]
    assert re.findall(r'<section class="month">\s*<h2>([^<]+)<', page) == ["March 2019", "July 2018"]
    assert "1–3 of 3 documents" in page


def test_they_can_be_listed_by_name_and_size_and_in_another_language(client: FlaskClient) -> None:
    page = client.get("/browse?order=name&kind=text").text
    assert entries(page) == ["a.md", "b.md", "work/c.md"]
    assert '<section class="month">\n  <h2>' not in page
    german = client.get("/browse?kind=text", headers={"Accept-Language": "de"}).text
    assert "März 2019" in german


def test_pictures_alone_are_a_grid_unless_a_list_is_asked_for(client: FlaskClient) -> None:
    assert 'class="gallery"' in client.get("/browse?kind=image").text
    assert 'class="gallery"' not in client.get("/browse?kind=image&view=list").text
    page = client.get("/browse?view=grid").text
    assert 'class="gallery"' in page
    assert 'href="/browse?order=name&amp;view=grid"' in page  # what is chosen stays


def test_a_search_form_without_words_lists_what_passes_its_filters(client: FlaskClient) -> None:
    answer = client.get("/?q=&path=work/")
    assert (answer.status_code, answer.location) == (302, "/browse?path=work/")
    page = client.get(answer.location).text
    assert entries(page) == ["work/c.md"]
    assert 'class="chips"' in page
    assert client.get("/browse?q=water").location == "/?q=water"


def test_the_home_page_shows_what_is_new(client: FlaskClient) -> None:
    page = client.get("/").text
    new = page[page.index('id="new"') :]
    shown = re.findall(r'class="tile-name"[^>]*title="([^"]+)"', new)
    assert [Path(path).name for path in shown] == ["red.png", "b.md", "a.md", "c.md"]
    assert "3 texts and 1 picture" in page
    assert "All of them were read." in page


def test_the_home_page_of_a_first_run_says_that_files_are_being_read(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    library.views.clear()
    assert "Nothing is indexed yet" in client.get("/").text
    library.run = RunProgress(found=7)
    page = client.get("/").text
    assert "Nothing is indexed yet" not in page
    assert "Your files are being read" in page
    assert 'id="new" data-follow' in page  # what is read meanwhile appears there


def test_the_home_page_names_files_that_could_not_be_read(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    (tmp_path / "bad.md").write_text("bad")
    library.add(tmp_path, "bad.md", state=State.FAILED, reason="it is damaged")
    page = client.get("/").text
    assert "1 file could not be read" in page
    assert "All of them were read." not in page


def test_home_and_library_say_which_documents_beside_texts_and_pictures_are_browsed(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    (tmp_path / "empty.md").write_text(" ")
    library.add(tmp_path, "empty.md", state=State.SKIPPED, reason="no text in this document")
    for address in ("/", "/status"):
        page = client.get(address).text
        assert "1 more file can be found by its name only" in page
        assert "3 texts and 1 picture" in page
        assert "All of them were read." not in page


def test_a_search_has_an_atom_feed_of_its_clear_matches_the_newest_first(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    library.judge = lambda similarity: 0.9 if similarity > 0.1 else 0.1
    page = client.get("/?q=water").text
    address = re.search(r'type="application/atom\+xml"[^>]*href="([^"]+)"', page)
    assert address
    assert f'<a href="{address[1]}" title="This search as a feed">' in page
    answer = client.get(address[1])
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    assert feed.findtext(f"{ATOM}title") == "water · semsearch"
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == ["Note b.md", "Note a.md", "Note work/c.md"]
    (first, *_) = feed.iter(f"{ATOM}entry")
    assert "water & <ice>" in (first.findtext(f"{ATOM}summary") or "")
    for name in ("id", "title", "updated", "link"):
        assert feed.find(f"{ATOM}{name}") is not None
        assert first.find(f"{ATOM}{name}") is not None


def test_without_a_query_the_feed_has_new_documents(client: FlaskClient) -> None:
    feed = ElementTree.fromstring(client.get("/feed?kind=text").data)
    assert len(list(feed.iter(f"{ATOM}entry"))) == 3


def test_the_feed_of_new_documents_has_none_that_are_dated_later_unless_a_period_is_asked_for(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    (tmp_path / "trip.md").write_text("# Trip\n\nto the lake\n")
    soon = (datetime.now() + timedelta(days=7)).timestamp()
    library.add(tmp_path, "trip.md", dated=soon, date_source=DateSource.EVENT)

    def titles(address: str) -> list[str | None]:
        feed = ElementTree.fromstring(client.get(address).data)
        return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]

    assert titles("/feed?kind=text") == ["Note b.md", "Note a.md", "Note work/c.md"]
    assert titles("/feed?kind=text&since=2019-03-10") == ["Trip", "Note b.md"]
