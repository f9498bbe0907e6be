"""Dates of documents: filters, counts, order and the page agree on the day, wherever the server stands."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from ingest.summary import Summary
from semsearch.api import payloads
from semsearch.language import dates
from semsearch.query import Filters, Order, Query
from semsearch.results import FacetCount
from semsearch.search.searcher import Searcher
from tests.fakes import picture

Run = Callable[..., Summary]

DAY = "15 August 2023"
PATHS = {
    "harvest.jpg": "exif",
    "harvest.eml": "mail",
    "IMG-20230815-WA0003 harvest.jpg": "name",
    "2023-08-15 harvest.txt": "name",
    "harvest notes.txt": "file",
}


@pytest.fixture(params=["UTC0", "PST8PDT", "<+13>-13"])
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The time zone of the server."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def photo(path: Path, taken: str) -> None:
    exif = Image.Exif()
    exif[Base.ImageDescription] = "The harvest wagon"
    exif[Base.OffsetTime] = "+01:00"
    inner = {Base.DateTimeOriginal: taken, Base.OffsetTimeOriginal: "+02:00"}
    exif.get_ifd(IFD.Exif).update(inner)
    Image.new("RGB", (64, 64), "red").save(path, exif=exif)


def fill(folder: Path) -> None:
    photo(folder / "harvest.jpg", "2023:08:15 00:30:00")
    mail = "From: a@b.c\nDate: Tue, 15 Aug 2023 23:50:00 -0500\nSubject: The harvest\n\nIt is in.\n"
    (folder / "harvest.eml").write_text(mail)
    picture(folder / "IMG-20230815-WA0003 harvest.jpg", "blue")
    (folder / "2023-08-15 harvest.txt").write_text("A day of rain.")
    (folder / "harvest notes.txt").write_text("Barley first.")
    moment = datetime(2023, 8, 15, 0, 10).timestamp()
    os.utime(folder / "harvest notes.txt", (moment, moment))


@pytest.mark.usefixtures("clock")
def test_a_document_is_of_the_day_that_its_own_clock_showed(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    fill(folder)
    run()
    found = searcher.search(Query("harvest", filters=on(DAY), facets=True))
    sources = {hit.path: hit.date_source.value for hit in found.hits}
    assert sources == PATHS
    shown = payloads.of_results("harvest", found)
    assert {hit["date"][:10] for hit in shown["hits"]} == {"2023-08-15"}
    assert found.facets is not None
    assert [each.value for each in found.facets.year] == ["2023"]
    for hit in found.hits:
        view = searcher.document(hit.doc)
        assert (view.date, view.date_source) == (hit.date, hit.date_source)
    for other in ("14 August 2023", "16 August 2023", "2022", "since 2024"):
        assert not searcher.search(Query("harvest", filters=on(other))).hits


def on(day: str) -> Filters:
    span = dates.read(day)
    return Filters(since=span.since, until=span.until)


def test_the_last_minutes_of_a_year_are_counted_in_that_year(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    photo(folder / "harvest 1.jpg", "2022:12:31 23:59:59")
    photo(folder / "harvest 2.jpg", "2023:01:01 00:00:00")
    run()
    facets = searcher.search(Query("harvest", facets=True, order=Order.DATE, copies=True)).facets
    assert facets is not None
    assert facets.year == (FacetCount("2023", 1), FacetCount("2022", 1))


def test_another_name_is_another_date_and_a_copy_of_a_photo_keeps_its_own(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    photo(folder / "a.jpg", "2023:08:15 00:30:00")
    (folder / "2020-01-01 plan.txt").write_text("Sow the harvest.")
    run()
    (folder / "2020-01-01 plan.txt").rename(folder / "2021-02-02 plan.txt")
    (folder / "2019-01-01 b.jpg").write_bytes((folder / "a.jpg").read_bytes())
    run()
    hits = searcher.search(Query("harvest", copies=True)).hits
    assert {hit.path: str(hit.date.date()) for hit in hits} == {
        "a.jpg": "2023-08-15", "2019-01-01 b.jpg": "2023-08-15", "2021-02-02 plan.txt": "2021-02-02",
    }  # fmt: skip
    assert {hit.path for hit in searcher.search(Query("harvest", filters=on("2021"))).hits} == {
        "2021-02-02 plan.txt"
    }


def test_the_json_of_takeout_describes_and_dates_its_photo_and_is_found_with_it_only(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    picture(folder / "P1.jpg", "red")
    beside = folder / "P1.jpg.supplemental-metadata.json"
    told = {"title": "P1.jpg", "description": "An accordion", "photoTakenTime": {"timestamp": "1308000000"}}
    beside.write_text(json.dumps(told))
    run()
    (hit,) = searcher.search(Query("accordion", filters=on("June 2011"))).hits
    assert (hit.path, hit.date_source) == ("P1.jpg", "takeout")
    beside.write_text(json.dumps(told | {"description": "A bagpipe"}))
    run()
    assert [hit.path for hit in searcher.search(Query("bagpipe", filters=on("June 2011"))).hits] == ["P1.jpg"]
    (folder / "P1.jpg").unlink()
    run()
    assert [hit.path for hit in searcher.search(Query("bagpipe")).hits] == [beside.name]
