"""Pages of other origins that may use the API."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from semsearch.api.openapi import DOCUMENT
from semsearch.errors import SettingsError
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary
from web.access.password import Password
from web.access.tokens import Tokens
from web.app import create_app

PAGE = "https://notes.example.org"
CORS = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers")


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    (tmp_path / "a.txt").write_text("water")
    library = MemoryLibrary()
    library.add(tmp_path, "a.txt", doc="text")
    return library


@pytest.fixture
def named(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    """A server whose owner has named the origin of a page."""
    settings = Settings(home=tmp_path / "home", origins=f"{PAGE}, http://localhost:3000")  # type: ignore[arg-type]
    return create_app(settings, library).test_client()


def preflight(client: FlaskClient, url: str, origin: str = PAGE) -> TestResponse:
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    return client.options(url, headers={**asked, "Access-Control-Request-Headers": "authorization"})


@pytest.mark.parametrize("url", ["/api/search?q=water", "/file/text", "/"])
def test_a_page_elsewhere_may_read_nothing_by_default(client: FlaskClient, url: str) -> None:
    for answer in (client.get(url, headers={"Origin": PAGE}), preflight(client, url)):
        assert not any(name in answer.headers for name in CORS)
        answer.close()


@pytest.mark.parametrize("origin", [PAGE, "http://localhost:3000"])
def test_a_named_page_may_read_the_api_and_post_to_it(named: FlaskClient, origin: str) -> None:
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    for url in ("/api/search?q=water", "/file/text", "/api/items/nowhere", "/api/openapi.json"):
        with named.get(url, headers=headers) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == origin, url
            assert "Origin" in answer.headers["Vary"]
            assert "X-Request-ID" in answer.headers["Access-Control-Expose-Headers"]
    assert named.post("/api/search", data={"q": "water"}, headers=headers).status_code == 200
    answer = preflight(named, "/api/search", origin)
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", f"{PAGE}:8443", f"{PAGE}.evil.example", PAGE.upper()]
)
def test_only_the_named_origin_may_read_the_api(named: FlaskClient, origin: str) -> None:
    for answer in (
        named.get("/api/search?q=water", headers={"Origin": origin}),
        preflight(named, "/api/search", origin),
    ):
        assert not any(name in answer.headers for name in CORS)
        assert "Origin" in answer.headers["Vary"]
    assert named.post("/api/search", data={"q": "water"}, headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize("path", [path for path, item in DOCUMENT["paths"].items() if "get" in item])
def test_a_named_page_may_read_all_of_the_api_that_is_described(named: FlaskClient, path: str) -> None:
    answer = preflight(named, re.sub(r"\{\w+\}", "1", path))
    assert (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) == (204, PAGE)


@pytest.mark.parametrize("url", ["/api/labels/boats", "/api/saved", "/api/likes", "/api/judged"])
def test_a_named_page_may_read_what_people_say_and_say_nothing(named: FlaskClient, url: str) -> None:
    assert named.get(url, headers={"Origin": PAGE}).headers["Access-Control-Allow-Origin"] == PAGE
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    for answer in (
        named.options(url, headers=asked),
        named.post(url, json={"yes": ["0" * 16]}, headers={"Origin": PAGE}),
    ):
        assert not any(name in answer.headers for name in CORS)
    assert answer.status_code == 403


def test_a_named_page_may_not_read_or_post_to_pages(named: FlaskClient) -> None:
    for url in ("/", "/?q=water", "/status", "/login", "/nowhere"):
        for answer in (named.get(url, headers={"Origin": PAGE}), preflight(named, url)):
            assert not any(name in answer.headers for name in CORS), url
    assert named.post("/language", data={"language": "de"}, headers={"Origin": PAGE}).status_code == 403


def test_no_answer_allows_a_log_in_to_be_sent(named: FlaskClient) -> None:
    for answer in (
        named.get("/api/search?q=water", headers={"Origin": PAGE}),
        preflight(named, "/api/search"),
    ):
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_with_a_password_a_named_page_needs_a_token(named: FlaskClient, tmp_path: Path) -> None:
    Password(tmp_path / "home").change("correct horse battery")
    token = Tokens(tmp_path / "home").add("page")
    assert preflight(named, "/api/search").status_code == 204
    refused = named.get("/api/search?q=water", headers={"Origin": PAGE})
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, PAGE)
    answer = named.get("/api/search?q=water", headers={"Origin": PAGE, "Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "wrong", ["*", "null", "notes.example.org", f"{PAGE}/", f"{PAGE}/path", "ftp://a", "https://a b"]
)
def test_what_is_no_origin_is_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_ORIGINS", f"{PAGE},{wrong}")
    with pytest.raises(SettingsError, match=r"SEMSEARCH_ORIGINS.*is no origin: write scheme, host and port"):
        Settings.from_env()
