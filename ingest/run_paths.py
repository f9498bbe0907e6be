"""One run of ingestion for some paths only: those that a watcher has seen change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingest.absent import may_come_back
from ingest.compare import Rules
from ingest.indexes import followed
from ingest.known import Known
from ingest.lenders import Lenders
from ingest.missing import compare_rest
from ingest.plan_paths import PathPlan, plan_paths
from ingest.progress import Observer, Tracker, reported
from ingest.stages import calibrate, embed, read_texts
from ingest.summary import Summary
from ingest.text_model import chosen
from ingest.vectors import Unembedded
from ingest.write import Writer
from semsearch.errors import FolderError
from semsearch.explore.steps import explore
from semsearch.folders import listed_folders
from semsearch.models.loaded import Models
from semsearch.progress import Phase
from semsearch.records import DocumentRecord, Kind
from semsearch.search.in_use import settled
from semsearch.settings import Settings
from semsearch.store.census_builder import census_of
from semsearch.store.store import Store


def ingest_paths(
    paths: Sequence[str],
    is_sound: Callable[[], bool],
    settings: Settings,
    store: Store,
    models: Models,
    observer: Observer,
) -> Summary | None:
    """Bring the index up to date with these absolute paths, and return what was done.

    Only the records of these paths are read; saved searches read a little of every document. Left are what
    compares the whole library, for `ingest.run_findings`, text in pictures, and paths in folders that are
    paused or unknown. `is_sound` is asked after the look at the files: False says that it cannot be trusted.

    Returns None, and has done nothing, when a run over the whole folders is needed, or when Redis lost
    something meanwhile. Raises RedisError and FingerprintError.
    """
    with store.lease.alone(settings.home), reported(store, observer) as progress:
        models = settled(followed(store, models), store)
        if store.is_full() or not store.is_whole(models.text_id, models.image_id):
            return None
        rules = Rules(models.image_id, text_limit=settings.text_limit)
        try:
            found = _plan(paths, settings, store, rules)
        except FolderError:
            return None
        if not is_sound():
            return None
        summary = Summary(found=(todo := found.todo).found)
        if todo.gone or todo.found > todo.left:
            mark, _ = store.inventory.begin_run()
            _carry_out(found, store, models, rules, progress, summary)
            if store.inventory.has_lost(mark) or not store.inventory.end_run(mark):
                return None
            if settings.explore:
                progress.begin(Phase.EXPLORE)
                explore(store, models, findings=False)
        else:
            summary.unchanged, summary.problems = len(todo.unchanged), todo.problems
        return _ended(summary, progress, store)


def _ended(summary: Summary, progress: Tracker, store: Store) -> Summary:
    """Keep the counts of a run that did something. A watcher starts many that did not."""
    summary.time(progress.took())
    if summary.changed or summary.failed:
        store.runs.log(summary.counts(), whole=False)
    return summary


def _plan(paths: Sequence[str], settings: Settings, store: Store, rules: Rules) -> PathPlan:
    folders = listed_folders(settings.home)
    paused = {folder.path for folder in folders if folder.paused}
    roots = [folder.path for folder in folders]
    found = plan_paths(paths, roots, paused, StoredRecords(store), rules)
    new = [*found.todo.work, *(file for file, _ in found.todo.unread)]
    if may_come_back(found.todo.gone, new, store.disks.places()):
        raise FolderError(f"{len(found.todo.gone):,} files disappeared: a disk may be away")
    return found


def _carry_out(
    found: PathPlan, store: Store, models: Models, rules: Rules, progress: Tracker, summary: Summary
) -> None:
    todo, known = found.todo, Known(store, census_of(found.records), whole=False)
    compare_rest(todo, store, rules)
    models = chosen(todo.work, rules.text_limit, store, models, summary)
    lenders = Lenders(known, todo.work, todo.gone, rules.text_limit)
    writer = Writer(store, models, known, lenders, summary)
    read_texts(todo, rules.text_limit, models, writer, summary, progress)
    # Last, so that a moved file can take the vectors from its old record.
    writer.remove([record for record in todo.gone if record.kind is not Kind.IMAGE])
    due = Unembedded(known.due(writer.began), known)
    embed(todo, due, store, models, writer, summary, progress)
    writer.remove([*writer.moved, *(record for record in todo.gone if record.kind is Kind.IMAGE)])
    calibrate(store, models, summary, writer.take_changes())


class StoredRecords:
    """Records of the ledger, found through the index."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of_docs(self, docs: Sequence[str]) -> list[DocumentRecord]:
        """The records of these documents. Unknown ones are left out."""
        return self._store.ledger.get_many(docs)

    def in_folders(self, root: str, folders: Sequence[str]) -> list[DocumentRecord]:
        """The records of documents in these folders of a root, at any depth."""
        return self.of_docs(self._store.lookup.in_folders(root, folders))
