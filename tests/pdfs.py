"""PDFs that tests write themselves, with everything uncompressed."""

from __future__ import annotations

from collections.abc import Sequence

# A line at a place: left, baseline, words.
Placed = tuple[float, float, str]


def make_pdf(
    *pages: Sequence[str], title: str = "", notes: Sequence[str] = (), letters: Sequence[int] = ()
) -> bytes:
    """A PDF with these lines on each page, in Helvetica. `notes` are annotations and form fields.

    `letters` are the characters that the text layer has in place of those from the space on.
    """
    return pdf_of(
        [
            f"BT /F1 11 Tf 60 760 Td\n{''.join(f'({line}) Tj 0 -14 Td' + chr(10) for line in lines)}ET"
            for lines in pages
        ],
        title,
        notes,
        letters,
    )


def placed_pdf(*pages: Sequence[Placed]) -> bytes:
    """A PDF with lines at places, drawn in this order."""
    return pdf_of([
        "".join(f"BT /F1 11 Tf {left} {down} Td ({words}) Tj ET\n" for left, down, words in page)
        for page in pages
    ])  # fmt: skip


def pdf_of(
    contents: Sequence[str],
    title: str = "",
    notes: Sequence[str] = (),
    letters: Sequence[int] = (),
    resources: str = "",
) -> bytes:
    """A PDF with a page for each of these streams. `resources` stand beside the font in the pages."""
    fields = " ".join(f"<< /Type /Annot /Rect [60 60 300 90] {note} >>" for note in notes)
    objects = [f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{fields}] >> >>", ""]
    coded = f"/ToUnicode {len(objects) + 2} 0 R" if letters else "/Encoding /WinAnsiEncoding"
    objects.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {coded} >>")
    if letters:
        mapped = "".join(f"<{32 + n:02X}> <{letter:04X}>\n" for n, letter in enumerate(letters))
        cmap = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
            "1 begincodespacerange <00> <FF> endcodespacerange\n"
            f"{len(letters)} beginbfchar\n{mapped}endbfchar\nendcmap end end"
        )
        objects.append(f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream")
    numbers = []
    for content in contents:
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        numbers.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Annots [{fields}] "
            f"/Resources << /Font << /F1 3 0 R >> {resources} >> /Contents {len(objects)} 0 R >>"
        )
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>"
    objects.append(f"<< /Title ({title}) >>")
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    xref = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    root = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    return out + f"trailer\n{root}\nstartxref\n{xref}\n%%EOF\n".encode()
