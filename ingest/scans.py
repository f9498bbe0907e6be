"""Have the text in a picture or on scanned pages read, one page after the other, in a child process."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

from ingest.readers.documents import SourceFile
from ingest.readers.file_bytes import read
from ingest.readers.picture.ocr import Scan, open_scan, read_page
from semsearch.errors import FileError, KilledError
from semsearch.models.ocr import Reading
from semsearch.records import DocumentRecord, Kind
from semsearch.sandbox import Limits, Sandbox

# The limits for one page. A page full of text takes 20 seconds of processor time, and 1 GB of memory; the
# largest picture takes as much again while it is decoded. The reader gives way to all other work, to searches
# and to ingestion, and so the time on the clock says little about a page.
_LIMITS = Limits(seconds=1800.0, processor=300.0, memory=3 * 2**30, nice=5)


class ScanReader:
    """Reads pages of one file at a time. It owns a child process: use it in a `with`."""

    def __init__(self) -> None:
        self._sandbox = Sandbox(_LIMITS)
        self._opening: tuple[str, bytes, Kind] = "", b"", Kind.TEXT

    def __enter__(self) -> ScanReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sandbox.close()

    def open(self, record: DocumentRecord) -> Scan | None:
        """Open the file of a document; None if it has changed since it was indexed, or is not there.

        Raises FileError when it cannot be opened.
        """
        file = SourceFile.of_record(record)
        try:
            actual, data = read(file)
        except FileError:  # its disk may be away
            return None
        if (actual.size, actual.mtime_ns) != (record.size, record.mtime_ns):
            return None
        self._opening = record.doc, data, record.kind
        try:
            return self._sandbox.call(open_scan, *self._opening)
        except KilledError:
            return self._sandbox.call_again(open_scan, *self._opening)

    def page(self, number: int) -> Reading:
        """Return what is read on a page of the open file.

        Raises FileError when the page cannot be read, and ModelError when OCR cannot run at all.
        """
        try:
            return self._page(self._sandbox.call, number)
        except KilledError:
            return self._page(self._sandbox.call_again, number)

    def _page(self, call: Callable[..., Any], number: int) -> Reading:
        name = self._opening[0]
        reading: Reading | None = call(read_page, name, number)
        if reading is None:  # it is a new child: another page has ended the one before
            call(open_scan, *self._opening)
            reading = call(read_page, name, number)
        return reading or Reading()
