"""The date of a document: its own, else that in its name, else that of its file."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from semsearch.language.document_date import IN_WORDS, clock_seconds, document_date
from semsearch.records import DateSource, DocumentRecord, Kind, State

AT_THREE = datetime(2021, 5, 1, 1, 0)  # 3 o'clock on the clocks of Berlin
RECORD = DocumentRecord(
    "9f2c", "/r", "notes/IMG-20170311-WA0001.jpg", Kind.IMAGE, "image/jpeg", 7,
    round(clock_seconds(AT_THREE) * 1e9), "ab", "T", State.INDEXED, indexed_at=clock_seconds(AT_THREE),
)  # fmt: skip


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def shown(record: DocumentRecord) -> tuple[str, str]:
    date = document_date(record)
    return str(date.moment), date.source


@pytest.mark.usefixtures("in_berlin")
def test_a_date_in_the_content_comes_before_that_in_the_name() -> None:
    taken = replace(RECORD, dated=clock_seconds(datetime(2017, 3, 10, 23, 59)), date_source=DateSource.EXIF)
    assert shown(taken) == ("2017-03-10 23:59:00", "exif")
    assert shown(RECORD) == ("2017-03-11 00:00:00", "name")


@pytest.mark.usefixtures("in_berlin")
def test_a_file_without_any_date_has_its_own_by_the_clock_of_this_computer() -> None:
    assert shown(replace(RECORD, path="a.jpg")) == ("2021-05-01 03:00:00", "file")


@pytest.mark.usefixtures("in_berlin")
def test_a_date_in_the_name_that_is_to_come_is_none() -> None:
    assert shown(replace(RECORD, path="2021-05-02 today in Auckland.txt"))[1] == "name"
    assert shown(replace(RECORD, path="2021-05-03 plan.txt"))[1] == "file"


def test_a_name_tells_the_local_day_of_a_time_in_utc_that_is_near() -> None:
    photo = replace(RECORD, path="IMG_20190704_003000.jpg", date_source=DateSource.TAKEOUT)
    near = replace(photo, dated=clock_seconds(datetime(2019, 7, 3, 22, 30)))
    assert shown(near) == ("2019-07-04 00:30:00", "name")
    assert shown(replace(near, path="b.jpg")) == ("2019-07-03 22:30:00", "takeout")
    far = replace(photo, dated=clock_seconds(datetime(1999, 1, 1)))
    assert shown(far) == ("1999-01-01 00:00:00", "takeout")


def test_the_name_of_a_scan_comes_before_the_day_when_it_was_scanned() -> None:
    dated = clock_seconds(datetime(2014, 4, 2))
    scan = replace(RECORD, path="1953-06-02 wedding.tif", dated=dated, date_source=DateSource.SCANNED)
    assert shown(scan) == ("1953-06-02 00:00:00", "name")
    assert shown(replace(scan, path="wedding.tif")) == ("2014-04-02 00:00:00", "scanned")


@pytest.mark.parametrize("seconds", [1e18, -1e18])
def test_a_date_beyond_the_calendar_is_its_end(seconds: float) -> None:
    record = replace(RECORD, path="a.jpg", mtime_ns=int(seconds * 1e9))
    assert document_date(record).moment in (datetime.min, datetime.max)


def test_every_source_has_words() -> None:
    assert set(IN_WORDS) == set(DateSource)
