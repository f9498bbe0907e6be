"""Which words of a query must stand together, and when a document that has them counts."""

from __future__ import annotations

import pytest

from semsearch.language.query_syntax import read
from semsearch.records import Kind
from semsearch.search.exact import MOST_HASHES, ExactWords, exact_words
from semsearch.search.tuning import TUNING
from semsearch.store.replies import NO_MATCHES, Match, Matches

# Document frequencies in a library of 1,000 documents.
FREQUENCIES = {
    **{"thornquist": 1, "ezekiel": 2, "sn": 2, "4471": 1, "serial": 9, "state": 90, "art": 20},
    **{"green": 30, "letter": 40, "school": 60, "time": 300, "peopl": 400, "nowher": 0},
    **{"the": 900, "who": 500},
}


def chosen(typed: str) -> list[set[str]]:
    """The words of each condition: those near each other, then all of them as typed."""
    wording = read(typed)
    frequencies = {term: FREQUENCIES[term] for term in wording.terms}
    found = exact_words(wording, frequencies, 1000, TUNING)
    return [{" ".join(phrase) for phrase in exact.phrases} for exact in found]


@pytest.mark.parametrize(
    ("typed", "together"),
    [
        ("Thornquist", {"thornquist"}),
        ("Thornquist's", {"thornquist"}),
        ("who is Ezekiel Thornquist?", {"ezekiel", "thornquist"}),
        ("nowhere Thornquist", {"nowher", "thornquist"}),
        ("green Thornquist", {"green", "thornquist"}),
        ("SN-4471", {"sn 4471"}),
        ("serial SN-4471", {"serial", "sn 4471"}),
        ("people SN-4471", {"sn 4471"}),
        ("state-of-the-art Thornquist", {"state of the art", "thornquist"}),
        ("Thornquist green school letters", {"thornquist", "green", "letter"}),
    ],
)
def test_the_rarest_words_of_a_query_must_stand_together(typed: str, together: set[str]) -> None:
    assert chosen(typed)[0] == together


@pytest.mark.parametrize(
    ("typed", "as_typed"),
    [("green letter", {"green letter"}), ("the people of the time", {"peopl of the time"})],
)
def test_words_of_which_none_is_rare_must_stand_as_typed(typed: str, as_typed: set[str]) -> None:
    assert chosen(typed) == [as_typed]


def test_a_word_that_is_everywhere_proves_nothing() -> None:
    assert chosen("time") == chosen("the") == []


def test_a_pasted_text_has_no_exact_words() -> None:
    many = {f"word{n}": 1 for n in range(30)}
    assert exact_words(read(" ".join(many)), many, 1000, TUNING) == []


def found(*docs: str, total: int = 0) -> Matches:
    return Matches(tuple(Match(doc, Kind.TEXT) for doc in docs), total or len(docs))


def test_more_than_a_handful_of_documents_have_nothing_exactly() -> None:
    exact = ExactWords((("thornquist",),), handful=2, gap=8)
    assert list(exact.matches(found("a", "b"), found("b"))) == ["b"]
    assert exact.matches(found("a", "b", "c"), found("b")) == {}
    assert exact.matches(found("a", total=MOST_HASHES + 1), found("a")) == {}
    assert exact.matches(None, NO_MATCHES) == exact.matches(found("a"), None) == {}


def test_a_long_document_that_has_the_words_in_many_parts_is_one_document() -> None:
    many = Matches(tuple(Match("novel", Kind.TEXT, part=n) for n in range(20)), 20)
    matches = ExactWords((("ahab",),), handful=2, gap=8).matches(many, many)
    assert matches["novel"].part == 0


def test_a_handful_is_a_small_share_of_a_small_library_and_at_least_one_document() -> None:
    sizes = {}
    for documents in (1, 100, 10_000):
        (exact,) = exact_words(read("thornquist"), {"thornquist": 1}, documents, TUNING)
        sizes[documents] = exact.handful
    assert sizes == {1: 1, 100: 5, 10_000: 10}
