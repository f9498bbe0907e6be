"""Facets: the counts of kinds, folders, types and years among the hits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from semsearch.language.document_date import clock_seconds
from semsearch.query import DateRange, Filters
from semsearch.records import Kind
from semsearch.results import FacetCount, Facts, FolderCount
from semsearch.search.facets import Group, count_facets, widened


def facts(path: str, media_type: str = "text/plain", year: int = 2020, kind: Kind = Kind.TEXT) -> Facts:
    return Facts(kind, path, media_type, 1, clock_seconds(datetime(year, 1, 1)))


def test_kinds_folders_types_and_years_are_counted() -> None:
    counted = count_facets(
        [
            [facts("notes/a.md", "text/markdown")],
            [facts("notes/2020/b.txt")],
            [facts("photos/c.jpg", "image/jpeg", 2022, Kind.IMAGE)],
            [facts("top.txt", year=1999)],
        ]
    )
    assert counted.kind == (FacetCount("text", 3), FacetCount("image", 1))
    assert counted.folder == (FacetCount("notes/", 2), FacetCount("photos/", 1))
    assert counted.type[0] == FacetCount("text/plain", 2)
    assert counted.year == (FacetCount("2022", 1), FacetCount("2020", 2), FacetCount("1999", 1))


def test_a_hit_with_copies_counts_once_for_each_distinct_value() -> None:
    counted = count_facets(
        [[facts("a/x.md", "text/markdown"), facts("b/x.pdf", "application/pdf"), facts("b/y.md")]]
    )
    assert {each.count for each in counted.folder + counted.type + counted.kind + counted.year} == {1}
    assert [each.value for each in counted.folder] == ["a/", "b/"]


def test_the_year_is_that_of_the_place_and_impossible_dates_have_none() -> None:
    moments = (clock_seconds(datetime(2019, 12, 31, 23, 59)), 1e18, -1e18, float("inf"))
    counted = count_facets([[Facts(Kind.TEXT, "a.txt", "text/plain", 1, moment)] for moment in moments])
    assert counted.year == (FacetCount("2019", 1),)
    assert counted.kind == (FacetCount("text", 4),)


def test_folders_are_counted_at_every_depth_and_an_archive_is_one() -> None:
    hits = [
        [replace(facts("a/b/x.md"), root="/r")],
        [replace(facts("a/old.zip//c/y.md"), root="/r"), replace(facts("top.md"), root="/s")],
    ]
    assert count_facets(hits).folders == (
        FolderCount("/r", "", 2),
        FolderCount("/r", "a/", 2),
        FolderCount("/r", "a/b/", 1),
        FolderCount("/r", "a/old.zip/", 1),
        FolderCount("/r", "a/old.zip/c/", 1),
        FolderCount("/s", "", 1),
    )


def test_months_are_counted_the_latest_first() -> None:
    hits = [[facts("a", year=2019)], [facts("b", year=2021)], [facts("c", year=2019)]]
    assert count_facets(hits).month == (FacetCount("2021-01", 1), FacetCount("2019-01", 2))


def test_names_are_counted_together_however_they_are_spelt() -> None:
    def photo(camera: str, *places: str) -> list[Facts]:
        return [replace(facts("a.jpg", kind=Kind.IMAGE), camera=camera, locations=places)]

    hits = [
        photo("Nikon D90", "Málaga", "España"),
        photo("NIKON D90", "Malaga", "España"),
        photo("Nikon D90", "MÁLAGA"),
        photo("Málaga", "Málaga"),
        photo(""),
    ]
    counted = count_facets(hits)
    assert counted.camera == (FacetCount("Nikon D90", 3), FacetCount("Málaga", 1))
    assert counted.location == (FacetCount("Málaga", 4), FacetCount("España", 2))


def test_a_group_with_a_filter_in_use_is_counted_by_the_hits_without_it() -> None:
    filters = Filters(kind=Kind.TEXT, when=(DateRange(None, None),), path=("a/",), min_size=1)
    wide = widened(filters)
    assert set(wide) == {Group.KIND, Group.DATE, Group.FOLDER}
    assert wide[Group.DATE] == replace(filters, when=())
    counted = count_facets([[facts("a/x")]], {Group.FOLDER: [[facts("a/x")], [facts("b/y")]]})
    assert [each.value for each in counted.folder] == ["a/", "b/"]
    assert counted.kind == (FacetCount("text", 1),)
