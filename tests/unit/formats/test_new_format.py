"""A new format is one row in the table, and a reader where none of those that exist can read it."""

from pathlib import Path

import pytest

from ingest.extractor import Extractor
from ingest.readers.documents import PictureDocument, SourceFile, TextDocument
from ingest.readers.registry import parse
from semsearch.errors import FileError
from semsearch.finetune.captions import Captioned, read_captions
from semsearch.formats import table
from semsearch.formats.format import Format, Formats, Shown
from semsearch.formats.table import FORMATS, kind_of, name_of, skip_reason
from semsearch.pictures.decode import decode
from semsearch.records import DocumentRecord, Kind, State
from tests.unit.pictures.test_decode import encode, gradient
from web.media import is_inline, is_plain


def add(row: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "FORMATS", Formats((*FORMATS.rows, row)))


def record_of(path: str, media_type: str) -> DocumentRecord:
    return DocumentRecord("x", "/", path, Kind.TEXT, media_type, 1, 1, "", "", State.INDEXED)


def read_recipe(data: bytes, path: str, media_type: str) -> TextDocument:
    title, _, text = data.decode().partition("\n")
    return TextDocument(media_type, f"{title} ({path})", text)


def test_a_text_format_is_added_by_one_reader_and_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "soup.recipe").write_text("Soup\nBoil the onions.")
    file = SourceFile(tmp_path, "soup.recipe", size=1, mtime_ns=1)
    assert skip_reason("soup.recipe") == "semsearch does not read .recipe yet"

    add(
        Format("text/x-recipe", "Recipe", ("recipe",), reader=f"{__name__}:read_recipe", shown=Shown.AS_TEXT),
        monkeypatch,
    )

    assert kind_of("soup.recipe") == (Kind.TEXT, "text/x-recipe")
    assert name_of("text/x-recipe") == "Recipe"
    record = record_of("soup.recipe", "text/x-recipe")
    assert is_inline(record)
    assert is_plain(record)
    with Extractor(picture_size=None, workers=1) as extractor:
        document = extractor.submit(file).result().document
    assert document == TextDocument("text/x-recipe", "Soup (soup.recipe)", "Boil the onions.")


def test_a_picture_format_is_added_by_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(gradient(64, 48), "SGI")
    (tmp_path / "hill.sgi").write_bytes(data)
    (tmp_path / "hill.txt").write_text("a hill")
    with pytest.raises(FileError, match="not a picture"):
        decode(data, 32)

    row = Format(
        "image/x-sgi",
        "SGI image",
        ("sgi",),
        kind=Kind.IMAGE,
        reader=".picture.picture:read_picture",
        pillow=("SGI",),
        starts=(b"\x01\xda",),
    )
    add(row, monkeypatch)

    assert kind_of("hill.sgi") == (Kind.IMAGE, "image/x-sgi")
    assert name_of("image/x-sgi") == "SGI image"
    assert not is_inline(record_of("hill.sgi", "image/x-sgi"))
    document = parse(data, "hill.sgi", row, 32)
    assert isinstance(document, PictureDocument)
    assert (document.media_type, document.width, document.height) == ("image/x-sgi", 64, 48)
    with pytest.raises(FileError, match=r"^(truncated|unreadable) SGI image"):
        decode(data[:100], 32)
    assert read_captions(tmp_path) == ([Captioned(tmp_path / "hill.sgi", ("a hill",))], [])
