"""Notes on the pages of a PDF: the values of form fields, and comments."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pypdfium2

# A page of a form has dozens. More than this is an attack, or a map.
MAX_NOTES = 2_000


def notes(page: pypdfium2.PdfPage) -> Iterator[str]:
    """Yield the notes of a page in order: "label: value" for a field, and the text of a comment.

    Fields have values only when the document's `init_forms()` was called before the page was loaded.
    """
    import pypdfium2.raw as pdfium

    comments = {
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_FREETEXT,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_STAMP,
        pdfium.FPDF_ANNOT_CARET,
        pdfium.FPDF_ANNOT_INK,
    }
    written = {pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX}
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), MAX_NOTES)):
        with _annotation(page, number) as annotation:
            if pdfium.FPDFAnnot_GetSubtype(annotation) in comments:
                yield _string(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents")
            elif page.formenv and pdfium.FPDFAnnot_GetFormFieldType(page.formenv, annotation) in written:
                value = _string(pdfium.FPDFAnnot_GetFormFieldValue, page.formenv, annotation)
                label = _string(pdfium.FPDFAnnot_GetFormFieldAlternateName, page.formenv, annotation)
                yield f"{label}: {value}" if label and value else value


@contextmanager
def _annotation(page: pypdfium2.PdfPage, number: int) -> Iterator[Any]:
    import pypdfium2.raw as pdfium

    annotation = pdfium.FPDFPage_GetAnnot(page, number)
    try:
        yield annotation
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)


def _string(get: Callable[..., int], *arguments: Any) -> str:
    """Return a string from PDFium. `get` is called twice: for the length, then for the string."""
    import pypdfium2.raw as pdfium

    size = get(*arguments, None, 0)
    buffer = ctypes.create_string_buffer(size)
    get(*arguments, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0").strip()
