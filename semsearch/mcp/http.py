"""The server over HTTP. Each request needs a token, and sees the folders of its token."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import uvicorn
from mcp.server import ServerRequestContext
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from semsearch.errors import SettingsError
from semsearch.loopback import is_loopback
from semsearch.mcp.server import server_of
from semsearch.settings import Settings
from web.access.throttle import Throttle
from web.access.tokens import Tokens
from web.library import Library
from web.limited_library import LimitedLibrary
from web.server import listen

log = logging.getLogger("semsearch.mcp")

PATH = "/mcp"
_FOLDERS = "semsearch.folders"
_SCHEME = "bearer "
_NO_TOKEN = (
    "Send an API token in the header `Authorization: Bearer TOKEN`. `semsearch token add NAME` makes one."
)


def serve(library: Library, settings: Settings, tell: Callable[[str], object]) -> None:
    """Serve the library at settings.host and settings.port until SIGTERM or Ctrl-C.

    `tell` is called with the address when it listens. Raises SettingsError when it cannot listen, and when
    there is no token with which anybody could ask.
    """
    tokens = Tokens(settings.home)
    if not any(tokens):
        raise SettingsError("nobody can ask without a token: run `semsearch token add NAME` first")
    server = uvicorn.Server(uvicorn.Config(app_of(library, settings, tokens), log_level="warning"))
    with listen(settings.host, settings.port) as listening:
        tell(f"http://{settings.host}:{listening.getsockname()[1]}{PATH}")
        server.run(sockets=[listening])


def app_of(library: Library, settings: Settings, tokens: Tokens) -> ASGIApp:
    """The server as an application of ASGI."""

    def seen(context: ServerRequestContext[Any, Request]) -> Library:
        assert context.request is not None
        folders = context.request.scope[_FOLDERS]
        return library if folders is None else LimitedLibrary(library, folders)

    # Without sessions, each request stands for itself: a token that is revoked counts at once.
    app = server_of(seen).streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        json_response=True,
        transport_security=_names(settings),
    )
    return Gate(app, tokens)


class Gate:
    """Lets in the requests that have a token."""

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app = app
        self._tokens = tokens
        self._tried = Throttle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            header = Request(scope).headers.get("authorization", "")
            text = header[len(_SCHEME) :].strip() if header.lower().startswith(_SCHEME) else ""
            token = self._tokens.find(text) if text else None
            if token is None:
                await self._refusal(scope, bool(text))(scope, receive, send)
                return
            scope = {**scope, _FOLDERS: token.folders}
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, has_tried: bool) -> JSONResponse:
        address = (scope.get("client") or ("", 0))[0]
        wait = self._tried.attempt(address) if has_tried else 0
        if wait:
            error = f"Too many wrong tokens. Try again in {wait} s."
            return JSONResponse({"error": error}, 429, {"Retry-After": str(wait)})
        if has_tried:
            log.warning("wrong token from %s", address)
        return JSONResponse({"error": _NO_TOKEN}, 401, {"WWW-Authenticate": "Bearer"})


def _names(settings: Settings) -> TransportSecuritySettings:
    """The host names that are answered. Other machines send any name, and need a token in any case."""
    names = ["127.0.0.1", "localhost", "[::1]", *settings.names]
    hosts = [*names, *(f"{name}:*" for name in names)]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=is_loopback(settings.host),
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts],
    )
