"""The services of one application; views reach them through `services()`."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from semsearch.settings import Settings
from web.library import Library
from web.metrics import Metrics
from web.originals import Originals
from web.query_pictures import QueryPictures
from web.thumbnails import Thumbnails

_NAME = "semsearch"


@dataclass(frozen=True, slots=True)
class Services:
    library: Library
    settings: Settings
    originals: Originals
    thumbnails: Thumbnails
    pictures: QueryPictures
    metrics: Metrics


def services() -> Services:
    """The services of the application that handles the current request."""
    found: Services = current_app.extensions[_NAME]
    return found
