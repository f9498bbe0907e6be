"""Answers in sentences, on the page and as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch.client import Client
from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary
from tests.model_servers import SmallModel, small_model
from web.app import create_app

QUESTION = "When was the red scarf knitted?"


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    library = MemoryLibrary(judge=lambda similarity: 0.9 if similarity > 0.4 else 0.1)
    (tmp_path / "scarf.md").write_text("The red scarf <b> was knitted in 1970.")
    library.add(tmp_path, "scarf.md")
    return library


@pytest.fixture
def model() -> Iterator[SmallModel]:
    with small_model(lambda _: "It was knitted in 1970 [1]. Or <i>not</i> [1].") as model:
        yield model


@pytest.fixture
def asking(tmp_path: Path, library: MemoryLibrary, model: SmallModel) -> FlaskClient:
    """A client of a server that may ask a language model."""
    return create_app(Settings(home=tmp_path / "home", ask_url=model.url), library).test_client()


def test_results_offer_an_answer_only_where_a_model_is_set(asking: FlaskClient, client: FlaskClient) -> None:
    address = {"q": QUESTION}
    page = asking.get("/", query_string=address).text
    assert 'class="button ask" href="/answer?q=When+was+the+red+scarf+knitted?"' in page
    assert "answer.js" in page
    assert "/answer" not in client.get("/", query_string=address).text
    assert "answer." not in client.get("/", query_string=address).text
    assert "/answer?" not in asking.get("/?q=carburettor").text  # nothing clearly matches


def test_the_page_of_an_answer_names_the_source_of_each_sentence(
    asking: FlaskClient, library: MemoryLibrary
) -> None:
    page = asking.get("/answer", query_string={"q": QUESTION}).text
    assert "It was knitted in 1970." in page
    assert 'href="#source-1"' in page
    assert 'id="source-1"' in page
    (doc,) = library.views
    assert f'href="/doc/{doc}?q=When+was+the+red+scarf+knitted?&amp;passage=0#p0"' in page
    assert "Or &lt;i&gt;not&lt;/i&gt;." in page
    assert "The red scarf &lt;b&gt; was" in page
    assert 'href="/?q=When' in page  # back to the results


def test_a_source_is_read_within_the_search_that_was_asked(
    asking: FlaskClient, library: MemoryLibrary
) -> None:
    page = asking.get("/answer", query_string={"q": QUESTION, "kind": "text"}).text
    (doc,) = library.views
    assert f'/doc/{doc}?q=When+was+the+red+scarf+knitted?&amp;kind=text&amp;passage=0#p0"' in page


def test_a_program_in_python_waits_for_the_answer_longer_than_for_others(
    asking: FlaskClient, model: SmallModel
) -> None:
    model.before = lambda _: time.sleep(0.05)
    with running(asking.application) as url, Client(url, timeout=0.2) as library:
        found = library.answer(QUESTION, kind="text")
    assert found.question == QUESTION
    assert (found.sentences[0].text, found.sentences[0].sources) == ("It was knitted in 1970.", (1,))
    assert (found.sources[0].path, found.sources[0].n) == ("scarf.md", 0)


def test_the_answer_comes_as_a_stream_of_its_words(asking: FlaskClient) -> None:
    response = asking.get("/answer/stream", query_string={"q": QUESTION})
    assert response.mimetype == "text/event-stream"
    told = [
        (event.partition("\n")[0].removeprefix("event: "), json.loads(event.partition("data: ")[2]))
        for event in response.text.strip().split("\n\n")
    ]
    names = [name for name, _ in told]
    assert names[:3] == ["answer", "begun", "begun"]
    assert names[-2:] == ["answer", "end"]
    first, *_, whole = [html for name, html in told if name == "answer"]
    assert 'id="source-1"' in first
    assert "It was knitted" not in first
    assert "Or &lt;i&gt;not&lt;/i&gt;." in whole
    assert "It was knitted in" in [words for name, words in told if name == "begun"]


def test_a_stream_tells_why_it_breaks_off(asking: FlaskClient, model: SmallModel) -> None:
    def die(word: int) -> None:
        if word == 2:
            raise ConnectionAbortedError

    model.before = die
    stream = asking.get("/answer/stream", query_string={"q": QUESTION}).text
    assert "event: failed" in stream
    assert "stopped in the middle of its answer" in stream
    model.status = 404
    refused = asking.get("/answer/stream", query_string={"q": QUESTION})
    assert "answers 404" in refused.text
    assert asking.get("/answer/stream").status_code == 400


def test_the_answer_as_json_has_the_shape_of_the_command_line(asking: FlaskClient) -> None:
    answer = asking.get("/api/answer", query_string={"q": QUESTION}).json
    assert answer["question"] == QUESTION
    assert answer["sentences"][0] == {"text": "It was knitted in 1970.", "sources": [1]}
    assert answer["sources"][0]["path"] == "scarf.md"
    assert asking.get("/api/answer").status_code == 400


def test_where_nothing_clearly_matches_that_is_the_answer(asking: FlaskClient, model: SmallModel) -> None:
    assert "Nothing here clearly matches." in asking.get("/answer?q=carburettor").text
    assert asking.get("/api/answer?q=carburettor").json["sentences"] == []
    assert model.asked == []


def test_a_server_without_a_model_says_so(client: FlaskClient) -> None:
    answer = client.get("/api/answer?q=scarf")
    assert answer.status_code == 503
    assert "SEMSEARCH_ASK_URL" in answer.text


def test_filters_of_the_search_count(asking: FlaskClient, model: SmallModel) -> None:
    answer = asking.get("/api/answer", query_string={"q": QUESTION, "kind": "image"}).json
    assert (answer["sources"], model.asked) == ([], [])
