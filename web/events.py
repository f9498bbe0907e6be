"""Server-sent events: a follower is told of the run that goes on, and of changes of the documents.

One thread asks the library once a second while there is a follower. A follower costs an open connection,
but no thread: see web/stream.py.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress

from semsearch.api.payloads import of_run
from semsearch.errors import SemsearchError
from semsearch.progress import Activity, RunProgress
from web.languages.reader import Reader
from web.library import Library

# The time between two looks at the library, in seconds.
_EVERY = 1.0
# Nobody has asked for news for this time, in seconds: there are no followers any more.
_FORSAKEN = 5.0
# Silence makes proxies close a connection, and hides a client that is gone.
_HEARTBEAT = 15.0
# A browser connects again after this time, in milliseconds.
_RETRY = b"retry: 2000\n\n"


class Events:
    """What happens to a library. Safe to share between threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._asked_at = 0.0
        self._watches = False
        self.activity: Activity | None = None

    def follow(self, library: Library, reader: Reader) -> Follower:
        """A new follower, told in the language of `reader`. `library` is what the caller may see.

        Raises ForbiddenError for a caller who may not see the counts of the library, and RedisError.
        """
        self.activity = library.activity()
        return Follower(self, reader)

    def latest(self) -> Activity | None:
        """What was seen last. The library is watched as long as this is called."""
        with self._lock:
            self._asked_at = time.monotonic()
            if not self._watches:
                self._watches = True
                threading.Thread(target=self._watch, name="events", daemon=True).start()
        return self.activity

    def _watch(self) -> None:
        while True:
            time.sleep(_EVERY)
            with self._lock:
                if time.monotonic() - self._asked_at > _FORSAKEN:
                    self._watches = False
                    return
            with suppress(SemsearchError):  # requests say that Redis is gone
                self.activity = self._library.activity()


class Follower:
    """Whoever is told. It is told only what it does not know yet."""

    def __init__(self, events: Events, reader: Reader) -> None:
        self._events = events
        self._reader = reader
        self._known: Activity | None = None
        self._told_at = 0.0

    def next(self) -> bytes:
        """What is to be sent now; empty for nothing. Does not wait."""
        now, activity = time.monotonic(), self._events.latest()
        said = b"" if activity is None else self._news(activity)
        if not said and now - self._told_at > _HEARTBEAT:
            said = b": nothing new\n\n"
        if said:
            self._told_at = now
        return said

    def _news(self, activity: Activity) -> bytes:
        before, self._known = self._known, activity
        said = _RETRY if before is None else b""
        if before is None or before.run != activity.run:
            said += as_event("progress", self._progress(activity.run))
        if before is None or before.revision != activity.revision:
            said += as_event("library", {"revision": activity.revision})
        return said

    def _progress(self, run: RunProgress | None) -> object:
        if run is None:
            return None
        said = {"line": run.line, "rates": run.rates, "note": run.note}
        return (of_run(run) or {}) | {name: self._reader.text(text) for name, text in said.items()}


def as_event(name: str, data: object) -> bytes:
    """A server-sent event, with its data as JSON."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
