"""The terms of a long text are in several hashes, and a search finds the whole text all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from semsearch.query import Filters, Mode, Query
from semsearch.records import DocumentRecord, Kind
from semsearch.results import Hit, Results
from semsearch.search.alternatives import Finder
from semsearch.search.retrieve import Retriever
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import Tuning
from semsearch.store.keys import terms_key
from semsearch.store.store import Store
from tests.integration.conftest import Run
from tests.redis_client import redis_of

WORDS = ("river", "stone", "cloud", "garden", "window", "letter", "summer", "engine", "market", "harbour")
Records = Callable[[], dict[str, DocumentRecord]]


def text(words: int, seed: int = 0, **inserted: str) -> str:
    """A text of so many words. `at_N` puts other words in the place of the word N and those after it."""
    found = Random(seed).choices(WORDS, k=words)
    for place, words_there in inserted.items():
        start, those = int(place.removeprefix("at_")), words_there.split()
        found[start : start + len(those)] = those
    return " ".join(found)


def paths(results: Results) -> list[str]:
    return sorted(hit.path for hit in results.hits)


def by_words(searcher: Searcher, typed: str, **options: int) -> Results:
    return searcher.search(Query(typed, mode=Mode.WORDS, **options))  # type: ignore[arg-type]


def marked(hit: Hit) -> set[str]:
    """The words that are marked in the first passage of a hit."""
    shown = hit.passages[0]
    return {shown.snippet[start:end].lower() for start, end in shown.highlights}


def test_a_rare_word_in_the_last_passage_of_a_long_text_is_found_and_shown_there(
    folder: Path, run: Run, searcher: Searcher, records: Records, store: Store
) -> None:
    (folder / "long.txt").write_text(text(60_000, at_59_999="kingfisher"))
    (folder / "short.txt").write_text("A heron waits.")
    run()
    record = records()["long.txt"]
    assert record.words >= 60_000 // 6_000
    assert store.inventory.shortages() == []
    assert not store.inventory.sweep(store.inventory.census()).lost
    for mode in (Mode.WORDS, Mode.HYBRID):
        results = searcher.search(Query("kingfisher", mode=mode))
        assert results.complete
        assert results.hits[0].path == "long.txt"
        assert results.hits[0].passages[0].n == record.pieces - 1
        assert marked(results.hits[0]) == {"kingfisher"}
    assert by_words(searcher, "kingfisher").total == 1


def test_a_word_at_the_end_of_a_long_text_is_completed_for_who_may_read_it(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    for name, content in (("long", text(12_000, at_11_999="kingfisher")), ("short", "A heron waits.")):
        (folder / name).mkdir()
        (folder / name / "a.txt").write_text(content)
    run()
    for name, completed in (("long", ("kingfisher",)), ("short", ())):
        within = Filters(within=(str(folder / name),))
        assert searcher.completion("kingfi", within).texts == completed
        typed = Query("kingfi", mode=Mode.WORDS, filters=within, unfinished=True)
        results = searcher.search(typed)
        assert tuple(each.meant for each in results.corrections) == completed
        assert paths(results) == ["long/a.txt"] * len(completed)


@pytest.fixture
def three(folder: Path, run: Run) -> Path:
    """Two long texts, each of which has several parts, and a short one."""
    (folder / "one.txt").write_text(text(12_000, at_10="red kite", at_11_000="white owl kingfisher"))
    (folder / "two.txt").write_text(text(12_000, 1, at_5_000="red owl", at_11_000="white kite kingfisher"))
    (folder / "note.txt").write_text("A red kite and a white owl. No kingfisher.")
    run()
    return folder


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ('"red kite"', ["note.txt", "one.txt"]),
        ('"white owl"', ["note.txt", "one.txt"]),
        ('"red kite" "white owl"', ["note.txt", "one.txt"]),
        ('"red kite" "white kite"', []),
        ('"red owl" "white kite"', ["two.txt"]),
        ('kingfisher -"red kite"', ["two.txt"]),
        ('kingfisher -"white kite"', ["note.txt", "one.txt"]),
        ('kingfisher -"red owl" -"white owl"', []),
        ('"white owl" -"no kingfisher"', ["one.txt"]),
        ("harbour -kite", []),
    ],
)
@pytest.mark.parametrize("mode", [Mode.WORDS, Mode.HYBRID])
def test_phrases_and_exclusions_are_about_whole_texts(
    searcher: Searcher, typed: str, found: Sequence[str], mode: Mode
) -> None:
    results = searcher.search(Query(typed, mode=mode))
    assert paths(results) == found
    assert (results.total, results.complete) == (len(found), True)


@pytest.mark.usefixtures("three")
def test_a_hit_shows_a_passage_with_the_phrase_though_other_parts_have_its_words_more_often(
    searcher: Searcher, folder: Path, run: Run
) -> None:
    (folder / "one.txt").write_text(text(12_000, at_10="red kite", at_9_000="kite stone red stone " * 40))
    run()
    (hit,) = (hit for hit in by_words(searcher, '"red kite"').hits if hit.path == "one.txt")
    assert hit.passages[0].n == 0
    assert {"red", "kite"} <= marked(hit)


def test_a_phrase_is_found_where_one_part_ends_and_the_next_begins(
    folder: Path, run: Run, searcher: Searcher, records: Records, store: Store
) -> None:
    (folder / "long.txt").write_text(" ".join(f"w{n}" for n in range(8_000)))
    run()
    record = records()["long.txt"]
    (first,) = store.ledger.terms([(record.doc, 0)])
    last = int(first.terms[-1].split()[-1].removeprefix("w"))
    assert 5_500 < last < 6_000
    (hit,) = by_words(searcher, f'"w{last} w{last + 1}"').hits
    assert len(hit.passages) == 2
    for word in (f"w{last - 2}", f"w{last + 3}"):
        assert paths(by_words(searcher, f'"w{last - 1} w{last}" -{word}')) == []


@pytest.mark.usefixtures("three")
def test_a_text_that_many_parts_of_match_is_one_hit_and_hides_no_other(
    folder: Path, run: Run, store: Store, searcher: Searcher
) -> None:
    for n in range(5):
        (folder / f"note {n}.txt").write_text(f"The harbour of town {n}: {text(200, 2 + n)}")
    run()
    searcher._finder = Finder(Retriever(store, Tuning(depth=4, deep=4)))
    results = by_words(searcher, "harbour", limit=10)
    assert len(results.hits) == results.total == 7
    assert results.complete


def test_counts_by_kind_and_in_the_status_are_of_documents(
    folder: Path, run: Run, searcher: Searcher, store: Store
) -> None:
    often = "kingfisher " * 400
    (folder / "one.txt").write_text(text(12_000, at_10=often, at_6_000=often, at_11_000=often))
    run()
    results = searcher.search(Query("kingfisher", mode=Mode.WORDS, facets=True))
    assert results.facets is not None
    assert [(each.value, each.count) for each in results.facets.kind] == [(Kind.TEXT, 1)]
    assert results.total == 1
    assert searcher.status().kinds[Kind.TEXT] == 1
    assert sum(searcher.status().documents.values()) == 1
    assert store.roots() == (str(folder),)


@pytest.mark.usefixtures("three")
def test_filters_apply_to_the_parts_of_a_long_text(searcher: Searcher) -> None:
    def found(filters: Filters) -> list[str]:
        return paths(searcher.search(Query('kingfisher "white owl"', filters=filters)))

    assert found(Filters(path=("one.txt",))) == ["one.txt"]
    assert found(Filters(path=("two.txt",))) == []
    assert found(Filters(max_size=1_000)) == ["note.txt"]
    assert found(Filters(media_type=("text/plain",), kind=Kind.TEXT)) == ["note.txt", "one.txt"]


def test_a_path_that_begins_like_one_long_text_is_not_said_to_be_cut(
    folder: Path, run: Run, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "report.txt").write_text(text(12_000, at_11_000="kingfisher"))
    run()
    monkeypatch.setattr(Store, "prefix_limit", lambda _: 3)
    results = searcher.search(Query("kingfisher", filters=Filters(path=("rep",))))
    assert paths(results) == ["report.txt"]
    assert not any("More paths" in note for note in results.notes)


@pytest.mark.usefixtures("three")
def test_a_second_run_and_a_lost_part_are_noticed_rightly(
    run: Run, searcher: Searcher, store: Store, records: Records
) -> None:
    assert searcher.status().missing == ()
    assert run().unchanged == 3
    redis_of(store).delete(terms_key(records()["one.txt"].doc, 2))
    (missing,) = searcher.status().missing
    parts = sum(1 + record.words for record in store.ledger)
    assert missing.startswith(f"Redis has lost 1 of {parts} document parts in the index semsearch:doc.")
    assert run().indexed == 1
    assert searcher.status().missing == ()
