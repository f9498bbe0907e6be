"""Reading one HTTP request: waitress's parser, with the checks that it lacks."""

from __future__ import annotations

import re
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest

# The chunk sizes with their extensions, and the header lines after the last chunk.
_LONGEST_CONTROL_LINE = 1_024
_LONGEST_TRAILER = 8_192
_FIRST_LINE = re.compile(rb"\s*[A-Z]+ (/[\w/.-]{0,200})")


class Refused:
    """Why a request does not reach its view. The application makes the response: see `web/errors.py`."""

    def __init__(self, code: int) -> None:
        self.code = code


class HttpRequest(HTTPRequestParser):
    """A request as it arrives. If it cannot be read, `error` has the status code of the response."""

    # A request that could not be read keeps these values, except for its path.
    command = "GET"
    path = "/"
    query = ""
    request_uri = "/"
    url_scheme = "http"
    error: Any = None

    def received(self, data: bytes) -> int:
        """Read some bytes; returns how many of them belong to this request."""
        read: bytes = self.header_plus
        is_in_head = self.body_rcv is None
        consumed: int = super().received(data)
        if self.error and is_in_head and self.path == "/" and (first := _FIRST_LINE.match(read + data)):
            # Its headers are too large or break the rules. A program gets another answer than a person.
            self.path = first[1].decode("ascii")
        body: Any = self.body_rcv
        # Waitress would append to such a line without end, and search all of it each time.
        if self.chunked and (
            len(body.control_line) > _LONGEST_CONTROL_LINE or len(body.trailer) > _LONGEST_TRAILER
        ):
            self.error, self.completed = BadRequest(""), True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers. Raises ParsingError."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # an address such as http://[, a length of 5,000 digits
            raise ParsingError("") from error
        # A proxy may read the length of such a request otherwise, and take its body for another request.
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("")
