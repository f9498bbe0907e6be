"""The services of one application; views reach them through `services()`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app

from semsearch.explore.explorer import Explorer
from semsearch.pool import Pool
from semsearch.settings import Settings
from web.access.caller import caller
from web.events import Events
from web.library import Library
from web.limited_library import LimitedLibrary
from web.metrics import Metrics
from web.originals import Originals
from web.query_pictures import QueryPictures
from web.rendering.drawn_pages import DrawnPages
from web.thumbnails import Thumbnails

_NAME = "semsearch"


@dataclass(frozen=True, slots=True)
class Services:
    """`stored` decodes the pictures of documents, and `rendering` renders their files."""

    library: Library
    settings: Settings
    originals: Originals
    stored: Pool
    rendering: Pool
    thumbnails: Thumbnails
    drawn_pages: DrawnPages
    pictures: QueryPictures
    metrics: Metrics
    events: Events
    explorer: Explorer | None = None


def services() -> Services:
    """The services for the current request. Its library has only what the caller may see."""
    found: Services = current_app.extensions[_NAME]
    folders = caller().folders
    return found if folders is None else replace(found, library=LimitedLibrary(found.library, folders))
