"""Facets over real files: a count is the number of clear matches with that filter."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.language import dates
from semsearch.pictures.decode import decode
from semsearch.query import Filters, Query
from semsearch.records import Kind
from semsearch.results import FacetCount, Facets
from semsearch.search.searcher import Searcher
from tests.fakes import picture

Run = Callable[..., Summary]


@pytest.fixture
def geese(folder: Path, run: Run) -> Path:
    for n, path in enumerate(["notes/a.txt", "notes/b.md", "notes-old/c.md", "work/deep/d.txt", "e.txt"]):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Geese fly south in {n} days.")
        moment = datetime(2018 + n // 2, 6, 1).timestamp()
        os.utime(file, (moment, moment))
    for n in range(12):
        (folder / "notes" / f"other {n}.txt").write_text(f"Figures of quarter {n}.")
    picture(folder / "geese" / "blue.png", "blue")
    run()
    return folder


def facets_of(searcher: Searcher, query: Query) -> Facets:
    facets = searcher.search(replace(query, facets=True)).facets
    assert facets is not None
    return facets


@pytest.mark.usefixtures("geese")
def test_clear_matches_are_counted_and_each_filter_finds_as_many(searcher: Searcher) -> None:
    query = Query("geese fly south days")
    counted = facets_of(searcher, query)
    assert counted.folder == (FacetCount("notes/", 2), FacetCount("notes-old/", 1), FacetCount("work/", 1))
    assert counted.year == (FacetCount("2020", 1), FacetCount("2019", 2), FacetCount("2018", 2))
    filters = [
        *((each, Filters(path=(each.value,))) for each in counted.folder),
        *((each, Filters(media_type=(each.value,))) for each in counted.type),
        *((each, Filters(kind=Kind(each.value))) for each in counted.kind),
    ]
    for year in counted.year:
        span = dates.read(year.value)
        filters.append((year, Filters(since=span.since, until=span.until)))
    for each, narrowed in filters:
        hits = searcher.search(replace(query, filters=narrowed, limit=100)).hits
        assert sum(hit.is_clear for hit in hits) == each.count, each


@pytest.mark.usefixtures("geese")
def test_a_group_is_counted_without_its_own_filter_and_with_all_others(searcher: Searcher) -> None:
    query = Query("geese fly south days")
    every = facets_of(searcher, query)
    narrowed = Filters(
        kind=Kind.TEXT, path=("notes/",), media_type=("text/markdown",), when=(dates.read("2018"),)
    )
    counted = facets_of(searcher, replace(query, filters=narrowed))
    # notes/b.md is the only hit that passes all: each group tells what one change of its own would find.
    assert counted.folder == (FacetCount("notes/", 1),)
    assert counted.type == (FacetCount("text/markdown", 1), FacetCount("text/plain", 1))
    assert counted.year == (FacetCount("2018", 1),)
    assert counted.kind == (FacetCount("text", 1),)
    for own in ({"path": ("notes/",)}, {"media_type": ("text/plain",)}, {"when": (dates.read("2019"),)}):
        alone = facets_of(searcher, replace(query, filters=Filters(**own)))  # type: ignore[arg-type]
        group = {"path": "folder", "media_type": "type", "when": "year"}[next(iter(own))]
        assert getattr(alone, group) == getattr(every, group)


@pytest.mark.usefixtures("geese")
def test_every_count_is_what_its_filter_in_place_of_the_others_finds(searcher: Searcher) -> None:
    query = Query("geese fly south days", limit=100)
    narrowed = Filters(path=("notes/", "work/"), media_type=("text/plain",))
    counted = facets_of(searcher, replace(query, filters=narrowed))
    chosen = [
        *((each, replace(narrowed, path=(f"{each.root}/{each.path}",))) for each in counted.folders),
        *((each, replace(narrowed, media_type=(each.value,))) for each in counted.type),
        *((each, replace(narrowed, when=(dates.read(each.value),))) for each in counted.month),
    ]
    assert len(chosen) > 5
    for each, filters in chosen:
        hits = searcher.search(replace(query, filters=filters)).hits
        assert sum(hit.is_clear for hit in hits) == each.count, each


@pytest.mark.usefixtures("geese")
def test_folders_are_counted_at_every_depth_below_their_root(searcher: Searcher, geese: Path) -> None:
    counted = facets_of(searcher, Query("geese fly south days")).folders
    assert {(each.root, each.path): each.count for each in counted} == {
        (str(geese), ""): 5,
        (str(geese), "notes/"): 2,
        (str(geese), "notes-old/"): 1,
        (str(geese), "work/"): 1,
        (str(geese), "work/deep/"): 1,
    }


@pytest.mark.usefixtures("geese")
def test_counts_do_not_depend_on_the_page(searcher: Searcher) -> None:
    query = Query("geese fly south days", filters=Filters(path=("notes/",)))
    assert facets_of(searcher, replace(query, limit=1, offset=3)) == facets_of(searcher, query)


@pytest.mark.usefixtures("geese")
def test_hits_without_relevance_are_all_counted(searcher: Searcher, geese: Path) -> None:
    picture = decode((geese / "geese" / "blue.png").read_bytes(), searcher.picture_size()).image
    assert facets_of(searcher, Query(look=searcher.look(picture))).kind == (FacetCount("image", 1),)


@pytest.mark.usefixtures("geese")
def test_a_search_without_facets_counts_nothing(searcher: Searcher) -> None:
    assert searcher.search(Query("geese")).facets is None


@pytest.mark.usefixtures("geese")
def test_a_search_without_hits_has_empty_facets(searcher: Searcher) -> None:
    assert facets_of(searcher, Query("geese", filters=Filters(min_size=10**12))) == Facets()
