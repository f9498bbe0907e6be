"""Pictures: decoded to the size that a model takes, with captions from content, metadata and sidecars."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL.Image import Image

from ingest.readers.documents import Caption, PictureDocument
from ingest.readers.picture.in_file import of_picture
from ingest.readers.picture.metadata import Metadata
from ingest.readers.picture.svg_text import labels
from ingest.readers.picture.takeout import of_takeout
from ingest.readers.picture.xmp import of_xmp
from ingest.readers.text import decode as decode_text
from ingest.readers.text import title_of
from semsearch.errors import FileError
from semsearch.pictures.decode import decode, opened
from semsearch.pictures.svg import is_drawing
from semsearch.records import Source

# In fewer pixels, text cannot be read: a sentence has some forty letters, and a letter takes six pixels.
_SMALLEST = 240
# In a page or a screenshot, also as JPEG, more than this part of the pixels have the shade of their right and
# lower neighbours; in a photo, fewer do. OCR of all photos would take many times as long as everything else.
_FLAT = 0.15
# In characters. A longer text beside a picture is no caption; it is still a document of its own.
_LONGEST_CAPTION = 5_000


def read_picture(data: bytes, path: str, size: int | None, sidecars: Mapping[str, bytes]) -> PictureDocument:
    """Read a picture: its views, upright, with a shorter side of `size` pixels, and its captions.

    Raises FileError as `decode` does.
    """
    picture = decode(data, size, all_views=True)
    written, metadata = (labels(data), Metadata()) if is_drawing(data) else ("", _metadata(data))
    captions = [Caption(Source.CONTENT, written), Caption(Source.METADATA, metadata.text)]
    told = [metadata]
    for name, content in sidecars.items():
        if name.lower().endswith((".xmp", ".json")):
            own_name = path.rpartition("/")[2]
            beside = of_takeout(content, own_name) if name.endswith(".json") else of_xmp(content)
            captions.append(Caption(Source.SIDECAR, beside.text))
            told.append(beside)
        else:
            captions.append(Caption(Source.SIDECAR, _caption(content)))
    dating = next((each for each in told if each.dated), metadata)
    return PictureDocument(
        media_type=picture.media_type,
        title=title_of(path),
        views=picture.views,
        width=picture.width,
        height=picture.height,
        captions=tuple(each for each in captions if each.text),
        dated=dating.dated,
        date_source=dating.date_source,
        scanned=max(picture.width, picture.height) >= _SMALLEST
        and not written
        and (size is None or any(map(_is_flat, picture.views))),
        camera=next((each.camera for each in told if each.camera), ""),
        locations=tuple({name.casefold(): name for each in told for name in each.locations}.values()),
        position=next((each.position for each in told if each.position), None),
    )


def _is_flat(view: Image) -> bool:
    """Tell from its even areas whether a picture is drawn or printed rather than photographed."""
    shades = np.asarray(view.convert("L"), np.int16)
    here = shades[:-1, :-1]
    return float(((here == shades[:-1, 1:]) & (here == shades[1:, :-1])).mean()) >= _FLAT


def _metadata(data: bytes) -> Metadata:
    with opened(data) as image:
        return of_picture(image)


def _caption(content: bytes) -> str:
    try:
        text = decode_text(content).strip()
    except FileError:
        return ""  # its own record gives the reason
    return text if len(text) <= _LONGEST_CAPTION else ""
