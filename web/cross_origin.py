"""Pages of other sites that may use the API: those that the setting SEMSEARCH_ORIGINS names, and no others.

They send a token where there is a password. A browser never adds the cookie of a log-in to such a request,
because no response allows credentials.
"""

from __future__ import annotations

from collections.abc import Collection

from flask import Flask, Response, request

_API = "/api/"
# Such a page may post to these. The rest of the API it may only read: what it wrote would change the library.
_BLUEPRINTS = ("api", "media")
_ASKED = "Access-Control-Request-Method"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match, Range",
    # Browsers forget the permission after this time in seconds, and with it a setting that was changed.
    "Access-Control-Max-Age": "600",
}
# A script may read these; without the list, only a few that HTTP knows.
_EXPOSED = "ETag, Retry-After, X-Request-ID, RateLimit, RateLimit-Policy, WWW-Authenticate"


class CrossOrigin:
    """Which requests come from a page that may use the API."""

    def __init__(self, origins: Collection[str]) -> None:
        self._origins = frozenset(origins)

    @property
    def is_allowed(self) -> bool:
        """Whether the current request is one of such a page, to the API."""
        if request.headers.get("Origin") not in self._origins or not _is_to_api():
            return False
        # A browser asks with OPTIONS whether it may use a method.
        method = request.headers.get(_ASKED, "") if request.method == "OPTIONS" else request.method
        return request.blueprint in _BLUEPRINTS or method in ("GET", "HEAD")

    def install(self, app: Flask) -> None:
        """Answer browsers that ask what such a page may do, and let it read the responses."""
        if self._origins:
            app.before_request(self._answer_preflight)
            app.after_request(self._permit)

    def _answer_preflight(self) -> Response | None:
        is_preflight = request.method == "OPTIONS" and _ASKED in request.headers
        return Response(status=204, headers=_PREFLIGHT) if is_preflight and self.is_allowed else None

    def _permit(self, response: Response) -> Response:
        if _is_to_api():
            response.vary.add("Origin")
        if self.is_allowed:
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        return response


def _is_to_api() -> bool:
    """Whether the current request is to the API, or for an original or a picture."""
    return request.blueprint in _BLUEPRINTS or request.path.startswith(_API)
