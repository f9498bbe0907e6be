"""What a text may become that is being typed: words of the library, and documents that are called so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.query import Filters, Mode, Query
from semsearch.results import Completion
from semsearch.search.searcher import Searcher

Run = Callable[..., Summary]

ALL = Filters()


@pytest.fixture
def complete(folder: Path, run: Run, searcher: Searcher) -> Callable[..., Completion]:
    for name, text in {
        "letters/aunt.md": "# Grandmother's red scarf\n\nThe library of my grandmother is in the lighthouse.",
        "letters/uncle.md": "# To Grandfather\n\nYour grandmother was running with the scarf.",
        "work/red-scanner-manual.txt": "Scanning with the scanner. Running it in Grandhotel rooms.\n",
        "work/a.txt": "A letter to the Grundschule in Müllerstadt.\n",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    run()
    return lambda text, among=ALL: searcher.completion(text, among)


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("grandm", ["grandmother"]),
        ("the lighth", ["the lighthouse"]),
        ("my libr", ["my library"]),
        ("library", []),
        ("runni", ["running"]),
        ("mulle", ["Müllerstadt"]),
        ("gr", []),
        ("xyzzy", []),
        ("grandmother ", []),
        ("", []),
        ("?!", []),
        ("@terms:{x} gran*", []),
    ],
)
def test_the_last_word_becomes_words_of_the_library(
    complete: Callable[..., Completion], typed: str, texts: list[str]
) -> None:
    assert list(complete(typed).texts) == texts


def test_common_words_come_first_unless_another_stands_beside_what_was_typed(
    complete: Callable[..., Completion],
) -> None:
    assert complete("gran").texts[0] == "grandmother"
    assert complete("scanner gran").texts[0] == "scanner Grandhotel"


@pytest.mark.parametrize(
    ("typed", "paths"),
    [
        ("grandmother's r", ["letters/aunt.md"]),
        ("grandmothers red sca", []),
        ("to grandf", ["letters/uncle.md"]),
        ("red scan", ["work/red-scanner-manual.txt"]),
        ("manual", ["work/red-scanner-manual.txt"]),
        ("a", ["work/a.txt", "letters/aunt.md"]),
    ],
)
def test_documents_are_offered_by_the_beginning_of_their_title_and_by_the_words_of_their_name(
    complete: Callable[..., Completion], typed: str, paths: list[str]
) -> None:
    assert [each.path for each in complete(typed).documents] == paths


def test_only_what_passes_the_filters_is_offered(complete: Callable[..., Completion]) -> None:
    letters = Filters(path=("letters/",))
    assert complete("gran", letters).texts[:1] == ("grandmother",)
    assert not any("Grandhotel" in text for text in complete("grandh", letters).texts)
    assert complete("manual", letters).documents == ()


def test_a_search_while_typing_completes_a_last_word_that_is_nowhere(
    complete: Callable[..., Completion], searcher: Searcher
) -> None:
    assert complete("lighth").texts == ("lighthouse",)

    def found(text: str, *, unfinished: bool = True) -> tuple[list[str], list[tuple[str, str]]]:
        results = searcher.search(Query(text, mode=Mode.WORDS, unfinished=unfinished))
        return [hit.path for hit in results.hits], [(each.typed, each.meant) for each in results.corrections]

    assert found("the lighth") == (["letters/aunt.md"], [("lighth", "lighthouse")])
    assert found("the lighth", unfinished=False) == ([], [])
    assert found("lighth ") == ([], [])
    assert found('"lighth"') == ([], [])
    assert found("scanning") == (["work/red-scanner-manual.txt"], [])
    assert found("grandmoter", unfinished=True)[1] == [("grandmoter", "grandmother")]
