"""PDF: pages, paragraphs, titles, and reasons for failures."""

from collections.abc import Sequence

import pytest

from ingest.readers.pdf import pages as pages_module
from ingest.readers.pdf.paragraphs import paragraphs
from ingest.readers.pdf.pdf import read_pdf
from semsearch.errors import FileError


def make_pdf(*pages: list[str], title: str = "", notes: Sequence[str] = ()) -> bytes:
    """Return a PDF with these lines on each page, in Helvetica. `notes` are annotations and form fields."""
    fields = " ".join(f"<< /Type /Annot /Rect [60 60 300 90] {note} >>" for note in notes)
    objects = [f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{fields}] >> >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    numbers = []
    for lines in pages:
        shown = "".join(f"({line}) Tj 0 -14 Td\n" for line in lines)
        content = f"BT /F1 11 Tf 60 760 Td\n{shown}ET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        numbers.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Annots [{fields}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>"
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


def test_each_page_has_its_offset() -> None:
    document = read_pdf(
        make_pdf(["Onions keep well."], [], ["Carrots do not."]), "roots.pdf", "application/pdf"
    )
    assert document.text == "Onions keep well.\n\nCarrots do not."
    assert len(document.pages) == 3
    assert document.text[document.pages[2] :] == "Carrots do not."


def test_what_a_form_was_filled_in_with_and_comments_belong_to_their_page() -> None:
    data = make_pdf(
        ["Order of roots"],
        notes=[
            "/Subtype /Widget /FT /Tx /T (f1) /TU (Your name) /V (Mara Lindqvist)",
            "/Subtype /Widget /FT /Tx /T (f2) /V (twelve turnips)",
            "/Subtype /Widget /FT /Tx /T (f3) /TU (Remarks)",
            "/Subtype /Widget /FT /Btn /T (f4) /V /Yes",
            "/Subtype /Text /Contents (Deliver before the frost)",
            "/Subtype /Link /Contents (nobody reads this)",
        ],
    )
    text = read_pdf(data, "form.pdf", "application/pdf").text
    assert text.split("\n\n") == [
        "Order of roots",
        "Your name: Mara Lindqvist",
        "twelve turnips",
        "Deliver before the frost",
    ]


def test_a_page_with_nothing_but_a_filled_in_field_has_text() -> None:
    data = make_pdf([], notes=["/Subtype /Widget /FT /Tx /T (f1) /V (to be continued on the next sheet)"])
    assert read_pdf(data, "form.pdf", "application/pdf").text == "to be continued on the next sheet"


@pytest.mark.parametrize(
    ("metadata", "first_line", "title", "in_file"),
    [
        ("On the storage of roots", "Some words.", "On the storage of roots", True),
        ("Microsoft Word - draft3.doc", "Roots in winter", "Roots in winter", True),
        ("paper_final.tex", "Roots in winter", "Roots in winter", True),
        ("untitled", "* * *", "my paper", False),
        ("", "12", "my paper", False),
    ],
)
def test_the_title_is_that_of_the_properties_if_a_person_wrote_it(
    metadata: str, first_line: str, title: str, in_file: bool
) -> None:
    document = read_pdf(make_pdf([first_line], title=metadata), "my_paper.pdf", "application/pdf")
    assert (document.title, document.title_in_file) == (title, in_file)


def test_full_lines_run_on_and_short_ones_do_not() -> None:
    page = "\r\n".join([
        "The storage of roots",
        "Onions keep well in a dry and airy loft, and they were kept",
        "there through the winter by everyone who had one.",
        "Carrots want sand, or moist peat, and a cellar that does",
        "not freeze.",
        "• sand is cheap, and can be found at every river that there is",
        "• peat is not",
    ])  # fmt: skip
    assert paragraphs(page) == (
        "The storage of roots\n"
        "Onions keep well in a dry and airy loft, and they were kept "
        "there through the winter by everyone who had one. "
        "Carrots want sand, or moist peat, and a cellar that does not freeze.\n\n"
        "• sand is cheap, and can be found at every river that there is\n"
        "• peat is not"
    )


@pytest.mark.parametrize(
    ("source", "joined"),
    [
        ("under\ufffe\r\nstand", "understand"),
        ("under-\r\nstand", "understand"),
        ("under\u00ad\nstand", "understand"),
        ("co\u00adoperate", "cooperate"),
        ("Jean-\nLuc", "Jean-Luc"),
        ("2019-\n2020", "2019-2020"),
    ],
)
def test_words_divided_at_the_end_of_a_line_are_joined(source: str, joined: str) -> None:
    assert paragraphs(source) == joined


def test_reasons_are_plain() -> None:
    with pytest.raises(FileError, match="damaged PDF"):
        read_pdf(b"<html>not found</html>", "a.pdf", "application/pdf")
    with pytest.raises(FileError, match=r"no text in this PDF$"):
        read_pdf(make_pdf([]), "a.pdf", "application/pdf")


def test_the_first_pages_are_read_of_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "MAX_PAGES", 2)
    document = read_pdf(make_pdf(["a"], ["b"], ["c"]), "a.pdf", "application/pdf")
    assert (document.text, len(document.pages)) == ("a\nb", 2)
    assert document.left_out == "the first 2 of 3 pages were read"


def test_an_encrypted_pdf_says_that_it_needs_a_password() -> None:
    encryption = f"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -44 /O <{'ab' * 32}> /U <{'cd' * 32}> >>"
    data = make_pdf(["secret"]).replace(
        b"/Root 1 0 R", f"/Root 1 0 R /ID [<00> <00>] /Encrypt {encryption}".encode()
    )
    with pytest.raises(FileError, match="encrypted PDF: needs a password"):
        read_pdf(data, "a.pdf", "application/pdf")
