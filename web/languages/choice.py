"""Which language a reader gets: the one that was chosen on the page, else those that the browser asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import Blueprint, Flask, Response, g, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from semsearch.errors import QueryError
from semsearch.message import say, say_many
from web.access.next_page import next_page
from web.languages.catalogue import ENGLISH, languages
from web.languages.reader import Reader

COOKIE = "semsearch_language"
_A_YEAR = 31_536_000
# Dates and numbers without a wish of the reader: 1 May 2026.
_USUAL = Locale("en", "GB")
# The languages of a request that are looked at.
_MOST_WISHES = 10
# Each locale takes some 400 kB, and there are more than a thousand. Requests can ask for any of them, so no
# more than these are loaded.
_MOST_LOCALES = 50
_locales: dict[str, Locale] = {}

language_pages = Blueprint("languages", __name__)


def reader() -> Reader:
    """Whoever reads the answer to the current request."""
    if "reader" not in g:
        g.reader = _reader(request.cookies.get(COOKIE, ""))
    found: Reader = g.reader
    return found


def reader_of(language: str) -> Reader:
    """A reader of one of `languages()`; of English for another code."""
    if language == ENGLISH or language not in languages():
        return Reader(ENGLISH, _USUAL)
    return Reader(language, Locale.parse(language))


def install(app: Flask) -> None:
    """Give templates `say`, `say_many` and the reader, and say in each page whose language it speaks."""

    def label(response: Response) -> Response:
        if "reader" in g:
            response.vary.update(["Accept-Language", "Cookie"])
            response.content_language.add(g.reader.language)
        return response

    app.after_request(label)
    app.context_processor(_context)
    app.add_template_global(_translated, "say")
    app.add_template_global(_counted, "say_many")
    app.register_blueprint(language_pages)


@language_pages.post("/language")
def choose() -> BaseResponse:
    code = request.form.get("language", "")
    if code not in languages():
        known = ", ".join(languages())
        raise QueryError(
            say("The page does not speak {language!r}, only: {known}.", language=code, known=known)
        )
    response = redirect(next_page(request.form.get("next", "/")), 303)
    response.set_cookie(
        COOKIE, code, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def _reader(chosen: str) -> Reader:
    wishes = list(_wishes())
    if chosen in languages():
        near = (wish for wish in wishes if wish.language == chosen)
        return Reader(chosen, next(near, reader_of(chosen).locale))
    known = (wish.language for wish in wishes if wish.language in languages())
    return Reader(next(known, ENGLISH), wishes[0] if wishes else _USUAL)


def _wishes() -> Iterator[Locale]:
    """The locales that the browser asks for, the dearest first."""
    for code, quality in list(request.accept_languages)[:_MOST_WISHES]:
        if quality <= 0 or code == "*":
            continue
        if code not in _locales and len(_locales) < _MOST_LOCALES:
            with suppress(UnknownLocaleError, ValueError):
                _locales[code] = Locale.parse(code, sep="-")
        if code in _locales:
            yield _locales[code]


def _translated(template: str, **values: object) -> Markup:
    if not values:
        return _fixed(reader().language, template)
    return reader().markup(say(template, **values))


@cache
def _fixed(language: str, template: str) -> Markup:
    """A text of a template that has no values, in one of `languages()`."""
    return reader_of(language).markup(say(template))


def _counted(one: str, many: str, number: int, **values: object) -> Markup:
    return reader().markup(say_many(one, many, number, **values))


@cache
def _own_names() -> dict[str, str]:
    """The languages of the page, each by its name in itself."""
    return {code: reader_of(code).name_of_language(code) for code in languages()}


def _context() -> dict[str, Any]:
    return {"reader": reader(), "languages": _own_names()}
