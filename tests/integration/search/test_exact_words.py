"""A rare word is a clear match in a text of any length, and a title or a file name comes first."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from semsearch.query import Filters, Mode, Order, Query
from semsearch.records import Kind
from semsearch.results import NOTHING_CLEAR, Results
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import Tuning
from semsearch.store.store import Store
from tests.fakes import FakeModels, picture
from tests.integration.conftest import Run
from tests.integration.library import paths

WORDS = ("river", "stone", "cloud", "garden", "window", "letter", "summer", "engine", "market", "harbour")
MANY = 40


def text(words: int, seed: int, **inserted: str) -> str:
    """A text of so many words. `at_N` inserts words before word N."""
    found = Random(seed).choices(WORDS, k=words)
    for place, words_there in inserted.items():
        found.insert(int(place.removeprefix("at_")), words_there)
    return " ".join(found) + ".\n"


@pytest.fixture
def among_others(folder: Path) -> Path:
    """Texts of the same few words, each with a wharf, and pictures that look a little like every query."""
    for n in range(MANY):
        (folder / f"note-{n}.txt").write_text(text(60, n, at_30="wharf"))
    picture(folder / "red.png", "red")
    picture(folder / "blue.png", "blue")
    return folder


def clear(results: Results) -> list[str]:
    return [hit.path for hit in results.hits if hit.is_clear]


PLANTED = {
    "thornquist": "Thornquist",
    "Ezekiel Marlowe": "Ezekiel Marlowe",
    "Philippa Ostrander": "Ostrander, Philippa J.,",
    "0x80070057": "error 0x80070057 in",
    "SN-4471-QX": "SN-4471-QX",
    '"Donaudampfschiff"': "Donaudampfschiff",
}


@pytest.mark.parametrize("words", [20, 300, 5_000, 20_000])
def test_a_rare_name_or_code_is_a_clear_match_and_shown_however_long_the_text(
    among_others: Path, run: Run, searcher: Searcher, words: int
) -> None:
    places = {f"at_{words * (n + 1) // 8}": planted for n, planted in enumerate(PLANTED.values())}
    (among_others / "long.txt").write_text(text(words, 99, **places))
    run()
    for typed, planted in PLANTED.items():
        results = searcher.search(Query(typed))
        assert clear(results)[:1] == paths(results)[:1] == ["long.txt"], typed
        assert NOTHING_CLEAR not in results.notes
        assert re.findall(r"\w+", planted)[0] in results.hits[0].passages[0].snippet


def test_a_name_in_one_row_of_a_long_table_is_a_clear_match_and_its_row_is_shown(
    among_others: Path, run: Run, searcher: Searcher
) -> None:
    rows = [f"{n},{text(4, n)[:-2]},{'Thornquist' if n == 1_100 else 'paid'}" for n in range(1_500)]
    (among_others / "table.csv").write_text("number,subject,name\n" + "\n".join(rows) + "\n")
    run()
    results = searcher.search(Query("Thornquist"))
    assert clear(results)[0] == "table.csv"
    assert "1100" in results.hits[0].passages[0].snippet
    assert "Thornquist" in results.hits[0].passages[0].snippet


@pytest.mark.parametrize("typed", ["Odalys Marchetti", "Green Harris", "Harris Thornquest", "SN-4471-QY"])
def test_a_name_that_is_nowhere_finds_nothing_clear(
    among_others: Path, run: Run, searcher: Searcher, typed: str
) -> None:
    apart = text(5_000, 99, at_100="Green", at_4000="Harris", at_200="Ezekiel Thornquist SN-4471-QX")
    (among_others / "long.txt").write_text(apart)
    run()
    results = searcher.search(Query(typed))
    assert clear(results) == []
    assert NOTHING_CLEAR in results.notes


def test_similarity_says_less_for_a_name_that_is_nowhere_and_in_pieces_to_the_model(
    among_others: Path, run: Run, store: Store, models: FakeModels
) -> None:
    def relevances() -> list[float]:
        tunings = [Tuning(unknown_lift=lift) for lift in (0.0, 1.0)]
        searchers = [Searcher(store, models, tuning) for tuning in tunings]  # type: ignore[arg-type]
        return [each.search(Query("Gwendovar granite")).hits[0].relevance or 0.0 for each in searchers]

    (among_others / "near.txt").write_text("A granite quarry.\n")
    run()
    without, with_lift = relevances()
    assert with_lift < without - 0.01
    (among_others / "far.txt").write_text(text(300, 7, at_20="Gwendovar"))
    run()
    without, with_lift = relevances()
    assert with_lift == without


def test_a_word_that_is_everywhere_is_no_clear_match_in_a_long_text(
    among_others: Path, run: Run, searcher: Searcher
) -> None:
    (among_others / "long.txt").write_text(text(5_000, 99, at_4000="wharf"))
    run()
    assert "long.txt" not in clear(searcher.search(Query("wharf", mode=Mode.WORDS, limit=100)))


def test_two_common_words_are_a_clear_match_only_where_they_stand_as_typed(
    among_others: Path, run: Run, searcher: Searcher
) -> None:
    for n in range(20):
        (among_others / f"long-{n}.txt").write_text(text(5_000, n, at_3000="Harris and Green"))
    (among_others / "long.txt").write_text(text(5_000, 99, at_4000="Green Harris"))
    run()
    assert clear(searcher.search(Query("Green Harris", mode=Mode.WORDS))) == ["long.txt"]
    assert clear(searcher.search(Query("Green Thornquist", mode=Mode.WORDS))) == []


def test_a_filter_does_not_make_a_common_word_a_rare_one(
    among_others: Path, run: Run, searcher: Searcher
) -> None:
    (among_others / "apart").mkdir()
    (among_others / "apart" / "long.txt").write_text(text(5_000, 99, at_4000="Thornquist", at_1000="wharf"))
    run()
    within = Filters(path=("apart/",))
    assert clear(searcher.search(Query("wharf", filters=within, mode=Mode.WORDS))) == []
    assert clear(searcher.search(Query("Thornquist", filters=within))) == ["apart/long.txt"]
    assert clear(searcher.search(Query("Thornquist", filters=Filters(kind=Kind.IMAGE)))) == []


def test_whatever_has_a_quoted_phrase_is_a_clear_match_however_many_have_it(
    among_others: Path, run: Run, searcher: Searcher
) -> None:
    for n in range(30):
        (among_others / f"long-{n}.txt").write_text(text(2_000, 100 + n, **{f"at_{50 * n}": "red kite"}))
    run()
    results = searcher.search(Query('"red kite"', limit=100))
    assert sorted(clear(results)) == sorted(f"long-{n}.txt" for n in range(30))
    by_name = searcher.search(Query('"red kite"', limit=100, order=Order.NAME))
    assert paths(by_name) == [f"long-{n}.txt" for n in range(30)]


@pytest.mark.parametrize("typed", ["Cinnamon bun", "cinnamon_BUN.md", '"cinnamon bun"'])
def test_a_file_that_is_called_so_comes_before_a_text_that_repeats_the_words(
    folder: Path, run: Run, searcher: Searcher, typed: str
) -> None:
    (folder / "diary.txt").write_text("Cinnamon bun. " * 30)
    (folder / "Cinnamon bun.md").write_text("Flour, butter and sugar. Let it rise, then bake.\n")
    (folder / "cinnamon bun shops.txt").write_text("Cinnamon bun, cinnamon bun.\n")
    run()
    found = searcher.search(Query(typed))
    assert found.hits[0].path == "Cinnamon bun.md"
    assert found.hits[0].is_clear
    relevances = [hit.relevance or 0 for hit in found.hits]
    assert relevances == sorted(relevances, reverse=True)


def test_a_title_comes_before_a_text_that_repeats_its_words(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    (folder / "a.md").write_text("Harbour porter. " * 30)
    (folder / "b.md").write_text("# The harbour porter\n\nHe carries the boxes to the ships at night.\n")
    run()
    assert paths(searcher.search(Query("the harbour porter")))[0] == "b.md"


def test_a_very_common_word_that_is_a_file_name_puts_that_file_first(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    for n in range(30):
        (folder / f"notes {n}.txt").write_text("notes notes notes\n")
    (folder / "notes.txt").write_text("Ask the landlord about the heating.\n")
    run()
    hit = searcher.search(Query("notes")).hits[0]
    assert hit.path == "notes.txt"
    assert hit.is_clear


def test_a_path_finds_its_file_before_others_of_the_same_name(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    for name, words in (("Volvo", "A harbour."), ("House", "The insurance policy, with every clause of it.")):
        (folder / "Insurance" / name).mkdir(parents=True)
        (folder / "Insurance" / name / "policy.txt").write_text(words)
    run()
    found = searcher.search(Query("Insurance/Volvo/policy.txt"))
    assert paths(found) == ["Insurance/Volvo/policy.txt", "Insurance/House/policy.txt"]
    assert paths(searcher.search(Query("Insurance/House/policy")))[0] == "Insurance/House/policy.txt"


def test_a_version_of_common_numbers_is_a_clear_match_where_it_stands(
    among_others: Path, run: Run, searcher: Searcher
) -> None:
    for n in range(MANY):
        (among_others / f"log-{n}.txt").write_text(f"4 boats, 17 carts, {text(30, n)} 21 mules\n")
    (among_others / "long.txt").write_text(text(3_000, 99, at_500="4.17.21"))
    run()
    assert clear(searcher.search(Query("4.17.21", mode=Mode.WORDS)))[0] == "long.txt"
