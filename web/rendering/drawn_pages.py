"""Pages of PDFs as pictures."""

from __future__ import annotations

from pathlib import Path

from semsearch.pool import Pool
from semsearch.records import DocumentRecord
from web.kept_pictures import KeptPictures
from web.originals import Originals
from web.rendering.pdf_page import draw_page

# The width of the picture of a page, in pixels: enough to read small print on a dense screen.
WIDTH = 1_280
# The pages of a document that are kept: those that somebody who reads in it looks at again.
_MOST = 20


class DrawnPages:
    """Pictures of the pages of PDFs, WIDTH pixels wide."""

    def __init__(self, folder: Path, originals: Originals, pool: Pool) -> None:
        self._kept = KeptPictures(folder, originals, pool, _MOST)

    def of(self, record: DocumentRecord, number: int) -> bytes:
        """The picture of page `number`, counted from 1, as WebP. Raises the errors of `KeptPictures.of`."""
        return self._kept.of(record, f"page{number}", draw_page, number, WIDTH)
