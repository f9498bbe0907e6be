"""Read SEMSEARCH_REDIS_URL: what may be shown of it, where the servers are, and the options of redis-py.

No message shows a part of a URL that cannot be read: any part may belong to a password that was not escaped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from redis.connection import parse_url

from semsearch.errors import SettingsError

_SENTINEL = "+sentinel"
_SCHEMES = ("redis", "rediss", "unix", f"redis{_SENTINEL}", f"rediss{_SENTINEL}")
# Further options of redis-py. They do not begin with "ssl_".
_QUERY = {"username", "password", "db", "client_name"}
# The login at the sentinels themselves.
_OF_SENTINELS = {"sentinel_username", "sentinel_password"}
_PORT, _SENTINEL_PORT = 6379, 26379

_HELP = (
    "Write it as redis://USER:PASSWORD@HOST:PORT/0, rediss://... for TLS, or "
    "unix://USER:PASSWORD@/PATH/TO/SOCKET. For Sentinel write "
    "redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/SERVICE. To use a cluster, name one or more of its "
    "nodes: redis://USER:PASSWORD@HOST:PORT,HOST:PORT/0. USER:PASSWORD@ may be left out, and USER too. In a "
    "user name or password write @ as %40, / as %2F, # as %23, ? as %3F, : as %3A and % as %25"
)


@dataclass(frozen=True, slots=True)
class Address:
    """What a URL says.

    `shown` is the URL without a login. `options` are those of redis-py, for the first host. `hosts` are all
    hosts with their ports: nodes of a cluster or, if there is a `service`, the sentinels that know where its
    primary server is. `sentinel_options` are those of redis-py for the sentinels.
    """

    shown: str
    options: dict[str, Any] = field(repr=False)
    hosts: tuple[tuple[str, int], ...] = ()
    service: str = ""
    sentinel_options: dict[str, Any] = field(default_factory=dict, repr=False)


def read(url: str) -> Address:
    """What SEMSEARCH_REDIS_URL says. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        _check_scheme(url)
        login, at, place = parts.netloc.rpartition("@")
        if "," in place and not all(place.split(",")):
            raise _UnreadableError("a host is missing before or after a comma")
        hosts = [urlsplit(f"//{host}") for host in place.split(",")]
        port = _SENTINEL_PORT if parts.scheme.endswith(_SENTINEL) else _PORT
        found = tuple((host.hostname or "localhost", host.port or port) for host in hosts)
        first = parts._replace(netloc=f"{login}{at}{place.split(',')[0]}")
        if parts.scheme.endswith(_SENTINEL):
            return _of_sentinels(first, found)
        _check(first)
        options = {"db": 0, **parse_url(urlunsplit(first) if len(hosts) > 1 else url)}
        if parts.scheme == "unix":
            return Address(f"unix://{parts.path}", options)
        database = parts.path.strip("/") or "0"
        return Address(_shown(parts.scheme, found, database), options, found)
    except ValueError as error:
        # An error of the library quotes what it could not read.
        reason = error if isinstance(error, _UnreadableError) else "its host or port is not valid"
        raise SettingsError(f"SEMSEARCH_REDIS_URL cannot be read: {reason}. {_HELP}") from None


def _of_sentinels(parts: SplitResult, hosts: tuple[tuple[str, int], ...]) -> Address:
    service, _, database = parts.path.strip("/").partition("/")
    if not service:
        raise _UnreadableError("it names no service after the hosts of the sentinels")
    query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    own = {name.removeprefix("sentinel_"): value for name, value in query if name in _OF_SENTINELS}
    plain = parts._replace(
        scheme=parts.scheme.removesuffix(_SENTINEL),
        path=f"/{database}",
        query=urlencode([(name, value) for name, value in query if name not in _OF_SENTINELS]),
    )
    _check(plain)
    options = {"db": 0, **parse_url(urlunsplit(plain))}
    # TLS is asked for by a class of connections, which Sentinel has for itself.
    tls = plain.scheme == "rediss"
    common = {name: value for name, value in options.items() if name.startswith("ssl_")}
    for name in ("host", "port", "connection_class"):
        options.pop(name, None)
    shown = _shown(parts.scheme, hosts, "/".join((service, *database.split())))
    return Address(
        shown, options | {"ssl": tls}, hosts, unquote(service), {**own, **common, "ssl": tls, "protocol": 2}
    )


class _UnreadableError(ValueError):
    """A URL cannot be read, for the reason in the message. Caught in this module."""


def _check_scheme(url: str) -> None:
    if not url.startswith(tuple(f"{scheme}://" for scheme in _SCHEMES)):
        raise _UnreadableError(f"it begins with none of {', '.join(f'{scheme}://' for scheme in _SCHEMES)}")


def _check(parts: SplitResult) -> None:
    """Raise _UnreadableError where redis-py would guess, fail late, or take a password for a host."""
    _, at, place = parts.netloc.rpartition("@")
    local = parts.scheme == "unix"
    if parts.fragment or "@" in parts.query or ("@" in parts.path and (at or not local)):
        raise _UnreadableError("it has a # or an @ where none can be, or a part of it is not escaped")
    if local and (place or not parts.path):
        raise _UnreadableError("a socket is an absolute path, so there are three slashes after unix:")
    if not local and not parts.path.strip("/").isdecimal() and parts.path.strip("/"):
        raise _UnreadableError("the database, after the last slash, is not a number")
    query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    if any(name not in _QUERY and not name.startswith("ssl_") for name, _ in query):
        raise _UnreadableError(f"after the ? there may be only {', '.join(sorted(_QUERY))} and ssl_...")
    given = dict(query)
    if (parts.username or "username" in given) and not (parts.password or given.get("password")):
        raise _UnreadableError("it has a user name and no password")


def _shown(scheme: str, hosts: tuple[tuple[str, int], ...], path: str) -> str:
    named = (f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in hosts)
    return f"{scheme}://{','.join(named)}/{path}"
