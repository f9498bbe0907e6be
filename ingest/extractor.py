"""Turn files into documents: each is read, hashed, and parsed in a child process that may die."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from queue import SimpleQueue
from threading import Lock
from types import TracebackType
from typing import TypeVar

from ingest.readers.documents import Border, PictureDocument, SourceFile, TextDocument
from ingest.readers.file_bytes import check_beginning, combined, read, read_part
from ingest.readers.limits import first_bytes
from ingest.readers.portions import PORTION, read_portion
from ingest.readers.registry import parse
from semsearch.errors import FileError, KilledError, NothingToIndexError
from semsearch.formats import table
from semsearch.formats.content import corrected
from semsearch.message import say
from semsearch.sandbox import Limits, Sandbox
from semsearch.settings import TEXT_LIMIT

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The content of a file. `file` has the size and times that belong to exactly the bytes read.

    `document` is None when the content is known.
    """

    file: SourceFile
    sha256: str
    document: TextDocument | PictureDocument | None


class ContentError(FileError):
    """There is nothing to index in these bytes of a file, or they cannot be read. `reason` says why."""

    def __init__(self, file: SourceFile, sha256: str, reason: FileError) -> None:
        super().__init__(str(reason))
        self.file = file
        self.sha256 = sha256
        self.reason = reason


def _unknown(_file: SourceFile, _sha256: str) -> bool:
    return False


class Extractor:
    """Reads files in the background, `workers` at a time. It owns child processes: use it in a `with`.

    A file that crashes its reader, or keeps it busy for more than `seconds_per_file`, costs one child process
    and nothing else. When the system ends a reader, as it does when memory is short, the file is read once
    more while no other is. `picture_size` is the shorter side of decoded pictures in pixels. It is None when
    there is no picture model; pictures are then only checked. `text_limit` is the most bytes that are read of
    a file in portions. `sandboxes` are child processes that outlive this extractor, in place of its own.
    """

    def __init__(
        self,
        *,
        picture_size: int | None,
        text_limit: int = TEXT_LIMIT,
        workers: int = 2,
        seconds_per_file: float = 30.0,
        sandboxes: Sequence[Sandbox] = (),
    ) -> None:
        self._picture_size = picture_size
        self._text_limit = text_limit
        self._own = [] if sandboxes else [Sandbox(Limits(seconds_per_file)) for _ in range(workers)]
        self._sandboxes = sandboxes or self._own
        self._free: SimpleQueue[Sandbox] = SimpleQueue()
        for sandbox in self._sandboxes:
            self._free.put(sandbox)
        self._gathering = Lock()
        self._threads = ThreadPoolExecutor(len(self._sandboxes), thread_name_prefix="extract")

    def __enter__(self) -> Extractor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for sandbox in self._own:
            sandbox.close()
        self._threads.shutdown()

    def submit(
        self, file: SourceFile, knows: Callable[[SourceFile, str], bool] = _unknown
    ) -> Future[Extracted]:
        """Start to read a file, once. It is parsed unless `knows`, called in another thread, knows its hash.

        Its future raises FileError with the reason, a ContentError when that lies in its bytes, and what
        `knows` raises.
        """
        return self._threads.submit(self._extract, file, knows)

    def portions(
        self, file: SourceFile, sha256: str, border: Border
    ) -> Iterator[tuple[Border, TextDocument]]:
        """Read a long file, portion by portion, from a border on. Yields where each begins, and its document.

        Raises FileError, also at the end, when the file is no more the one with this hash.
        """
        row = file.format
        assert row is not None
        end, read_to = min(file.size, self._text_limit), 0
        while read_to < end:
            read_to = min(end, border.at + PORTION)
            data, begin = read_part(file, border.at, read_to), border
            read = partial(read_portion, more=read_to < file.size)
            document, border = self._call(read, data, file.path, row, begin)
            yield begin, replace(document, left_out=self.left_out(file))
        check_beginning(file, sha256)

    def left_out(self, file: SourceFile) -> str:
        """What will be left out of a long file; "" if nothing will."""
        return first_bytes(file.size, self._text_limit)

    def _extract(self, file: SourceFile, knows: Callable[[SourceFile, str], bool]) -> Extracted:
        row = file.format
        if row is None:
            raise FileError(table.skip_reason(file.path))
        actual, data = read(file)
        sidecars = {each.path: read(each)[1] for each in file.sidecars}
        digest, *beside = (hashlib.sha256(each).hexdigest() for each in (data, *sidecars.values()))
        sha256 = combined(digest, beside)
        if knows(actual, sha256):
            return Extracted(actual, sha256, None)
        try:
            if not data:
                raise NothingToIndexError(say("empty file"))
            document = self._call(parse, data, file.path, corrected(row, data), self._picture_size, sidecars)
        except FileError as error:
            raise ContentError(actual, sha256, error) from error
        return Extracted(actual, sha256, document)

    def _call(self, function: Callable[..., Result], *arguments: object) -> Result:
        try:
            with self._taken(1) as sandbox:
                return sandbox.call(function, *arguments)
        except KilledError:
            with self._taken(len(self._sandboxes)) as sandbox:
                return sandbox.call_again(function, *arguments)

    @contextmanager
    def _taken(self, count: int) -> Iterator[Sandbox]:
        """Hold this many sandboxes, and use one of them. All of them are held to read a file alone."""
        with self._gathering:  # two threads that each hold some would wait for each other
            taken = [self._free.get() for _ in range(count)]
        try:
            yield taken[0]
        finally:
            for sandbox in taken:
                self._free.put(sandbox)
