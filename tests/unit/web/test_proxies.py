"""X-Forwarded headers count only when a proxy that the settings name has sent them."""

from __future__ import annotations

import http.client
import threading
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary
from web.app import create_app
from web.proxies import Proxies
from web.server import bind

OURS = "127.0.0.1, 10.0.0.0/24, fd00::/64"


def seen(peer: str, proxies: str = OURS, **headers: str) -> tuple[str, str, str]:
    """The client's address, the scheme and the host name that the application sees."""
    found: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:  # noqa: ARG001
        found.update(environ)
        return []

    told = {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in headers.items()}
    server = {"HTTP_HOST": "localhost:8000", "SERVER_NAME": "localhost", "SERVER_PORT": "8000"}
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", **server, **told}
    Proxies(application, Settings(proxies=proxies).proxies)(environ, lambda *_: None)  # type: ignore[arg-type]
    return found["REMOTE_ADDR"], found["wsgi.url_scheme"], found["HTTP_HOST"]


def test_a_named_proxy_tells_the_address_the_scheme_and_the_host() -> None:
    told = {"for": "203.0.113.7", "proto": "https", "host": "search.example.org"}
    assert seen("127.0.0.1", **told) == ("203.0.113.7", "https", "search.example.org")
    assert seen("fd00::5", **told) == ("203.0.113.7", "https", "search.example.org")
    assert seen("::ffff:10.0.0.9", **told) == ("203.0.113.7", "https", "search.example.org")


@pytest.mark.parametrize("peer", ["192.168.1.5", "10.0.1.1", "2001:db8::1", "::2", "", "unix:"])
def test_nobody_else_does(peer: str) -> None:
    told = {"for": "127.0.0.1", "proto": "https", "host": "evil.example", "port": "1", "prefix": "/x"}
    assert seen(peer, **told) == (peer, "http", "localhost:8000")


def test_without_the_setting_no_proxy_is_believed() -> None:
    assert seen("127.0.0.1", "", **{"for": "203.0.113.7"})[0] == "127.0.0.1"


def test_headers_that_nobody_may_send_are_dropped() -> None:
    found: dict[str, Any] = {}
    environ = {"REMOTE_ADDR": "192.168.1.5", "HTTP_X_FORWARDED_FOR": "x", "HTTP_X_FORWARDED_PREFIX": "/x"}
    Proxies(lambda environ, _: found.update(environ) or [], ())(environ, lambda *_: None)  # type: ignore[arg-type]
    assert found == {"REMOTE_ADDR": "192.168.1.5"}


@pytest.mark.parametrize(
    ("header", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.0.0.4", "203.0.113.7"),
        ("10.0.0.9, 203.0.113.7, 10.0.0.4, 10.0.0.5", "203.0.113.7"),
        ("2001:db8::7, fd00::1", "2001:db8::7"),
        ("10.0.0.4, 10.0.0.5", "10.0.0.4"),
        ("nonsense, 203.0.113.7", "203.0.113.7"),
        ("nonsense", "127.0.0.1"),
        ("203.0.113.7, nonsense", "127.0.0.1"),
        ("203.0.113.7, nonsense, 10.0.0.4", "10.0.0.4"),
        ("", "127.0.0.1"),
        (", ,", "127.0.0.1"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy_of_ours(header: str, client: str) -> None:
    assert seen("127.0.0.1", **{"for": header})[0] == client


@pytest.mark.parametrize("scheme", ["ftp", "https:", "HTTPS", "javascript", "https, x"])
def test_a_scheme_is_http_or_https(scheme: str) -> None:
    assert seen("127.0.0.1", proto=scheme)[1] == "http"


def test_the_settings_are_networks() -> None:
    wanted = (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/24"), ip_network("fd00::/64"))
    assert Settings(proxies=OURS).proxies == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(("proxies", "status"), [("127.0.0.1", 200), ("127.0.0.2", 400)])
def test_the_real_server_leaves_it_to_the_settings(tmp_path: Path, proxies: str, status: int) -> None:
    settings = Settings(home=tmp_path, names="search.example.org", proxies=proxies)  # type: ignore[arg-type]
    server = bind(create_app(settings, MemoryLibrary()), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=10)
        told = {"Host": "nobody.example", "X-Forwarded-Host": "search.example.org"}
        connection.request("GET", "/healthz", headers=told)
        assert connection.getresponse().status == status
        connection.close()
    finally:
        server.close()
        thread.join(10)
