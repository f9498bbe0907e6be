"""Dates in words: every form that the documentation names, and the texts that are refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from semsearch.errors import QueryError
from semsearch.language.dates import read

# A Wednesday.
TODAY = date(2024, 3, 13)


def days(text: str, today: date = TODAY) -> str:
    """The first day of the range, and the first day after it."""
    span = read(text, today)
    ends = (span.since, span.until)
    assert all(end is None or (end.hour, end.minute) == (0, 0) for end in ends)
    return " ".join(end.date().isoformat() if end else "-" for end in ends)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2019", "2019-01-01 2020-01-01"),
        ("July 2019", "2019-07-01 2019-08-01"),
        ("2019 jul", "2019-07-01 2019-08-01"),
        ("Sept. 2019", "2019-09-01 2019-10-01"),
        ("2019-07", "2019-07-01 2019-08-01"),
        ("December 2019", "2019-12-01 2020-01-01"),
        ("2019-07-14", "2019-07-14 2019-07-15"),
        ("14 July 2019", "2019-07-14 2019-07-15"),
        ("July 14th, 2019", "2019-07-14 2019-07-15"),
        ("the 1st of may 2019", "2019-05-01 2019-05-02"),
        ("14.7.2019", "2019-07-14 2019-07-15"),
        ("summer 2019", "2019-06-01 2019-09-01"),
        ("winter 2019", "2019-12-01 2020-03-01"),
        ("winter 2018-2019", "2018-12-01 2019-03-01"),
        ("winter 2018/2019", "2018-12-01 2019-03-01"),
        ("winter 2018/19", "2018-12-01 2019-03-01"),
        ("winter 1999 – 2000", "1999-12-01 2000-03-01"),
        ("1990s", "1990-01-01 2000-01-01"),
    ],
)
def test_a_date_of_the_calendar_is_all_of_it(text: str, span: str) -> None:
    assert days(text) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("February", "2024-02-01 2024-03-01"),
        ("March", "2024-03-01 2024-04-01"),
        ("April", "2023-04-01 2023-05-01"),
        ("14 March", "2023-03-14 2023-03-15"),
        ("29 February", "2024-02-29 2024-03-01"),
        ("Monday", "2024-03-11 2024-03-12"),
        ("last Wednesday", "2024-03-06 2024-03-07"),
    ],
)
def test_without_a_year_it_is_the_latest_that_has_begun(text: str, span: str) -> None:
    assert days(text) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("today", "2024-03-13 2024-03-14"),
        ("Yesterday", "2024-03-12 2024-03-13"),
        ("this week", "2024-03-11 2024-03-18"),
        ("last week", "2024-03-04 2024-03-11"),
        ("this month", "2024-03-01 2024-04-01"),
        ("last month", "2024-02-01 2024-03-01"),
        ("last year", "2023-01-01 2024-01-01"),
        ("in the last month", "2024-02-01 2024-03-01"),
        ("last 3 days", "2024-03-10 2024-03-14"),
        ("past 2 weeks", "2024-02-28 2024-03-14"),
        ("past month", "2024-02-13 2024-03-14"),
        ("past year", "2023-03-13 2024-03-14"),
        ("last twelve months", "2023-03-13 2024-03-14"),
        ("3 days ago", "2024-03-10 2024-03-11"),
        ("2 weeks ago", "2024-02-26 2024-03-04"),
        ("a month ago", "2024-02-01 2024-03-01"),
        ("5 years ago", "2019-01-01 2020-01-01"),
    ],
)
def test_last_is_of_the_calendar_past_and_numbers_are_counted_back_from_today(text: str, span: str) -> None:
    assert days(text) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("since 2020", "2020-01-01 -"),
        ("from May 2021", "2021-05-01 -"),
        ("after 2020", "2021-01-01 -"),
        ("before May 2021", "- 2021-05-01"),
        ("until May 2021", "- 2021-06-01"),
        ("since yesterday", "2024-03-12 -"),
        ("since last week", "2024-03-04 -"),
        ("2018 to 2020", "2018-01-01 2021-01-01"),
        ("2018-2020", "2018-01-01 2021-01-01"),
        ("2018 – 2020", "2018-01-01 2021-01-01"),
        ("2018/2020", None),
        ("2019-07-14 to 2019-08-01", "2019-07-14 2019-08-02"),
        ("between March and June 2021", "2021-03-01 2021-07-01"),
        ("March-June 2021", "2021-03-01 2021-07-01"),
        ("from November to February 2021", "2020-11-01 2021-03-01"),
        ("November 2020 to February", "2020-11-01 2021-03-01"),
        ("14-20 July 2019", "2019-07-14 2019-07-21"),
        ("14 July to 2 August 2019", "2019-07-14 2019-08-03"),
        ("March to June", "2023-03-01 2023-07-01"),
        ("last month to today", "2024-02-01 2024-03-14"),
        ("2020 until yesterday", "2020-01-01 2024-03-13"),
        ("summer 2018 to winter 2019", "2018-06-01 2020-03-01"),
        ("summer 2018 to March 2019", "2018-06-01 2019-04-01"),
        ("2018 to summer 2019", "2018-01-01 2019-09-01"),
        ("summer 2018-2019", None),
        ("summer 2018 to 2020", None),
        ("summer 2018/2019", None),
        ("winter 2018-2020", None),
        ("winter 2018/20", None),
    ],
)
def test_spans_include_the_dates_that_they_name(text: str, span: str | None) -> None:
    if span is None:
        with pytest.raises(QueryError):
            read(text, TODAY)
    else:
        assert days(text) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("gestern", "2024-03-12 2024-03-13"),
        ("vorgestern", "2024-03-11 2024-03-12"),
        ("letzten Monat", "2024-02-01 2024-03-01"),
        ("im letzten Monat", "2024-02-01 2024-03-01"),
        ("letzte Woche", "2024-03-04 2024-03-11"),
        ("voriges Jahr", "2023-01-01 2024-01-01"),
        ("diese Woche", "2024-03-11 2024-03-18"),
        ("die letzten 3 Tage", "2024-03-10 2024-03-14"),
        ("in den letzten zwölf Monaten", "2023-03-13 2024-03-14"),
        ("vor drei Tagen", "2024-03-10 2024-03-11"),
        ("vor einem Jahr", "2023-01-01 2024-01-01"),
        ("seit zwei Wochen", "2024-02-28 2024-03-14"),
        ("seit letzter Woche", "2024-03-04 -"),
        ("vor diesem Monat", "- 2024-03-01"),
        ("letzten Mittwoch", "2024-03-06 2024-03-07"),
        ("März 2020", "2020-03-01 2020-04-01"),
        ("14. März 2020", "2020-03-14 2020-03-15"),
        ("am 1. Mai", "2023-05-01 2023-05-02"),
        ("Okt. 2019", "2019-10-01 2019-11-01"),
        ("Sommer 2019", "2019-06-01 2019-09-01"),
        ("im Winter 2018/19", "2018-12-01 2019-03-01"),
        ("1990er Jahre", "1990-01-01 2000-01-01"),
        ("seit 2020", "2020-01-01 -"),
        ("ab Mai 2021", "2021-05-01 -"),
        ("vor 2020", "- 2020-01-01"),
        ("bis Mai 2021", "- 2021-06-01"),
        ("nach 2020", "2021-01-01 -"),
        ("von 2018 bis 2020", "2018-01-01 2021-01-01"),
        ("zwischen März und Juni 2021", "2021-03-01 2021-07-01"),
        ("14. bis 20. Juli 2019", "2019-07-14 2019-07-21"),
        ("août 2019", "2019-08-01 2019-09-01"),
        ("marzo 2020", "2020-03-01 2020-04-01"),
    ],
)
def test_german_dates_are_read_and_months_of_other_languages(text: str, span: str) -> None:
    assert days(text) == span


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "04/05/2021", "31 June 2019", "29 February 2023", "2019-13", "20190714", "since", "14"),
        *("bald", "vor", "letzte", "31. Juni 2019", "vor 2020 Tagen"),
        *("to 2020 to", "between 2019", "day", "0099", "9999", "last 99999 years", "july 2019 2020"),
        *("(@date:[0 1])", "٢٠١٩"),
    ],
)
def test_what_is_not_understood_is_refused_with_examples(text: str) -> None:
    with pytest.raises(QueryError, match=r"when is .*Write for example 2019, July 2019"):
        read(text, TODAY)


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(QueryError, match="'2020 to 2018': it ends before it begins"):
        read("2020 to 2018", TODAY)


def test_a_month_ago_from_its_last_day_is_the_last_day_of_the_month_before() -> None:
    assert days("past month", date(2024, 3, 31)) == "2024-02-29 2024-04-01"
    assert days("past year", date(2024, 2, 29)) == "2023-02-28 2024-03-01"


def test_today_is_the_day_that_it_is() -> None:
    before = datetime.now()
    span = read("today")
    assert span.since is not None
    assert span.until is not None
    assert span.since <= before < span.until + timedelta(seconds=5)


def test_days_begin_at_midnight_by_the_clock_of_each_place() -> None:
    span = read("14 July 2019")
    assert (span.since, span.until) == (datetime(2019, 7, 14), datetime(2019, 7, 15))
