"""Facets: the counts of kinds, folders, types and years among the hits."""

from __future__ import annotations

from datetime import datetime

from semsearch.language.document_date import clock_seconds
from semsearch.records import Kind
from semsearch.results import FacetCount, Facts
from semsearch.search.listing import count_facets


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
