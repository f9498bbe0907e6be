"""The application factory."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from werkzeug.routing import BaseConverter, IntegerConverter

from semsearch.api.operators import OPERATORS
from semsearch.api.values import DocumentId
from semsearch.explore.explorer import Explorer
from semsearch.pool import Pool
from semsearch.results import NOTHING_CLEAR
from semsearch.settings import Settings
from web import compression, errors, filters, security, trace, turns
from web.access import gate
from web.access.login import access_pages
from web.answers import answers
from web.api import api
from web.browsing import browsing
from web.checked import PARAMETERS
from web.copies import copies
from web.events import Events
from web.exploring import explored_views, exploring
from web.form import DEFAULTS, MENU, Form
from web.judging import judging
from web.labels import label_api, label_names, label_pages
from web.languages import choice
from web.library import Library
from web.library_actions import library_actions
from web.library_health import library_health
from web.library_page import follows_folders
from web.likes import likes
from web.maps import maps
from web.media import media
from web.metrics import Metrics
from web.neighbours import reading_address
from web.odd import odd
from web.originals import Originals
from web.pages import pages
from web.proxies import Proxies
from web.query_pictures import QueryPictures
from web.reference import reference
from web.rendering.drawn_pages import DrawnPages
from web.saved import saved
from web.selection import selection
from web.services import Services
from web.thumbnails import Thumbnails
from web.topics import topics

# The most bytes of a request, those of its form fields together without files, and the most fields and files.
MAX_REQUEST, MAX_FIELDS, MAX_PARTS = 20_000_000, 100_000, 50
# The three pools hold 19 of the server's threads at most, so that a flood of pictures leaves threads to
# everything else. None takes turns from another. A browser asks for six thumbnails at once.
_LIMITS = {"patience": 5.0, "seconds": 10.0}
_A_YEAR = 31_536_000
_CONFIG = {
    "MAX_CONTENT_LENGTH": MAX_REQUEST,
    "MAX_FORM_MEMORY_SIZE": MAX_FIELDS,
    "MAX_FORM_PARTS": MAX_PARTS,
    "SEND_FILE_MAX_AGE_DEFAULT": _A_YEAR,
}
_BLUEPRINTS = (
    pages,
    browsing,
    exploring,
    copies,
    odd,
    saved,
    likes,
    label_pages,
    label_api,
    judging,
    library_health,
    maps,
    topics,
    answers,
    library_actions,
    api,
    reference,
    media,
    selection,
    access_pages,
)


class _DocConverter(BaseConverter):
    regex = DocumentId.pattern


class _IntConverter(IntegerConverter):
    """A number of at most nine digits. Nothing has a longer one, and messages cannot show those of 29."""

    regex = "[0-9]{1,9}"


def create_app(settings: Settings, library: Library, explorer: Explorer | None = None) -> Flask:
    """The web application over `library`. It keeps thumbnails and pictures of pages below `settings.home`.

    Without `explorer`, it has no pages about the library as a whole.
    """
    app = Flask("web")
    app.config.update(_CONFIG)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the documented order is easier to read
    app.url_map.converters |= {"doc": _DocConverter, "int": _IntConverter}

    originals = Originals(settings.home, hard_links=settings.hard_links)
    stored, posted = Pool(2, waiting=6, **_LIMITS), Pool(1, waiting=3, **_LIMITS)
    rendering = Pool(1, waiting=6, **_LIMITS)
    thumbnails = Thumbnails(settings.home / "thumbs", originals, stored)
    drawn_pages = DrawnPages(settings.home / "pages", originals, rendering)
    metrics, pictures, events = Metrics(), QueryPictures(library, posted), Events(library)
    app.extensions["semsearch"] = Services(
        library, settings, originals, stored, rendering, thumbnails, drawn_pages, pictures, metrics, events,
        explorer,
    )  # fmt: skip

    filters.install(app)
    choice.install(app)
    app.wsgi_app = Proxies(app.wsgi_app, settings.proxies)  # type: ignore[method-assign]
    trace.install(app, metrics)
    compression.install(app)
    errors.install(app)
    security.install(app, settings)
    gate.install(app, settings)
    metrics.watch(turns.install(app))
    app.context_processor(_page_context(app, can_answer=bool(settings.ask_url)))
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _page_context(app: Flask, *, can_answer: bool) -> Any:
    @cache
    def version(filename: str) -> str:
        return hashlib.sha256(Path(str(app.static_folder), filename).read_bytes()).hexdigest()[:12]

    def asset(filename: str) -> str:
        """The address of a static file; changed content gets a new one, because browsers cache for a year."""
        return url_for("static", filename=filename, v=version(filename))

    known = {
        "asset": asset,
        "reading_address": reading_address,
        "can_answer": can_answer,
        "parameters": PARAMETERS,
        "menu": MENU,
        "defaults": DEFAULTS,
        "operators": OPERATORS,
        "nothing_clear": NOTHING_CLEAR,
        "follows_folders": follows_folders,
        "explored_views": explored_views,
        "label_names": label_names,
    }
    return lambda: {**known, "form": Form.read(request.args.to_dict(flat=False))}
