"""A mistyped word that is nowhere is corrected at once, and the answer says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from semsearch.query import Filters, Mode, Query
from semsearch.results import Results
from semsearch.search.searcher import Searcher
from tests.integration.conftest import Run
from tests.integration.library import paths

TEXTS = {
    "batteries": "The lifetimes of batteries are short in the cold.",
    "visitors": "Visitor list: Odalys Marchetti, Jorunn Thornquist.",
    "parcels": "All information about the retrieval of parcels.",
    "code": "Error QX44711 in module zlorb.",
    "families": "Müller-Lüdenscheidt, Würzburg; Bjørn, Ålesund.",
    "others": "Herr Goettinger aus Tuebingen.",
    "campus": "The university of the town.",
}


@pytest.fixture
def library(folder: Path, run: Run) -> Path:
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text)
    run()
    return folder


def ask(searcher: Searcher, text: str, within: tuple[str, ...] = ()) -> Results:
    return searcher.search(Query(text, mode=Mode.WORDS, filters=Filters(within=within)))


@pytest.mark.parametrize(
    ("typed", "meant", "path"),
    [
        ("lifetmes", "lifetimes", "batteries.txt"),
        ("lifitmes of batteries", "lifetimes", "batteries.txt"),
        ("informtaion", "information", "parcels.txt"),
        ("retreival", "retrieval", "parcels.txt"),
        ("Thorqnuist", "Thornquist", "visitors.txt"),
        ("marcheti", "marchetti", "visitors.txt"),
    ],
)
@pytest.mark.usefixtures("library")
def test_a_word_with_one_or_two_wrong_letters_is_corrected(
    searcher: Searcher, typed: str, meant: str, path: str
) -> None:
    results = ask(searcher, typed)
    assert paths(results)[0] == path
    assert results.hits[0].is_clear
    assert any(f"Did you mean “{meant}”?" in note for note in results.notes)


@pytest.mark.parametrize(
    ("typed", "meant", "path"),
    [
        ("Wuerzburg", "Würzburg", "families.txt"),
        ("Luedenscheidt", "Lüdenscheidt", "families.txt"),
        ("bjoern", "bjørn", "families.txt"),
        ("Aalesund", "Ålesund", "families.txt"),
        ("Göttinger", "Goettinger", "others.txt"),
        ("Tübingen", "Tuebingen", "others.txt"),
    ],
)
@pytest.mark.usefixtures("library")
def test_an_umlaut_is_found_as_it_is_typed_elsewhere(
    searcher: Searcher, typed: str, meant: str, path: str
) -> None:
    results = ask(searcher, typed)
    assert paths(results)[0] == path
    assert any(f"Did you mean “{meant}”?" in note for note in results.notes)


def test_what_only_a_reading_for_another_language_knows_is_corrected_in_a_library_with_a_text_in_it(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    (folder / "soups.txt").write_text("Recipes for soups of tomatoes, from the kitchen of the house.")
    (folder / "fr.txt").write_text(
        "Les vacances de la famille sont dans le jardin de la maison avec les amis."
    )
    run()
    for typed, meant in (("recipies", "recipes"), ("tomatoez", "tomatoes")):
        results = ask(searcher, typed)
        assert paths(results) == ["soups.txt"]
        assert any(f"Did you mean “{meant}”?" in note for note in results.notes)
    # In French this is another form of a word, which finds the text.
    results = ask(searcher, "famillez")
    assert paths(results) == ["fr.txt"]
    assert results.corrections == ()


@pytest.mark.parametrize(
    "typed",
    [
        "batteries",  # is there
        "battery",  # is there in another form
        "lifeline",  # is a word, and nowhere
        "Thornquill",  # is another name
        "QX44712",  # is a code
        "zlarb",  # might be anything else: it is short
        "bardorfen",  # is like nothing
        "universität",  # is a word of another language
        '"lifetmes"',  # is meant as typed
        "-lifetmes",
    ],
)
@pytest.mark.usefixtures("library")
def test_other_words_are_left_as_they_are(searcher: Searcher, typed: str) -> None:
    assert not any("Did you mean" in note for note in ask(searcher, typed).notes)


def test_who_may_see_one_folder_is_told_no_word_of_another(
    library: Path, run: Run, searcher: Searcher
) -> None:
    for name, text in (("open", "Nothing but bread."), ("closed", "Our merger with Grunwald.")):
        (library / name).mkdir()
        (library / name / "a.txt").write_text(text)
    run()
    results = ask(searcher, "Grunwalt", (str(library / "open"),))
    assert results.hits == ()
    assert not any("Grunwald" in note for note in results.notes)
    assert paths(ask(searcher, "Grunwalt")) == ["closed/a.txt"]
