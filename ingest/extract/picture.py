"""Pictures: decoded to what a model needs, with what is said in them, of them, and beside them."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.documents import PictureDocument, Words
from ingest.extract.labels import labels
from ingest.extract.metadata import Metadata, of_picture, of_xmp
from ingest.extract.text import decode as decode_text
from ingest.extract.text import title_of
from semsearch.drawings import is_drawing
from semsearch.errors import FileError
from semsearch.picture_formats import opened
from semsearch.pictures import decode
from semsearch.types import Source

# Nobody reads text in fewer pixels: some forty letters make a sentence, and six pixels a letter.
_SMALLEST = 240
# Of a text beside a picture. What is longer is no caption: it is found as a text of its own.
_LONGEST_CAPTION = 5_000


def read_picture(data: bytes, path: str, size: int | None, sidecars: Mapping[str, bytes]) -> PictureDocument:
    """Its views, upright, their shorter side `size` pixels. Raises FileError as `decode` does."""
    picture = decode(data, size, all_views=True)
    written = labels(data) if is_drawing(data) else ""
    metadata = Metadata() if is_drawing(data) else _metadata(data)
    words = [Words(Source.CONTENT, written), Words(Source.METADATA, metadata.text)]
    dated = metadata.dated
    for name, content in sidecars.items():
        if name.lower().endswith(".xmp"):
            beside = of_xmp(content)
            words.append(Words(Source.SIDECAR, beside.text))
            dated = dated or beside.dated
        else:
            words.append(Words(Source.SIDECAR, _caption(content)))
    return PictureDocument(
        media_type=picture.media_type,
        title=title_of(path),
        views=picture.views,
        width=picture.width,
        height=picture.height,
        words=tuple(each for each in words if each.text),
        dated=dated,
        scanned=max(picture.width, picture.height) >= _SMALLEST and not written,
    )


def _metadata(data: bytes) -> Metadata:
    with opened(data) as image:
        return of_picture(image)


def _caption(content: bytes) -> str:
    try:
        text = decode_text(content).strip()
    except FileError:
        return ""  # it is told of as a file of its own
    return text if len(text) <= _LONGEST_CAPTION else ""
