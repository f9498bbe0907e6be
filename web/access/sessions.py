"""Sessions: signed cookies, whose key comes and goes with the password."""

from __future__ import annotations

import time
from datetime import timedelta

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from semsearch.errors import SettingsError
from web.access.password import Password

COOKIE = "semsearch_session"
_LIFETIME = timedelta(days=30)
# A session is renewed by the first request after this time. Flask would renew it with every response, also
# with those that a proxy may keep, and with one that is still under way while the user logs out.
_RENEW_SECONDS = 86_400
_RENEWED = "renewed"


class _Sessions(SecureCookieSessionInterface):
    def __init__(self, password: Password) -> None:
        self._password = password

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        try:
            app.secret_key = self._password.session_key
        except SettingsError:  # the check of the request says so
            return None
        return super().get_signing_serializer(app)

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        return request.is_secure


def install(app: Flask, password: Password) -> None:
    app.session_interface = _Sessions(password)
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        # Strict would ask for the password after each link to a document in a mail or a chat. A request that
        # changes anything is a POST, which does not get the cookie from another site with Lax either.
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=_LIFETIME,
    )


def begin() -> None:
    """Start a session for this browser. Nothing of an earlier one is kept."""
    session.clear()
    session.permanent = True
    session[_RENEWED] = int(time.time())


def end() -> None:
    """End the session of this browser."""
    session.clear()


def is_open() -> bool:
    """Whether the request belongs to a session. An old session is renewed."""
    renewed = session.get(_RENEWED)
    if renewed is None:
        return False
    if time.time() - renewed > _RENEW_SECONDS:
        begin()
    return True
