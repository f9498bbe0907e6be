"""The JSON of Google Takeout beside a photo."""

import json

import pytest

from ingest.readers.picture.takeout import of_takeout
from semsearch.language.document_date import DocumentDate

TOLD = {
    "title": "harbour.jpg",
    "description": "The old pier\nbefore the storm",
    "imageViews": "12",
    "photoTakenTime": {"timestamp": "1308000000", "formatted": "13 Jun 2011, 21:20:00 UTC"},
    "geoData": {"latitude": 47.1, "longitude": 9.2},
    "people": [{"name": "Ada"}, {"name": "Bo"}],
}


def test_the_description_and_the_people_become_a_caption() -> None:
    found = of_takeout(json.dumps(TOLD).encode(), "harbour.jpg")
    assert found.text == "The old pier before the storm\nPeople: Ada, Bo"


def test_the_title_is_told_where_the_name_is_another() -> None:
    found = of_takeout(json.dumps({"title": "a_long_walk_along_the_harbour.jpg"}).encode(), "a_long.jpg")
    assert found.text == "a_long_walk_along_the_harbour.jpg"


def test_the_time_when_the_photo_was_taken_is_its_date() -> None:
    found = of_takeout(json.dumps(TOLD).encode(), "harbour.jpg")
    assert str(DocumentDate(found.dated, found.date_source).moment) == "2011-06-13 21:20:00"
    assert found.date_source == "takeout"


@pytest.mark.parametrize(
    "source",
    [b"", b"{", b"[]", b'"x"', b'{"people": 3, "photoTakenTime": "soon", "description": []}', b"\xff" * 9,
     b'{"photoTakenTime": {"timestamp": "99999999999999999999"}}', b"[" * 100_000],
)  # fmt: skip
def test_damaged_json_says_nothing(source: bytes) -> None:
    found = of_takeout(source, "harbour.jpg")
    assert (found.text, found.dated) == ("", 0)
