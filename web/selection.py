"""The documents that are selected in a list of hits: a table of them, and an archive of their files."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import time
import zipfile
from dataclasses import dataclass, field
from typing import IO, BinaryIO

from flask import Blueprint, Response, request
from werkzeug.wsgi import FileWrapper

from semsearch.api.parameters import DOC
from semsearch.errors import NotFoundError, QueryError
from semsearch.language.document_date import document_date
from semsearch.members import SEPARATOR
from semsearch.message import say
from semsearch.query import MAX_LIMIT
from semsearch.records import DocumentRecord
from semsearch.text import iso, readable
from web.filters import folder_name, location, name_of
from web.services import services

selection = Blueprint("selection", __name__)

# The most bytes of the files in one archive. It is made on the disk of the server before it is sent.
_MOST_MB = 1_000
_BLOCK = 1 << 20
_COLUMNS = ("path", "title", "type", "language", "date", "bytes")
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What has a meaning in names of Windows, where an archive may be unpacked.
_UNSAFE = re.compile(r"[\\:*?\"<>|\0-\x1f]")
_LEFT_OUT = "left out.txt"


@selection.get("/selection.csv")
def as_csv() -> Response:
    """A row for each selected document."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for record in _selected().records:
        date = iso(document_date(record).moment)
        cells = (location(record), name_of(record), record.media_type, record.language, date, record.size)
        table.writerow([_plain(str(cell)) for cell in cells])
    # With the mark, spreadsheets read it as UTF-8.
    return _download(Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv"), "semsearch.csv")


@selection.get("/selection.zip")
def as_zip() -> Response:
    """An archive of the original files of the selected documents, and a list of those that are not in it."""
    selected = _selected()
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    try:
        _pack(selected, file)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    # As with originals: the server's own thread sends the file, so a slow client holds no other.
    wrapper = request.environ.get("wsgi.file_wrapper", FileWrapper)
    response = Response(wrapper(file), mimetype="application/zip", direct_passthrough=True)
    response.content_length = size
    response.call_on_close(file.close)
    return _download(response, "semsearch.zip")


@dataclass(frozen=True, slots=True)
class _Selected:
    """The records of selected documents, and why others are left out."""

    records: list[DocumentRecord]
    left_out: list[str] = field(default_factory=list)


def _selected() -> _Selected:
    """The documents that the request names. Raises QueryError, and NotFoundError if none of them exists."""
    docs = dict.fromkeys(DOC.value.read("doc", doc) for doc in request.args.getlist("doc") if doc)
    if not docs:
        raise QueryError(say("Nothing is selected. Select some results first."))
    if len(docs) > MAX_LIMIT:
        raise QueryError(
            say("{number} results are selected; {most} are the most.", number=len(docs), most=MAX_LIMIT)
        )
    selected = _Selected([])
    for doc in docs:
        try:
            selected.records.append(services().library.record(doc))
        except NotFoundError as error:
            selected.left_out.append(error.message)
    if not selected.records:
        raise NotFoundError(selected.left_out[0])
    return selected


def _pack(selected: _Selected, file: IO[bytes]) -> None:
    """Write the archive. Raises QueryError if it would be too large, NotFoundError if it would be empty."""
    several = len({record.root for record in selected.records}) > 1
    names: set[str] = set()
    total, left_out = 0, [*selected.left_out]
    with zipfile.ZipFile(file, "w") as archive:
        for record in selected.records:
            try:
                original, found = services().originals.open(record)
            except NotFoundError as error:
                left_out.append(error.message)
                continue
            with original:
                total += found.st_size
                if total > _MOST_MB * 10**6:
                    raise QueryError(
                        say("The selected files have more than {most} MB. Select fewer.", most=_MOST_MB)
                    )
                name = _name_in_archive(record, several=several)
                names.add(name := f"{record.doc}/{name}" if name in names else name)
                _add(archive, name, original, found.st_size, found.st_mtime)
        if not names:
            raise NotFoundError(left_out[0])
        if left_out:
            archive.writestr(_LEFT_OUT, "\n".join(map(readable, left_out)))


def _add(archive: zipfile.ZipFile, name: str, original: BinaryIO, size: int, changed: float) -> None:
    """Add a file as it is: most large ones are compressed already. What was added since is left out."""
    year, *rest = time.localtime(changed)[:6]
    member = zipfile.ZipInfo(name, (min(max(year, 1980), 2107), *rest))  # type: ignore[arg-type]
    member.file_size = size
    with archive.open(member, "w") as target:
        while block := original.read(min(size, _BLOCK)):
            target.write(block)
            size -= len(block)


def _name_in_archive(record: DocumentRecord, *, several: bool) -> str:
    """The path of a file in the archive: that below its root folder, with its name if there are several."""
    path = record.path.replace(SEPARATOR, " unpacked/")
    return _UNSAFE.sub("_", readable(f"{folder_name(record.root)}/{path}" if several else path))


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: titles come from files of others."""
    return f"'{readable(cell)}" if cell.startswith(_FORMULA) else readable(cell)


def _download(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
