"""How the pages show why a document was found, and where in it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch.records import Passage, Source
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary, picture
from web.app import create_app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "folder"
    (root / "notes").mkdir(parents=True)
    (root / "notes/trees.md").write_text("# Trees\n\nOaks live long.\n\n## Roots\n\nRoots drink water.\n")
    (root / "red.png").write_bytes(picture((200, 20, 20)))
    return root


@pytest.fixture
def library(folder: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for path in ("notes/trees.md", "red.png"):
        library.add(folder, path)
    return library


@pytest.fixture
def client(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


def doc_of(library: MemoryLibrary, path: str) -> str:
    return next(doc for doc, view in library.views.items() if view.record.path == path)


def test_the_page_requests_a_sentence_only_where_words_do_not_tell_it(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    address = f'data-answer="/doc/{doc_of(library, "notes/trees.md")}/passages/3/answer?q='
    assert f"{address}water+or+others+of+them" in client.get("/?q=water+or+others+of+them").text
    assert '<span class="answer">Roots drink <mark>water</mark>.</span>' in client.get("/?q=water").text
    for no_need in ("q=water", "q=water+or+others+of+them&mode=words", f"like={doc_of(library, 'red.png')}"):
        assert "data-answer" not in client.get(f"/?{no_need}").text
    library.judge = lambda _similarity: 0.1  # a hit that does not clearly match has no sentence that answers
    assert "data-answer" not in client.get("/?q=water+or+others+of+them").text


def test_the_sentence_that_was_asked_for_comes_with_its_marks(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    library.answers["thirst"] = "Roots drink water."
    address = f"/doc/{doc_of(library, 'notes/trees.md')}/passages/3/answer"
    assert client.get(f"{address}?q=thirst").text == '<span class="answer">Roots drink water.</span>'
    assert client.get(address).status_code == 400


def test_a_document_shows_the_words_and_the_sentence_that_match_a_query(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    library.answers["thirst"] = "Roots drink water."
    address = f"/doc/{doc_of(library, 'notes/trees.md')}"
    page = client.get(f"{address}?q=oaks+live&passage=1").text
    assert '<span class="answer"><mark>Oaks</mark> <mark>live</mark> long.</span>' in page
    page = client.get(f"{address}?q=thirst&passage=3").text
    assert '<span class="anchor" id="p3"></span><span class="answer">Roots drink water.</span></p>' in page
    assert 'type="search" value="thirst"' in page
    for elsewhere in ("?q=thirst", "?q=thirst&passage=99", "?q=thirst&passage=x", "?passage=3"):
        answer = client.get(address + elsewhere)
        assert answer.status_code == 200
        assert 'class="answer"' not in answer.text


def test_a_text_opens_at_the_sentence_and_a_pdf_is_a_download(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    (folder / "water.txt").write_text("It rains.\n\nWet, wet & wet-feet\nare what one gets.\n")
    wet = library.add(folder, "water.txt")
    page = client.get(f"/doc/{wet}?q=wet&passage=1").text
    sentence = "Wet%2C%20wet%20%26%20wet%2Dfeet%0Aare%20what%20one%20gets."
    assert f'href="/file/{wet}#:~:text={sentence}"' in page

    (folder / "manual.pdf").write_text("Tyres of bicycles.")
    manual = library.add(folder, "manual.pdf")
    view = library.views[manual]
    library.views[manual] = replace(view, passages=(replace(view.passages[0], page=3),))
    assert '<span class="page">page 3</span>' in client.get("/?q=tyres").text
    page = client.get(f"/doc/{manual}?passage=0").text
    assert '<p class="page-mark">Page 3</p>' in page
    assert f'href="/file/{manual}"' in page
    assert "Download original" in page


@pytest.mark.parametrize(
    ("source", "label"),
    [
        (Source.METADATA, "Caption"),
        (Source.SIDECAR, "From the file beside it"),
        (Source.OCR, "Text in the picture"),
        (Source.CONTENT, "Text of the drawing"),
    ],
)
def test_texts_in_and_about_pictures_are_shown_with_their_source(
    client: FlaskClient, library: MemoryLibrary, source: Source, label: str
) -> None:
    doc = doc_of(library, "red.png")
    passages = (
        Passage(0, "A wall.", 0, 7, source=Source.METADATA),
        Passage(1, "Scarlet & Co", 0, 12, source=source),
    )
    library.views[doc] = replace(library.views[doc], passages=passages)
    row = client.get("/?q=scarlet+roots").text
    assert f'<h2><a href="/doc/{doc}?q=scarlet+roots&amp;at=' in row  # at its top, where the picture is
    assert f"<span>{label}</span>" in row
    tile = client.get("/?q=scarlet&kind=image").text
    assert f'<div class="tile-words">{label}: <a class="snippet"' in tile
    assert f'href="/doc/{doc}?q=scarlet&amp;kind=image&amp;passage=1&amp;at=0#p1"' in tile
    page = client.get(f"/doc/{doc}?q=scarlet").text
    assert ">Caption</h2>" in page
    assert page.count('class="heading-mark"') == (1 if source is Source.METADATA else 2)
    assert f">{label}</h2>" in page
    assert '<p class="prose" id="p1" dir="auto"><mark>Scarlet</mark> &amp; Co</p>' in page


def test_a_hit_shows_its_reason_in_plain_words(client: FlaskClient) -> None:
    page = client.get("/?q=red+roots").text
    assert "Found by what it says and your words" in page
    assert "Found by what it shows" in page


def test_the_meter_says_what_the_relevance_means(client: FlaskClient, library: MemoryLibrary) -> None:
    library.judge = lambda _: 0.9
    page = client.get("/?q=red+roots").text
    meanings = re.findall(r'<span class="score" title="(Relevance [^"]*)"', page)
    assert len(meanings) == page.count("<meter") == 2
    assert all("what unrelated queries find here" in each for each in meanings)
    assert all("From 0.50 on it clearly matches." in each for each in meanings)
    of_picture = [each for each in meanings if "what else it could show" in each]
    assert len(of_picture) == 1
