"""What one application is made of; the views reach it through `parts()`."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from semsearch.settings import Settings
from web.library import Library
from web.metrics import Metrics
from web.query_pictures import QueryPictures
from web.thumbnails import Thumbnails

_NAME = "semsearch"


@dataclass(frozen=True, slots=True)
class Parts:
    library: Library
    settings: Settings
    thumbnails: Thumbnails
    pictures: QueryPictures
    metrics: Metrics


def parts() -> Parts:
    """The parts of the application that answers now."""
    found: Parts = current_app.extensions[_NAME]
    return found
