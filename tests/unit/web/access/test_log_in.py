"""Logging in and out, and what is asked of each request."""

from __future__ import annotations

import logging
import re
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary, picture
from tests.passwords import PASSWORD, keep_password
from tests.unit.web.access.test_next_page import HOSTILE
from web.access.password import Password
from web.access.tokens import Tokens
from web.app import create_app

# Every address but those of the log-in page, the static files and /healthz.
PAGES = (
    "/",
    "/?q=water",
    "/status",
    "/doc/text",
    "/file/text",
    "/thumb/red",
    "/picture/red",
    "/nowhere",
    "/static",
)
PROGRAMS = (
    "/api/search?q=water", "/api/suggest?q=wat", "/api/items/text", "/api/items/text/similar",
    "/api/items/text/passages/0/sentence?q=a", "/api/items/red/part?q=a", "/api/status",
    "/api/openapi.json", "/api/nowhere", "/api", "/metrics",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    root = tmp_path / "folder"
    root.mkdir()
    (root / "a.txt").write_text("water")
    (root / "red.png").write_bytes(picture((200, 0, 0)))
    library = MemoryLibrary()
    library.add(root, "a.txt", doc="text")
    library.add(root, "red.png", doc="red")
    return library


@pytest.fixture
def app(library: MemoryLibrary, home: Path) -> Flask:
    keep_password(home)
    return create_app(Settings(home=home), library)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def log_in(client: FlaskClient, password: str = PASSWORD, **fields: str) -> TestResponse:
    return client.post("/login", data={"username": "semsearch", "password": password, **fields})


@pytest.mark.parametrize("url", [*PAGES, *PROGRAMS])
def test_without_a_password_nothing_is_asked(library: MemoryLibrary, home: Path, url: str) -> None:
    client = create_app(Settings(home=home), library).test_client()
    with client.get(url) as answer:
        assert answer.status_code in (200, 404)
        assert "Set-Cookie" not in answer.headers
        assert b"Log out" not in answer.data


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_leads_to_the_log_in_and_back(client: FlaskClient, method: str, url: str) -> None:
    answer = client.open(url, method=method)
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    place = urlsplit(answer.headers["Location"])
    assert (place.netloc, place.path) == ("", "/login")
    assert parse_qs(place.query).get("next", ["/"]) == [url]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_page_that_was_posted_to_leads_to_the_log_in_without_a_way_back(
    client: FlaskClient, method: str
) -> None:
    answer = client.open("/search/picture", method=method)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


@pytest.mark.parametrize("url", PROGRAMS)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE"])
def test_a_program_is_told_to_send_a_token(client: FlaskClient, method: str, url: str) -> None:
    answer = client.open(url, method=method)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    if method != "HEAD":
        assert answer.json["error"]["code"] == "unauthorized"
        assert "semsearch token add" in answer.json["error"]["message"]


@pytest.mark.parametrize("url", ["/login", "/static/semsearch.css", "/static/favicon.svg", "/healthz"])
def test_the_log_in_page_the_static_files_and_the_health_are_for_everybody(
    client: FlaskClient, url: str
) -> None:
    with client.get(url) as answer:
        assert answer.status_code == 200


def test_nothing_is_searched_or_read_without_a_log_in(client: FlaskClient, library: MemoryLibrary) -> None:
    library.failure = AssertionError("the library was used")
    for url in (*PAGES, *PROGRAMS, "/login"):
        client.get(url)
        client.post(url)
    assert library.queries == []


def test_the_page_is_a_form_that_a_password_manager_understands(client: FlaskClient) -> None:
    answer = client.get("/login?next=/status")
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.text
    assert page.count("<form") == 2  # the other one chooses the language
    assert '<form action="/login" method="post">' in page
    assert re.search(r'<input [^>]*name="username" value="semsearch" autocomplete="username"', page)
    field = re.search(r'<input id="password"[^>]*>', page)
    assert field is not None
    assert 'type="password"' in field[0]
    assert 'autocomplete="current-password"' in field[0]
    assert "autofocus" in field[0]
    assert '<label for="password">' in page
    assert '<input type="hidden" name="next" value="/status">' in page
    assert "<script" not in page
    assert "aria-describedby" not in page


def test_after_the_log_in_comes_the_page_that_was_asked_for(client: FlaskClient) -> None:
    asked = client.get("/doc/text?q=water")
    page = client.get(asked.headers["Location"])
    wanted = re.search(r'name="next" value="([^"]*)"', page.text)
    assert wanted is not None
    answer = log_in(client, next=wanted[1])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/doc/text?q=water")
    page = client.get("/doc/text?q=water")
    assert page.status_code == 200
    assert "Log out" in page.text


@pytest.mark.parametrize("address", HOSTILE)
def test_no_log_in_leads_to_another_site(client: FlaskClient, address: str) -> None:
    address = address.encode("utf-8", "replace").decode()
    assert log_in(client, next=address).headers["Location"] == "/"
    # Logged in already:
    assert client.get("/login", query_string={"next": address}).headers["Location"] == "/"


def test_the_address_in_the_form_is_escaped(client: FlaskClient) -> None:
    page = client.get("/login", query_string={"next": '/"><script>alert(1)</script>'})
    assert "<script>" not in page.text


def test_a_wrong_password_is_told_in_words_that_belong_to_the_field(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = log_in(client, "Tr0ub4dor&3", next="/status")
    assert answer.status_code == 401
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert 'aria-invalid="true" aria-describedby="login-error"' in answer.text
    assert re.search(r'id="login-error" role="alert">.*This is not the password\.', answer.text)
    assert 'value="/status"' in answer.text
    assert "Tr0ub4dor" not in answer.text
    assert "wrong password from 127.0.0.1" in caplog.text
    assert "Tr0ub4dor" not in caplog.text
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("data", [{}, {"password": ""}, {"password": "x" * 100_000}, {"password": "\0" * 9}])
def test_what_is_no_password_at_all_is_a_wrong_one(client: FlaskClient, data: dict[str, str]) -> None:
    assert client.post("/login", data=data).status_code == 401


def test_the_name_of_the_user_does_not_matter(client: FlaskClient) -> None:
    assert log_in(client, username="admin").status_code == 303


def cookie_of(answer: TestResponse) -> str:
    (cookie,) = answer.headers.getlist("Set-Cookie")
    return cookie


def test_the_cookie_is_for_this_site_and_for_no_script(client: FlaskClient) -> None:
    name, *flags = [part.strip() for part in cookie_of(log_in(client)).split(";")]
    assert name.startswith("semsearch_session=")
    expires = next(flag for flag in flags if flag.startswith("Expires="))
    assert {*flags} - {expires} == {"HttpOnly", "SameSite=Lax", "Path=/"}
    until = time.mktime(time.strptime(expires, "Expires=%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
    assert 29.9 < (until - time.time()) / 86400 < 30.1


def test_behind_tls_the_cookie_is_sent_over_tls_only(library: MemoryLibrary, home: Path) -> None:
    keep_password(home)
    client = create_app(Settings(home=home, proxies="127.0.0.1"), library).test_client()  # type: ignore[arg-type]
    answer = client.post("/login", data={"password": PASSWORD}, headers={"X-Forwarded-Proto": "https"})
    assert "; Secure;" in cookie_of(answer)


def test_somebody_who_is_no_proxy_cannot_pretend_to_use_tls(client: FlaskClient) -> None:
    answer = client.post("/login", data={"password": PASSWORD}, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" not in cookie_of(answer)


def test_a_session_outlives_a_restart_and_counts_in_another_process(
    client: FlaskClient, library: MemoryLibrary, home: Path
) -> None:
    cookie = cookie_of(log_in(client)).partition(";")[0]
    other = create_app(Settings(home=home), library).test_client(use_cookies=False)
    assert other.get("/", headers={"Cookie": cookie}).status_code == 200


def test_a_session_is_renewed_once_a_day_and_not_by_every_answer(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client)
    for url in ("/", "/thumb/red", "/static/semsearch.css", "/healthz"):
        with client.get(url) as answer:
            assert "Set-Cookie" not in answer.headers
    now = time.time()
    for day in range(0, 90, 20):
        monkeypatch.setattr(time, "time", lambda day=day: now + day * 86400 + 1)
        assert client.get("/").status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 111 * 86400)
    assert client.get("/").status_code == 303


def test_a_log_in_keeps_nothing_of_an_earlier_session(client: FlaskClient) -> None:
    log_in(client)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    log_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session


@pytest.mark.parametrize("cookie", ["", "x", "eyJyZW5ld2VkIjoxfQ.aa.bb", "\xff", "a" * 5000])
def test_a_forged_cookie_is_no_session(client: FlaskClient, cookie: str) -> None:
    answer = client.get("/", headers={"Cookie": f"semsearch_session={cookie}"})
    assert answer.status_code == 303


def test_a_log_out_ends_the_session_of_the_browser(client: FlaskClient) -> None:
    log_in(client)
    answer = client.post("/logout")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert "Expires=Thu, 01 Jan 1970" in cookie_of(answer)
    assert client.get("/").status_code == 303
    assert client.get("/logout").status_code == 303


@pytest.mark.parametrize("url", ["/login", "/logout"])
def test_a_page_of_another_site_can_neither_log_in_nor_out(client: FlaskClient, url: str) -> None:
    log_in(client)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post(url, data={"password": PASSWORD}, headers=headers).status_code == 403
    assert client.get("/").status_code == 200


def test_a_new_password_ends_all_sessions_at_once(client: FlaskClient, home: Path) -> None:
    log_in(client)
    assert client.get("/").status_code == 200
    Password(home).change("another one")
    assert client.get("/").status_code == 303
    assert log_in(client).status_code == 401
    assert log_in(client, "another one").status_code == 303
    assert client.get("/").status_code == 200


def test_a_password_that_is_set_while_the_server_runs_counts_at_once(
    library: MemoryLibrary, home: Path
) -> None:
    client = create_app(Settings(home=home), library).test_client()
    assert client.get("/").status_code == 200
    assert client.get("/login?next=/status").headers["Location"] == "/status"
    keep_password(home)
    assert client.get("/").status_code == 303
    log_in(client)
    assert client.get("/").status_code == 200


def test_a_removed_password_opens_this_machine_and_ends_all_sessions(client: FlaskClient, home: Path) -> None:
    cookie = cookie_of(log_in(client)).partition(";")[0]
    Password(home).remove()
    assert client.get("/").status_code == 200
    keep_password(home)
    Password(home).change(PASSWORD)
    assert client.get("/", headers={"Cookie": cookie}).status_code == 303


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
def test_a_server_that_others_can_reach_answers_nothing_without_a_password(
    library: MemoryLibrary, home: Path, host: str
) -> None:
    client = create_app(Settings(home=home, host=host), library).test_client()
    for url in (*PAGES, *PROGRAMS):
        answer = client.get(url)
        assert answer.status_code == 503
        assert "semsearch password" in answer.text
    assert client.get("/healthz").status_code == 200
    keep_password(home)
    assert client.get("/").status_code == 303


def test_a_damaged_password_file_opens_nothing(client: FlaskClient, home: Path) -> None:
    log_in(client)
    (home / "access" / "password.json").write_text("{")
    for url in (*PAGES, *PROGRAMS, "/login"):
        answer = client.get(url)
        assert answer.status_code == 503
        assert str(home) not in answer.text
    assert log_in(client).status_code == 503


def test_wrong_passwords_are_slowed_down_and_the_page_says_for_how_long(client: FlaskClient) -> None:
    for _ in range(5):
        assert log_in(client, "wrong one").status_code == 401
    answer = log_in(client)
    assert answer.status_code == 429
    wait = answer.headers["Retry-After"]
    assert wait in ("1", "2")  # a second may have passed
    assert f"Try again in {wait} second" in answer.text
    assert "Set-Cookie" not in answer.headers
    elsewhere = {"REMOTE_ADDR": "10.1.1.1"}
    answer = client.post("/login", data={"password": PASSWORD}, environ_overrides=elsewhere)
    assert answer.status_code == 303


def test_addresses_from_a_header_do_not_help_whoever_tries_passwords(client: FlaskClient) -> None:
    statuses = [
        client.post("/login", data={"password": "no"}, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(6)
    ]
    assert statuses == [401] * 5 + [429]


@pytest.fixture
def token(home: Path) -> str:
    return Tokens(home).add("script")


@pytest.mark.parametrize("url", [*PAGES, *PROGRAMS])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
def test_a_token_opens_everything(client: FlaskClient, token: str, scheme: str, url: str) -> None:
    with client.get(url, headers={"Authorization": f"{scheme} {token}"}) as answer:
        assert answer.status_code in (200, 404)
        assert "Set-Cookie" not in answer.headers
        assert b"Log out" not in answer.data


@pytest.mark.parametrize("url", ["/", "/doc/text", "/file/text", "/api/search?q=a", "/metrics"])
@pytest.mark.parametrize("text", ["sem_wrong", "", "x y", "\xe9"])
def test_a_wrong_token_is_refused_even_with_a_session(client: FlaskClient, url: str, text: str) -> None:
    log_in(client)
    answer = client.get(url, headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_wrong_token_is_refused_even_without_a_password(library: MemoryLibrary, home: Path) -> None:
    client = create_app(Settings(home=home), library).test_client()
    assert client.get("/api/search?q=a", headers={"Authorization": "Bearer x"}).status_code == 401


def test_the_password_is_no_token_and_a_token_no_password(client: FlaskClient, token: str) -> None:
    assert client.get("/api/status", headers={"Authorization": f"Bearer {PASSWORD}"}).status_code == 401
    assert log_in(client, token).status_code == 401


def test_a_revoked_token_is_refused_at_once(client: FlaskClient, token: str, home: Path) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/status", headers=headers).status_code == 200
    Tokens(home).revoke("script")
    assert client.get("/api/status", headers=headers).status_code == 401


def test_wrong_tokens_are_slowed_down_but_keep_out_neither_the_owner_nor_right_tokens(
    client: FlaskClient, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = {"Authorization": "Bearer sem_guess"}
    assert [client.get("/api/status", headers=wrong).status_code for _ in range(6)] == [401] * 5 + [429]
    answer = client.get("/api/status", headers=wrong)
    assert answer.headers["Retry-After"] == "2"
    assert answer.json["error"]["code"] == "too_many_attempts"
    assert client.get("/api/status", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert log_in(client).status_code == 303
    assert "wrong token from 127.0.0.1" in caplog.text
    assert "sem_guess" not in caplog.text


def test_a_reader_of_feeds_is_told_to_send_a_token_which_it_may_send_as_a_password(
    client: FlaskClient, token: str
) -> None:
    answer = client.get("/feed?q=water")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="semsearch"')
    assert "semsearch token add" in answer.text
    assert client.get("/feed", auth=("anybody", token)).mimetype == "application/atom+xml"
    for password in (PASSWORD, "sem_wrong", ""):
        assert client.get("/feed", auth=("semsearch", password)).status_code == 401
    assert client.get("/", auth=("anybody", token)).status_code == 303


def test_a_browser_that_opens_a_feed_is_led_to_the_log_in(client: FlaskClient) -> None:
    answer = client.get("/feed?q=water", headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
    assert answer.headers["Location"] == "/login?next=/feed?q%3Dwater"


def test_the_log_in_of_a_proxy_is_not_ours(client: FlaskClient) -> None:
    headers = {"Authorization": "Basic YWRhOnNlY3JldA=="}
    assert client.get("/", headers=headers).status_code == 303
    log_in(client)
    assert client.get("/", headers=headers).status_code == 200


def test_a_name_of_the_settings_is_answered_for(library: MemoryLibrary, home: Path) -> None:
    client = create_app(Settings(home=home, names="search.example.org"), library).test_client()  # type: ignore[arg-type]
    assert client.get("/", headers={"Host": "search.example.org"}).status_code == 200
    assert client.get("/", headers={"Host": "Search.Example.org:8443"}).status_code == 200
    assert client.get("/", headers={"Host": "other.example.org"}).status_code == 400
