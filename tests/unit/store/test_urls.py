"""SEMSEARCH_REDIS_URL is read once; its login is shown in no output, whether the URL can be read or not."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from pydantic import ValidationError
from redis.connection import SSLConnection

from semsearch.errors import EngineError, SemsearchError, SettingsError
from semsearch.settings import Settings
from semsearch.store import connection
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import binaries, redis_cli

# The words of the logins. A character that should have been escaped stands between two of them.
WORDS = ("alpha", "omega", "4711", "0815")

ACCEPTED = {
    "redis://:alpha@127.0.0.1:1/0": "redis://127.0.0.1:1/0",
    "redis://omega:alpha@127.0.0.1:1": "redis://127.0.0.1:1/0",
    "redis://omega:alpha@127.0.0.1:1/0": "redis://127.0.0.1:1/0",
    "redis://127.0.0.1:1?password=alpha": "redis://127.0.0.1:1/0",
    "redis://127.0.0.1:1/0?username=omega&password=alpha": "redis://127.0.0.1:1/0",
    "redis://127.0.0.1:1/?password=alpha&db=0": "redis://127.0.0.1:1/0",
    "redis://:alpha@omega@127.0.0.1:1/0": "redis://127.0.0.1:1/0",
    "redis://:alpha%40omega@127.0.0.1:1/0": "redis://127.0.0.1:1/0",
    "redis://:alpha%2Fomega@127.0.0.1:1/0": "redis://127.0.0.1:1/0",
    "redis://omega:alpha:4711@127.0.0.1:1/0": "redis://127.0.0.1:1/0",
    "redis://:alpha%omega@127.0.0.1:1/0": "redis://127.0.0.1:1/0",
    "redis://:alpha omega@127.0.0.1:1/0": "redis://127.0.0.1:1/0",
    "rediss://omega:alpha@127.0.0.1:1/0": "rediss://127.0.0.1:1/0",
    "rediss://omega:alpha@127.0.0.1:1/0?ssl_cert_reqs=none": "rediss://127.0.0.1:1/0",
    "redis://omega:alpha@[::1]:1/0": "redis://[::1]:1/0",
    "redis://omega:alpha@:1/0": "redis://localhost:1/0",
    "unix:///nowhere/redis.sock?password=alpha": "unix:///nowhere/redis.sock",
    "unix://omega:alpha@/nowhere/redis.sock": "unix:///nowhere/redis.sock",
    "unix:///nowhere/a@b.sock?username=omega&password=alpha": "unix:///nowhere/a@b.sock",
}
# Several nodes of a cluster, and sentinels with the service that they know.
OF_SEVERAL = {
    "redis://omega:alpha@127.0.0.1:1,127.0.0.1:2/0": ("redis://127.0.0.1:1,127.0.0.1:2/0", "", False),
    "rediss://:alpha@127.0.0.1:1,[::1]:2": ("rediss://127.0.0.1:1,[::1]:2/0", "", True),
    "redis+sentinel://omega:alpha@127.0.0.1:1,127.0.0.1/omega-service": (
        "redis+sentinel://127.0.0.1:1,127.0.0.1:26379/SERVICE",
        "omega-service",
        False,
    ),
    "redis+sentinel://127.0.0.1:1/x/0?password=alpha": ("redis+sentinel://127.0.0.1:1/x/0", "x", False),
    "rediss+sentinel://:alpha@127.0.0.1:1/x?sentinel_password=4711&sentinel_username=omega": (
        "rediss+sentinel://127.0.0.1:1/x",
        "x",
        True,
    ),
}
REFUSED = [
    "redis://omega:alpha@node-1:7001,/0",
    "redis+sentinel://omega:alpha@,node-1/library",
    "redis+sentinel://omega:alpha@127.0.0.1:1",
    "redis+sentinel://omega:alpha@127.0.0.1:1/x/4711x",
    "redis+sentinel://omega@127.0.0.1:1/x",
    "redis+sentinel://omega:alpha@127.0.0.1:x,127.0.0.1:1/x",
    "redis+sentinel://:alpha@127.0.0.1:1/x?sentinel_0815=omega",
    "redis://omega:alpha@127.0.0.1:1,127.0.0.1:471108/0",
    "redis://:alpha/omega@127.0.0.1:1/0",
    "redis://:4711/omega@127.0.0.1:1/0",
    "redis://omega:4711/0815@127.0.0.1:1/0",
    "redis://:alpha#omega@127.0.0.1:1/0",
    "redis://omega:4711#0815@127.0.0.1:1/0",
    "redis://:alpha?omega@127.0.0.1:1/0",
    "redis://omega:4711?0815@127.0.0.1:1/0",
    "redis://omega:4711?alpha=0815@127.0.0.1:1/0",
    "redis://127.0.0.1:1/0?password=alpha@omega",
    "redis://127.0.0.1:1/0?password=alpha#omega",
    "redis://127.0.0.1:1/0?omega=alpha",
    "redis://127.0.0.1:1/alpha",
    "redis://omega@127.0.0.1:1/0",
    "redis://127.0.0.1:1/0?username=omega",
    "redis://omega:alpha",
    "redis://:[alpha]@127.0.0.1:1",
    "redis://omega:alpha@[::1:1/0",
    "redis://omega:alpha@127.0.0.1:4711x/0",
    "redis://omega:alpha@127.0.0.1:471108/0",
    "omega:alpha@127.0.0.1:1",
    "alpha@127.0.0.1:1",
    ":alpha@127.0.0.1",
    "127.0.0.1:1?password=alpha",
    "alpha",
    "http://omega:alpha@127.0.0.1:1/0",
    "REDIS://omega:alpha@127.0.0.1:1/0",
    "redis:/omega:alpha@127.0.0.1:1/0",
    " redis://omega:alpha@127.0.0.1:1/0",
    "unix://omega:alpha/4711@/nowhere/redis.sock",
    "unix://alpha/redis.sock",
    "unix://omega:alpha@4711/redis.sock",
    "unix://omega:alpha@",
    "unix://omega:alpha@/nowhere@0815/redis.sock",
    "unix://:alpha?4711@/nowhere/redis.sock",
]


def shown(error: BaseException) -> str:
    """What a message and a log with a traceback show. The lines of code in it show no values."""
    return str(error) + "".join(traceback.format_exception(error))


def secret_in(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


@pytest.mark.parametrize("url", ACCEPTED)
def test_a_url_that_can_be_read_shows_no_login(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = Endpoint.of_url(url)
    assert endpoint.shown == ACCEPTED[url]
    assert endpoint.options["password"].startswith("alpha")
    monkeypatch.setattr(binaries, "find_cli", lambda: Path("redis-cli"))
    argv, secret = redis_cli.command(endpoint, ["PING"])
    assert "alpha" not in " ".join(argv)
    assert secret == {"REDISCLI_AUTH": endpoint.options["password"]}
    with pytest.raises(SemsearchError, match="cannot be reached") as caught:
        connection.connect(Settings(home=tmp_path, redis_url=url))
    assert ACCEPTED[url] in str(caught.value)
    assert secret_in(f"{endpoint!r}{endpoint}{endpoint.client()!r}{shown(caught.value)}") == []


@pytest.mark.parametrize("url", OF_SEVERAL)
def test_a_url_of_several_servers_is_read_and_shows_no_login(url: str, tmp_path: Path) -> None:
    shown_url, service, tls = OF_SEVERAL[url]
    endpoint = Endpoint.of_url(url)
    assert endpoint.shown == shown_url.replace("SERVICE", "omega-service")
    assert endpoint.service == service
    assert len(endpoint.hosts) == url.count(",") + 1
    assert endpoint.options["password"] == "alpha"
    made = endpoint.client().connection_pool.connection_class
    assert issubclass(made, SSLConnection) is tls
    if "sentinel_password" in url:
        assert endpoint.sentinel_options == {
            **{"ssl": True, "protocol": 2, "username": "omega", "password": "4711"}
        }
    with pytest.raises(SemsearchError, match="cannot be reached") as caught:
        connection.connect(Settings(home=tmp_path, redis_url=url))
    assert secret_in(f"{endpoint!r}{caught.value}".replace("omega-service", "")) == []


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_that_cannot_be_read_is_refused_with_help_and_shows_nothing(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"SEMSEARCH_REDIS_URL cannot be read: .*redis://USER") as caught:
        connection.connect(Settings(home=tmp_path, redis_url=url))
    assert secret_in(shown(caught.value)) == []


@pytest.mark.parametrize("url", [*ACCEPTED, *REFUSED])
def test_settings_do_not_show_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_REDIS_URL", url)
    settings = Settings.from_env()
    assert settings.redis_url.strip() == url.strip()
    assert secret_in(f"{settings!r}{settings}") == []
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(port="eighty")
    assert secret_in(shown(caught.value)) == []
    with pytest.raises(ValidationError) as refused:
        Settings(redis_url=[url])  # type: ignore[arg-type]
    assert secret_in(shown(refused.value)) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://u:p@h:7/0", ["-h", "h", "-p", "7", "-n", "0", "--user", "u"]),
        ("redis://h", ["-h", "h", "-p", "6379", "-n", "0"]),
        ("redis://:p@[::1]/2", ["-h", "::1", "-p", "6379", "-n", "2"]),
        ("unix://u:p@/a/b.sock", ["-s", "/a/b.sock", "-n", "0", "--user", "u"]),
        ("rediss://h/?ssl_cert_reqs=none", ["-h", "h", "-p", "6379", "--tls", "--insecure", "-n", "0"]),
        (
            "rediss://h/?ssl_ca_certs=%2Fca.pem",
            ["-h", "h", "-p", "6379", "--tls", "--cacert", "/ca.pem", "-n", "0"],
        ),
    ],
)
def test_redis_cli_gets_what_the_url_says(
    url: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "find_cli", lambda: Path("redis-cli"))
    argv, _ = redis_cli.command(Endpoint.of_url(url), ["PING"])
    assert argv == ["redis-cli", *expected, "--no-auth-warning", "PING"]


def test_without_a_redis_cli_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "cli_candidates", list)
    with pytest.raises(EngineError, match="apt-get install redis-tools"):
        redis_cli.command(Endpoint.of_url("redis://h"), [])
