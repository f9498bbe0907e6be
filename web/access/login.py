"""The pages to log in and out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from semsearch.message import Message, say
from web.access import sessions
from web.access.gate import access, client_address, log
from web.access.next_page import next_page

access_pages = Blueprint("access", __name__)


@access_pages.route("/login", methods=["GET", "POST"])
def log_in() -> BaseResponse:
    wanted = next_page(request.values.get("next", "/"))
    if not access().password.is_set:
        return redirect(wanted, 303)
    if request.method == "POST":
        return _try_password(request.form.get("password", ""), wanted)
    return redirect(wanted, 303) if sessions.is_open() else _page(wanted)


@access_pages.post("/logout")
def log_out() -> BaseResponse:
    sessions.end()
    return redirect(url_for("access.log_in"), 303)


def _try_password(text: str, wanted: str) -> BaseResponse:
    address = client_address()
    wait = access().passwords_tried.attempt(address)
    if wait:
        response = _page(wanted, _wait(wait), 429)
        response.headers["Retry-After"] = str(wait)
        return response
    if not access().password.matches(text):
        log.warning("wrong password from %s", address)
        return _page(wanted, say("This is not the password."), 401)
    access().passwords_tried.succeeded(address)
    log.info("log-in from %s", address)
    sessions.begin()
    return redirect(wanted, 303)


def _wait(seconds: int) -> Message:
    if seconds < 120:
        return say("Too many wrong passwords. Try again in {seconds} seconds.", seconds=seconds)
    return say("Too many wrong passwords. Try again in {minutes} minutes.", minutes=-(-seconds // 60))


def _page(wanted: str, error: str = "", status: int = 200) -> Response:
    response = make_response(render_template("login.html", next=wanted, error=error), status)
    response.headers["Cache-Control"] = "no-store"
    return response
