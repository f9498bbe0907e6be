"""Which requests wait for their turn, and in which room."""

from __future__ import annotations

import os
from collections.abc import Mapping

from flask import Flask, Response, g, request

from web.waiting_room import Client, Places, WaitingRoom

# A search keeps about one core busy, with the threads of its model.
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
# Stored and posted pictures have pools of sandboxes (web/app.py); no more run here than have a place there.
# They can take seconds, so they do not take the turns of searches, nor those of each other. A page of results
# has 48 thumbnails, of which a browser asks for six at a time.
_PLACES = {
    "searches": Places(running=CORES, burst=32, standing=CORES, patience=2.0),
    "stored": Places(running=4, burst=32, standing=32, patience=10.0),
    "posted": Places(running=4, burst=0, standing=0, patience=0.0),
    # A language model takes up to minutes, and mostly answers one after the other.
    "answers": Places(running=2, burst=2, standing=2, patience=5.0),
}
_ROOMS = {
    "media.thumb": "stored",
    "media.page": "stored",
    "pages.preview": "stored",  # so that it takes no turn from the search that follows while one types
    "selection.as_zip": "stored",
    "api.part": "stored",
    "api.search_with_picture": "posted",
    "pages.search_picture": "posted",
    "answers.page": "answers",
    "answers.stream": "answers",
    "answers.as_json": "answers",
}
_WITH_FILES = "multipart/form-data"
# Waitress puts this into the WSGI environment; web/connections.py answers it.
_HAS_GONE = "waitress.client_disconnected"
# These are cheap: static files, originals, what watches the server, and the log-in.
_FREE = (
    *("static", "api.health", "api.metrics", "api.openapi", "api.events", "access.log_in", "access.log_out"),
    "languages.choose",
    *("media.original", "media.query_picture", "reference.describe"),
)
# All requests that can run or wait at a time.
MOST = sum(places.running + places.burst for places in _PLACES.values())


def install(app: Flask) -> Mapping[str, WaitingRoom]:
    """Let requests wait for their turn. Returns the waiting rooms by name."""
    rooms = {name: WaitingRoom(places) for name, places in _PLACES.items()}

    def enter() -> None:
        if request.endpoint is None or request.endpoint in _FREE:
            return
        name = _ROOMS.get(request.endpoint, "searches")
        if name == "posted" and request.mimetype != _WITH_FILES:
            name = "searches"  # words can be posted, too
        room = rooms[name]
        g.asked = name
        client = Client(request.remote_addr or "", str(request.environ.get("REMOTE_PORT")))
        room.enter(client, request.environ.get(_HAS_GONE, lambda: False))
        g.room = room

    def tell_places(response: Response) -> Response:
        if name := g.get("asked"):
            room = rooms[name]
            response.headers["RateLimit-Policy"] = f'"{name}";q={room.places};qu="concurrent-requests"'
            response.headers["RateLimit"] = f'"{name}";r={room.free}'
        return response

    def leave(_: BaseException | None) -> None:
        room = g.pop("room", None)
        if room is not None:
            room.leave()

    app.before_request(enter)
    app.after_request(tell_places)
    app.teardown_request(leave)
    return rooms
