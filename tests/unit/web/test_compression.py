"""Text is sent compressed, and what a client has already is not sent again."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import brotli
import httpx2
import pytest
from flask import Flask
from flask.testing import FlaskClient

import web
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, picture

ADDRESSES = ("/", "/?q=water", "/api/search?q=water", "/api/openapi.json", "/static/semsearch.css", "/status")


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for n in range(8):
        (tmp_path / f"{n}.txt").write_text(f"water {n} " * 300)
        library.add(tmp_path, f"{n}.txt", doc=f"text{n}")
    (tmp_path / "red.png").write_bytes(picture((200, 0, 0)))
    library.add(tmp_path, "red.png", doc="red")
    return library


@pytest.mark.parametrize("url", ADDRESSES)
def test_text_is_sent_compressed_and_is_the_same_text(client: FlaskClient, url: str) -> None:
    with client.get(url) as plain:
        assert plain.content_encoding is None
        body = plain.data
    with client.get(url, headers={"Accept-Encoding": "gzip"}) as sent:
        assert sent.content_encoding == "gzip"
        unpacked = gzip.decompress(sent.data)
        assert len(sent.data) == int(sent.headers["Content-Length"]) < len(unpacked) / 2
        if "search" not in url and "q=" not in url:
            assert unpacked == body
    with client.get(url, headers={"Accept-Encoding": "gzip, deflate, br, zstd"}) as sent:
        assert sent.content_encoding == "br"
        assert brotli.decompress(sent.data)[:200] == unpacked[:200]
        assert "Accept-Encoding" in sent.headers["Vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "zstd", "gzip;q=0", "br;q=0, gzip;q=0"])
def test_a_client_that_takes_no_such_encoding_gets_plain_text(client: FlaskClient, accepted: str) -> None:
    answer = client.get("/api/openapi.json", headers={"Accept-Encoding": accepted})
    assert answer.content_encoding is None
    assert answer.json["openapi"] == "3.1.0"


def test_pictures_originals_and_small_answers_stay_as_they_are(client: FlaskClient) -> None:
    for url in ("/thumb/red", "/file/red", "/file/text0", "/healthz"):
        with client.get(url, headers={"Accept-Encoding": "br"}) as answer:
            assert (answer.status_code, answer.content_encoding) == (200, None), url


def test_other_sites_learn_no_lengths_of_compressed_answers(client: FlaskClient) -> None:
    for site, encoding in (("cross-site", None), ("same-site", None), ("same-origin", "br")):
        headers = {"Accept-Encoding": "br", "Sec-Fetch-Site": site}
        assert client.get("/?q=water", headers=headers).content_encoding == encoding


@pytest.mark.parametrize("url", [*ADDRESSES, "/doc/text1?q=water", "/api/items/text1"])
@pytest.mark.parametrize("accepted", ["", "br"])
def test_what_a_client_has_is_not_sent_again(client: FlaskClient, url: str, accepted: str) -> None:
    headers = {"Accept-Encoding": accepted}
    with client.get(url, headers=headers) as answer:
        etag = answer.headers["ETag"]
    with client.get(url, headers={**headers, "If-None-Match": etag}) as again:
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag
        assert "Content-Encoding" not in again.headers


def test_another_answer_has_another_etag(client: FlaskClient, library: MemoryLibrary, tmp_path: Path) -> None:
    etag = client.get("/api/search?q=water").headers["ETag"]
    (tmp_path / "new.txt").write_text("water " * 20)
    library.add(tmp_path, "new.txt")
    answer = client.get("/api/search?q=water", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != etag


def test_the_time_that_a_search_took_makes_no_other_answer(
    client: FlaskClient, library: MemoryLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = library.search
    etags = {}
    for took in (1.5, 123.4):
        monkeypatch.setattr(library, "search", lambda query, took=took: replace(found(query), took_ms=took))
        for url in ("/?q=water", "/api/search?q=water"):
            etags.setdefault(url, set()).add(client.get(url).headers["ETag"])
    assert [len(each) for each in etags.values()] == [1, 1]


def test_errors_and_posts_have_no_etag(client: FlaskClient) -> None:
    assert "ETag" not in client.get("/api/items/nowhere").headers
    assert "ETag" not in client.post("/api/search", data={"q": "water"}).headers


def test_the_server_sends_it_with_its_length(app: Flask) -> None:
    with running(app) as address, httpx2.Client(base_url=address) as http:
        for url in ADDRESSES:
            answer = http.get(url)
            assert answer.headers["Content-Encoding"] in ("br", "gzip")
            assert int(answer.headers["Content-Length"]) == answer.num_bytes_downloaded
            assert http.head(url).headers["Content-Encoding"] == answer.headers["Content-Encoding"]
            again = http.get(url, headers={"If-None-Match": answer.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "script", sorted((Path(web.__file__).parent / "static").glob("*.js")), ids=lambda each: each.stem
)
def test_a_script_is_sent_with_all_its_lines_but_comments(client: FlaskClient, script: Path) -> None:
    lines = script.read_text().splitlines()
    with client.get(f"/static/{script.name}") as sent:
        assert sent.text.splitlines() == [line for line in lines if not line.lstrip().startswith("//")]
        assert int(sent.headers["Content-Length"]) == len(sent.data) < script.stat().st_size


def test_a_style_sheet_is_sent_with_all_its_rules_and_no_comment(client: FlaskClient) -> None:
    sheet = Path(web.__file__).parent / "static" / "semsearch.css"
    parts = [line.partition("/*") for line in sheet.read_text().splitlines()]
    with client.get(f"/static/{sheet.name}") as sent:
        assert sent.text.splitlines() == [rule + comment.partition("*/")[2] for rule, _, comment in parts]
