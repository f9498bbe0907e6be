"""The server that a client asks: its address, and how long the client waits for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from semsearch.errors import ApiError

# The statuses of a server that is full. `Retry-After` says when to ask again, at the earliest after this
# number of seconds: a moment that is over by the clock of the client may be named again and again.
_FULL = (429, 503)
_LEAST_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Server:
    """A semsearch server. `patience` and `timeout` are in seconds."""

    address: str
    token: str = field(repr=False)
    patience: float
    timeout: float

    @property
    def options(self) -> dict[str, Any]:
        """The options of a client of httpx2. Raises ApiError when the address or the token is none."""
        if not self.address.startswith(("http://", "https://")):
            raise ApiError(
                f"{self.address!r} is not the address of a server: write one like http://127.0.0.1:8000"
            )
        if not self.token.isascii():
            raise ApiError("A token has no letters but those of English: copy it whole.")
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"base_url": self.address, "headers": headers, "timeout": self.timeout}

    def lost(self, error: httpx2.HTTPError) -> ApiError:
        """The error for a request without an answer."""
        return ApiError(
            f"{self.address} does not answer ({error or type(error).__name__}): start it with "
            "`semsearch serve`, or give the client its address."
        )


def pause(response: httpx2.Response, left: float) -> float | None:
    """The seconds after which to send a request again; None when its answer counts.

    `left` is the time in seconds that may still be waited.
    """
    if response.status_code not in _FULL:
        return None
    named = _seconds_until(response.headers.get("Retry-After", ""))
    if named is None:
        return None
    seconds = max(_LEAST_PAUSE, named)
    return seconds if seconds <= left else None


def _seconds_until(named: str) -> float | None:
    """The time until the moment that `Retry-After` names, which a proxy may write as a date.

    None for a header that names none.
    """
    if named.isdecimal():
        return float(named)
    try:
        moment = parsedate_to_datetime(named)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)  # "-0000" stands for UTC
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
