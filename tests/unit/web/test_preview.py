"""The preview beside the results, and the page of a document: the file rendered, with what was found."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import ExifTags, Image

from semsearch.folders import remember_folders
from semsearch.records import State
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary
from tests.pdfs import make_pdf
from web.app import create_app


# One application for all tests: each would start processes that read files.
@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def library() -> MemoryLibrary:
    return MemoryLibrary()


@pytest.fixture(scope="module")
def client(library: MemoryLibrary, home: Path) -> FlaskClient:
    return create_app(Settings(home=home), library).test_client()


@pytest.fixture
def folder(tmp_path: Path, home: Path, library: MemoryLibrary) -> Path:
    library.views.clear()
    remember_folders(home, [str(tmp_path)])
    return tmp_path


@pytest.fixture
def trees(folder: Path, library: MemoryLibrary) -> str:
    (folder / "trees.md").write_text(
        "# Trees\n\n" + "Oaks *live* long.\n\n" * 300 + "## Roots\n\n- Roots drink water.\n- They hold.\n"
    )
    return library.add(folder, "trees.md", media_type="text/markdown")


def passage_of(library: MemoryLibrary, doc: str, words: str) -> int:
    return next(each.n for each in library.views[doc].passages if words in each.content)


def test_a_preview_is_the_rendered_text_around_the_passage_and_no_page(
    client: FlaskClient, library: MemoryLibrary, trees: str
) -> None:
    n = passage_of(library, trees, "Roots drink")
    part = client.get(f"/doc/{trees}/preview?q=water&passage={n}").text
    assert "<html" not in part
    assert "Roots drink <mark>water</mark>.</span></li>" in part
    assert 1 < part.count("Oaks <em>live</em> long.") < 100
    assert f'href="/doc/{trees}?q=water&amp;passage={n}#p{n}"' in part
    start = client.get(f"/doc/{trees}/preview").text
    assert "Roots drink" not in start
    assert "Oaks <em>live</em> long." in start


def test_the_page_of_a_document_has_the_whole_text_with_an_anchor_for_each_passage(
    client: FlaskClient, library: MemoryLibrary, trees: str
) -> None:
    page = client.get(f"/doc/{trees}").text
    assert page.count("Oaks <em>live</em> long.") == 300
    anchors = re.findall(r'class="anchor" id="p(\d+)"', page)
    # The first heading is the title of the page.
    assert anchors == [str(each.n) for each in library.views[trees].passages][1:]
    assert page.count("<h1") == 1


def test_a_text_that_cannot_be_rendered_is_shown_by_its_passages(
    client: FlaskClient, library: MemoryLibrary, trees: str, folder: Path
) -> None:
    (folder / "trees.md").unlink()
    n = passage_of(library, trees, "They hold")
    part = client.get(f"/doc/{trees}/preview?q=water&passage={n}").text
    assert 'class="prose"' in part
    assert "Roots drink <mark>water</mark>." in part
    assert "was moved, removed" in part


def test_a_table_of_a_word_file_is_a_grid_on_its_page_and_in_its_preview(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    (folder / "trees.docx").write_text("Prices\n\nTree | Price\nOak | 7")
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    doc = library.add(folder, "trees.docx", media_type=word)
    for address in (f"/doc/{doc}?q=oak", f"/doc/{doc}/preview?q=oak"):
        assert "<tr><td><mark>Oak</mark></td><td>7</td></tr>" in client.get(address).text


def test_a_page_of_a_pdf_is_a_picture_with_its_text_and_the_passage_framed(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    (folder / "a.pdf").write_bytes(make_pdf(["Oaks live long."], ["Roots drink water."]))
    doc = library.add(folder, "a.pdf", media_type="application/pdf")
    view = library.views[doc]
    found = replace(view.passages[0], content="Roots drink water.", page=2)
    library.views[doc] = replace(view, passages=(found,))
    for url in (f"/doc/{doc}/preview?q=water&passage=0", f"/doc/{doc}?q=water&passage=0"):
        part = client.get(url).text
        source = re.search(rf'<img src="(/page/{doc}/2\?v=\d+)"', part)
        assert source is not None
        assert part.count('class="sheet-frame"') == part.count('class="sheet-mark"') == 1
        assert "Roots drink water. </text>" in part
        assert "Page 2 of 2" in part
        assert f'data-preview="/doc/{doc}/preview?q=water&amp;passage=0&amp;page=1"' in part
    picture = client.get(source[1])
    assert picture.mimetype == "image/webp"
    assert "immutable" in picture.headers["Cache-Control"]
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    turned = client.get(f"/doc/{doc}/preview?q=water&passage=0&page=1").text
    assert "Oaks live long. </text>" in turned
    assert "sheet-frame" not in turned
    assert client.get(f"/page/{doc}/3").status_code == 404


def test_a_pdf_that_cannot_be_drawn_is_shown_by_its_passages(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    (folder / "a.pdf").write_bytes(b"Roots drink water.")
    doc = library.add(folder, "a.pdf", media_type="application/pdf")
    part = client.get(f"/doc/{doc}/preview").text
    assert "Roots drink water." in part
    assert "<svg viewBox" not in part
    assert client.get(f"/page/{doc}/1").status_code == 404


def test_a_file_that_has_changed_since_it_was_indexed_is_noticed(
    client: FlaskClient, trees: str, folder: Path
) -> None:
    assert "has changed since" not in client.get(f"/doc/{trees}").text
    os.utime(folder / "trees.md", (1_000_000_000, 1_000_000_000))
    for url in (f"/doc/{trees}", f"/doc/{trees}/preview"):
        page = client.get(url).text
        assert "This file has changed since it was indexed." in page
        assert '<time datetime="2001-09-09' in page


def test_comma_separated_values_are_a_table_until_they_change(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    lines = [f"Month: {n}; Rent: {900 + n}" for n in range(500)]
    (folder / "a.csv").write_text("Month,Rent\n" + "".join(f"{n},{900 + n}\n" for n in range(500)))
    doc = library.add(folder, "a.csv")
    view = library.views[doc]
    passages = tuple(
        replace(view.passages[0], n=n, content=line, start=100 * n, end=100 * n + len(line))
        for n, line in enumerate(lines)
    )
    library.views[doc] = replace(view, passages=passages)
    page = client.get(f"/doc/{doc}?q=rent&passage=400").text
    assert '<div class="rendered rows" dir="auto">' in page
    assert page.count('class="anchor" id="p') == 500
    assert page.count('class="here"') == 2
    part = client.get(f"/doc/{doc}/preview?q=rent&passage=400").text
    assert '<th align="right"><mark>Rent</mark></th>' in part
    assert 20 < part.count("<tr>") < 400
    assert '<span class="answer">1300</span></td>' in part
    os.utime(folder / "a.csv", (1_000_000_000, 1_000_000_000))
    changed = client.get(f"/doc/{doc}?q=rent&passage=400").text
    assert "<table" not in changed
    assert "; <mark>Rent</mark>: 1300" in changed


def test_a_photo_shows_its_camera_and_the_way_to_its_place(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Canon", "Canon EOS 80D"
    exif.get_ifd(ExifTags.IFD.Exif).update({
        ExifTags.Base.ExposureTime: 0.004, ExifTags.Base.FNumber: 5.6, ExifTags.Base.ISOSpeedRatings: 200,
    })  # fmt: skip
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({
        ExifTags.GPS.GPSLatitudeRef: "S", ExifTags.GPS.GPSLatitude: (33.0, 30.0, 0.0),
        ExifTags.GPS.GPSLongitudeRef: "E", ExifTags.GPS.GPSLongitude: (151.0, 15.0, 0.0),
    })  # fmt: skip
    Image.new("RGB", (40, 30)).save(folder / "a.jpg", exif=exif)
    doc = library.add(folder, "a.jpg")
    for url in (f"/doc/{doc}/preview", f"/doc/{doc}"):
        part = client.get(url).text
        assert "<dd>Canon EOS 80D</dd>" in part
        assert "<dd>1/250 s, f/5.6, ISO 200</dd>" in part
        assert "mlat=-33.5&amp;mlon=151.25" in part
        assert "Pictures near here" not in part


def test_a_photo_shows_what_was_written_beside_it_and_the_way_to_its_neighbours(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    Image.new("RGB", (40, 30)).save(folder / "a.jpg")
    told = {"camera": "Nikon D90", "locations": "Manly\nAustralia", "position": "151.25,-33.5"}
    part = client.get(f"/doc/{library.add(folder, 'a.jpg', **told)}/preview").text
    assert "<dd>Nikon D90</dd>" in part
    assert "Manly, Australia</span>" in part
    assert "mlat=-33.5&amp;mlon=151.25" in part
    assert 'href="/browse?near=-33.5,151.25,1"' in part


def test_a_picture_with_damaged_data_is_shown_without_them(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({
        ExifTags.GPS.GPSLatitudeRef: "S", ExifTags.GPS.GPSLatitude: (33.0,),
        ExifTags.GPS.GPSLongitudeRef: "E", ExifTags.GPS.GPSLongitude: (151.0, 15.0, 0.0),
    })  # fmt: skip
    Image.new("RGB", (40, 30)).save(folder / "a.jpg", exif=exif)
    part = client.get(f"/doc/{library.add(folder, 'a.jpg')}/preview")
    assert part.status_code == 200
    assert "Camera" not in part.text
    assert "Place" not in part.text


def test_the_preview_of_a_file_that_failed_says_why(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    (folder / "a.md").write_text("x")
    doc = library.add(folder, "a.md", state=State.FAILED, reason="the reader crashed on this file")
    part = client.get(f"/doc/{doc}/preview").text
    assert "This file could not be indexed." in part
    assert "the reader crashed on this file" in part


def test_a_preview_of_what_is_gone_is_not_found(client: FlaskClient) -> None:
    assert client.get("/doc/0000000000000000/preview").status_code == 404


def test_a_long_text_is_shown_in_parts_around_the_passage(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    (folder / "log.rst").write_text("\n\n".join(f"Line number {n} of it." for n in range(1000)))
    doc = library.add(folder, "log.rst", media_type="text/x-rst")
    page = client.get(f"/doc/{doc}?passage=500").text
    shown = [int(each) for each in re.findall(r'class="prose" id="p(\d+)"', page)]
    assert shown[0] < 500 < shown[-1]
    assert shown == [*range(shown[0], shown[-1] + 1)]
    assert len(shown) < 300
    around = [int(each) for each in re.findall(r'class="part-turn"><a [^>]*passage=(\d+)#p\1"', page)]
    assert around == [shown[0] - 1, shown[-1] + 1]
    first, last = client.get(f"/doc/{doc}").text, client.get(f"/doc/{doc}?passage=999").text
    assert first.count('class="part-turn"') == last.count('class="part-turn"') == 1
    assert "Line number 0 of it." in first
    assert "Line number 999 of it." in last
