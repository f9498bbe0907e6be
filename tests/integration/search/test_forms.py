"""Words in other forms: numbers, hyphens, names with signs, emoji, compounds. And queries that exclude."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from semsearch.query import Filters, Mode, Order, Query
from semsearch.results import NOTHING_CLEAR
from semsearch.search.searcher import Searcher
from tests.integration.conftest import Run
from tests.integration.library import paths


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)


def by_words(searcher: Searcher, text: str) -> list[str]:
    return paths(searcher.search(Query(text, mode=Mode.WORDS)))


@pytest.mark.parametrize("typed", ["1,250.00", "1.250,00", "1250", "1250.00", "1'250", '"1,250.00"'])
def test_an_amount_is_found_however_it_is_written(
    folder: Path, run: Run, searcher: Searcher, typed: str
) -> None:
    write(folder, right="Pump: 1,250.00 euros in all.", wrong="Hose: 12,500.00 euros. Item 1 of 250.")
    run()
    assert by_words(searcher, typed)[0] == "right.txt"


def test_a_minus_before_a_number_excludes_nothing(folder: Path, run: Run, searcher: Searcher) -> None:
    write(folder, cold="Keep the berries at −18 degrees.", warm="Keep the bread at 20 degrees.")
    run()
    assert by_words(searcher, "keep at -18") == ["cold.txt", "warm.txt"]
    assert by_words(searcher, "-18") == ["cold.txt"]


@pytest.mark.parametrize(
    ("stored", "typed"), [("e-mail", "email"), ("email", "e-mail"), ("Data-Base", "database")]
)
def test_a_hyphen_may_be_left_out(
    folder: Path, run: Run, searcher: Searcher, stored: str, typed: str
) -> None:
    write(folder, has=f"Send the {stored} before noon.", lacks="Send the parcel before noon.")
    run()
    assert by_words(searcher, typed) == ["has.txt"]
    assert by_words(searcher, f'"the {stored} before"') == ["has.txt"]


def test_languages_with_signs_are_words_of_their_own(folder: Path, run: Run, searcher: Searcher) -> None:
    write(
        folder,
        cpp="We teach C++ here.",
        cs="We teach C# here.",
        c="We teach C here.",
        net="We use .NET here.",
    )
    (folder / "C++ Handbook.txt").write_text("Templates and such.")
    run()
    assert sorted(by_words(searcher, "C++")) == ["C++ Handbook.txt", "cpp.txt"]
    assert by_words(searcher, '"C#"') == ["cs.txt"]
    assert by_words(searcher, "c") == ["c.txt"]
    assert by_words(searcher, ".NET") == ["net.txt"]
    assert by_words(searcher, "teach -C++ -C#") == ["c.txt"]


def test_an_emoji_finds_what_has_it_and_claims_nothing_else(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    write(
        folder, geese="Geese at the lake \N{DUCK}\N{DUCK}", thumbs="Done \N{THUMBS UP SIGN}", other="Ducks."
    )
    run()
    assert by_words(searcher, "\N{DUCK}") == ["geese.txt"]
    assert by_words(searcher, "\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-5}") == ["thumbs.txt"]
    results = searcher.search(Query("\N{NAZAR AMULET}"))
    assert not any(hit.is_clear for hit in results.hits)


def test_similarity_proves_nothing_in_a_script_that_the_model_does_not_know(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    write(folder, trains="Расписание электричек на лето.", stars="米米")
    run()
    results = searcher.search(Query("расписание"))
    assert [hit.path for hit in results.hits if hit.is_clear] == ["trains.txt"]
    results = searcher.search(Query("ёлка"))
    assert NOTHING_CLEAR in results.notes


def test_a_compound_is_found_by_its_parts_after_the_word_itself(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    write(
        folder,
        whole="Der Schlüssel ist bei mir.",
        part="Der Haustürschlüssel liegt beim Nachbarn und nicht im Auto.",
        dutch="Het fietsenrek is niet van de buren.",
        english="The heartbeat of the carpenter was in the cartoons of the art school.",
    )
    run()
    assert by_words(searcher, "Schlüssel") == ["whole.txt", "part.txt"]
    assert by_words(searcher, "fietsen") == ["dutch.txt"]
    assert by_words(searcher, "heart") == []
    assert by_words(searcher, "toons") == []
    (_, hit) = searcher.search(Query("Schlüssel", mode=Mode.WORDS)).hits
    snippet = hit.passages[0].snippet
    assert [snippet[a:b] for a, b in hit.passages[0].highlights] == ["Haustürschlüssel"]


def test_a_query_that_only_excludes_lists_what_lacks_it_the_newest_first(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    write(folder, jam="Marmalade jars.", old="Bread.", new="Butter.", both="Bread and marmalade.")
    for age, name in enumerate(["new", "jam", "old", "both"]):
        os.utime(folder / f"{name}.txt", (1_600_000_000 - age * 86_400,) * 2)
    run()
    results = searcher.search(Query("-marmalade"))
    assert paths(results) == ["new.txt", "old.txt"]
    assert results.total == 2
    assert results.complete
    assert any("newest first" in note for note in results.notes)
    assert NOTHING_CLEAR not in results.notes
    assert paths(searcher.search(Query('-"marmalade jars"'))) == ["new.txt", "old.txt", "both.txt"]
    assert paths(searcher.search(Query("-marmalade -butter"))) == ["old.txt"]
    assert paths(searcher.search(Query("-marmalade", filters=Filters(path=("o",))))) == ["old.txt"]
    by_name = searcher.search(Query("-marmalade", order=Order.NAME, facets=True, limit=1, offset=1))
    assert paths(by_name) == ["old.txt"]
    assert by_name.facets is not None
    assert by_name.facets.kind[0].count == 2
