"""The page to show after the log-in."""

from __future__ import annotations

from urllib.parse import urlsplit

_HOME = "/"
_LONGEST = 4000
# They would lead back to the log-in page.
_LEFT_OUT = ("/login", "/logout")


def next_page(address: str) -> str:
    """The address if it is a path of this site, else that of the home page.

    Browsers read a backslash as a slash, drop tabs and line breaks, and take `//name` for another site.
    """
    if not address.startswith("/") or address.startswith("//") or len(address) > _LONGEST:
        return _HOME
    if "\\" in address or not address.isprintable():
        return _HOME
    return _HOME if urlsplit(address).path.rstrip("/") in _LEFT_OUT else address
