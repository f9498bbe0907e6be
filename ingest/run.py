"""One run of ingestion: index new and changed files of the folders, and remove files that are gone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ingest.compare import Rules
from ingest.indexes import followed, of_former_versions, rebuild, replace_indexes, settle
from ingest.known import Known
from ingest.lenders import Lenders
from ingest.missing import away, compare_rest, remove_or_hold, remove_texts
from ingest.ocr_pass import due
from ingest.plan import Plan
from ingest.plan_folders import plan_folders
from ingest.progress import Observer, Tracker, reported, waits_of
from ingest.retry import Retry
from ingest.scopes import Scope, scopes
from ingest.stages import Stages, calibrate
from ingest.summary import Summary
from ingest.text_model import chosen
from ingest.vectors import Unembedded
from ingest.workers.chosen import stages_for
from ingest.write import Writer
from semsearch.errors import FolderError
from semsearch.explore.steps import explore
from semsearch.folders import known_folders, listed_folders, remember_folders
from semsearch.models.loaded import Models
from semsearch.progress import Phase
from semsearch.records import DocumentRecord
from semsearch.search.health import describe
from semsearch.search.in_use import settled
from semsearch.search.languages import outgrown
from semsearch.settings import Settings
from semsearch.store.census import Census, Mark
from semsearch.store.store import Store


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asks for besides the folders; see the flags of `semsearch ingest`.

    retry: files that failed are tried again. Then a file may be named in place of a folder.
    tolerant: a folder that cannot be reached is a problem in the summary, and the others are ingested.
    by_itself: this process does all the work, although there are workers.
    """

    retry: Retry | None = None
    allow_empty: bool = False
    rebuild: bool = False
    tolerant: bool = False
    by_itself: bool = False


def ingest(
    folders: Sequence[Path],
    settings: Settings,
    store: Store,
    models: Models,
    observer: Observer,
    options: Options = Options(),
) -> Summary:
    """Bring the index up to date with the folders, and return what was done.

    One run at a time: others wait, also those of other homes on the same Redis. An index of an older
    semsearch is filled again from all known folders. For another version of a model, a second index is built
    beside the first, which answers meanwhile.

    What Redis has lost since the last run is restored: an index from the stored hashes, documents from their
    files. What it loses while the run goes on is restored in a second pass over the folders. When the server
    was started again, there is a second pass too, because it may lack its latest writes.

    A file that cannot be indexed is in the summary with its reason, and the run goes on. Raises FolderError
    and FingerprintError before anything is changed. The store waits for a Redis that goes away, and raises
    RedisError when it does not come back: what was written stays, and the next run goes on from there.
    """
    waits = waits_of(store, observer)
    with store.lease.alone(settings.home, waits) as token, reported(store, observer) as progress:
        if options.tolerant:
            models = followed(store, models)
        run = partial(_run, folders, settings, store, models, progress, token)
        summary, lost = run(options)
        if lost is not None:
            summary = _second(run, options, summary, lost)
        summary.time(progress.took())
        store.runs.log(summary.counts())
    return summary


def _second(
    run: Callable[[Options], tuple[Summary, str | None]], options: Options, first: Summary, lost: str
) -> Summary:
    """Run again, after Redis has lost something or was started again. Returns the summary of both runs."""
    second, still_lost = run(replace(options, rebuild=False))
    if lost:
        second.trouble("Redis", f"while the run went on, it lost {lost}, and so the run began again")
    if still_lost is not None:
        what = f"it lost {still_lost} again" if still_lost else "it was started again more than once"
        second.trouble("Redis", f"{what}: run `semsearch ingest` again")
    # A server that was started again has mostly lost nothing. Then the first pass has done all.
    return second if lost or still_lost is not None or second.changed else first


def _run(
    folders: Sequence[Path],
    settings: Settings,
    store: Store,
    models: Models,
    progress: Tracker,
    token: str,
    options: Options,
) -> tuple[Summary, str | None]:
    """Run once. Return the summary, and what Redis has lost meanwhile, as `_lost` says it."""
    progress.begin(Phase.PLAN)
    wanted, models = models, settled(models, store)
    job = _job(folders, settings, store, models, options)
    todo, census = job.todo, job.census
    summary = Summary(found=todo.found, ignored=todo.ignored_files, ignored_folders=todo.ignored_folders)
    if store.is_full():
        # First, to make room for writing. A file that has moved loses its vectors and is embedded again.
        census = _make_room(todo, census, store, summary)
    mark = _begin(job, census, settings, store)
    known = Known(store, census.restored())
    compare_rest(todo, store, job.rules)
    models = chosen(todo.work, settings.text_limit, store, models, summary)
    with stages_for(token, settings, store, models, by_itself=options.by_itself) as stages:
        _carry_out(job, known, settings, store, models, stages, summary, progress)
    settle(settings.index, store, models, summary)
    if not summary.said and (hint := outgrown(store, wanted)):
        summary.say(hint)
    store.inventory.trust(_walked(job))
    return summary, _lost(store, mark)


def _carry_out(
    job: _Job,
    known: Known,
    settings: Settings,
    store: Store,
    models: Models,
    stages: Stages,
    summary: Summary,
    progress: Tracker,
) -> None:
    """Go through the stages, remove what is gone, and calibrate."""
    todo = job.todo
    lenders = Lenders(known, todo.work, todo.not_there(), settings.text_limit)
    writer = Writer(store, models, known, lenders, summary)
    stages.read_texts(todo, settings.text_limit, models, writer, summary, progress)
    remove_texts(todo, known, writer, store)
    unembedded = Unembedded(job.within(known.due(writer.began)), known)
    stages.embed(todo, unembedded, store, models, writer, summary, progress)
    remove_or_hold(todo, known, writer, store)
    summary.miss(away(known.missing(), job.scopes))
    progress.begin(Phase.CALIBRATE)
    calibrate(store, models, summary, writer.take_changes())
    if settings.ocr:
        unread = due(known.open(writer.began), job.scopes, job.rules.retry)
        stages.read_pictures(unread, store, models, summary, progress)
    if settings.explore:
        progress.begin(Phase.EXPLORE)
        explore(store, models)
    writer.check()


