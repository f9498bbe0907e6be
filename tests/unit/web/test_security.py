"""Which requests are answered, the security headers, and the socket of the server."""

import http.client
import io
import socket
import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from semsearch.errors import SettingsError
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary, picture, without_redis
from web.app import create_app
from web.server import bind


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    root = tmp_path / "folder"
    root.mkdir()
    (root / "red.png").write_bytes(picture((200, 0, 0)))
    (root / "a.txt").write_text("water")
    library = MemoryLibrary()
    library.add(root, "red.png", doc="red")
    library.add(root, "a.txt", doc="text")
    return library


@pytest.fixture
def client(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


ADDRESSES = (
    "/", "/?q=water", "/?q=a&since=x", "/status", "/doc/red", "/nowhere", "/thumb/red", "/thumb/text",
    "/file/red", "/file/gone", "/api/search?q=x", "/api/nothing", "/healthz", "/metrics",
    "/static/semsearch.css", "/static/nothing",
)  # fmt: skip


@pytest.mark.parametrize("url", ADDRESSES)
def test_every_response_has_the_security_headers(client: FlaskClient, url: str) -> None:
    with client.get(url) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Cache-Control" in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_error_responses_have_the_security_headers_too(tmp_path: Path) -> None:
    for failure in (without_redis().failure, ZeroDivisionError()):
        app = create_app(Settings(home=tmp_path), MemoryLibrary(failure=failure))
        assert "default-src 'none'" in app.test_client().get("/").headers["Content-Security-Policy"]


def post(client: FlaskClient, **headers: str) -> TestResponse:
    data = {"image": (io.BytesIO(picture((1, 2, 3))), "x.png")}
    return client.post("/api/search", data=data, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost:80"},
        {"Origin": "HTTP://LocalHost"},
    ],
)
def test_our_own_pages_and_programs_may_post(client: FlaskClient, headers: dict[str, str]) -> None:
    assert post(client, **headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "https://localhost:80"},
        {"Origin": "http://user@evil.example"},
        {"Origin": "http://localhost:x"},
        {"Origin": "//localhost"},
        {"Origin": ""},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "none", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
def test_other_sites_may_not_post(
    client: FlaskClient, library: MemoryLibrary, headers: dict[str, str]
) -> None:
    answer = post(client, **headers)
    assert answer.status_code == 403
    assert answer.json["error"]["code"] == "forbidden"
    assert "not of http://localhost, so it was refused" in answer.json["error"]["message"]
    assert library.queries == []


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "127.0.0.1", "[::1]:8000"])
def test_the_names_of_this_machine_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


MALFORMED = (
    "user@localhost",
    "user:localhost@evil.example",
    "localhost, evil.example",
    "localhost,localhost",
    "localhost/evil.example",
    "localhost?x",
    "localhost#@evil.example",
    "localhost x",
    "localhost\t",
    "localhost:8000:1",
    "localhost:",
    "localhost:x",
    "[::1",
    "::1",
    "[::1]evil.example",
    "localhost\\evil.example",
    "ｌocalhost",
)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8000", "192.168.1.5", "{0}", "", *MALFORMED]
)
def test_a_foreign_host_name_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "SEMSEARCH_HOST" in answer.text
    assert client.get("/api/search?q=x", headers={"Host": host}).json["error"]["code"] == "bad_request"


def test_a_server_on_every_address_answers_for_any_local_name(library: MemoryLibrary, tmp_path: Path) -> None:
    client = create_app(Settings(home=tmp_path, host="0.0.0.0"), library).test_client()
    assert client.get("/healthz", headers={"Host": "nas.lan:8000"}).status_code == 200


def test_a_server_on_a_named_host_answers_for_that_name_only(library: MemoryLibrary, tmp_path: Path) -> None:
    client = create_app(Settings(home=tmp_path, host="nas.lan"), library).test_client()
    assert client.get("/healthz", headers={"Host": "nas.lan:8000"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "other.lan"}).status_code == 400


def test_the_message_for_a_taken_port_has_the_port_and_the_option(client: FlaskClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"{port} on 127\.0\.0\.1 is taken.*--port"):
            bind(client.application, "127.0.0.1", port)


def test_the_message_for_a_host_that_does_not_exist_has_its_name(client: FlaskClient) -> None:
    with pytest.raises(SettingsError, match=r"256\.0\.0\.1.*--host"):
        bind(client.application, "256.0.0.1", 0)


def test_waitress_serves_files_ranges_and_the_message_for_a_large_request(client: FlaskClient) -> None:
    server = bind(client.application, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=10)
        connection.request("GET", "/file/text", headers={"Range": "bytes=1-2"})
        answer = connection.getresponse()
        assert (answer.status, answer.read(), answer.headers["Server"]) == (206, b"at", None)
        connection.request("GET", "/file/text")
        assert connection.getresponse().read() == b"water"
        connection.request("HEAD", "/file/text")
        answer = connection.getresponse()
        assert (answer.read(), answer.headers["Content-Length"]) == (b"", "5")
        connection.request("POST", "/api/search", b"0" * 20_000_001)
        answer = connection.getresponse()
        assert answer.status == 413
        assert b"20 MB" in answer.read()
        connection.close()
    finally:
        server.close()
        thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /healthz HTTP/1.1\r\nHost: localhost", 200),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost", 400),
        ("GET /healthz HTTP/1.1\r\nHost: evil.example\r\nHost: localhost", 400),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", 400),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n evil.example", 400),
        ("GET /healthz HTTP/1.1\r\nHost : localhost", 400),
        ("GET /healthz HTTP/1.1\r\nHost:", 400),
        ("GET /healthz HTTP/1.1\r\nAccept: */*", 400),
        ("GET /healthz HTTP/1.0", 400),
    ],
)
def test_the_server_refuses_all_but_one_host_header(client: FlaskClient, head: str, status: int) -> None:
    server = bind(client.application, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with socket.create_connection(("127.0.0.1", server.effective_port), timeout=10) as connection:
            connection.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
            assert connection.makefile("rb").readline().split()[1] == str(status).encode()
    finally:
        server.close()
        thread.join(10)
