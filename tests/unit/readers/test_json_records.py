"""JSON: records become rows, settings become lines, and invalid JSON stays as it is."""

import json

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.json_records import read_json


def read(source: object) -> TextDocument:
    text = source if isinstance(source, str) else json.dumps(source)
    return read_json(text.encode(), "config/people.json", "application/json")


def test_records_are_rows_with_nested_keys_joined_by_dots() -> None:
    document = read(
        [
            {"name": "Ada", "address": {"city": "London", "zip": None}, "tags": ["a", "b"], "active": True},
            {"name": "Alan", "orders": [{"id": 1}, {"id": 2}]},
        ]
    )
    assert document.text == (
        "name: Ada; address.city: London; tags: a, b; active: true\nname: Alan; orders.id: 1; orders.id: 2"
    )
    assert (document.syntax, document.title, document.title_in_file) == ("rows", "people.json", False)


def test_one_record_on_each_line_is_read_alike_and_a_damaged_line_stays() -> None:
    document = read('{"name": "Ada"}\n\n{"name": "Alan", "born": 1912}\n{"name": "Gra\n')
    assert document.text == 'name: Ada\nname: Alan; born: 1912\n{"name": "Gra'
    assert document.syntax == "rows"


def test_a_separator_of_lines_within_a_string_ends_no_line() -> None:
    said = {"text": "M\u00fcsliriegel\u2028und\u0085Milch"}
    assert read(json.dumps(said, ensure_ascii=False)).text == "text: Müsliriegel und Milch"
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in (said, {"text": "x"}))
    assert read(lines).text == "text: Müsliriegel und Milch\ntext: x"


def test_records_within_an_object_stand_below_the_key_that_leads_to_them() -> None:
    features = [
        {"geometry": {"coordinates": [2.35, 48.86]}, "properties": {"name": "Paris"}},
        {"geometry": {"coordinates": [[0, n] for n in range(20)]}, "properties": {"name": "Line"}},
    ]
    document = read({"type": "FeatureCollection", "data": {"features": features}, "version": 2})
    assert document.text == (
        "type: FeatureCollection; version: 2\n\n"
        "data.features\n"
        "geometry.coordinates: 2.35, 48.86; properties.name: Paris\n"
        "geometry.coordinates: 40 numbers; properties.name: Line"
    )
    assert [heading.title for heading in document.headings] == ["data.features"]


def test_settings_are_lines_of_keys_and_values() -> None:
    document = read(
        {"name": "site", "scripts": {"build": "vite  build\n --prod"}, "files": ["a", "b"], "none": None}
    )
    assert document.text == "name: site\nscripts.build: vite build --prod\nfiles: a, b"
    assert document.syntax == "plain"


@pytest.mark.parametrize(
    "source",
    [
        "{broken: json}",
        "{}",
        "[]",
        '{\n  "a": 1,\n}',
        "// comment\n{}",
        "[" * 100_000,
        "9" * 5_000 + "x",
        '{"a": }',
    ],
)
def test_what_is_no_json_or_holds_nothing_is_read_as_it_stands(source: str) -> None:
    document = read(source)
    assert (document.text, document.syntax) == (source, "plain")


def test_values_alone_are_read() -> None:
    assert read(["onions", "leeks"]).text == "onions, leeks"
    assert read("42").text == "42"
