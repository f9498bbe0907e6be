"""Filters: by folder, kind and type; by date and size."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.errors import QueryError
from semsearch.query import DateRange, Filters, Mode, Query
from semsearch.records import Kind
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store
from tests.integration.library import paths, shown
from tests.redis_client import redis_of

Run = Callable[..., Summary]

NOON = datetime(2020, 5, 1, 12)


def test_a_size_filter_includes_its_bounds(folder: Path, run: Run, searcher: Searcher) -> None:
    for letters in (10, 1000, 100_000):
        (folder / f"{letters}.txt").write_text(f"geese {letters} ".ljust(letters, "."))
    run()

    def of(least: int | None, most: int | None) -> set[str]:
        filters = Filters(min_size=least, max_size=most)
        return {hit.path for hit in searcher.search(Query("geese", filters=filters)).hits}

    assert of(1000, None) == {"1000.txt", "100000.txt"}
    assert of(None, 1000) == {"10.txt", "1000.txt"}
    assert of(11, 999) == set()
    assert of(0, 10**15) == {"10.txt", "1000.txt", "100000.txt"}


@pytest.fixture
def find(folder: Path, run: Run, searcher: Searcher) -> Callable[[Filters], set[str]]:
    """A function that finds the notes of three days that pass filters."""
    for day in range(3):
        file = folder / f"day{day}.txt"
        file.write_text(f"Geese on day {day}.")
        moment = (NOON + timedelta(days=day)).timestamp()
        os.utime(file, (moment, moment))
    run()
    return lambda filters: {hit.path for hit in searcher.search(Query("geese", filters=filters)).hits}


def test_filters_without_words_list_what_passes_them_the_newest_first(
    folder: Path, searcher: Searcher, find: Callable[[Filters], set[str]]
) -> None:
    assert len(find(Filters())) == 3
    results = searcher.search(Query(filters=Filters(since=NOON + timedelta(days=1))))
    assert paths(results) == ["day2.txt", "day1.txt"]
    assert any("no words" in note for note in results.notes)
    with pytest.raises(QueryError, match="empty"):
        searcher.search(Query(filters=Filters(within=(str(folder),))))


def test_a_date_filter_includes_its_start_and_excludes_its_end(
    find: Callable[[Filters], set[str]],
) -> None:
    day = timedelta(days=1)
    assert find(Filters(since=NOON, until=NOON + day)) == {"day0.txt"}
    assert find(Filters(since=NOON + day)) == {"day1.txt", "day2.txt"}
    assert find(Filters(until=NOON + 2 * day)) == {"day0.txt", "day1.txt"}
    assert find(Filters(until=NOON)) == set()
    assert find(Filters(since=datetime.min, until=datetime.max)) == {
        "day0.txt",
        "day1.txt",
        "day2.txt",
    }


def test_a_date_may_be_in_one_of_several_periods(find: Callable[[Filters], set[str]]) -> None:
    hour = timedelta(hours=1)
    ends = DateRange(None, NOON + hour), DateRange(NOON + timedelta(days=2), None)
    assert find(Filters(when=ends)) == {"day0.txt", "day2.txt"}
    assert find(Filters(when=ends, since=NOON + hour)) == {"day2.txt"}
    assert find(Filters(when=ends, until=NOON)) == set()


@pytest.mark.usefixtures("restored")
class TestFilters:
    def test_filters_with_several_values_hold_together(self, searcher: Searcher) -> None:
        # Each has a value that no document passes: an engine must not take these for the whole.
        everything = Filters(
            path=("nowhere/", "notes/birds/", "work/geese"),
            media_type=("text/html", "text/plain"),
            language=("fr", "en"),
            when=(
                DateRange(datetime(1900, 1, 1), datetime(1900, 1, 2)),
                DateRange(datetime(1970, 1, 1), None),
            ),
        )
        for mode in Mode:
            found = searcher.search(Query("geese owls", filters=everything, mode=mode))
            assert (mode, paths(found), found.complete) == (mode, ["work/geese report.txt"], True)
            found = searcher.search(Query("geese owls", filters=replace(everything, language=()), mode=mode))
            assert {*paths(found)} == {
                "notes/birds/owls.txt",
                "notes/birds/geese.txt",
                "work/geese report.txt",
            }

    @pytest.mark.parametrize(
        ("path", "found"),
        [
            ("notes", {"notes/birds/owls.txt", "notes/birds/geese.txt", "notes/ships.md"}),
            ("notes/birds/", {"notes/birds/owls.txt", "notes/birds/geese.txt"}),
            ("notes/bird/", set()),
            ("/notes/ships.md", {"notes/ships.md"}),
            ("notes/birds/o", {"notes/birds/owls.txt"}),
            ("notes/ships.md/", set()),
            ("notes ", set()),
            ("n", {"notes/birds/owls.txt", "notes/birds/geese.txt", "notes/ships.md"}),
            ("birds", set()),
            ("work/geese report", {"work/geese report.txt"}),
            ("notes|work", set()),
            (
                "/",
                {"notes/birds/owls.txt", "notes/birds/geese.txt", "notes/ships.md", "work/geese report.txt"},
            ),
            (" ", set()),
            ("*", set()),
            ("notes/../work/", set()),
        ],
    )
    def test_a_path_filter_is_a_prefix(self, searcher: Searcher, path: str, found: set[str]) -> None:
        results = searcher.search(Query("night", filters=Filters(kind=Kind.TEXT, path=(path,))))
        assert set(paths(results)) == found

    def test_a_media_type_filter_takes_one_type(self, searcher: Searcher) -> None:
        def of(*media_types: str) -> list[str]:
            return paths(searcher.search(Query("night", filters=Filters(media_type=media_types))))

        assert of("text/markdown") == ["notes/ships.md"]
        assert of("text/mark") == []
        assert len(of("text/*")) == 4
        assert len(of("image/*")) == 3
        assert of("t/*") == []
        assert len(of("image/png", "text/mark", "text/markdown")) == 4

    @pytest.mark.parametrize(
        "text", ["*", "*/*", "text/*}|@place:{*", "text/plain|text/markdown", "text/pl*n", "tëxt/plain"]
    )
    def test_query_syntax_in_a_media_type_filter_is_refused(self, searcher: Searcher, text: str) -> None:
        with pytest.raises(QueryError, match="neither a media type nor a group"):
            searcher.search(Query("night", filters=Filters(media_type=text)))

    def test_a_kind_filter_leaves_the_other_kind_out(self, searcher: Searcher) -> None:
        for kind in (Kind.TEXT, Kind.IMAGE):
            results = searcher.search(Query("blue square night", filters=Filters(kind=kind)))
            assert {hit.kind for hit in results.hits} == {kind}

    def test_a_date_filter_leaves_out_earlier_and_later_files(self, searcher: Searcher) -> None:
        now = datetime.now()
        early, late = now.replace(year=now.year - 1), now.replace(year=now.year + 1)
        assert searcher.search(Query("night", filters=Filters(since=early, until=late))).hits
        assert not searcher.search(Query("night", filters=Filters(since=late))).hits
        assert not searcher.search(Query("night", filters=Filters(until=early))).hits

    def test_a_picture_cannot_find_texts_and_says_so(self, searcher: Searcher) -> None:
        results = searcher.search(Query(look=searcher.look(shown("red")), filters=Filters(kind=Kind.TEXT)))
        assert (results.hits, results.total) == ((), 0)
        assert "pictures only" in results.notes[0]


@pytest.mark.parametrize(
    "name",
    [
        "a`b",
        "a|b",
        "a b",
        "a{b}",
        "a*b",
        "a\\b",
        "a\nb",
        "a'b",
        'a"b',
        "a$b",
        "a(b",
        "a[b]",
        "aé~b",
        "a,b;c",
        "@a:b",
        "a’b – c…",
        "「a」·b",
        "a😀",
        "a\x01b\x7f",
        "a\x1fb",
        " a ",
        "as",
        "2024",
    ],
)
def test_any_name_of_a_folder_can_be_filtered_by(
    folder: Path, run: Run, searcher: Searcher, name: str
) -> None:
    for each in (name, "other"):
        (folder / each).mkdir()
        (folder / each / "note.txt").write_text(f"A note in {each!r}.")
    run()
    for path in (name, f"{name}/", f"/{name}/n", f"{folder}/{name}"):
        results = searcher.search(Query("note", filters=Filters(path=(path,))))
        assert paths(results) == [f"{name}/note.txt"]
        assert results.notes == ()


def test_a_prefix_that_the_server_cuts_short_is_reported(
    folder: Path, run: Run, searcher: Searcher, store: Store
) -> None:
    for number in range(12):
        (folder / f"note{number}.txt").write_text(f"text {number}")
    run()
    limit = redis_of(store).execute_command("FT.CONFIG", "GET", "MAXPREFIXEXPANSIONS")[0][1]
    redis_of(store).execute_command("FT.CONFIG", "SET", "MAXPREFIXEXPANSIONS", "10")
    try:
        results = searcher.search(Query("text", filters=Filters(path=("note",))))
    finally:
        redis_of(store).execute_command("FT.CONFIG", "SET", "MAXPREFIXEXPANSIONS", limit)
    assert "More paths may begin with 'note'" in results.notes[0]


GERMAN = "Die Gänse fliegen im Herbst nach Süden, und sie kommen mit dem Frühling wieder zu uns."
ENGLISH = "The geese (in German: Gänse) fly south in autumn, and they come back with the spring."


@pytest.fixture
def two_languages(folder: Path, run: Run) -> Path:
    (folder / "herbst.txt").write_text(GERMAN)
    (folder / "autumn.txt").write_text(ENGLISH)
    (folder / "geese.csv").write_text("Gänse,12\nSchwäne,4\n")
    run()
    return folder


@pytest.mark.usefixtures("two_languages")
def test_a_filter_by_language_finds_texts_in_it(searcher: Searcher) -> None:
    def of(*languages: str) -> set[str]:
        return {hit.path for hit in searcher.search(Query("Gänse", filters=Filters(language=languages))).hits}

    assert of("de") == {"herbst.txt"}
    assert of("en") == {"autumn.txt"}
    assert of("fr") == set()
    assert of("fr", "en") == {"autumn.txt"}
    assert of() == {"herbst.txt", "autumn.txt", "geese.csv"}


@pytest.mark.usefixtures("two_languages")
def test_languages_are_counted_and_told(searcher: Searcher) -> None:
    results = searcher.search(Query('"Gänse"', facets=True))
    assert {hit.path: hit.language for hit in results.hits if hit.is_clear} == {
        "herbst.txt": "de",
        "autumn.txt": "en",
        "geese.csv": "",
    }
    assert results.facets is not None
    assert {(each.value, each.count) for each in results.facets.language} == {("de", 1), ("en", 1)}


def test_what_is_no_code_of_a_language_is_refused(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match="not the code of a language: 'de}'"):
        searcher.search(Query("geese", filters=Filters(language=("de}",))))
