"""Send the batches of a stage to workers, and wait until all of them are done.

A batch that fails is tried again, and when it has failed often enough, its files are tried one by one. A
file that then fails as often is recorded as failed. What a worker cannot do, because it sees no file or has
no model, this process does itself, and so it does with all batches when no worker is left.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ingest.progress import Tracker
from ingest.run_paths import StoredRecords
from ingest.summary import Summary
from ingest.workers.batch import Amount, Batch, Outcome
from ingest.workers.carry import carry_out
from ingest.workers.quarantine import quarantine
from ingest.workers.queue import Queue
from ingest.workers.work import TRIES
from ingest.write import Writer
from semsearch.models.loaded import Models
from semsearch.progress import WorkerStatus
from semsearch.store.store import Store

# The batches that are sent for each worker before one is finished: the next ones wait in the queue.
_AHEAD = 3
# The seconds before the second try of a batch, and before the third.
_BACKOFF = (1.0, 4.0)
# A batch was lost if nobody has said anything about it for so long, in seconds, while a worker is idle.
_LOST = 40.0
# The longest wait for news, and the time between two looks at the workers, in seconds.
_WAIT = 0.5

_PAUSED = "Its workers are paused: `semsearch worker resume` lets them go on."


class Sharing:
    """Shares the batches of one stage with workers, and counts what they have done."""

    def __init__(
        self,
        run: str,
        queue: Queue,
        text_limit: int,
        store: Store,
        models: Models,
        summary: Summary,
        progress: Tracker,
    ) -> None:
        """`run` is the token of its lease."""
        self._run = run
        self._queue = queue
        self._text_limit = text_limit
        self._store = store
        self._jobs = store.jobs
        self._models = models
        self._summary = summary
        self._progress = progress
        self._place = "0"
        self._looked_at = float("-inf")
        self._workers: list[WorkerStatus] = []
        self._unable: set[str] = set()  # names of workers
        self._is_paused = False
        self._pending: dict[str, Batch] = {}
        self._sent: dict[str, float] = {}  # when something was last heard of each
        self._amounts: dict[str, Amount] = {}

    def share(
        self, batches: Iterable[Batch], writer: Writer | None, on_wait: Callable[[], object] = lambda: None
    ) -> None:
        """Have these batches carried out, in their order. `on_wait` is called now and again meanwhile.

        `writer` learns what was written. Raises ModelError and RedisError.
        """
        self._jobs.forget(self._run)  # what workers have told in the stage before
        left = iter(batches)
        while self._fill(left):
            if not self._workers:
                self._carry_out(next(iter(self._pending.values())), writer)
            else:
                self._place, news = self._jobs.told(self._run, self._place, _WAIT)
                for each in news:
                    self._hear(each, writer)
                self._send_lost()
            on_wait()

    def _fill(self, left: Iterator[Batch]) -> bool:
        """Send batches, as many as the workers need. Returns False when all batches are done."""
        self._look()
        while len(self._pending) < max(1, _AHEAD * len(self._workers)):
            batch = next(left, None)
            if batch is None:
                break
            self._pending[batch.id] = batch
        if self._workers:
            for batch in self._pending.values():
                if batch.id not in self._sent:
                    self._send(batch)
        return bool(self._pending)

    def _look(self) -> None:
        """Look which workers can do something. When there is none any more, their batches come back."""
        if time.monotonic() - self._looked_at < _WAIT:
            return
        self._looked_at = time.monotonic()
        self._workers = [
            each
            for each in self._jobs.workers()
            if each.queue == self._queue.name and each.name not in self._unable
        ]
        if self._sent and not self._workers:
            self._queue.clear()
            self._sent.clear()
        is_paused = bool(self._workers) and self._jobs.is_paused()
        if is_paused != self._is_paused:
            self._progress.wait(_PAUSED if is_paused else "")
            self._is_paused = is_paused
            self._sent = dict.fromkeys(self._sent, time.monotonic())  # nothing was to be heard meanwhile

    def _send(self, batch: Batch, delay: float = 0.0) -> None:
        self._queue.send(self._run, batch.as_json(), self._text_limit, delay)
        self._sent[batch.id] = time.monotonic()

    def _send_lost(self) -> None:
        """Send batches again that Redis or a connection has lost."""
        busy = {worker.does for worker in self._workers}
        if "" not in busy or self._is_paused:
            return
        for batch in self._pending.values():
            since = self._sent.get(batch.id, time.monotonic())
            if batch.id not in busy and time.monotonic() - since > _LOST:
                self._send(batch)

    def _hear(self, news: Mapping[str, Any], writer: Writer | None) -> None:
        batch = self._pending.get(news["batch"])
        if batch is None:  # another worker has finished it
            return
        self._sent[batch.id] = time.monotonic()
        if "amount" in news:
            self._advance(batch, Amount(**news["amount"]))
        elif "done" in news:
            self._finish(batch, Outcome.of_json(news["done"]), writer)
        elif "unable" in news:
            self._give_up(news)
            self._carry_out(batch, writer)
        else:
            self._fail(batch, news, writer)

    def _give_up(self, news: Mapping[str, Any]) -> None:
        """Note that a worker cannot do what this process can. It is not relied on in this stage any more."""
        is_gone = "unseen" in news and not os.path.lexists(news["unseen"])
        if not is_gone and news["worker"] not in self._unable:
            self._unable.add(news["worker"])
            self._summary.trouble("a worker", f"{news['unable']}. The run did its work itself")

    def _fail(self, batch: Batch, news: Mapping[str, Any], writer: Writer | None) -> None:
        """Try a batch again, or its files one by one, or record that its file cannot be indexed."""
        tries, reason = news["tries"], news["failed"]
        if tries < TRIES:
            self._send(batch, _BACKOFF[tries - 1])
            return
        del self._pending[batch.id]
        if len(batch.docs) > 1:
            self._pending |= {each.id: each for each in batch.alone()}
            return
        quarantine(batch, reason, self._store, self._models, writer, self._summary)
        self._advance(batch, Amount(files=len(batch.files), bytes=sum(file.size for file in batch.files)))

    def _carry_out(self, batch: Batch, writer: Writer | None) -> None:
        self._jobs.withdraw(batch.id)
        outcome = carry_out(batch, self._text_limit, self._store, self._models, Tracker())
        self._finish(batch, outcome, writer)

    def _finish(self, batch: Batch, outcome: Outcome, writer: Writer | None) -> None:
        del self._pending[batch.id]
        self._sent.pop(batch.id, None)
        self._advance(batch, outcome.amount)
        self._amounts.pop(batch.id, None)
        self._summary.add(outcome.summary)
        if writer is not None:
            docs = [*batch.docs, *outcome.copied.moved]
            writer.learn(StoredRecords(self._store).of_docs(docs), outcome.copied)

    def _advance(self, batch: Batch, now: Amount) -> None:
        """Count what was done of a batch since the last time. A second try does not count twice."""
        before = self._amounts.get(batch.id, Amount())
        self._amounts[batch.id] = now
        more = [now.files - before.files, now.bytes - before.bytes, now.passages - before.passages]
        if min(more) >= 0 and any(more):
            self._progress.advance(files=more[0], bytes=more[1], passages=more[2])
