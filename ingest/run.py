"""One run of ingestion: what is in the folders gets into Redis, and what has gone from them goes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from ingest.extract import Extractor, kind_of
from ingest.plan import Plan, Rules, plan
from ingest.prepare import in_background, prepare
from ingest.roots import scopes
from ingest.summary import Summary
from ingest.writer import Writer
from semsearch.models.loaded import Models
from semsearch.settings import Settings
from semsearch.store.indexes import DOC
from semsearch.store.store import Store
from semsearch.types import DocumentRecord, Kind


class Progress(Protocol):
    """Who watches a run."""

    def update(self, summary: Summary) -> None:
        """Called whenever the counts have changed; `summary.found` is the total."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for beyond the folders; see the flags of `semsearch ingest`."""

    retry: bool = False
    allow_empty: bool = False
    rebuild: bool = False


def ingest(
    folders: Sequence[Path],
    settings: Settings,
    store: Store,
    models: Models,
    progress: Progress,
    options: Options = Options(),
) -> Summary:
    """Bring the index up to date with the folders. One run at a time per SEMSEARCH_HOME; others wait.

    Files that cannot be indexed are in the summary with their reasons, and stop nothing. Raises
    FolderError and FingerprintError before anything is changed, and RedisError when Redis goes away:
    what was written until then stays, and the next run goes on from there.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.home / "ingest.lock"), store.mapped():
        started = time.monotonic()
        rules = Rules(models.image_id, options.retry, options.allow_empty)
        records = list(store.ledger)
        if options.rebuild:
            folders = [*folders, *(Path(root) for root in {record.root for record in records})]
            plan(scopes(folders, ()), records, rules)  # refuses before anything is dropped
            store.clear()
            records = []
        store.check_models(models.text_id, models.image_id)
        todo = plan(scopes(folders, {record.root for record in records}), records, rules)
        summary = _carry_out(todo, records, store, models, progress)
        summary.seconds = round(time.monotonic() - started, 2)
        store.log_run(summary.counts())
    return summary


def _carry_out(
    todo: Plan, records: Sequence[DocumentRecord], store: Store, models: Models, progress: Progress
) -> Summary:
    summary = Summary(found=len(todo.work) + len(todo.unread) + len(todo.unchanged))
    writer = Writer(store, models, records, todo.work, summary, progress.update)
    store.prepare_index(DOC)
    writer.leave(todo.unchanged)
    for path, reason in todo.problems:
        summary.trouble(path, reason)
    for file, reason in todo.unread:
        writer.skip(file, reason)
    if todo.work:
        with (
            Extractor(picture_size=_picture_size(todo, models)) as extractor,
            closing(in_background(prepare(todo.work, writer.knows, extractor, models.text))) as items,
        ):
            for item in items:
                writer.take(item)
    # Last, so that moved files have found their vectors.
    writer.finish(todo.gone)
    return summary


def _picture_size(todo: Plan, models: Models) -> int | None:
    """The size pictures are decoded to. The model, which knows, is loaded only when there are any."""
    paths = (file.path for file in todo.work)
    if not any(kind is not None and kind[0] is Kind.IMAGE for kind in map(kind_of, paths)):
        return None
    model = models.image()
    return None if model is None else model.input_size