def _begin(job: _Job, census: Census, settings: Settings, store: Store) -> str:
    """Restore what can be restored without the files, and note which folders are being ingested.

    Returns the mark of the run.
    """
    mark, was_whole = store.inventory.begin_run()
    store.inventory.doubt(job.doubtful)  # before the records are counted anew, which hides what is lost
    store.restore(census)
    if not was_whole:
        store.statistics.forget_calibrations()
    roots = [str(scope.root) for scope in job.scopes]
    store.inventory.note_folders(roots)  # before the home: only a folder that Redis has known can be lost
    remember_folders(settings.home, roots)
    return mark


@dataclass(frozen=True, slots=True)
class _Job:
    """A census of the ledger before a run, what the run has to do, and in which folders.

    `doubtful` are folders of which Redis may have lost documents.
    """

    census: Census
    todo: Plan
    rules: Rules
    scopes: list[Scope]
    doubtful: Sequence[str]

    def within(self, records: Iterable[DocumentRecord]) -> Iterator[DocumentRecord]:
        """The records of documents in the folders."""
        return (
            record
            for record in records
            if any(scope.holds(Path(record.root, record.path)) for scope in self.scopes)
        )


def _job(folders: Sequence[Path], settings: Settings, store: Store, models: Models, options: Options) -> _Job:
    """Find out what there is to do. Documents that were lost are read again, wherever they are."""
    retry = options.retry
    if retry is not None:
        retry, folders = retry.of(folders, known_folders(settings.home))
    rules = Rules(
        models.image_id,
        retry,
        options.allow_empty,
        settings.missing_days,
        settings.text_limit,
    )
    store.complete()
    census, doubtful = store.inventory.census(), known_folders(settings.home)
    if not store.inventory.lacks_records(census):
        doubtful = store.inventory.lost_folders(doubtful).doubtful
    census = store.inventory.sweep(census)
    reachable = set(filter(os.path.isdir, doubtful))
    roots = set(census.roots)
    # Nobody knows which model made vectors without a fingerprint, so they are made again.
    outdated = {*store.outdated(models.text_id, models.image_id), *store.inventory.nameless(census)}
    if anew := bool(outdated) or options.rebuild:
        folders = [*folders, *map(Path, roots)]
        _check_rebuild(folders, roots, Known(store, census), rules, models)
    if _renew(Known(store, census), sorted(outdated), store, models, options):
        census = store.inventory.sweep(store.inventory.census())
    store.check_models(models.text_id, models.image_id)
    unread = census.roots_of(census.marked(Mark.UNREAD))
    also = unread | reachable
    roots |= {*reachable, *known_folders(settings.home)}
    if options.tolerant:
        also |= roots.intersection(map(str, folders))
        folders = [folder for folder in folders if str(folder) not in roots]
    paused = [each.path for each in listed_folders(settings.home) if each.paused and not anew]
    within = scopes(folders, roots, asked=anew, also=sorted(also), paused=paused)
    if options.tolerant:
        within = [replace(scope, asked=False) for scope in within]
    todo = plan_folders(within, census, Known(store, census).of_docs, rules, store.disks.places())
    return _Job(census, todo, rules, within, doubtful)


def _renew(known: Known, outdated: Sequence[str], store: Store, models: Models, options: Options) -> bool:
    """Let the files be read again that must be, and replace indexes of other models. Whether any was."""
    if options.rebuild and store.is_full():
        store.start_over(known.all())  # nothing can be written before something is dropped
        return True
    if outdated:
        store.start_over(known.all(), outdated)
    former = of_former_versions(store, models)
    if options.rebuild:
        rebuild(store, models)
    elif former:
        replace_indexes(former, store, models)
    return bool(outdated or options.rebuild or former)


def _make_room(todo: Plan, census: Census, store: Store, summary: Summary) -> Census:
    """Remove what is gone. Returns the census of what is left."""
    todo.settle(())
    gone, todo.gone = todo.gone, []
    store.documents.remove(gone)
    summary.removed += len(gone)
    return census.without([record.doc for record in gone])


def _walked(job: _Job) -> list[str]:
    """The root folders of which every file was seen."""
    unseen = [Path(path) for path, _ in job.todo.problems]
    whole = [scope.root for scope in job.scopes if scope.folder == scope.root]
    return [str(root) for root in whole if not any(path.is_relative_to(root) for path in unseen)]


def _lost(store: Store, mark: str) -> str | None:
    """What Redis has lost since the mark of this run was set; None if it lost nothing.

    "" means that it was started again, and nobody knows whether the latest writes are lost.
    """
    if store.inventory.is_lost(mark):
        return "all its data"
    if lacking := store.inventory.shortages():
        return " and ".join(map(describe, lacking))
    return None if store.inventory.end_run(mark) else ""


def _check_rebuild(
    folders: Sequence[Path], roots: Iterable[str], known: Known, rules: Rules, models: Models
) -> None:
    """Raise FolderError or ModelError before anything changes, when not all can be read anew."""
    try:
        plan_folders(scopes(folders, roots, asked=True), known.census, known.of_docs, rules)
    except FolderError as error:
        raise FolderError(f"everything known must be read anew, but {error}") from error
    models.text()
    models.image()
