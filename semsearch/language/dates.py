"""Read dates in words: "July 2019", "last week" and "2018 to 2020" become a range of days.

Other languages than English are brought into its words first (date_words.py). docs/search.md lists the forms
that are read. An ambiguous date (04/05/2021) is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from semsearch.errors import QueryError
from semsearch.language.date_words import LANGUAGES, MONTHS
from semsearch.message import say
from semsearch.query import DateRange
from semsearch.text import normal

# The days in [first, end).
_Days = tuple[date, date]

_EXAMPLES = say(
    "2019, July 2019, 14 July 2019, 2019-07-14, yesterday, last month, past 2 weeks, 3 days ago, since 2020, "
    "before May 2021 or 2018 to 2020"
)
_DAY = timedelta(days=1)
_UNITS = ("day", "week", "month", "year")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The first of three months: meteorological seasons of the northern hemisphere.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_NUMBERS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTH = f"(?P<month>{'|'.join(sorted(MONTHS, reverse=True))})"
_YEAR = r"(?P<year>[12]\d{3})"
_MONTH_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NUMBER = rf"(?P<number>\d{{1,3}}|an|one|{'|'.join(_NUMBERS)})"
_UNIT = rf"(?P<unit>{'|'.join(_UNITS)})"
_PARTIALS = [
    re.compile(pattern)
    for pattern in (
        _YEAR,
        rf"{_YEAR}-(?P<month>\d{{1,2}})(?:-(?P<day>\d{{1,2}}))?",
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}",
        rf"{_MONTH}\.?(?: {_YEAR})?",
        rf"{_YEAR} {_MONTH}",
        rf"{_MONTH_DAY} {_MONTH}(?: {_YEAR})?",
        rf"{_MONTH} {_MONTH_DAY}(?: {_YEAR})?",
    )
]
# A winter may have both of its years.
_SEASON = re.compile(rf"(?P<season>{'|'.join(_SEASONS)}) {_YEAR}(?: ?[-/] ?(?P<next>\d{{2}}|\d{{4}}))?")
_OPEN = re.compile(r"(?P<side>since|from|after|before|until|till|up to) (?P<rest>.+)")
_PAIRS = [
    re.compile(pattern)
    for pattern in (
        r"between (?P<first>.+) and (?P<last>.+)",
        r"(?:from )?(?P<first>.+?) (?:to|until|till|through|-) (?P<last>.+)",
        r"(?P<first>[^-]+)-(?P<last>[^-]+)",
    )
]


@dataclass(frozen=True, slots=True)
class _Partial:
    """A day, month or year as it was written. A part that was left out is None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def days(self, today: date) -> _Days | None:
        """The days of this date, or None when the calendar has no such day.

        Without a year it is the latest such date that has begun.
        """
        if self.year is None:
            found = (replace(self, year=today.year - ago).days(today) for ago in range(8))
            return next((days for days in found if days and days[0] <= today), None)
        if self.day and not self.month:
            return None
        try:
            first = date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            return None
        return first, _later(first, 1, "day" if self.day else "month" if self.month else "year")

    def completed(self, last: _Partial) -> _Partial:
        """Fill in the month and the year from the other end of the range: "3 to 5 May 2021"."""
        month = self.month or (last.month if self.day else None)
        year = self.year or last.year
        if year and not self.year and month and last.month and month > last.month:
            year -= 1  # November to February 2021
        return _Partial(year, month, self.day)


def read(text: str, today: date | None = None) -> DateRange:
    """Read a date or a range of dates, relative to `today`.

    Raises QueryError when the text is not understood, with examples, or when the range ends before it begins.
    """
    today = today or date.today()
    plain = re.sub(r"[–—−]", "-", normal(text).lower()).replace(",", " ")
    said = (words.in_english(plain) for words in LANGUAGES)
    days = next(filter(None, (_span(each, today) for each in said)), None)
    if days is None:
        raise QueryError(
            say(
                "when is {text!r}, which cannot be read as a date. Write for example {examples}.",
                text=text,
                examples=_EXAMPLES,
            )
        )
    first, end = days
    if first and end and first >= end:
        raise QueryError(say("when is {text!r}: it ends before it begins.", text=text))
    return DateRange(_midnight(first) if first else None, _midnight(end) if end else None)


