"""More and less like this: links on each hit, and chips that come off. They work without scripts."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch.query import MAX_EXAMPLES
from tests.memory_library import MemoryLibrary, picture

TEXTS = {
    "pie.md": "Apple pie wants butter and sugar.",
    "phone.md": "Apple phone wants screen and charger.",
    "bread.md": "Bread wants butter and flour.",
}


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
        library.add(tmp_path, name)
    (tmp_path / "red.png").write_bytes(picture((200, 0, 0)))
    library.add(tmp_path, "red.png")
    return library


def doc_of(library: MemoryLibrary, path: str) -> str:
    return next(doc for doc, view in library.views.items() if view.record.path == path)


def link(page: str, said: str, name: str) -> str:
    """The address of the link that says this, for screen readers with the name of a document."""
    pattern = rf'href="([^"]*)"[^>]*>(?:(?!</a>).)*{said}(?:(?!</a>).)*{re.escape(name)}'
    found = re.search(pattern, page, re.DOTALL)
    assert found, (said, name)
    return unescape(found[1])


def hits(page: str) -> list[str]:
    return re.findall(r'class="path"[^>]*>([^<]+)<', page)


def test_more_and_less_like_this_move_the_search_and_its_words_stay(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    page = client.get("/?q=apple+butter&path=").text
    more = link(page, "More like this", "Bread")
    assert more == f"/?q=apple+butter&like={doc_of(library, 'bread.md')}"
    page = client.get(more).text
    assert hits(page) == ["pie.md", "phone.md"]
    both = link(page, "Less like this", "Apple pie")
    assert hits(client.get(both).text) == ["phone.md"]
    query = library.queries[-1]
    assert (query.text, query.likes, query.unlikes) == (
        "apple butter",
        (doc_of(library, "bread.md"),),
        (doc_of(library, "pie.md"),),
    )


@pytest.mark.parametrize("where", ["", "/preview"])
def test_more_and_less_like_a_document_move_the_search_that_led_to_it(
    client: FlaskClient, library: MemoryLibrary, where: str
) -> None:
    bread, pie = doc_of(library, "bread.md"), doc_of(library, "pie.md")
    page = client.get(f"/doc/{bread}{where}?q=apple&like={pie}&when=2019").text
    links = re.findall(r'data-moves href="([^"]*)"', page)
    assert [unescape(each) for each in links] == [
        f"/?q=apple&like={pie}&like={bread}&when=2019",
        f"/?q=apple&like={pie}&unlike={bread}&when=2019",
    ]
    page = client.get(f"/doc/{bread}{where}").text  # nothing led to it, so a search begins
    assert f'href="/?like={bread}"' in page
    assert "Less like this" not in page


def test_each_example_is_a_chip_that_comes_off_by_itself(client: FlaskClient, library: MemoryLibrary) -> None:
    bread, phone = doc_of(library, "bread.md"), doc_of(library, "phone.md")
    page = client.get(f"/?q=apple&like={bread}&unlike={phone}&when=2019").text
    chips = re.findall(r'<li class="example (\w+)">', page)
    assert chips == ["wanted", "unwanted"]
    assert link(page, "Take off", "Bread wants") == f"/?q=apple&unlike={phone}&when=2019"
    assert link(page, "Take off", "Apple phone") == f"/?q=apple&like={bread}&when=2019"


def test_a_document_is_not_wanted_and_unwanted_at_once(client: FlaskClient, library: MemoryLibrary) -> None:
    bread = doc_of(library, "bread.md")
    with client.application.test_request_context(f"/?q=apple&like={bread}"):
        from web.form import Form

        form = Form.read({"q": ["apple"], "like": [bread]})
        assert form.with_example("unlike", bread) == f"/?q=apple&unlike={bread}"


def test_a_posted_picture_joins_the_search_and_can_stand_alone(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    bread = doc_of(library, "bread.md")
    page = client.get(f"/?q=butter&like={bread}&kind=text").text
    fields = page.partition('id="picture-form"')[2].partition("</form>")[0]
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', fields))
    assert sent == {"q": "butter", "like": bread, "kind": "text"}
    image = (io.BytesIO(picture((200, 0, 0))), "mine.png")
    answer = client.post("/search/picture", data={**sent, "image": image})
    page = client.get(answer.location).text
    query = library.queries[-1]
    assert (query.text, query.likes) == ("butter", (bread,))
    assert query.look is not None
    assert link(page, "Take off", "the picture you chose") == f"/?q=butter&like={bread}&kind=text"
    alone = link(page, "Only", "the picture")
    assert re.fullmatch(r"/\?picture=\w+&kind=text", alone)
    assert "Only the picture" not in client.get(alone).text
    key = alone.partition("=")[2].partition("&")[0]
    alone = link(client.get(f"/?q=butter+path:r&picture={key}").text, "Only", "the picture")
    assert alone == f"/?q=path:r&picture={key}"  # the filters in the box stay
    page = client.get(alone).text
    assert "Only the picture" not in page
    # The viewer goes on to the next page only where it has pictures for sure.
    assert 'data-start="0"' in page
    assert "data-start" not in client.get(f"/?picture={key}&like={bread}").text


def test_the_form_keeps_the_examples(client: FlaskClient, library: MemoryLibrary) -> None:
    bread, phone = doc_of(library, "bread.md"), doc_of(library, "phone.md")
    page = client.get(f"/?q=apple&like={bread}&unlike={phone}").text
    alone = link(page, "Without", "the words")
    assert alone == f"/?like={bread}&unlike={phone}"
    assert "Without the words" not in client.get(alone).text
    assert f'<input type="hidden" name="like" value="{bread}">' in page
    assert f'<input type="hidden" name="unlike" value="{phone}">' in page


def test_only_unwanted_examples_are_no_search(client: FlaskClient, library: MemoryLibrary) -> None:
    page = client.get(f"/?unlike={doc_of(library, 'bread.md')}").text
    assert "Find it by what it means" in page
    assert library.queries == []


def test_too_many_examples_are_refused_with_their_number(client: FlaskClient) -> None:
    asked = "&".join(f"like={n:016x}" for n in range(MAX_EXAMPLES + 1))
    answer = client.get(f"/?{asked}")
    assert answer.status_code == 400
    assert "21 values" in answer.text


def test_the_api_takes_examples_with_and_without_words(client: FlaskClient, library: MemoryLibrary) -> None:
    bread, pie = doc_of(library, "bread.md"), doc_of(library, "pie.md")
    found = client.get(f"/api/search?like={bread}&unlike={pie}").json["hits"]
    assert bread not in {hit["doc"] for hit in found}
    similar = client.get(f"/api/items/{bread}/similar?like={pie}&q=ignored").json["hits"]
    assert {hit["doc"] for hit in similar}.isdisjoint({bread, pie})
    assert library.queries[-1].likes == (bread, pie)
    assert library.queries[-1].text == ""
