"""The check of each request: does it come from the owner, or with a token?"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from semsearch.loopback import is_loopback
from semsearch.message import say
from semsearch.settings import Settings
from web import errors
from web.access import sessions
from web.access.caller import Caller, caller, set_caller
from web.access.password import Password
from web.access.throttle import Throttle
from web.access.tokens import PREFIX, Tokens

log = logging.getLogger("web")

# These tell nothing about documents.
_OPEN = ("static", "access.log_in", "api.health", "languages.choose")
_NAME = "semsearch.access"
_SCHEME = "bearer "
_FEED = "browsing.feed"
# What readers of feeds and browsers ask for; the first for who takes anything.
_SHOWN = "text/html"
_READ_OR_SHOWN = ("application/atom+xml", _SHOWN)


@dataclass(frozen=True)
class Access:
    """The password and the tokens of one application, and who tried wrong ones.

    Wrong tokens are counted apart: a program with an old token must not keep the owner out.
    """

    password: Password
    tokens: Tokens
    passwords_tried: Throttle = field(default_factory=Throttle)
    tokens_tried: Throttle = field(default_factory=Throttle)

    @classmethod
    def of(cls, home: Path) -> Access:
        return cls(Password(home), Tokens(home))


def access() -> Access:
    """The access of the application that handles the current request."""
    found: Access = current_app.extensions[_NAME]
    return found


def client_address() -> str:
    return request.remote_addr or ""


def install(app: Flask, settings: Settings) -> None:
    """Ask each request for a session or a token, if there is a password."""
    rules = app.extensions[_NAME] = Access.of(settings.home)
    sessions.install(app, rules.password)

    @cache
    def only_local() -> bool:
        return is_loopback(settings.host)

    def check_caller() -> BaseResponse | None:
        if request.endpoint in _OPEN:
            return None
        text = _token_text()
        if text is not None:
            return _check_token(rules, text)
        if not rules.password.is_set:
            if not only_local():
                return errors.answer(503, "no_password", missing_password(settings.host))
            # Behind a proxy, others reach a server that only this machine can reach.
            set_caller(Caller(may_change=is_loopback(client_address())))
            return None
        if not sessions.is_open():
            return _ask_for_log_in()
        set_caller(Caller(has_session=True, may_change=True))
        return None

    app.before_request(check_caller)
    app.context_processor(_rights)


def missing_password(host: str) -> str:
    """Why a server on this host does not start without a password, and what to do."""
    return say(
        "Other machines can reach {host!r}, so the web server needs a password: run `semsearch password`, "
        "or set SEMSEARCH_PASSWORD. Without one it serves this machine only: --host 127.0.0.1",
        host=host,
    )


def _rights() -> dict[str, Any]:
    return {"can_log_out": caller().has_session, "may_change": caller().may_change}


def _token_text() -> str | None:
    """The token of the request. Other schemes than Bearer are for a proxy in front of this server.

    Most readers of feeds send a name and a password only: for a feed, a password may be a token.
    """
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(_SCHEME):
        return header[len(_SCHEME) :].strip()
    password = request.authorization.password if request.authorization else None
    return password if request.endpoint == _FEED and password and password.startswith(PREFIX) else None


def _check_token(rules: Access, text: str) -> Response | None:
    token = rules.tokens.find(text)
    if token is not None:
        set_caller(Caller(folders=token.folders))
        return None
    wait = rules.tokens_tried.attempt(client_address())
    if wait:
        response = errors.answer(
            429, "too_many_attempts", say("Too many wrong tokens. Try again in {wait} s.", wait=wait)
        )
        response.headers["Retry-After"] = str(wait)
        return response
    log.warning("wrong token from %s", client_address())
    response = errors.answer(
        401, "unauthorized", say("This token is not valid: `semsearch token list` shows those that are.")
    )
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


def _ask_for_log_in() -> BaseResponse:
    # A browser asks for HTML first, and can show a log-in page.
    is_read = request.endpoint == _FEED and request.accept_mimetypes.best_match(_READ_OR_SHOWN) != _SHOWN
    if errors.is_for_programs() or is_read:
        response = errors.answer(
            401,
            "unauthorized",
            say(
                "Send an API token in the header `Authorization: Bearer TOKEN`. `semsearch token add NAME` "
                "makes one."
            ),
        )
        response.headers["WWW-Authenticate"] = 'Basic realm="semsearch"' if is_read else "Bearer"
        return response
    # What was posted is lost, so there is no page to come back to.
    wanted = request.full_path.removesuffix("?") if request.method in ("GET", "HEAD") else None
    answer = redirect(url_for("access.log_in", next=wanted if wanted != "/" else None), 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer
