"""Which requests are answered, and what a browser may do with a response."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from semsearch.settings import Settings

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
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def install(app: Flask, settings: Settings) -> None:
    """Check the host and the origin of each request, and add the security headers to each response."""
    names = {"localhost", "127.0.0.1", "::1", settings.host.strip("[]").lower()}

    def check_host() -> None:
        # DNS rebinding: another site may point its own name at 127.0.0.1 and read this server through the
        # browser of the user.
        host = request.headers.get("Host", "")
        name = _name_in(host)
        if name not in names and not (settings.host in _EVERYWHERE and _is_local(name)):
            abort(
                400,
                f"This server does not answer for the host name {host!r}. Use the address it was started "
                "with; with SEMSEARCH_HOST=0.0.0.0 it answers for any address or local name of this machine.",
            )

    def check_origin() -> None:
        if request.method not in _SAFE_METHODS and not _same_origin():
            abort(403, "This request came from a page of another site, so it was refused.")

    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    app.before_request(check_host)
    app.before_request(check_origin)
    app.after_request(add_headers)


def _name_in(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_local(name: str) -> bool:
    """Whether a host is an IP address, or a name without a public domain."""
    try:
        ip_address(name)
    except ValueError:
        return bool(name) and ("." not in name or name.endswith(_LOCAL_ENDS))
    return True


def _same_origin() -> bool:
    """Whether a request comes from our own pages or from a program.

    Browsers send the origin in a header; a request without such a header comes from a program.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host
