"""One run of ingestion: index new and changed files of the folders, and remove files that are gone."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from ingest.ocr_pass import SecondPass, due
from ingest.plan import Plan, Rules, plan
from ingest.prepare import in_background, prepare
from ingest.readers import Extractor
from ingest.readers.documents import SourceFile
from ingest.scopes import scopes
from ingest.summary import Summary
from ingest.write import Writer
from semsearch.errors import FolderError, ModelError, SettingsError
from semsearch.folders import remember_folders
from semsearch.formats.table import kind_of
from semsearch.models.loaded import Models
from semsearch.records import DocumentRecord, Kind
from semsearch.search.calibrate import calibrate_when_due
from semsearch.settings import Settings
from semsearch.store.schema import SPACES
from semsearch.store.store import Store


class Progress(Protocol):
    """An observer of a run."""

    def update(self, summary: Summary) -> None:
        """Take the counts after each change; `summary.found` is the total."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asks for besides the folders; see the flags of `semsearch ingest`."""

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
    """Bring the index up to date with the folders, and return what was done.

    One run at a time per SEMSEARCH_HOME: others wait. Two homes must not use one Redis at the same time. An
    index of an older semsearch, or of another version of a model, is rebuilt from all known folders.

    A file that cannot be indexed is in the summary with its reason, and the run goes on. Raises FolderError
    and FingerprintError before anything is changed. Raises RedisError when Redis goes away: what was written
    until then stays, and the next run goes on from there.
    """
    with _one_at_a_time(settings):
        started = time.monotonic()
        rules = Rules(models.image_id, options.retry, options.allow_empty)
        records = list(store.ledger)
        roots = {record.root for record in records}
        to_rebuild = SPACES if options.rebuild else store.outdated(models.text_id, models.image_id)
        if to_rebuild:
            folders = [*folders, *map(Path, roots)]
            _check_rebuild(folders, roots, records, rules, models)
            records = store.start_over(records, to_rebuild)
        store.check_models(models.text_id, models.image_id)
        within = scopes(folders, roots, asked=bool(to_rebuild))
        todo = plan(within, records, rules)
        remember_folders(settings.home, (str(scope.root) for scope in within))
        summary, known, changes = _carry_out(todo, records, store, models, progress)
        _calibrate(store, models, summary, changes)
        if settings.ocr:
            _read_pictures(due(known, within, retry=options.retry), store, models, summary, progress)
        summary.seconds = round(time.monotonic() - started, 2)
        store.runs.log(summary.counts())
    return summary


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    lock = FileLock(settings.home / "ingest.lock")
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise SettingsError(f"SEMSEARCH_HOME is {settings.home}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def _check_rebuild(
    folders: Sequence[Path],
    roots: Iterable[str],
    records: Sequence[DocumentRecord],
    rules: Rules,
    models: Models,
) -> None:
    """Raise FolderError or ModelError before the old indexes are dropped, when they cannot be rebuilt."""
    try:
        plan(scopes(folders, roots, asked=True), records, rules)
    except FolderError as error:
        raise FolderError(f"everything known must be read anew, but {error}") from error
    models.text()
    models.image()


def _carry_out(
    todo: Plan, records: Sequence[DocumentRecord], store: Store, models: Models, progress: Progress
) -> tuple[Summary, list[DocumentRecord], int]:
    """Run the first pass. Return its summary, the ledger after it, and how many documents changed."""
    summary = Summary(found=len(todo.work) + len(todo.unread) + len(todo.unchanged))
    writer = Writer(store, models, records, todo.work, summary, progress.update)
    gone: Sequence[DocumentRecord] = todo.gone
    if store.is_full():
        # First, to make room for writing. A file that has moved loses its vectors and is embedded again.
        writer.remove(gone)
        gone = ()
    store.restore_indexes()
    writer.leave(todo.unchanged)
    for path, reason in todo.problems:
        summary.trouble(path, reason)
    for file, reason in todo.unread:
        writer.skip(file, reason)
    work: Sequence[SourceFile] = todo.work
    while work:
        with (
            Extractor(picture_size=_picture_size(work, models)) as extractor,
            closing(in_background(prepare(work, writer.knows, extractor, models.text))) as items,
        ):
            for item in items:
                writer.take(item)
        # A twin is left over when the file with the same content could not be read. The twin is read next.
        work = writer.settle()
    # Last, so that a moved file can take the vectors from its old record.
    writer.remove(gone)
    writer.check()
    return summary, writer.records, writer.changes


def _read_pictures(
    unread: Sequence[DocumentRecord], store: Store, models: Models, summary: Summary, progress: Progress
) -> None:
    """Run the second pass, which recognises the text in pictures."""
    SecondPass(store, models, summary, progress.update).run(unread)
    if summary.read:
        _calibrate(store, models, summary, summary.read)


def _calibrate(store: Store, models: Models, summary: Summary, changes: int) -> None:
    """Calibrate if that is due. A missing model is only a problem to note: the documents can be found."""
    try:
        calibrate_when_due(store, models, changes)
    except ModelError as error:
        summary.trouble("calibration", f"relevance is not known: {error}")


def _picture_size(work: Sequence[SourceFile], models: Models) -> int | None:
    """Return the size to decode pictures to. The model, which knows it, is loaded only for pictures."""
    paths = (file.path for file in work)
    if not any(kind is not None and kind[0] is Kind.IMAGE for kind in map(kind_of, paths)):
        return None
    model = models.image()
    return None if model is None else model.input_size
