"""Read text in pictures and on scanned pages, in a separate process, because it takes seconds."""

from __future__ import annotations

from functools import cache

from ingest.readers.documents import Caption, PictureDocument, TextDocument
from ingest.readers.text import title_of
from semsearch.models.ocr import TextReader
from semsearch.pictures.decode import decode_whole
from semsearch.records import Kind, Source


def read_scan(data: bytes, path: str, kind: Kind, media_type: str) -> TextDocument | PictureDocument:
    """Read a file with OCR. A picture has only the text in it as caption, and no views.

    Raises FileError when a scanned document has no text, and whenever reading it without OCR does.
    """
    if kind is Kind.TEXT:
        from ingest.readers.pdf import read_pdf

        return read_pdf(data, path, media_type, _reader().read)
    picture = decode_whole(data)
    # Frames of an animation often have the same text.
    text = "\n".join(dict.fromkeys(filter(None, map(_reader().read, picture.views))))
    captions = (Caption(Source.OCR, text),) if text else ()
    return PictureDocument(picture.media_type, title_of(path), (), picture.width, picture.height, captions)


@cache
def _reader() -> TextReader:
    return TextReader()
