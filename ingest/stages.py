"""The stages of a run: names, words, vectors and pictures, text in pictures.

A stage begins where the one before has made something findable. Each leaves what it did in Redis, so that the
next run goes on where a killed one stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Protocol

from ingest.absent import mark
from ingest.extractor import Extractor
from ingest.ocr_pass import SecondPass
from ingest.pictures import embed_pictures
from ingest.plan import Plan
from ingest.prepare import Contents, in_background, prepare
from ingest.progress import Tracker
from ingest.readers.documents import SourceFile
from ingest.record import id_of
from ingest.summary import Summary
from ingest.vectors import Unembedded, embed_passages
from ingest.write import Writer
from semsearch.errors import ModelError
from semsearch.models.loaded import Models
from semsearch.progress import Phase
from semsearch.records import DocumentRecord, Due, Kind, State
from semsearch.sandbox import Sandbox
from semsearch.search.calibrate import calibrate_when_due
from semsearch.search.tuning import TUNING
from semsearch.store.store import Store

# This many files are read within a second, so their names are not written before. Until the index has cleaned
# itself, which takes some ten seconds, a hash that is written twice counts twice in document frequencies.
FEW = 100
# The first calibration comes early, because relevance is unknown before it: in seconds after the stage began,
# and between later calibrations.
_FIRST_CALIBRATION, _NEXT_CALIBRATION = 10.0, 300.0


class Stages(Protocol):
    """Carries out the stages of a run: this module in one process, ingest.workers with several."""

    def read_texts(
        self, todo: Plan, text_limit: int, models: Models, writer: Writer, summary: Summary, progress: Tracker
    ) -> None:
        """Let all new files be found by their names, and then texts by their words, the newest first.

        `text_limit` is the most bytes that are read of a file in portions.
        """

    def embed(
        self,
        todo: Plan,
        due: Unembedded,
        store: Store,
        models: Models,
        writer: Writer,
        summary: Summary,
        progress: Tracker,
    ) -> None:
        """Embed the passages of the documents that are `due`, and pictures. The newest files come first."""

    def read_pictures(
        self,
        unread: Sequence[DocumentRecord],
        store: Store,
        models: Models,
        summary: Summary,
        progress: Tracker,
    ) -> None:
        """Recognise the text in pictures, when everything else can be found."""


def read_texts(
    todo: Plan, text_limit: int, models: Models, writer: Writer, summary: Summary, progress: Tracker
) -> None:
    """Let all new files be found by their names, and then texts by their words: see `Stages`."""
    contents = Contents(writer.knows)

    def read(texts: Sequence[SourceFile]) -> None:
        read_words(texts, contents, text_limit, models, writer, progress)

    read_newest_first(todo, writer, summary, progress, read)


def read_newest_first(
    todo: Plan,
    writer: Writer,
    summary: Summary,
    progress: Tracker,
    read: Callable[[Sequence[SourceFile]], None],
) -> None:
    """Count what needs no reading, write names, and call `read` with the texts, the newest first.

    The very newest are read before the names of many others are written, so that something can be found at
    once.
    """
    count_unchanged(todo, writer, summary)
    writer.write()
    texts = sorted((file for file in todo.work if not is_picture(file)), key=lambda file: -file.mtime_ns)
    first = texts[:FEW] if len(todo.work) > FEW else []
    if first:
        progress.begin(Phase.READ, files=len(first), bytes=sum(file.size for file in first))
        read(first)
        write_names(todo, first, writer, progress)
    settled = todo.left + len(todo.unread)
    progress.begin(Phase.READ, files=settled + len(texts), bytes=sum(file.size for file in texts))
    progress.advance(files=settled + len(first), bytes=sum(file.size for file in first))
    read(texts[len(first) :])


def count_unchanged(todo: Plan, writer: Writer, summary: Summary) -> None:
    """Count what needs no reading."""
    summary.unchanged += todo.settled[State.INDEXED]
    summary.skipped += todo.settled[State.SKIPPED]
    writer.leave(record for record in todo.unchanged if record.due is Due.NONE)
    for path, reason in todo.problems:
        summary.trouble(path, reason)
    for file, reason in todo.unread:
        writer.skip(file, reason)


def write_names(todo: Plan, read: Iterable[SourceFile], writer: Writer, progress: Tracker) -> None:
    """Let new files be found by their names, except those that are `read` already."""
    progress.begin(Phase.NAMES, files=len(todo.work))
    done = set(map(id_of, read))
    # Files that were moved take copies within seconds: their names need not be written before.
    moved = set(map(mark, todo.not_there()))
    files = (file for file in _counted(todo.work, progress) if id_of(file) not in done)
    writer.name(file for file in files if mark(file) not in moved)


def read_words(
    texts: Sequence[SourceFile],
    contents: Contents,
    text_limit: int,
    models: Models,
    writer: Writer,
    progress: Tracker,
    sandboxes: Sequence[Sandbox] = (),
) -> None:
    """Let these texts be found by their words, in their order. `contents` are those met before.

    `sandboxes` are those of `Extractor`.
    """
    while texts:
        with (
            Extractor(picture_size=None, text_limit=text_limit, sandboxes=sandboxes) as extractor,
            closing(in_background(prepare(texts, contents, extractor, models.text))) as items,
        ):
            for item in items:
                writer.take(item)
                progress.advance(files=1, bytes=item.file.size)
        # A twin is left over when the file with the same content could not be read. The twin is read next.
        texts, contents = writer.settle(), Contents(writer.knows)


def embed(
    todo: Plan,
    due: Unembedded,
    store: Store,
    models: Models,
    writer: Writer,
    summary: Summary,
    progress: Tracker,
) -> None:
    """Embed the passages of the documents that are `due`, and pictures: see `Stages`."""
    pictures = begin_embedding(todo, due, progress)
    batches = newest_first(
        embed_passages(due, store, models, writer, progress),
        embed_pictures(pictures, store, models, writer, progress),
    )
    early = EarlyCalibration(store, models, summary, writer)
    for _ in batches:
        early.take()


def begin_embedding(todo: Plan, due: Unembedded, progress: Tracker) -> list[SourceFile]:
    """Begin the phase of vectors and pictures. Returns the pictures to embed."""
    pictures = [file for file in todo.work if is_picture(file)]
    progress.begin(
        Phase.EMBED,
        files=len(pictures),
        bytes=sum(file.size for file in pictures),
        passages=due.passages,
    )
    return pictures


class EarlyCalibration:
    """Calibrates while documents are embedded: soon after the stage began, and then now and again."""

    def __init__(self, store: Store, models: Models, summary: Summary, writer: Writer) -> None:
        self._store, self._models = store, models
        self._summary, self._writer = summary, writer
        self._next = time.monotonic() + _FIRST_CALIBRATION

    def take(self) -> None:
        """Calibrate if it is time."""
        if time.monotonic() >= self._next:
            calibrate(self._store, self._models, self._summary, self._writer.take_changes())
            self._next = time.monotonic() + _NEXT_CALIBRATION


def newest_first(*stages: Iterator[int]) -> Iterator[int]:
    """Go on with the stage whose next batch has the newest file, until all have ended.

    A stage yields the date of a file in its next batch before it works on it.
    """
    dates = {stage: date for stage in stages if (date := next(stage, None)) is not None}
    while dates:
        newest = max(dates, key=dates.__getitem__)
        date = next(newest, None)
        if date is None:
            del dates[newest]
        else:
            dates[newest] = date
            yield date


def read_pictures(
    unread: Sequence[DocumentRecord],
    store: Store,
    models: Models,
    summary: Summary,
    progress: Tracker,
) -> None:
    """Recognise the text in pictures: see `Stages`."""
    SecondPass(store, models, summary, progress).run(unread)
    if summary.read:
        calibrate(store, models, summary, summary.read)


def calibrate(
    store: Store, models: Models, summary: Summary, changes: int, share: float = TUNING.recalibrate_share
) -> None:
    """Calibrate if this share of the documents has changed, with the new `changes`.

    A missing model is only a problem to note: the documents can be found.
    """
    try:
        calibrate_when_due(store, models, changes, share)
    except ModelError as error:
        summary.trouble("calibration", f"relevance is not known: {error}")


def _counted(files: Iterable[SourceFile], progress: Tracker) -> Iterator[SourceFile]:
    for file in files:
        yield file
        progress.advance(files=1)


def is_picture(file: SourceFile) -> bool:
    row = file.format
    return row is not None and row.kind is Kind.IMAGE
