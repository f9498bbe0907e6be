"""The shapes and parameters of the client are those of the API."""

from __future__ import annotations

import typing
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import pytest

from semsearch.api.openapi import DOCUMENT
from semsearch.api.parameters import FILTERS, LISTING, SEARCH
from semsearch.api.values import Choice, Switch
from semsearch.client import answers
from semsearch.client.parameters import Filters, Listing, Narrowing, Question, written
from semsearch.errors import ApiError

SHAPES: dict[str, Any] = DOCUMENT["components"]["schemas"]
# Every field of these is in the client. Of a status, it has what most programs want to know.
WHOLE = (
    "AnswerSentence",
    "AnswerSource",
    "Copy",
    "Document",
    "Excerpt",
    "Explanation",
    "FacetCount",
    "Facets",
    "FolderCount",
    "Hit",
    "Part",
    "Passage",
    "PassageHit",
    "Results",
    "WrittenAnswer",
)


@pytest.mark.parametrize("name", [*WHOLE, "Run", "Status"])
def test_a_shape_has_the_documented_fields(name: str) -> None:
    had = {each.name for each in fields(getattr(answers, name))}
    documented = set(SHAPES[name]["properties"])
    assert had == documented if name in WHOLE else had <= documented


def test_every_parameter_of_a_search_can_be_given() -> None:
    # `q` is an argument of its own, and a hit without some of its `fields` would be no `Hit`.
    assert set(typing.get_type_hints(Narrowing)) == {each.name for each in SEARCH} - {"q", "fields"}
    assert set(typing.get_type_hints(Listing)) == {each.name for each in LISTING} - {"fields"}
    assert set(typing.get_type_hints(Filters)) == {each.name for each in FILTERS}


def test_a_choice_has_the_documented_values() -> None:
    hints = typing.get_type_hints(Narrowing)
    for each in SEARCH:
        if isinstance(each.value, Switch):
            assert hints[each.name] is bool
        elif isinstance(each.value, Choice):
            assert set(typing.get_args(hints[each.name])) == set(each.value.options), each.name


def test_parameters_are_written_as_the_api_reads_them() -> None:
    given = {"facets": True, "copies": False, "limit": 5, "since": date(2026, 5, 1), "kind": None}
    given |= {"until": datetime(2026, 5, 1, 10), "type": ["text/plain", "image/*"]}
    assert written(given) == {
        "facets": "1", "copies": "0", "limit": "5", "since": "2026-05-01", "until": "2026-05-01T10:00:00",
        "type": ["text/plain", "image/*"],
    }  # fmt: skip


def test_a_misspelt_parameter_is_refused() -> None:
    with pytest.raises(TypeError, match="no parameter 'knid'; it has: area, camera, copies, cursor, explain"):
        written({"knid": "text"})
    with pytest.raises(TypeError, match="a question has no parameter 'mode'; it has: area, camera, "):
        written({"q": "when?", "mode": "words"}, Question)
    with pytest.raises(TypeError, match="a listing has no parameter 'q'"):
        written({"q": "owls"}, Listing)


def test_fields_of_a_newer_server_are_left_out() -> None:
    assert answers.read(answers.Part, b'{"box": null, "score": 1}') == answers.Part(None)


@pytest.mark.parametrize("content", [b"", b"<html>", b"{}", b'{"box": [1, 2]}'])
def test_another_shape_is_refused_with_the_place(content: bytes) -> None:
    with pytest.raises(ApiError, match="not the Part that was expected"):
        answers.read(answers.Part, content)
