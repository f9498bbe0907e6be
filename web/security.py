"""Which requests are answered, and what a browser may do with a response."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from semsearch.message import Message, say
from semsearch.settings import Settings
from web.cross_origin import CrossOrigin

PAGE_POLICY = (
    "default-src 'none'; img-src 'self' blob:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A file of the library is not trusted: it gets no origin, runs no script and sends no requests.
MEDIA_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"

_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With `no-referrer`, browsers would post our own forms with `Origin: null`.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_EVERYWHERE = ("0.0.0.0", "::", "*")
# Only this machine or its network can resolve these names, so another site cannot point them here.
_LOCAL_ENDS = (".local", ".lan", ".home.arpa", ".internal")
_HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::[0-9]{1,5})?")
_PORTS = {"http": 80, "https": 443}
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def install(app: Flask, settings: Settings) -> None:
    """Check the host and the origin of each request, and add the security headers to each response."""
    pages = CrossOrigin(settings.origins)
    names = {"localhost", "127.0.0.1", "::1", settings.host.strip("[]").lower(), *settings.names}

    def check_host() -> None:
        # DNS rebinding: another site may point its own name at 127.0.0.1 and read this server through the
        # browser of the user.
        host = request.headers.get("Host", "")
        name = _name_in(host)
        if name not in names and not (settings.host in _EVERYWHERE and _is_local(name)):
            abort(400, _unknown_name(host))

    def check_origin() -> None:
        if request.method not in _SAFE_METHODS and not (_same_origin() or pages.is_allowed):
            abort(403, _foreign(request.headers.get("Origin", "another site")))

    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    app.before_request(check_host)
    app.before_request(check_origin)
    pages.install(app)
    app.after_request(add_headers)


def _unknown_name(host: str) -> Message:
    return say(
        "This server does not answer for the host name {host!r}. Use the address it was started with, or "
        "add the name to SEMSEARCH_NAMES. With SEMSEARCH_HOST=0.0.0.0 it answers for any address or local "
        "name of this machine.",
        host=host,
    )


def _foreign(origin: str) -> Message:
    own = f"{request.scheme}://{request.host}"
    return say(
        "This request came from a page of {origin}, not of {own}, so it was refused.",
        origin=origin,
        own=own,
    )


def _name_in(host: str) -> str:
    """The name or address in a Host header; empty if it is anything but one name, perhaps with a port.

    waitress joins two Host headers with a comma.
    """
    found = _HOST.fullmatch(host)
    return (found["address"] or found["name"]).lower() if found else ""


def _is_local(name: str) -> bool:
    """Whether a host is an IP address, or a name without a public domain."""
    try:
        ip_address(name)
    except ValueError:
        return bool(name) and ("." not in name or name.endswith(_LOCAL_ENDS))
    return True


def _same_origin() -> bool:
    """Whether a request comes from our own pages or from a program.

    Browsers send the origin in a header; a request without such a header comes from a program. The origin of
    a page in a sandbox, such as a file of the library, is null.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site in ("same-origin", "none") and origin != "null"
    return origin is None or _parts(origin) == _parts(f"{request.scheme}://{request.host}")


def _parts(origin: str) -> tuple[str, str, int | None]:
    """The scheme, host and port of an origin."""
    try:
        found = urlsplit(origin)
        return found.scheme, found.hostname or "", found.port or _PORTS.get(found.scheme)
    except ValueError:
        return "", "", None
