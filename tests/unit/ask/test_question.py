"""An answer is made of passages that clearly match, and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from semsearch.ask.model_server import Message
from semsearch.ask.question import answer, answering
from semsearch.query import Filters, Query
from semsearch.results import NOTHING_CLEAR, Answer, Sentence
from tests.memory_library import MemoryLibrary


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    library = MemoryLibrary(judge=lambda similarity: 0.9 if similarity > 0.4 else 0.1)
    for name, text in {
        "notes/scarf.md": "The red scarf was knitted in 1970.",
        "kettle.md": "The kettle is descaled with citric acid.",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        library.add(tmp_path, name)
    return library


def asked(
    library: MemoryLibrary, question: str, written: str, **filters: tuple[str, ...]
) -> tuple[Answer, str]:
    """The answer, and what the model was asked; "" if it was not."""
    messages: list[Message] = []

    def write(given: Sequence[Message]) -> list[str]:
        messages.extend(given)
        return [written]

    found = answer(Query(question, filters=Filters(**filters)), library, write)  # type: ignore[arg-type]
    return found, messages[-1].content if messages else ""


def test_the_model_gets_the_passages_and_the_question(library: MemoryLibrary) -> None:
    found, told = asked(library, "When was the red scarf knitted?", "It was knitted in 1970 [1].")
    assert found.sentences == (Sentence("It was knitted in 1970.", (1,)),)
    assert [each.hit.path for each in found.sources] == ["notes/scarf.md"]
    assert "[1] notes/scarf.md\nThe red scarf was knitted in 1970." in told
    assert told.endswith("Question: When was the red scarf knitted?")
    assert "citric acid" not in told


def test_where_nothing_clearly_matches_no_model_is_asked(library: MemoryLibrary) -> None:
    found, told = asked(library, "Who won the race?", "Anybody [1].")
    assert (found.sentences, found.sources, told) == ((), (), "")
    assert NOTHING_CLEAR in found.notes


def test_filters_count(library: MemoryLibrary) -> None:
    found, told = asked(library, "When was the red scarf knitted?", "In 1970 [1].", path=("kettle",))
    assert (found.sentences, told) == ((), "")


def test_what_names_no_source_is_left_out_and_that_is_said(library: MemoryLibrary) -> None:
    found, _ = asked(
        library, "red scarf knitted", "I can help you with that question. It was knitted in 1970 [1]."
    )
    assert [each.text for each in found.sentences] == ["It was knitted in 1970."]
    assert found.notes[0] == "A sentence that names no source is left out."
    found, _ = asked(library, "red scarf knitted", "It was knitted in 1969 by my aunt.")
    assert found.sentences == ()
    assert found.notes[0] == "The model wrote an answer without sources, so it is not shown."


def test_passages_that_do_not_answer_are_no_answer(library: MemoryLibrary) -> None:
    found, _ = asked(library, "Who wears the red scarf that was knitted?", "NO ANSWER")
    assert found.sentences == ()
    assert found.notes[0] == "The passages that were found do not answer this."
    assert len(found.sources) == 1


def test_an_answer_grows_word_by_word_and_each_sentence_is_checked_when_it_is_whole(
    library: MemoryLibrary,
) -> None:
    words = ["It was knitted ", "in 1970 [1]. ", "I can ", "help you. ", "Ask [1]."]
    first, *further, whole = answering(Query("red scarf knitted"), library, lambda _: words)
    assert (first.sentences, len(first.sources), first.is_whole) == ((), 1, False)
    assert [(len(each.sentences), each.begun) for each in further] == [
        (0, "It was knitted"),
        (0, "It was knitted in 1970."),
        (1, "I can"),
        (1, "I can help you."),
        (1, "Ask."),
    ]
    assert not any(each.is_whole for each in further)
    assert [each.text for each in whole.sentences] == ["It was knitted in 1970.", "Ask."]
    assert (whole.is_whole, whole.begun) == (True, "")
