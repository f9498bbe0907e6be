"""Parameters of requests: their values, and the messages for invalid ones."""

import time
from datetime import datetime

import pytest

from semsearch.api import copies, odd, parameters
from semsearch.errors import QueryError
from semsearch.query import DateRange, Filters, Mode
from semsearch.records import Kind


def test_without_parameters_there_is_no_filter_and_every_default() -> None:
    assert parameters.read_filters({}) == Filters()
    assert parameters.MODE.read({}) is Mode.HYBRID
    assert parameters.LIMIT.read({}) == 10
    assert parameters.OFFSET.read({}) == 0


def test_filters_are_read_from_their_parameters() -> None:
    asked = {"kind": " image ", "path": "photos/", "type": "Image/JPEG", "since": "2026-01-02"}
    assert parameters.read_filters(asked) == Filters(
        kind=Kind.IMAGE,
        path=("photos/",),
        media_type=("image/jpeg",),
        since=datetime(2026, 1, 2),
    )


def test_a_path_is_read_letter_for_letter() -> None:
    for path in (" photos ", "\u3000", "a\tb", "...", "a..b/", "’–…·「"):
        assert parameters.read_filters({"path": path}).path == (path,)


@pytest.mark.parametrize("path", ["..", "../notes", "notes/../work/", "./notes"])
def test_a_path_that_climbs_is_refused(path: str) -> None:
    with pytest.raises(QueryError, match=r"path is '.*'; it must not contain the folders '\.' or '\.\.'"):
        parameters.read_filters({"path": path})


def test_types_come_alone_or_in_groups_and_sizes_with_units() -> None:
    asked = {"type": "Image/*", "min_size": "500 kB", "max_size": "2.5MiB"}
    assert parameters.read_filters(asked) == Filters(
        media_type=("image/*",), min_size=500_000, max_size=2_621_440
    )


def test_a_min_size_above_max_size_is_refused() -> None:
    with pytest.raises(QueryError, match=r"min_size is '2MB'; that is more than max_size, '1 MB'"):
        parameters.read_filters({"min_size": "2MB", "max_size": "1 MB"})


def test_until_a_day_includes_the_whole_day() -> None:
    until = parameters.read_filters({"until": "2026-05-01"}).until
    assert until == datetime(2026, 5, 2)


def test_dates_in_words_combine_with_since_and_until() -> None:
    both = parameters.read_filters({"when": " since 2020 ", "until": "2020-02-29"})
    assert both == Filters(when=(DateRange(datetime(2020, 1, 1), None),), until=datetime(2020, 3, 1))


def test_a_repeated_parameter_has_several_values_each_once_and_in_their_order() -> None:
    asked = {
        "type": ["text/HTML", "", "image/*", "text/html "],
        "path": ("b/", "a/"),
        "language": ["de", "en"],
        "when": ["2019", "2021"],
    }
    assert parameters.read_filters(asked) == Filters(
        media_type=("text/html", "image/*"),
        path=("b/", "a/"),
        language=("de", "en"),
        when=tuple(DateRange(datetime(year, 1, 1), datetime(year + 1, 1, 1)) for year in (2019, 2021)),
    )


def test_a_parameter_with_one_value_takes_the_first_that_is_not_empty() -> None:
    assert parameters.read_filters({"kind": ["", "image", "text"]}).kind is Kind.IMAGE


def test_more_values_than_twenty_are_refused() -> None:
    years = [str(2000 + n) for n in range(21)]
    assert len(parameters.read_filters({"when": years[:20]}).when) == 20
    with pytest.raises(QueryError, match="when has 21 values; at most 20 are allowed: leave some out"):
        parameters.read_filters({"when": years})


def test_a_moment_with_a_zone_becomes_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    since = parameters.read_filters({"since": "2026-05-01T11:00:00+01:00"}).since
    other = parameters.read_filters({"since": "2026-05-01T10:00:00Z"}).since
    monkeypatch.undo()
    time.tzset()
    assert since == other == datetime(2026, 5, 1, 12)
    assert parameters.read_filters({"since": "2026-05-01T12:00:00"}).since == since


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "pictures"),
        ("kind", "others"),
        ("type", "pdf"),
        ("type", "image/j*"),
        ("type", "*/*"),
        ("type", "image/*}"),
        ("min_size", "big"),
        ("max_size", "-1"),
        ("max_size", "[0 1]"),
        ("since", "yesterday"),
        ("until", "2026-02-30"),
        ("until", "9999-12-31T23:00:00-05:00"),
        ("when", "04/05/2021"),
        ("when", "@date:[0 1]"),
    ],
)
def test_the_message_for_an_invalid_filter_has_its_name_and_value(name: str, value: str) -> None:
    with pytest.raises(QueryError, match=name) as raised:
        parameters.read_filters({name: value})
    assert repr(value) in str(raised.value)


@pytest.mark.parametrize("value", ["0", "101", "-1", "ten", "1.5", "1_0", "٣", "9" * 5000])
def test_an_invalid_limit_is_refused(value: str) -> None:
    with pytest.raises(QueryError, match=r"limit is .* from 1 to 100"):
        parameters.LIMIT.read({"limit": value})


def test_the_bounds_of_limit_and_offset_are_allowed() -> None:
    assert [parameters.LIMIT.read({"limit": value}) for value in ("1", "100")] == [1, 100]
    assert [parameters.OFFSET.read({"offset": value}) for value in ("0", "1000")] == [0, 1000]
    with pytest.raises(QueryError, match="offset is '1001'"):
        parameters.OFFSET.read({"offset": "1001"})


def test_a_query_may_have_two_thousand_characters() -> None:
    assert len(parameters.Q.read({"q": "é" * 2000})) == 2000
    with pytest.raises(QueryError, match=r"q has 2,001 characters; at most 2,000"):
        parameters.Q.read({"q": "é" * 2001})


def test_since_after_until_is_refused() -> None:
    with pytest.raises(QueryError, match=r"'2026-05-02'.*'2026-05-01'"):
        parameters.read_filters({"since": "2026-05-02", "until": "2026-05-01"})
    with pytest.raises(QueryError, match="not before until"):
        parameters.read_filters({"since": "2026-05-01T10:00:00", "until": "2026-05-01T10:00:00Z"})


@pytest.mark.parametrize("doc", ["a}b", "../x", "*", "a" * 65, "é"])
def test_a_document_id_with_special_characters_is_refused(doc: str) -> None:
    with pytest.raises(QueryError, match="like is"):
        parameters.LIKE.read({"like": doc})


def test_the_description_of_a_list_says_what_it_counts() -> None:
    assert [each.description for each in (copies.FROM, odd.FROM)] == [
        "Number of groups to skip",
        "Number of documents to skip",
    ]
    with pytest.raises(QueryError, match="limit is"):
        odd.MOST.read({"limit": "101"})
