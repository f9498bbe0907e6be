"""Which requests wait for their turn, and in which room."""

from __future__ import annotations

import os
from collections.abc import Mapping

from flask import Flask, g, request

from web.waiting_room import Client, Places, WaitingRoom

# A search keeps about one core busy, with the threads of its model.
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_SEARCHES = Places(running=_CORES, burst=32, standing=_CORES, patience=2.0)
# A page of results has 48 pictures, of which a browser asks for six at a time.
_PICTURES = Places(running=2 * _CORES, burst=32, standing=32, patience=10.0)
_PICTURE_ENDPOINTS = ("media.thumb",)
_FREE_ENDPOINTS = (
    *("static", "api.health", "api.metrics", "api.openapi"),
    *("media.original", "media.query_picture", "access.log_in", "access.log_out"),
)


def install(app: Flask) -> Mapping[str, WaitingRoom]:
    """Let requests wait for their turn. Returns the waiting rooms by name.

    Static files, originals and what programs ask to watch the server are cheap: they do not wait.
    """
    rooms = {"searches": WaitingRoom(_SEARCHES), "pictures": WaitingRoom(_PICTURES)}

    def enter() -> None:
        if request.endpoint is None or request.endpoint in _FREE_ENDPOINTS:
            return
        room = rooms["pictures" if request.endpoint in _PICTURE_ENDPOINTS else "searches"]
        room.enter(Client(request.remote_addr or "", str(request.environ.get("REMOTE_PORT"))))
        g.room = room

    def leave(_: BaseException | None) -> None:
        room = g.pop("room", None)
        if room is not None:
            room.leave()

    app.before_request(enter)
    app.teardown_request(leave)
    return rooms
