import pytest

from semsearch.records import Kind
from semsearch.results import CLEAR
from semsearch.search.rank import Fused, Ranking, Worded, fuse
from semsearch.search.relevance import Calibration, Scale, relevance
from semsearch.store.queries import Candidate

# Unrelated questions find texts at .3, pictures at .1; and these vary less.
CALIBRATIONS = {
    Kind.TEXT: Calibration(Scale(0.3, 0.1)),
    Kind.IMAGE: Calibration(Scale(0.1, 0.05)),
}


def texts(*found: tuple[str, float], more: bool = False) -> Ranking:
    """Passages of documents with these similarities."""
    candidates = [
        Candidate(doc, Kind.TEXT, "text", n, 1 - similarity) for n, (doc, similarity) in enumerate(found)
    ]
    return Ranking("meaning", Kind.TEXT, candidates, more)


def pictures(*found: tuple[str, float]) -> Ranking:
    return Ranking(
        "looks",
        Kind.IMAGE,
        [Candidate(doc, Kind.IMAGE, "image", 0, 1 - similarity) for doc, similarity in found],
    )


def fused(*rankings: Ranking, **worded: float) -> list[Fused]:
    words = {doc: Worded(Kind.TEXT, coverage) for doc, coverage in worded.items()}
    return fuse(rankings, words, CALIBRATIONS)


def test_a_single_ranking_keeps_its_order_and_groups_passages_by_document() -> None:
    hits = fused(texts(("a", 0.9), ("b", 0.8), ("a", 0.7), ("c", 0.6)))
    assert [hit.doc for hit in hits] == ["a", "b", "c"]
    assert [piece.n for piece in hits[0].pieces] == [0, 2]
    assert hits[0].similarity == pytest.approx(0.9)


def test_texts_and_pictures_are_ordered_by_how_far_they_stand_out_not_by_similarity() -> None:
    hits = fused(texts(("near", 0.7), ("chance", 0.35)), pictures(("shown", 0.32), ("dull", 0.1)))
    assert [hit.doc for hit in hits] == ["shown", "near", "chance", "dull"]


def test_words_lift_a_document_over_one_that_is_a_little_nearer() -> None:
    hits = fused(texts(("a", 0.6), ("b", 0.5)), b=0.5)
    assert [(hit.doc, hit.legs) for hit in hits] == [("b", ["meaning", "words"]), ("a", ["meaning"])]


def test_the_more_of_the_words_the_better() -> None:
    assert [hit.doc for hit in fused(texts(("a", 0.5), ("b", 0.5)), a=0.2, b=0.9)] == ["b", "a"]


def test_a_document_found_by_words_alone_is_taken_for_no_nearer_than_the_farthest_found() -> None:
    found = {hit.doc: hit for hit in fused(texts(("a", 0.6), ("far", 0.2), more=True), c=0.01)}
    assert found["c"].similarity is None
    assert found["c"].standing == pytest.approx(-1)


def test_words_that_chance_finds_lift_a_document_but_do_not_make_it_stand_out() -> None:
    first, second = fused(texts(("near", 0.4), ("worded", 0.39)), worded=0.2)
    assert [first.doc, second.doc] == ["worded", "near"]
    assert first.standing == second.standing == pytest.approx(1)
    assert fused(texts(("worded", 0.39)), worded=0.2)[0].standing == pytest.approx(0.9)


def test_words_that_chance_finds_do_not_come_before_a_clear_match_by_meaning() -> None:
    first, second = fused(texts(("near", 0.55), ("worded", 0.45)), worded=0.3)
    assert [first.doc, second.doc] == ["near", "worded"]
    assert first.standing == pytest.approx(2.5)
    assert second.standing == pytest.approx(1.5)


def test_a_match_by_meaning_is_a_match_even_when_another_document_has_all_the_words() -> None:
    first, second = fused(texts(("near", 0.8), ("exact", 0.5)), exact=1.0)
    assert [first.doc, second.doc] == ["exact", "near"]
    assert second.standing == pytest.approx(5)


def test_a_document_with_all_the_words_stands_out_however_far_it_is() -> None:
    hit = fused(texts(("a", -0.1)), a=0.9)[0]
    assert relevance(hit.standing) > CLEAR


def test_documents_less_similar_than_chance_keep_their_order() -> None:
    assert [hit.doc for hit in fused(texts(("a", 0.1), ("b", 0.05), ("c", -0.2)))] == ["a", "b", "c"]


def test_without_any_vector_words_alone_rank() -> None:
    hits = fused(a=0.1, b=1.0)
    assert [hit.doc for hit in hits] == ["b", "a"]
    assert hits[0].similarity is None
