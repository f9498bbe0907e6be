"""Pictures: decoded to what a model needs, titled by their file's name."""

from __future__ import annotations

from ingest.documents import PictureDocument
from ingest.extract.text import title_of
from semsearch.pictures import decode


def read_picture(data: bytes, path: str, size: int | None) -> PictureDocument:
    """The first frame, upright, its shorter side `size` pixels. Raises FileError as `decode` does."""
    picture = decode(data, size)
    return PictureDocument(
        media_type=picture.media_type,
        title=title_of(path),
        image=picture.image,
        width=picture.width,
        height=picture.height,
    )
