"""How much of a query's words a document has, where the query is in another language."""

from __future__ import annotations

import pytest

from semsearch.language.query_syntax import read
from semsearch.records import Kind
from semsearch.search.coverage import covered_by_words
from semsearch.search.term_weights import Weighed, WeighedReadings
from semsearch.search.tuning import TUNING
from semsearch.search.words import Demands, WordMatches
from semsearch.store import filters
from semsearch.store.replies import NO_MATCHES, Match, Matches

HAND = "Que faire quand quelqu'un s'ébouillante la main ?"


def coverage(query: str, language: str, share: float) -> float:
    """The coverage of a text in a language that has this share of the weight of a query's words."""
    wording = read(query)
    weighed = WeighedReadings(Weighed(wording.terms, most=1.0))
    by_terms = Matches((Match("doc", Kind.TEXT, share, language=language),), 1)
    demands = Demands(filters.everything(), filters.everything())
    found = WordMatches(wording, weighed, demands, by_terms, NO_MATCHES)
    return covered_by_words(wording, found, (), TUNING)["doc"].coverage


def test_a_word_that_two_languages_have_counts_little_in_the_other_one() -> None:
    assert coverage(HAND, "fr", 0.2) == pytest.approx(0.2)
    assert coverage(HAND, "en", 0.2) < 0.01


def test_a_name_counts_in_every_language() -> None:
    assert coverage("Qui était donc la grande Grace Hopper de la marine ?", "en", 0.8) > 0.4


@pytest.mark.parametrize(
    ("query", "language"), [("Siemens", "de"), (HAND, ""), ("warm gloves", "en"), ("年度 決算 報告", "ja")]
)
def test_words_count_in_full_unless_both_languages_can_be_told_and_differ(query: str, language: str) -> None:
    assert coverage(query, language, 0.2) == pytest.approx(0.2)
