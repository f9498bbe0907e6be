"""A stream: a response that goes on after the application has returned it.

The thread that writes the responses of all connections sends what follows, so a stream holds no thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# In the environment of a request: a function that makes the response a stream. It takes `Stream.more`.
KEEP_OPEN = "semsearch.keep_open"
# The last words to a client that loses its place because there are too many: connect again after this time,
# in milliseconds.
LATER = b"retry: 30000\n\n"


@dataclass(frozen=True, slots=True)
class Stream:
    """`more` returns the bytes that are to be sent next, if any, and does not wait."""

    more: Callable[[], bytes]
    is_chunked: bool
    began: float = field(default_factory=time.time)

    def framed(self, data: bytes) -> bytes:
        """The bytes as they are sent."""
        return b"%X\r\n%b\r\n" % (len(data), data) if self.is_chunked and data else data

    @property
    def end(self) -> bytes:
        """What tells the client that nothing was lost at the end."""
        return b"0\r\n\r\n" if self.is_chunked else b""
