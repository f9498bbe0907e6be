import pytest

from semsearch.query import LegName
from semsearch.records import Kind
from semsearch.results import CLEAR
from semsearch.search.rank import CoveredDocument, Ranked, Ranking, rank, words_bonus, words_spreads
from semsearch.search.relevance import Scales, relevance
from semsearch.search.tuning import Tuning
from semsearch.store.replies import Candidate
from semsearch.store.statistics import Scale

# The best scores of unrelated queries: .3 for texts, and .1, with less spread, for pictures.
SCALES = Scales({Kind.TEXT: Scale(0.3, 0.1), Kind.IMAGE: Scale(0.1, 0.05)})


def texts(*found: tuple[str, float], more: bool = False) -> Ranking:
    """Passages of documents with these similarities."""
    candidates = [
        Candidate(doc, Kind.TEXT, "text", n, 1 - similarity) for n, (doc, similarity) in enumerate(found)
    ]
    return Ranking(LegName.MEANING, Kind.TEXT, candidates, more)


def pictures(*found: tuple[str, float]) -> Ranking:
    return Ranking(
        LegName.LOOKS,
        Kind.IMAGE,
        [Candidate(doc, Kind.IMAGE, "image", 0, 1 - similarity) for doc, similarity in found],
    )


def ranked(*rankings: Ranking, **worded: float) -> list[Ranked]:
    covered = {doc: CoveredDocument(Kind.TEXT, coverage) for doc, coverage in worded.items()}
    return rank(rankings, covered, SCALES)


def test_a_single_ranking_keeps_its_order_and_groups_passages_by_document() -> None:
    hits = ranked(texts(("a", 0.9), ("b", 0.8), ("a", 0.7), ("c", 0.6)))
    assert [hit.doc for hit in hits] == ["a", "b", "c"]
    assert [candidate.n for candidate in hits[0].candidates] == [0, 2]
    assert hits[0].similarity == pytest.approx(0.9)


def test_texts_and_pictures_are_ordered_by_their_spreads_not_by_similarity() -> None:
    hits = ranked(texts(("near", 0.7), ("far", 0.35)), pictures(("shown", 0.32), ("dull", 0.1)))
    assert [hit.doc for hit in hits] == ["shown", "near", "far", "dull"]


def test_words_lift_a_document_over_one_that_is_a_little_nearer() -> None:
    hits = ranked(texts(("a", 0.6), ("b", 0.5)), b=0.5)
    assert [(hit.doc, hit.legs) for hit in hits] == [("b", ["meaning", "words"]), ("a", ["meaning"])]


def test_a_document_with_more_of_the_words_comes_first() -> None:
    assert [hit.doc for hit in ranked(texts(("a", 0.5), ("b", 0.5)), a=0.2, b=0.9)] == ["b", "a"]


def test_a_document_found_by_words_alone_counts_as_near_as_the_farthest_candidate() -> None:
    found = {hit.doc: hit for hit in ranked(texts(("a", 0.6), ("far", 0.2), more=True), c=0.01)}
    assert found["c"].similarity is None
    assert found["c"].spreads == pytest.approx(-1)


def test_a_few_of_the_words_lift_a_document_but_do_not_raise_its_relevance() -> None:
    first, second = ranked(texts(("near", 0.4), ("worded", 0.39)), worded=0.2)
    assert [first.doc, second.doc] == ["worded", "near"]
    assert first.spreads == second.spreads == pytest.approx(1)
    assert ranked(texts(("worded", 0.39)), worded=0.2)[0].spreads == pytest.approx(0.9)


def test_a_document_with_a_few_of_the_words_stays_behind_a_clear_match_by_meaning() -> None:
    first, second = ranked(texts(("near", 0.55), ("worded", 0.45)), worded=0.3)
    assert [first.doc, second.doc] == ["near", "worded"]
    assert first.spreads == pytest.approx(2.5)
    assert second.spreads == pytest.approx(1.5)


def test_a_match_by_meaning_stays_clear_when_another_document_has_all_the_words() -> None:
    first, second = ranked(texts(("near", 0.8), ("exact", 0.5)), exact=1.0)
    assert [first.doc, second.doc] == ["exact", "near"]
    assert second.spreads == pytest.approx(5)


def test_a_document_with_all_the_words_is_clear_whatever_its_similarity() -> None:
    hit = ranked(texts(("a", -0.1)), a=0.9)[0]
    assert relevance(hit.spreads) > CLEAR


def test_documents_below_the_centre_of_the_scale_keep_their_order() -> None:
    assert [hit.doc for hit in ranked(texts(("a", 0.1), ("b", 0.05), ("c", -0.2)))] == ["a", "b", "c"]


def test_without_vectors_documents_are_ranked_by_words_alone() -> None:
    hits = ranked(a=0.1, b=1.0)
    assert [hit.doc for hit in hits] == ["b", "a"]
    assert hits[0].similarity is None


def test_the_first_half_of_the_coverage_counts_more_than_the_second() -> None:
    assert words_bonus(0) == 0
    assert words_bonus(0.5) - words_bonus(0.25) < words_bonus(0.25)


def test_a_document_with_each_word_once_is_clear_and_one_with_half_of_them_is_not() -> None:
    once = 1 / 2.2
    assert relevance(words_spreads(once)) > CLEAR
    assert relevance(words_spreads(once / 2)) < CLEAR


def test_another_tuning_gives_another_order() -> None:
    covered = {"worded": CoveredDocument(Kind.TEXT, 0.3)}
    rankings = [texts(("near", 0.55), ("worded", 0.45))]
    assert rank(rankings, covered, SCALES)[0].doc == "near"
    assert rank(rankings, covered, SCALES, Tuning(clear_first=0))[0].doc == "worded"


def test_a_document_that_has_the_words_exactly_is_clear_whatever_its_coverage() -> None:
    covered = {
        "long": CoveredDocument(Kind.TEXT, 0.02, is_exact=True),
        "short": CoveredDocument(Kind.TEXT, 0.3),
    }
    hits = rank([texts(("near", 0.6), ("short", 0.4)), pictures(("looks", 0.25))], covered, SCALES)
    assert [hit.doc for hit in hits] == ["long", "near", "looks", "short"]
    assert relevance(hits[0].spreads) > CLEAR


def test_more_coverage_orders_documents_that_have_the_words_exactly() -> None:
    covered = {
        doc: CoveredDocument(Kind.TEXT, share, is_exact=True) for doc, share in (("a", 0.1), ("b", 1.0))
    }
    assert [hit.doc for hit in rank([], covered, SCALES)] == ["b", "a"]


def test_a_document_that_is_called_so_comes_first_and_is_as_relevant_as_any_other() -> None:
    covered = {
        "named": CoveredDocument(Kind.TEXT, 0.1, is_called=True),
        "repeats": CoveredDocument(Kind.TEXT, 1.0, is_exact=True),
    }
    hits = rank([texts(("repeats", 0.9)), pictures(("shown", 0.9))], covered, SCALES)
    assert [hit.doc for hit in hits] == ["named", "shown", "repeats"]
    assert hits[0].spreads == hits[1].spreads == pytest.approx(16)


def test_the_nearest_of_several_documents_that_are_called_so_comes_first() -> None:
    covered = {doc: CoveredDocument(Kind.TEXT, 1.0, is_called=True) for doc in ("far", "near")}
    hits = rank([texts(("near", 0.5), ("far", 0.4))], covered, SCALES)
    assert [hit.doc for hit in hits] == ["near", "far"]