def _span(text: str, today: date) -> tuple[date | None, date | None] | None:
    if days := _period(text, today):
        return days
    if (match := _OPEN.fullmatch(text)) and (days := _period(match["rest"], today)):
        sides = {"since": (days[0], None), "from": (days[0], None), "after": (days[1], None)}
        return sides.get(match["side"], (None, days[0] if match["side"] == "before" else days[1]))
    for pattern in _PAIRS:
        if (match := pattern.fullmatch(text)) and (found := _pair(match["first"], match["last"], today)):
            return found
    return None


def _pair(first: str, last: str, today: date) -> _Days | None:
    if _season(first) and re.fullmatch(_YEAR, last):
        return None  # "summer 2018 to 2020" may be one time or three
    start = _partial(first) or (_Partial(day=int(first)) if re.fullmatch(r"\d{1,2}", first) else None)
    end = _partial(last)
    ending = end.days(today) if end else _period(last, today)
    if start and end:
        if start.year and not end.year:
            year = start.year + ((end.month or 0) < (start.month or 0))
            ending = replace(end, year=year).days(today)
        elif ending:
            start = start.completed(replace(end, year=ending[0].year))
    beginning = start.days(today) if start else _period(first, today)
    return (beginning[0], ending[1]) if beginning and ending else None


def _period(text: str, today: date) -> _Days | None:
    """A period of the calendar, or one that is counted from today."""
    if partial := _partial(text):
        return partial.days(today)
    if text in ("today", "yesterday"):
        day = today if text == "today" else today - _DAY
        return day, day + _DAY
    if match := re.fullmatch(rf"(?P<which>this|last|previous) {_UNIT}", text):
        return _containing(today, -(match["which"] != "this"), match["unit"])
    if match := re.fullmatch(rf"{_NUMBER} {_UNIT}s? ago", text):
        return _containing(today, -_number(match["number"]), match["unit"])
    if match := re.fullmatch(rf"(?:last|past|previous) (?:{_NUMBER} )?{_UNIT}s?", text):
        return _later(today, -_number(match["number"] or "one"), match["unit"]), today + _DAY
    if match := re.fullmatch(rf"(?:last )?(?P<weekday>{'|'.join(_WEEKDAYS)})", text):
        back = (today.weekday() - _WEEKDAYS.index(match["weekday"]) - 1) % 7 + 1
        return today - back * _DAY, today - (back - 1) * _DAY
    if season := _season(text):
        return season
    if match := re.fullmatch(r"(?P<year>[12]\d{2}0)s", text):
        return date(int(match["year"]), 1, 1), date(int(match["year"]) + 10, 1, 1)
    return None


def _season(text: str) -> _Days | None:
    """A season of a year, also "winter 2018/19"."""
    match = _SEASON.fullmatch(text)
    if match is None:
        return None
    year, season, following = int(match["year"]), match["season"], match["next"]
    if following and not (season == "winter" and str(year + 1).endswith(following)):
        return None
    first = date(year, _SEASONS[season], 1)
    return first, _later(first, 3, "month")


def _partial(text: str) -> _Partial | None:
    for pattern in _PARTIALS:
        if match := pattern.fullmatch(text):
            parts = {name: value for name, value in match.groupdict().items() if value}
            month = parts.get("month", "")
            return _Partial(
                int(parts["year"]) if "year" in parts else None,
                MONTHS.get(month) or (int(month) if month else None),
                int(parts["day"]) if "day" in parts else None,
            )
    return None


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return 1 if text in ("an", "one") else _NUMBERS.index(text) + 1


def _containing(day: date, units: int, unit: str) -> _Days:
    """The day, week (from Monday), month or year that is `units` after the one that contains `day`."""
    if unit == "week":
        day -= day.weekday() * _DAY
    elif unit != "day":
        day = date(day.year, 1 if unit == "year" else day.month, 1)
    return _later(day, units, unit), _later(day, units + 1, unit)


def _later(day: date, units: int, unit: str) -> date:
    """`day` plus `units`, which may be negative; at most the last day of a shorter month."""
    if unit in ("day", "week"):
        return day + units * (7 if unit == "week" else 1) * _DAY
    month = day.year * 12 + day.month - 1 + units * (12 if unit == "year" else 1)
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(month // 12, month % 12 + 1, 1) + (day.day - 1) * _DAY, following - _DAY)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
