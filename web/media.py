"""Originals, thumbnails, pages of PDFs as pictures, and previews of query pictures."""

from __future__ import annotations

import posixpath
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from semsearch.api.parameters import SIZE
from semsearch.errors import FileError, NotFoundError
from semsearch.formats import table
from semsearch.formats.format import Shown
from semsearch.message import say
from semsearch.pictures.decode import DecodedPicture, decode
from semsearch.records import Box, DocumentRecord, Kind
from semsearch.search.page import moment_of
from semsearch.stages import stage
from semsearch.text import readable
from web.originals import read_whole
from web.security import MEDIA_POLICY
from web.services import services

media = Blueprint("media", __name__)

_A_YEAR = 31_536_000
_PLAIN, _DOWNLOAD = "text/plain; charset=utf-8", "application/octet-stream"


def is_inline(record: DocumentRecord) -> bool:
    """Whether a browser may show the original itself, because it runs nothing in such a file."""
    return _content_type(record) != _DOWNLOAD


def is_plain(record: DocumentRecord) -> bool:
    """Whether the original is sent as plain text."""
    return _content_type(record) == _PLAIN


def _content_type(record: DocumentRecord) -> str:
    """How the original is sent. The name of the file decides, and not the media type in Redis.

    Where the two differ, the content may be another than the name says, and the file becomes a download.
    """
    by_name, stored = table.FORMATS.of_path(record.path), table.FORMATS.of_type(record.media_type)
    if by_name is None or stored is None or by_name.shown is not stored.shown:
        return _DOWNLOAD
    return {Shown.AS_IS: by_name.media_type, Shown.AS_TEXT: _PLAIN}.get(by_name.shown, _DOWNLOAD)


@media.get("/file/<doc:doc>")
def original(doc: str) -> Response:
    record = services().library.record(doc)
    file, found = services().originals.open(record)
    response = Response(FileWrapper(file), direct_passthrough=True)
    response.content_type = _content_type(record)
    response.content_length = found.st_size
    response.headers.set(
        "Content-Disposition", "inline" if is_inline(record) else "attachment", **_names(record.path)
    )
    response.headers["Content-Security-Policy"] = MEDIA_POLICY
    response.set_etag(f"{found.st_mtime_ns:x}-{found.st_size:x}")
    response.last_modified = moment_of(found.st_mtime)
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.call_on_close(file.close)
    response.accept_ranges = "bytes"
    try:
        response.make_conditional(
            request.environ, accept_ranges=_asks_for_a_range(), complete_length=found.st_size
        )
    except RequestedRangeNotSatisfiable:
        response.close()  # Flask sends an error response in its place
        raise
    if wrapper := request.environ.get("wsgi.file_wrapper"):
        # Waitress then sends as much as Content-Length says, in its own thread: a slow client holds no other.
        file.seek(response.content_range.start or 0)
        response.response = wrapper(file)
    return response


def _asks_for_a_range() -> bool:
    """Whether one range of bytes is asked for. Whoever asks for another kind, or for several, gets it all."""
    asked = request.range
    return asked is not None and asked.units == "bytes" and len(asked.ranges) == 1


@media.get("/thumb/<doc:doc>")
def thumb(doc: str) -> Response:
    size = SIZE.read(request.args)
    record = services().library.record(doc)
    if record.kind is not Kind.IMAGE:
        raise NotFoundError(
            say("{path!r} is not a picture; it has no thumbnail.", path=readable(record.path))
        )
    try:
        picture = services().thumbnails.of(record, size)
    except (FileError, NotFoundError) as error:
        current_app.logger.info("no thumbnail of %r: %s", record.path, error)
        return _placeholder()
    return _picture(picture, versioned="v" in request.args)


@media.get("/page/<doc:doc>/<int:number>")
def page(doc: str, number: int) -> Response:
    """The picture of a page of a PDF."""
    record = services().library.record(doc)
    try:
        picture = services().drawn_pages.of(record, number)
    except (FileError, NotFoundError) as error:
        current_app.logger.info("no picture of page %d of %r: %s", number, record.path, error)
        return _placeholder()
    return _picture(picture, versioned="v" in request.args)


@media.get("/picture/<doc:key>")
def query_picture(key: str) -> Response:
    return _picture(services().pictures.get(key).preview, versioned=True)


def part_of(record: DocumentRecord, text: str) -> Box | None:
    """The part of a picture document that matches the query `text`; None where no part beats the whole.

    Raises NotFoundError when the document is not a picture or its file is gone, FileError when the file
    cannot be decoded, BusyError when too many others are, and otherwise the errors of `Library.part`.
    """
    if record.kind is not Kind.IMAGE:
        raise NotFoundError(say("{path!r} is not a picture; it has no parts.", path=readable(record.path)))
    original, found = services().originals.open(record)

    def decoded(size: int) -> DecodedPicture:
        with services().stored.turn() as sandbox, stage("decode"):
            return sandbox.call(decode, read_whole(original, found), size)

    with original:
        return services().library.part(decoded, text)


def _picture(content: bytes, *, versioned: bool) -> Response:
    response = Response(content, mimetype="image/webp", headers={"Content-Security-Policy": MEDIA_POLICY})
    response.cache_control.private = True
    if versioned:
        response.cache_control.max_age = _A_YEAR
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request.environ)
    return response


def _placeholder() -> Response:
    # A program sees the status 404; a browser still shows the picture in the body.
    with current_app.open_resource("static/no-picture.svg") as file:
        drawing = file.read()
    headers = {"Content-Security-Policy": MEDIA_POLICY, "Cache-Control": "no-store"}
    return Response(drawing, 404, headers, mimetype="image/svg+xml")


def _names(path: str) -> dict[str, str]:
    """The file name as options of Content-Disposition: ASCII, and `filename*` when ASCII does not suffice."""
    name = "".join(each if each.isprintable() else "_" for each in readable(posixpath.basename(path)))
    plain = name.encode("ascii", "replace").decode("ascii").replace("?", "_")
    return (
        {"filename": plain}
        if plain == name
        else {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
    )
