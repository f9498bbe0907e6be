"""Saved searches on the page: their list, what is new in each, and the forms that change them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from semsearch.api.said import read_search
from semsearch.api.saved import of_saved
from semsearch.errors import QueryError
from semsearch.explore.saved import SavedSearch, SavedSearches, checked_search
from semsearch.message import say
from web.access.caller import caller, check_may_change
from web.api import json_body
from web.exploring import explorer, may_keep, seen_explorer
from web.form import Form

saved = Blueprint("saved", __name__)

# The most names on the first page; the list has all.
_ON_HOME = 20


@saved.get("/saved")
def listed() -> str:
    return render_template("saved.html", searches=_searches().all())


@saved.get("/saved/open")
def opened() -> BaseResponse:
    """Go to a search. Nothing of it is new any more."""
    name = request.args.get("name", "")
    search = _searches().search_of(name)
    if caller().may_change and _is_from_here():
        _searches().see(name)
    return redirect(form_of(search).link())


@saved.get("/saved/new")
def new() -> str:
    found = _searches().get(request.args.get("name", ""))
    hits = explorer().hits([record.doc for record in _searches().new_records(found)])
    return render_template("saved_new.html", search=found, hits=list(hits.values()))


@saved.post("/saved")
def change() -> BaseResponse:
    """Save, rename or remove a search, or note that its new documents were seen."""
    check_may_change()
    searches, action = _searches(), request.form.get("do", "save")
    name, before = request.form.get("name", ""), request.form.get("before", "")
    search = request.form.get("search", "")
    if action == "save":
        if before and before != name:
            searches.rename(before, name)
        else:
            searches.add(name, search)
    elif action == "rename":
        searches.rename(before, name)
    elif action == "remove":
        searches.remove(before or name)
    elif action == "see":
        searches.see(name)
    else:
        raise QueryError(say("{action!r} cannot be done with a saved search.", action=action))
    return redirect(form_of(search).link() if search else url_for("saved.listed"), 303)


@saved.post("/saved/taken")
def taken() -> BaseResponse:
    """Take over the searches that a browser has kept. What is no search any more is left out."""
    check_may_change()
    searches = _searches()
    for name, search in zip(request.form.getlist("name"), request.form.getlist("search"), strict=False):
        try:
            wanted = checked_search(urlsplit(search).query or search)
        except QueryError:
            continue
        searches.take_over(name, wanted)
    return redirect(url_for("saved.listed"), 303)


@saved.get("/api/saved")
def in_json() -> Response:
    return jsonify(of_saved(_searches().all()))


@saved.post("/api/saved")
def posted() -> Response:
    check_may_change()
    searches = _searches()
    name, search = read_search(json_body())
    if search is None:
        searches.see(name)
    else:
        searches.add(name, search)
    return jsonify(of_saved(searches.all()))


@saved.delete("/api/saved")
def removed() -> Response:
    check_may_change()
    searches = _searches()
    searches.remove(request.args.get("name", ""))
    return jsonify(of_saved(searches.all()))


def form_of(search: str) -> Form:
    """The form of a saved search."""
    return Form.read(parse_qs(search))


@saved.app_context_processor
def _on_every_page() -> dict[str, Any]:
    return {"saved_searches": on_home, "saved_as": saved_as, "form_of": form_of}


def on_home() -> list[SavedSearch] | None:
    """The searches that the first page lists; None for a caller who has none."""
    found = seen_explorer()
    return None if found is None else found.saved.first(_ON_HOME)


def saved_as(form: Form) -> tuple[str, str] | None:
    """The query string of a search and the name that it has; None if it cannot be saved by this caller."""
    if not may_keep():
        return None
    try:
        search = checked_search(urlsplit(form.link()).query)
    except QueryError:
        return None
    return search, _searches().name_of(search)


def _is_from_here() -> bool:
    """Whether somebody opens a link of this site, or an address that was typed or kept.

    A browser that only prepares a page has not shown it, and another site cannot say what was seen.
    """
    if request.method != "GET" or request.headers.get("Sec-Purpose"):
        return False
    site = request.headers.get("Sec-Fetch-Site")
    return site in ("same-origin", "none") or (request.referrer or "").startswith(request.host_url)


def _searches() -> SavedSearches:
    return explorer().saved
