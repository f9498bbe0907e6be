"""The pages, over a library in memory."""

import io
import os
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from semsearch.errors import FingerprintError, ModelError
from semsearch.progress import Phase, RunProgress
from semsearch.query import Mode
from semsearch.records import NO_MODEL, DateSource, Kind, State
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary, picture, without_redis
from web.app import create_app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "folder"
    (root / "notes").mkdir(parents=True)
    (root / "notes/trees.md").write_text("# Trees\n\nOaks live long.\n\n## Roots\n\nRoots drink water.\n")
    (root / "notes/boats.md").write_text("# Boats\n\nBoats float on water <script>alert(1)</script>.\n")
    (root / "red.png").write_bytes(picture((200, 20, 20)))
    (root / "blue.png").write_bytes(picture((20, 20, 200)))
    return root


@pytest.fixture
def library(folder: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for path in ("notes/trees.md", "notes/boats.md", "red.png", "blue.png"):
        library.add(folder, path)
    return library


@pytest.fixture
def client(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


def client_of(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


def doc_of(library: MemoryLibrary, path: str) -> str:
    return next(doc for doc, view in library.views.items() if view.record.path == path)


def test_the_first_page_says_what_can_be_found(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "2 texts and 2 pictures" in page
    assert 'name="q"' in page


def test_a_search_shows_snippets_with_marks_and_links_to_the_passage(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    page = client.get("/?q=roots").text
    assert "<mark>Roots</mark> drink water." in page
    address = f"/doc/{doc_of(library, 'notes/trees.md')}?q=roots&amp;passage="
    assert f'{address}3&amp;at=0#p3" data-passage="3"' in page
    # The title leads to what the two lines are from.
    first = page.partition('class="snippet" href="')[2].partition('"')[0]
    assert f'<h2><a href="{first}"' in page


def test_percentages_are_relevance_and_a_similarity_is_a_number(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    alone = client.get("/?q=roots").text
    assert "<meter" not in alone
    assert re.search(r">similarity [01]\.\d\d<", alone)
    # Joined, the list is in the order of neither similarity.
    joined = client.get(f"/?q=roots&like={doc_of(library, 'red.png')}").text
    assert "notes/trees.md" in joined
    assert 'class="score"' not in joined
    library.judge = lambda _: 0.9
    assert "<meter" in client.get("/?q=roots").text


def test_text_of_files_is_escaped_or_left_out(client: FlaskClient, library: MemoryLibrary) -> None:
    found, read = client.get("/?q=float").text, client.get(f"/doc/{doc_of(library, 'notes/boats.md')}").text
    assert "&lt;script&gt;alert" in found
    assert "Boats float on water" in read
    assert "<script>alert" not in found + read


def test_filters_reach_the_library_and_stay_in_the_form(client: FlaskClient, library: MemoryLibrary) -> None:
    page = client.get("/?q=water&kind=text&path=notes&mode=words&since=2020-01-01").text
    query = library.queries[-1]
    assert (query.filters.kind, query.filters.path, query.mode) == (Kind.TEXT, ("notes",), Mode.WORDS)
    assert 'name="path" value="notes"' in page
    assert 'name="since" value="2020-01-01"' in page
    assert re.search(r'data-kind="text" aria-current="true"', page)
    assert '<input type="hidden" name="kind" value="text">' in page


def test_pages_of_results_are_linked_with_the_query(folder: Path, tmp_path: Path) -> None:
    library = MemoryLibrary()
    for number in range(45):
        (folder / f"notes/{number:02}.md").write_text(f"water number {number}\n")
        library.add(folder, f"notes/{number:02}.md")
    client = client_of(library, tmp_path)
    first = client.get("/?q=water&path=notes").text
    assert counted(first) == "45 matches 1–20"
    assert 'rel="prev"' not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert "offset=20" in following
    assert "path=notes" in following
    last = client.get(following.replace("offset=20", "offset=40")).text
    assert counted(last) == "45 matches 41–45"
    assert "<title>water · 41–45 · semsearch</title>" in last
    assert 'rel="next"' not in last
    longer = client.get("/?q=water&limit=30").text
    assert counted(longer) == "45 matches 1–30"
    assert "limit=30&amp;offset=30" in longer


def counted(page: str) -> str:
    """What the line above the list says, without the time."""
    line = re.search(r'<p class="result-count"[^>]*>(.*?)<span class="took">', page, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", line[1]).split()) if line else ""


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("/?q=oaks+live+long+water", "1 match, 1 weaker"),
        ("/?q=boats", "1 match"),
        ("/?q=oaks+boats+drink+and+others+of+them", "No clear match, 2 weaker"),
        ("/?like={red}", "Results 1–1, the most similar first"),
        ("/?q=oaks&like={red}", "Results 1–2, nearest to words and example together"),
    ],
)
def test_the_line_above_the_list_counts_matches_and_never_the_library(
    client: FlaskClient, library: MemoryLibrary, url: str, line: str
) -> None:
    library.judge = lambda similarity: 0.8 if similarity > 0.55 else 0.2
    assert counted(client.get(url.format(red=doc_of(library, "red.png"))).text) == line


def test_a_search_for_pictures_is_a_gallery(client: FlaskClient) -> None:
    assert 'class="gallery"' in client.get("/?q=png&kind=image").text


def test_a_picture_finds_similar_ones_and_the_results_have_an_address(client: FlaskClient) -> None:
    sent = {"image": (io.BytesIO(picture((190, 30, 30))), "mine.png"), "kind": "image"}
    answer = client.post("/search/picture", data=sent)
    assert answer.status_code == 303
    assert answer.location.startswith("/?picture=")
    assert "kind=image" in answer.location
    page = client.get(answer.location).text
    assert page.index("red.png") < page.index("blue.png")
    key = re.search(r"picture=(\w+)", answer.location)[1]
    assert client.get(f"/picture/{key}").mimetype == "image/webp"


def test_the_message_for_a_picture_that_is_no_longer_kept_says_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/?picture=" + "0" * 32)
    assert answer.status_code == 404
    assert "Drop or choose it again" in answer.text


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({}, 400, "Choose one"),
        ({"image": (io.BytesIO(b""), "a.png")}, 400, "Choose one"),
        ({"image": (io.BytesIO(b"no picture at all"), "a.png")}, 415, "This picture cannot be read"),
    ],
)
def test_a_bad_query_picture_is_explained(
    client: FlaskClient, data: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post("/search/picture", data=data, content_type="multipart/form-data")
    assert answer.status_code == status
    assert said in answer.text


def test_more_like_this_finds_documents_similar_to_a_document(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    red = doc_of(library, "red.png")
    page = client.get(f"/?like={red}").text
    assert "blue.png" in page
    assert f'href="/doc/{red}"' in page  # the page names the document of the query


def test_a_document_shows_its_text_in_order_and_the_facts_about_its_file(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    page = client.get(f"/doc/{doc_of(library, 'notes/trees.md')}").text
    assert page.index("Oaks live long.") < page.index("Roots drink water.")
    for known in ("indexed", "text/markdown", "letters", "notes/trees.md", "More like this"):
        assert known in page
    assert re.search(r"<dt>Folder</dt><dd[^>]*>[^<]*/folder/notes</dd>", page)


def test_a_picture_document_shows_the_picture(client: FlaskClient, library: MemoryLibrary) -> None:
    doc = doc_of(library, "red.png")
    page = client.get(f"/doc/{doc}").text
    assert f'<img src="/file/{doc}"' in page
    assert "400 × 300" in page


def test_a_document_shows_its_date_and_where_that_comes_from(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    doc = library.add(folder, "red.png", dated=1_723_681_800.0, date_source=DateSource.EXIF)
    page = client.get(f"/doc/{doc}").text
    assert '<time datetime="2024-08-15T00:30:00">15 August 2024</time>, when the photo was taken' in page
    plain = client.get(f"/doc/{library.add(folder, 'red.png')}").text
    assert "<dt>Date</dt>" not in plain
    assert "<dt>Changed</dt>" in plain


def test_a_document_that_failed_shows_the_reason_and_no_similar_ones(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    doc = library.add(folder, "red.png", state=State.FAILED, reason="truncated at byte 12")
    page = client.get(f"/doc/{doc}").text
    assert "truncated at byte 12" in page
    assert "More like this" not in page


def test_the_status_page_lists_what_is_not_indexed_with_its_reason(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    library.add(folder, "blue.png", state=State.FAILED, reason="the file is <damaged>")
    page = client.get("/status").text
    assert "the file is &lt;damaged&gt;" in page
    assert "semsearch:text" in page
    assert "100%" in page


def test_rounding_makes_no_weaker_hit_a_clear_one(client: FlaskClient, library: MemoryLibrary) -> None:
    library.judge = lambda _: 0.4996
    page = client.get("/?q=water").text
    assert "49%" in page
    assert "50%" not in page


@pytest.mark.parametrize("url", ["/", "/?q=trees", "/status"])
def test_an_empty_library_says_how_to_fill_it(url: str, tmp_path: Path) -> None:
    assert "semsearch ingest FOLDER" in client_of(MemoryLibrary(), tmp_path).get(url).text


def test_an_empty_library_has_nothing_to_order(tmp_path: Path) -> None:
    page = client_of(MemoryLibrary(), tmp_path).get("/browse").text
    assert 'class="orders' not in page
    assert "Nothing is indexed yet" in page


def test_waiting_pictures_say_what_they_wait_for(folder: Path, tmp_path: Path) -> None:
    library = MemoryLibrary(image_model="")
    library.add(folder, "red.png", state=State.WAITING, reason=NO_MODEL)
    client = client_of(library, tmp_path)
    for url in ("/", "/status", "/?q=sunset&kind=image"):
        assert "Set <code>SEMSEARCH_IMAGE_MODEL" in client.get(url).text


@pytest.mark.parametrize("url", ["/", "/status", "/?q=sunset&kind=image"])
def test_with_a_picture_model_waiting_pictures_only_need_another_run(
    folder: Path, tmp_path: Path, url: str
) -> None:
    library = MemoryLibrary(image_model="minilook")
    library.add(folder, "red.png", state=State.WAITING, reason=NO_MODEL)
    page = client_of(library, tmp_path).get(url).text
    assert "There is one now: run <code>semsearch ingest</code> again" in page
    assert "Set <code>SEMSEARCH_IMAGE_MODEL" not in page


def test_files_that_are_still_to_be_read_are_not_called_pictures_without_a_model(
    folder: Path, tmp_path: Path
) -> None:
    library = MemoryLibrary(image_model="minilook")
    for name in ("red.png", "notes/trees.md"):
        library.add(folder, name, state=State.WAITING, reason="a run was going to read it")
    client = client_of(library, tmp_path)
    for run in (None, RunProgress(Phase.READ, started=1.0)):
        library.run = run
        for url in ("/", "/status", "/?q=sunset&kind=image"):
            assert "picture model" not in client.get(url).text
        assert "All of them were read." not in client.get("/").text
        assert ("2 files are still to be read" in client.get("/").text) is (run is None)


def test_without_waiting_pictures_no_page_mentions_waiting(client: FlaskClient) -> None:
    for url in ("/", "/status", "/?q=red&kind=image"):
        assert "picture model" not in client.get(url).text
        assert "pictures wait" not in client.get(url).text


def test_without_results_the_page_offers_to_remove_the_filters(client: FlaskClient) -> None:
    page = client.get("/?q=water&path=nowhere&kind=text").text
    assert "No document passes these filters" in page
    assert 'href="/?q=water"' in page
    assert '<a class="skip" href="#main">' in page


def test_an_incomplete_answer_is_marked(library: MemoryLibrary, tmp_path: Path) -> None:
    library.complete, library.notes = False, ("Redis ran out of time.",)
    page = client_of(library, tmp_path).get("/?q=water").text
    assert "This answer is incomplete." in page
    assert "Redis ran out of time." in page
    library.complete = True
    page = client_of(library, tmp_path).get("/?q=water").text
    assert "This answer is incomplete." not in page
    assert "Redis ran out of time." in page


def test_a_number_that_is_too_long_is_that_of_nothing(client: FlaskClient, library: MemoryLibrary) -> None:
    address = f"/doc/{doc_of(library, 'notes/trees.md')}/passages/{'9' * 30}/answer?q=roots"
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("url", ["/", "/?q=x", "/status", "/doc/abc"])
def test_without_redis_the_page_says_so(url: str, tmp_path: Path) -> None:
    answer = client_of(without_redis(), tmp_path).get(url)
    assert answer.status_code == 503
    assert "does not answer" in answer.text


@pytest.mark.parametrize("error", [ModelError("no such model: nix"), FingerprintError("made by nix")])
def test_a_model_that_cannot_answer_says_so(error: Exception, tmp_path: Path) -> None:
    answer = client_of(MemoryLibrary(failure=error), tmp_path).get("/?q=x")
    assert answer.status_code == 503
    assert "nix" in answer.text


def test_a_defect_shows_a_page_without_details_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client_of(MemoryLibrary(failure=ZeroDivisionError("secret")), tmp_path).get("/?q=x")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "ZeroDivisionError: secret" in caplog.text


def test_a_wrong_filter_keeps_the_form(client: FlaskClient) -> None:
    answer = client.get("/?q=water&since=soon")
    assert answer.status_code == 400
    assert "Date is &#39;soon&#39;" in answer.text
    assert 'value="water"' in answer.text


@pytest.mark.parametrize("like", ["x}y", "*", "../.."])
def test_a_strange_document_id_is_refused(client: FlaskClient, like: str) -> None:
    assert client.get("/", query_string={"like": like}).status_code == 400


def test_a_file_name_that_is_not_utf_8_is_shown_and_served(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    path = os.fsdecode(b"caf\xe9.md")
    try:
        (folder / path).write_text("crème brûlée for supper\n")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    doc = library.add(folder, path)
    assert client.get(f"/?like={doc}").status_code == 200
    for url in ("/?q=supper", f"/doc/{doc}"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "caf\N{REPLACEMENT CHARACTER}.md" in answer.text
    with client.get(f"/file/{doc}") as served:
        assert served.status_code == 200
        assert "filename*=UTF-8''caf%EF%BF%BD.md" in served.headers["Content-Disposition"]
    hit = client.get("/api/search?q=supper").json["hits"][0]
    assert hit["path"] == "caf\N{REPLACEMENT CHARACTER}.md"


def test_no_page_carries_an_inline_script_style_or_handler(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    library.add(folder, "blue.png", state=State.FAILED, reason="damaged")
    doc = doc_of(library, "notes/trees.md")
    for url in ("/", "/?q=water", "/?q=png&kind=image", f"/doc/{doc}", "/status", "/nowhere"):
        page = client.get(url).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), url
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page)), url


def test_the_log_has_a_line_per_request_without_the_query(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="web.access"):
        client.get("/?q=a+secret+wish")
    assert re.search(r"GET / 200 \d+ ms", caplog.text)
    assert "secret" not in caplog.text


def test_results_that_do_not_clearly_match_are_folded(client: FlaskClient, library: MemoryLibrary) -> None:
    library.judge = lambda similarity: 0.8 if similarity > 0.4 else 0.2
    page = client.get("/?q=oaks+live+long+water").text
    before, _, folded = page.partition('<details class="weaker">')
    assert "1 weaker result<" in folded
    assert ("Trees" in before, "Boats" in before, "Boats" in folded) == (True, False, True)
    assert '<ol class="rows" start="2">' in folded
    assert "80%" in before


def test_a_list_by_date_says_that_its_weaker_results_are_in_another_order(
    library: MemoryLibrary, tmp_path: Path
) -> None:
    library.judge = lambda similarity: similarity
    client = client_of(library, tmp_path)
    said = "They are in the order of their relevance."
    assert said not in client.get("/?q=water").text
    folded = client.get("/?q=water&order=date").text.partition('<details class="weaker')[2]
    assert said in folded


def test_the_tile_of_a_picture_has_its_date(library: MemoryLibrary, tmp_path: Path) -> None:
    doc = doc_of(library, "red.png")
    library.views[doc] = replace(library.views[doc], date=datetime(2017, 8, 15, 12))
    page = client_of(library, tmp_path).get("/?q=red&kind=image").text
    assert '<time datetime="2017-08-15T12:00:00">15 Aug 2017</time>' in page


def test_where_nothing_clearly_matches_the_weaker_results_are_shown_open(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    library.judge = lambda similarity: similarity / 10
    page = client.get("/?q=water").text
    assert page.index('<details class="weaker" open>') < page.index("2 weaker results") < page.index("Boats")
    further = client.get("/?q=water&offset=1").text
    assert further.index('<details class="weaker" open>') < further.index("1 of 2 weaker results")
