"""The sentence of a stored passage that answers a query."""

from __future__ import annotations

from pathlib import Path

import pytest

from semsearch.errors import NotFoundError, QueryError
from semsearch.language.query_syntax import marked_in
from semsearch.language.terms import spans_of
from semsearch.query import Query
from semsearch.results import Excerpt
from semsearch.search.searcher import Searcher
from tests.fakes import FakeModels
from tests.integration.conftest import Run

NOTE = """# Birds

Boats lie in the harbour today. Owls hunt mice at night. Geese go south in long lines. It rains a lot.
"""


@pytest.fixture
def doc(folder: Path, run: Run, searcher: Searcher) -> str:
    (folder / "birds.md").write_text(NOTE)
    run()
    return searcher.search(Query("owls")).hits[0].doc


def sentence_of(excerpt: Excerpt) -> str:
    assert excerpt.sentence is not None
    assert excerpt.place is not None
    sentence = excerpt.snippet[slice(*excerpt.sentence)]
    assert NOTE.removeprefix("# ")[slice(*excerpt.place)] == sentence
    return sentence


@pytest.mark.usefixtures("doc")
def test_a_search_names_the_sentence_with_most_words_of_the_query(searcher: Searcher) -> None:
    passage = searcher.search(Query("owls mice")).hits[0].passages[0]
    assert passage.sentence is not None
    assert passage.snippet[slice(*passage.sentence)] == "Owls hunt mice at night."
    assert searcher.search(Query("owls over large cities")).hits[0].passages[0].sentence is None


def test_an_excerpt_finds_a_sentence_by_meaning_if_none_has_most_of_the_words(
    doc: str, searcher: Searcher, models: FakeModels
) -> None:
    models.words.embedded = []
    assert sentence_of(searcher.excerpt(doc, 0, "owls mice")) == "Owls hunt mice at night."
    assert models.words.embedded == []
    query = "south or north or east of the big city"
    assert sentence_of(searcher.excerpt(doc, 0, query)) == "Geese go south in long lines."
    assert len(models.words.embedded) == 4  # the heading is not an answer
    searcher.excerpt(doc, 0, "rains or snow or storms or sun")
    assert len(models.words.embedded) == 4


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("what lies in the harbour", ["lie", "harbour"]),
        ('geese "in the harbour"', ["in the harbour", "Geese"]),
        ('mice OR "in long lines"', ["mice", "in long lines"]),
        ("in the", ["in", "the", "in"]),
    ],
)
@pytest.mark.usefixtures("doc")
def test_results_and_the_page_of_a_document_mark_function_words_only_in_phrases_or_alone(
    searcher: Searcher, typed: str, marked: list[str]
) -> None:
    hit = searcher.search(Query(typed)).hits[0]
    snippet, highlights = hit.passages[0].snippet, hit.passages[0].highlights
    assert [snippet[slice(*span)] for span in highlights] == marked
    assert spans_of(snippet, marked_in(typed, hit.language), hit.language) == list(highlights)


def test_a_passage_or_query_that_does_not_exist_is_an_error(doc: str, searcher: Searcher) -> None:
    with pytest.raises(NotFoundError, match="no passage 7"):
        searcher.excerpt(doc, 7, "owls")
    with pytest.raises(NotFoundError, match="nowhere"):
        searcher.excerpt("nowhere", 0, "owls")
    with pytest.raises(QueryError, match="empty"):
        searcher.excerpt(doc, 0, " ")
