"""The last stage of a run: it reads text in pictures and on scanned pages, which takes seconds a page.

By then, everything else that the run found can be searched. Each page is kept when it has been read. When a
run is stopped, the next one goes on with the next page.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from ingest.progress import Tracker
from ingest.readers.picture.ocr import Scan
from ingest.retry import Retry
from ingest.scan_writer import ScanWriter
from ingest.scans import ScanReader
from ingest.scopes import Scope
from ingest.summary import Summary
from semsearch.errors import FileError, ModelError
from semsearch.models.loaded import Models
from semsearch.progress import Phase
from semsearch.records import DocumentRecord, Ocr, State
from semsearch.store.pages import ReadPages
from semsearch.store.store import Store

# While the pages of a document are read, it is written again after this many seconds, and less often where
# writing would take more than this share of the time.
_INTERVAL, _SHARE = 20.0, 0.05


def due(
    records: Iterable[DocumentRecord], scopes: Sequence[Scope], retry: Retry | None = None
) -> list[DocumentRecord]:
    """Return the files in these folders that wait for OCR; with `retry`, also those of it that failed."""
    found = [
        record
        for record in records
        if (record.ocr is Ocr.DUE or (record.ocr is Ocr.FAILED and retry is not None and retry.is_at(record)))
        and record.state is not State.MISSING
        and any(scope.holds(Path(record.root, record.path)) for scope in scopes)
    ]
    return sorted(found, key=lambda record: (record.root, record.path))


class SecondPass:
    """Reads text in pictures and on scanned pages, and adds it to the index."""

    def __init__(self, store: Store, models: Models, summary: Summary, progress: Tracker) -> None:
        self._pages = store.pages
        self._writer = ScanWriter(store, models, summary)
        self._summary = summary
        self._progress = progress

    def run(self, records: Sequence[DocumentRecord]) -> None:
        """Read these files. When a model is missing, note that as a problem: the files stay due."""
        self._summary.scans = len(records)
        self._progress.begin(Phase.OCR, files=len(records))
        try:
            with ScanReader() as reader:
                for record in records:
                    self._take(record, reader)
                    self._summary.scanned += 1
                    self._progress.advance(files=1)
        except ModelError as error:
            self._summary.trouble("OCR", str(error))

    def _take(self, record: DocumentRecord, reader: ScanReader) -> None:
        """Read a file. One that has changed since it was indexed stays due."""
        try:
            scan = reader.open(record)
            if scan is None:
                return
            read, pace = self._read_before(record, scan), _Pace()
            for number in scan.wanted:
                if number in read.texts or number in read.failed:
                    continue
                if any(read.texts.values()) and pace.is_due():
                    with pace:
                        record = self._writer.write_part(record, scan, read)
                self._read_page(number, read, reader)
                # The last page is written at once, but when others failed, `--retry` needs only those again.
                if number != scan.wanted[-1] or ((read.failed or read.unread) and len(scan.wanted) > 1):
                    self._pages.keep(record, read, number)
            self._writer.write_whole(record, scan, read)
        except FileError as error:
            self._writer.give_up(record, error)

    def _read_page(self, number: int, read: ReadPages, reader: ScanReader) -> None:
        """Add a page to those that are read. One that cannot be read costs itself only."""
        try:
            reading = reader.page(number)
        except FileError as error:
            read.failed[number] = str(error)
            return
        read.texts[number] = reading.text
        read.readers.update(reading.readers)
        if reading.unread:
            read.unread[number] = reading.unread

    def _read_before(self, record: DocumentRecord, scan: Scan) -> ReadPages:
        """The pages that a run before has read. When a document is tried again, its bad pages are too."""
        if len(scan.wanted) == 1:
            return ReadPages()
        read = self._pages.get(record)
        return read.to_retry() if record.ocr is Ocr.FAILED else read


class _Pace:
    """When to write a document whose pages are being read: at once, and then at intervals.

    Each time, write in a `with`: the next interval depends on how long that took.
    """

    def __init__(self) -> None:
        self._began = self._next = 0.0

    def is_due(self) -> bool:
        return time.monotonic() >= self._next

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        now = time.monotonic()
        self._next = now + max(_INTERVAL, (now - self._began) / _SHARE)
