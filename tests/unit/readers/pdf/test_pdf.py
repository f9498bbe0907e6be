"""PDF: pages, paragraphs, titles, and reasons for failures."""

import pytest

from ingest.readers.pdf import pages as pages_module
from ingest.readers.pdf.pages import pages_of
from ingest.readers.pdf.paragraphs import paragraphs
from ingest.readers.pdf.pdf import open_pdf, read_pdf
from semsearch.errors import FileError
from tests.pdfs import make_pdf, pdf_of


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


def test_a_page_of_unknown_characters_is_left_to_ocr_and_a_note_says_so() -> None:
    private = [0xE000 + n for n in range(95)]
    lines = ["The log of the lighthouse keeper", "Fog on Monday, and a gale from the west"]
    document = read_pdf(make_pdf(lines, letters=private), "log.pdf", "application/pdf")
    assert (document.text, document.scanned) == ("", True)
    assert document.left_out == "page 1: unknown characters, which only OCR can read: see SEMSEARCH_OCR"
    assert read_pdf(make_pdf(lines), "log.pdf", "application/pdf").text == " ".join(lines)


def picture_page(words: str, width: int, height: int) -> bytes:
    """A PDF with a page that has some words over a picture of this size."""
    picture = f"q {width} 0 0 {height} 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"
    lines = [f"({line}) Tj 0 -14 Td" for line in words.split("\n")]
    return pdf_of([f"{picture} BT /F1 11 Tf 60 760 Td {' '.join(lines)} ET"])


@pytest.mark.parametrize(
    ("words", "size", "scanned"),
    [
        ("SMITH v. JONES 2019 - EXHIBIT C - BATES NO. 000417", (612, 792), True),
        ("The harbour in winter, as one sees it from the mill.", (300, 200), False),
        ("The harbour in winter, as one sees it.\n" * 10, (612, 792), False),
    ],
    ids=["stamp", "caption", "text"],
)
def test_a_stamp_on_a_scanned_page_is_not_taken_for_its_text(
    words: str, size: tuple[int, int], scanned: bool
) -> None:
    pages = pages_of(open_pdf(picture_page(words, *size)))
    assert pages.scanned == ((0,) if scanned else ())
    assert pages.texts[0].split() == words.split()


def test_a_sentence_runs_on_from_page_to_page_in_one_line() -> None:
    first = "Nobody in the village had counted the bells before the storm, and"
    data = make_pdf([first], ["so nobody knew whether one was lost.", "The priest said nothing."])
    document = read_pdf(data, "bells.pdf", "application/pdf")
    assert document.text.startswith(f"{first} so nobody knew")
    assert document.pages == (0, len(first) + 1)


def test_running_heads_do_not_part_a_sentence_or_a_word() -> None:
    head = "The bells of the lower valley"
    data = make_pdf(
        [head, "Nobody in the village had counted the bells before the thunder-"],
        [head, "storm came down from the moor and the mountains beyond it, and"],
        [head, "therefore nobody could tell whether one was lost."],
    )
    text = read_pdf(data, "bells.pdf", "application/pdf").text
    assert text.split("\n")[-1] == (
        "Nobody in the village had counted the bells before the thunderstorm came down from the moor and the "
        "mountains beyond it, and therefore nobody could tell whether one was lost."
    )
