"""The sentence of a stored passage that answers a query."""

from __future__ import annotations

from pathlib import Path

import pytest

from semsearch.errors import NotFoundError, QueryError
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


def test_a_passage_or_query_that_does_not_exist_is_an_error(doc: str, searcher: Searcher) -> None:
    with pytest.raises(NotFoundError, match="no passage 7"):
        searcher.excerpt(doc, 7, "owls")
    with pytest.raises(NotFoundError, match="nowhere"):
        searcher.excerpt("nowhere", 0, "owls")
    with pytest.raises(QueryError, match="empty"):
        searcher.excerpt(doc, 0, " ")
