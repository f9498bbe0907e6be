"""A worker: a process that takes batches of runs, and carries them out."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from ingest.progress import Tracker
from ingest.run_paths import StoredRecords
from ingest.workers.batch import Batch
from ingest.workers.carry import carry_out, lacks, unseen, unseen_folders
from ingest.workers.queue import Queue, name_for
from semsearch.errors import LeaseError, ModelError, RedisError, SemsearchError
from semsearch.message import say
from semsearch.models.loaded import Models
from semsearch.progress import WorkerStatus
from semsearch.sandbox import Sandbox
from semsearch.search.in_use import settled
from semsearch.settings import Settings
from semsearch.store.store import Store

# How often a batch is tried before its files are tried one by one, and then each of them.
TRIES = 3
# How long a worker that ends may take for the batch at hand, in seconds.
_LAST = 3600.0
# The time between two signs of life, in seconds.
_EVERY = 1.0

# A worker that cannot do a batch leaves the next ones to others, for so many seconds.
_UNABLE = 5.0

log = logging.getLogger("semsearch.worker")


class BatchWorker:
    """Takes batches until it is told to stop."""

    def __init__(self, settings: Settings, store: Store, models: Models) -> None:
        """`models` are those that are set: where they leave the choice open, the library's are taken.

        Raises ModelError when a model is not known, SettingsError on a cluster, and RedisError.
        """
        store.jobs.check_server()
        self._settings = settings
        self._store = store
        self._set = models
        self._models = settled(models, store)
        self._status = WorkerStatus(
            id=uuid4().hex,
            host=socket.gethostname(),
            pid=os.getpid(),
            version=version("semsearch"),
            queue=name_for(self._models),
            text_model=self._models.text_id,
            image_model=self._models.image_id,
            started=time.time(),
            follows=models.is_open,
        )
        self._queue = Queue(settings, self._status.queue, self._take)
        self._sandboxes = (Sandbox(), Sandbox())
        self._stopping = threading.Event()
        self._hand: tuple[str, str, Tracker] | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. The batch at hand is finished first."""
        self._queue.start()
        # While Redis is away, nothing is looked up in it: that would wait, and not see `stop`.
        while (self._announce() and self._follow()) or not stop.wait(_EVERY):
            pass
        self._stopping.set()
        self._leave_queue()
        with suppress(RedisError):
            self._store.jobs.leave(self._status)
        for sandbox in self._sandboxes:
            sandbox.close()

    def _follow(self) -> bool:
        """Take the batches for the text model that the library has got meanwhile. Whether it has got one."""
        if not self._status.follows or self._hand:
            return False
        try:
            models = settled(self._set, self._store)
            if (name := name_for(models)) == self._status.queue:
                return False
            following = Queue(self._settings, name, self._take)
        except RedisError:
            return False
        except ModelError as error:
            log.warning("takes the text model of the library no more: %s", error)
            self._status = replace(self._status, follows=False)
            return False
        self._stopping.set()  # a batch that waits while workers are paused is given back
        self._leave_queue()
        self._stopping.clear()
        self._models, self._queue = models, following
        self._status = replace(
            self._status, queue=name, text_model=models.text_id, image_model=models.image_id
        )
        self._queue.start()
        return True

    def _leave_queue(self) -> None:
        """Take no further batch of this queue. The one at hand is finished, with signs of life meanwhile."""
        ended = threading.Event()
        signs = threading.Thread(target=self._announce_until, args=(ended,), name="signs", daemon=True)
        signs.start()
        self._queue.stop(_LAST)
        ended.set()
        signs.join()
        self._queue.close()

    def _take(self, run: str, values: Mapping[str, Any], text_limit: int) -> None:
        """Carry out a batch, and tell its run. A batch of a run that has ended is left."""
        batch = Batch.of_json(values)
        try:
            while self._store.jobs.is_paused() and not self._stopping.wait(_EVERY):
                pass
            if not self._store.lease.is_held(run):
                return
            if self._stopping.is_set():
                self._queue.send(run, values, text_limit)
                return
            with self._store.lease.shared(run):
                self._carry_out(run, batch, text_limit)
        except LeaseError as error:
            log.warning("left a batch: %s", error)
        except RedisError as error:
            log.warning("left a batch, which its run will send again: %s", error)

    def _carry_out(self, run: str, batch: Batch, text_limit: int) -> None:
        jobs, tracker = self._store.jobs, Tracker()
        self._hand = run, batch.id, tracker
        try:
            claim = jobs.claim(batch.id, self._status.id)
            if claim is None:
                return
            with jobs.carrying(claim):
                outcome = self._outcome(batch, text_limit, claim.tries, tracker)
                told = {"batch": batch.id, "tries": claim.tries, "worker": self._status.name, **outcome}
                jobs.conclude(run, claim, told, done="done" in outcome)
        finally:
            self._hand = None
        if "unable" in outcome and "unseen" not in outcome:
            self._stopping.wait(_UNABLE)

    def _outcome(self, batch: Batch, text_limit: int, tries: int, tracker: Tracker) -> dict[str, Any]:
        """Carry out a batch. Returns what its run must know of it."""
        if tries > TRIES:
            return {"failed": say("each worker that tried it was ended in the middle")}
        if roots := self._unseen(batch):
            return {"unable": f"{self._status.host} sees no file in {', '.join(roots)}"}
        if file := next(filter(lacks, batch.files), None):
            path = str(file.absolute)
            return {"unseen": path, "unable": f"{self._status.host} does not see {path}"}
        try:
            done = carry_out(batch, text_limit, self._store, self._models, tracker, self._sandboxes)
        except RedisError:
            raise
        except SemsearchError as error:
            return {"unable": f"{self._status.host}: {error}"}
        except Exception as error:  # whatever it is, the run must know
            log.exception("batch %s failed", batch.id)
            return {"failed": f"{type(error).__name__}: {error}"}
        return {"done": done.as_json()}

    def _unseen(self, batch: Batch) -> list[str]:
        return unseen(batch.files) or unseen_folders(StoredRecords(self._store).of_docs(batch.due))

    def _announce_until(self, ended: threading.Event) -> None:
        while not ended.wait(_EVERY):
            self._announce()

    def _announce(self) -> bool:
        """Give a sign of life, and tell the run how far the batch at hand is. Whether Redis was there."""
        hand = self._hand
        with suppress(RedisError):
            self._store.jobs.announce(replace(self._status, does=hand[1] if hand else ""))
            if hand:
                run, batch, tracker = hand
                now = tracker.measure()
                amount = {"files": now.files, "bytes": now.bytes, "passages": now.passages}
                self._store.jobs.tell(run, {"batch": batch, "amount": amount})
            return True
        return False
