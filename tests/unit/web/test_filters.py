"""Template filters, and the values of the form."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from semsearch.records import DateSource, Kind
from semsearch.results import Hit
from tests.memory_library import MemoryLibrary
from web import filters
from web.form import Form


def test_highlights_become_marks_and_everything_else_is_escaped() -> None:
    assert filters.marked("a <b> & c", [(2, 5)]) == "a <mark>&lt;b&gt;</mark> &amp; c"


def test_overlapping_and_outlying_highlights_keep_the_text_whole() -> None:
    marked = filters.marked("abcdef", [(4, 99), (0, 2), (1, 3), (5, 5), (50, 60)])
    assert str(marked) == "<mark>ab</mark><mark>c</mark>d<mark>ef</mark>"


def test_the_span_of_the_answer_contains_its_marks() -> None:
    marked = filters.marked("No. It is <so>. Yes.", [(0, 2), (10, 14), (16, 19)], (4, 15))
    assert str(marked) == (
        '<mark>No</mark>. <span class="answer">It is <mark>&lt;so&gt;</mark>.</span> <mark>Yes</mark>.'
    )
    assert str(filters.marked("abc", [], (1, 99))) == 'a<span class="answer">bc</span>'


def test_a_lone_surrogate_in_a_snippet_is_replaced() -> None:
    assert filters.marked("x\udce9y", [(1, 2)]) == "x<mark>\N{REPLACEMENT CHARACTER}</mark>y"


@pytest.mark.parametrize(
    ("kind", "legs", "said"),
    [
        (Kind.TEXT, ("meaning",), "Found by what it says"),
        (Kind.TEXT, ("meaning", "words", "name"), "Found by what it says, your words and its name"),
        (Kind.IMAGE, ("meaning", "looks"), "Found by its text and what it shows"),
    ],
)
def test_the_reason_of_a_hit_is_in_plain_words(kind: Kind, legs: tuple[str, ...], said: str) -> None:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    hit = Hit("doc", "a", "/", kind, "text/plain", 1, "A", 0.5, legs, moment, moment, DateSource.FILE)
    assert filters.reason(hit) == said


@pytest.fixture
def library() -> MemoryLibrary:
    return MemoryLibrary()


def test_the_day_of_a_moment_is_an_element_with_its_time_in_utc(app: Flask) -> None:
    moment = datetime(2026, 5, 1, 10, tzinfo=UTC)
    with app.test_request_context():
        assert filters.day(moment) == '<time datetime="2026-05-01T10:00:00Z">1 May 2026</time>'
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert filters.day(moment) == '<time datetime="2026-05-01T10:00:00Z" lang="fr">1 mai 2026</time>'


def test_an_uncommon_media_type_in_use_is_among_the_options(app: Flask) -> None:
    with app.test_request_context():
        assert Form.read({"type": "text/x-python"}).options("type")["text/x-python"] == "Python"
