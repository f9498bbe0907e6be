"""The table of formats: its rows make sense, and each can be found."""

from collections import Counter
from importlib import import_module

import pytest
from PIL import Image

from semsearch.formats.format import Format
from semsearch.formats.table import FORMATS, TYPE_OR_GROUP, kind_of, name_of
from semsearch.formats.unread import _BY_EXTENSION
from semsearch.pictures.decode import decode
from tests.heic import heic


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("application/pdf", "PDF"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
        ("image/jpeg", "JPEG"),
        ("text/markdown", "Markdown"),
        ("text/x-python", "Python"),
        ("text/x-c++", "C++"),
        ("image/*", "image/*"),
        ("application/x-unheard-of", "application/x-unheard-of"),
    ],
)
def test_types_have_names_that_people_know(media_type: str, name: str) -> None:
    assert name_of(media_type) == name


@pytest.mark.parametrize("text", ["pdf", "*/*", "image/**", "image/j*", "a/b|c", "*", "image/", "a b/c"])
def test_nothing_else_is_a_type_or_a_group(text: str) -> None:
    assert not TYPE_OR_GROUP.fullmatch(text)


def test_no_two_rows_claim_the_same() -> None:
    claims = [
        claim
        for row in FORMATS.rows
        for claim in (
            ("type", row.media_type),
            ("name", row.name),
            *(("extension", extension) for extension in row.extensions),
            *(("file name", name) for name in row.file_names),
            *(("pillow", name) for name in row.pillow),
            *(("start", start) for start in row.starts),
        )
    ]
    assert [claim for claim, count in Counter(claims).items() if count > 1] == []


@pytest.mark.parametrize("row", FORMATS.rows, ids=lambda row: row.media_type)
def test_a_row_can_be_found_and_its_reader_exists(row: Format) -> None:
    assert TYPE_OR_GROUP.fullmatch(row.media_type)
    for path in (*(f"folder/A.{extension.upper()}" for extension in row.extensions), *row.file_names):
        assert kind_of(path) == (row.kind, row.media_type)
    module, _, name = row.reader.partition(":")
    assert callable(getattr(import_module(module, "ingest.readers"), name))


def test_pillow_has_a_reader_for_each_picture_that_it_is_to_open() -> None:
    decode(heic(), 32)  # registers the reader of HEIF
    Image.init()
    assert {row.pillow[0] for row in FORMATS.rows if row.pillow} <= set(Image.OPEN)


def test_what_is_not_read_is_to_be_saved_as_something_that_is() -> None:
    assert [old for old in _BY_EXTENSION if kind_of(f"a.{old}")] == []
    cures = {unread.cure for unread in _BY_EXTENSION.values() if unread.cure}
    assert [new for new in cures if not kind_of(f"a.{new}")] == []
