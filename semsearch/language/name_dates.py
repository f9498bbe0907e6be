"""Read the date in the name of a file, such as IMG-20190704-WA0003.jpg or "2014-04-02 Minutes.docx".

Programs and people write dates into names, and a name stays when a file is copied or loses its metadata.
docs/search.md lists the forms. An ambiguous date (04-05-2021, or 2009-10, which may be two years) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from semsearch.language.date_words import MONTHS
from semsearch.text import normal

_MONTH = f"(?P<word>{'|'.join(sorted(MONTHS, reverse=True))})"
# The time after a date: "20190704_123456", "2020-05-06_10-20-30", "2020-01-02 at 10.11.12 PM", "153012345".
_TIME = (
    r"(?:(?:[-_ ]|T|\s(?:at|um|à|kl\.)\s)(?P<hour>\d\d?)(?P<sign>[-_.:h]?)(?P<minute>[0-5]\d)"
    r"(?:(?P=sign)(?P<second>[0-5]\d)(?:\D?\d{3})?)?(?!\d)(?:\s?(?P<half>[AP]M)\b)?)?"
)
_YEAR = r"(?P<year>1[89]\d\d|20\d\d)"
# Scans of old photos have old dates, but written with separators.
_COMPACT = r"(?<!\d)(?P<year>19[7-9]\d|20\d\d)(?P<month>\d\d)(?P<day>\d\d)"
_DAY = r"(?P<day>\d\d?)"
_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d)(?<!\d\.){_YEAR}(?P<gap>[-_. ])(?P<month>\d\d)(?P=gap)(?P<day>\d\d)(?!\d){_TIME}",
        rf"(?<!\d){_YEAR}-(?P<month>\d)-{_DAY}(?!\d)",
        rf"{_COMPACT}(?!\d){_TIME}",
        rf"{_COMPACT}(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)(?:\d{{3}})?(?!\d)",
        rf"(?<!\d)(?<!\d\.){_DAY}\.(?P<month>\d\d?)\.{_YEAR}(?!\d)",
        rf"(?<!\d)(?<!\d-)(?P<either>\d\d)[-_](?P<other>\d\d)[-_]{_YEAR}(?!\d)",
        rf"(?<![^\W_])(?:{_DAY}(?:st|nd|rd|th)?[-_. ]+)?{_MONTH}[-_., ]+{_YEAR}(?!\d)",
        rf"(?<![^\W_]){_MONTH}[-_. ]+{_DAY}(?:st|nd|rd|th)?[-_, ]+{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}[-_. ]{_MONTH}(?:[-_. ]{_DAY})?(?![^\W_])",
        rf"(?<!\d)(?<!\d-){_YEAR}-(?P<month>\d\d)(?!\d|-\d)",
    )
]
# The beginning of a telephone number, which eight digits may end.
_TELEPHONE = re.compile(r"(?:^|[^\w])\+?\d{3,}[-_ /]$|\+$")
# Messengers that name pictures by the milliseconds since 1970.
_SINCE_1970 = re.compile(r"^(?:FB_IMG_|mmexport|signal-attachment-)(1[0-9]{12})(?!\d)", re.IGNORECASE)
_FOUR = re.compile(r"\d{4}")


def date_in_name(path: str) -> datetime | None:
    """Return the date in the name of the file at this path; None if it has none.

    It has the time if the name has one, and no time zone. A month alone means its first day.
    """
    return _date_in(path.rpartition("/")[2])


@lru_cache(1000)  # each passage of a document has the date
def _date_in(name: str) -> datetime | None:
    if not _FOUR.search(name):
        return None
    name = normal(name)
    if counted := _SINCE_1970.match(name):
        return datetime.fromtimestamp(int(counted[1]) / 1000, UTC).replace(tzinfo=None)
    found = (match for form in _FORMS for match in form.finditer(name))
    return next(_moments(found), None)


def _moments(found: Iterator[re.Match[str]]) -> Iterator[datetime]:
    for match in found:
        parts = match.groupdict()
        day = _day_and_month(parts)
        if day is None or _TELEPHONE.search(match.string, 0, match.start()):
            continue
        try:
            moment = datetime(int(parts["year"]), day[1], day[0])
        except ValueError:
            continue
        yield moment + _time(parts)


def _day_and_month(parts: dict[str, str | None]) -> tuple[int, int] | None:
    """Return the day and the month; None when it is not clear which is which."""
    if parts.get("either"):
        one, other = int(parts["either"] or 0), int(parts["other"] or 0)
        if one != other and one <= 12 and other <= 12:
            return None
        return (other, one) if other > 12 else (one, other)
    if parts.get("word"):
        return int(parts["day"] or 1), MONTHS[str(parts["word"]).lower()]
    month = int(parts["month"] or 0)
    if "day" not in parts and month == (int(parts["year"] or 0) + 1) % 100:
        return None  # 2009-10 may be two years
    return int(parts.get("day") or 1), month


def _time(parts: dict[str, str | None]) -> timedelta:
    hour = int(parts.get("hour") or 0)
    if half := parts.get("half"):
        hour = hour % 12 + 12 * (half.upper() == "PM")
    if hour > 23:
        return timedelta()
    return timedelta(hours=hour, minutes=int(parts.get("minute") or 0), seconds=int(parts.get("second") or 0))
