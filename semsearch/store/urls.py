"""Read SEMSEARCH_REDIS_URL: what may be shown of it, and the options of redis-py.

No message shows a part of a URL that cannot be read: any part may belong to a password that was not escaped.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from redis.connection import parse_url

from semsearch.errors import SettingsError

_SCHEMES = ("redis", "rediss", "unix")
# Further options of redis-py. They do not begin with "ssl_".
_QUERY = {"username", "password", "db", "client_name"}
_PORT = 6379

_HELP = (
    "Write it as redis://USER:PASSWORD@HOST:PORT/0, rediss://... for TLS, or "
    "unix://USER:PASSWORD@/PATH/TO/SOCKET. USER:PASSWORD@ may be left out, and USER too. In a user name or "
    "password write @ as %40, / as %2F, # as %23, ? as %3F, : as %3A and % as %25"
)


def read(url: str) -> tuple[str, dict[str, Any]]:
    """The URL as it may be shown, without a login, and the options of redis-py. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        _check(url, parts)
        return _shown(parts), {"db": 0, **parse_url(url)}
    except ValueError as error:
        # An error of the library quotes what it could not read.
        reason = error if isinstance(error, _UnreadableError) else "its host or port is not valid"
        raise SettingsError(f"SEMSEARCH_REDIS_URL cannot be read: {reason}. {_HELP}") from None


class _UnreadableError(ValueError):
    """A URL cannot be read, for the reason in the message. Caught in this module."""


def _check(url: str, parts: SplitResult) -> None:
    """Raise _UnreadableError where redis-py would guess, fail late, or take a password for a host."""
    if not url.startswith(tuple(f"{scheme}://" for scheme in _SCHEMES)):
        raise _UnreadableError(f"it begins with none of {', '.join(f'{scheme}://' for scheme in _SCHEMES)}")
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


def _shown(parts: SplitResult) -> str:
    if parts.scheme == "unix":
        return f"unix://{parts.path}"
    host = parts.hostname or "localhost"
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}:{parts.port or _PORT}/{parts.path.strip('/') or 0}"
