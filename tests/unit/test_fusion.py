import pytest

from semsearch.fusion import Ranking, fuse
from semsearch.store.queries import Candidate


def ranking(leg: str, *found: tuple[str, float | None], ranked: bool = True) -> Ranking:
    candidates = tuple(Candidate(doc, n, distance) for n, (doc, distance) in enumerate(found))
    return Ranking(leg, candidates, ranked)


def test_a_single_ranking_keeps_its_order_and_groups_passages_by_document() -> None:
    fused = fuse([ranking("meaning", ("a", 0.1), ("b", 0.2), ("a", 0.3), ("c", 0.4))])
    assert [hit.doc for hit in fused] == ["a", "b", "c"]
    assert [piece.n for piece in fused[0].pieces] == [0, 2]
    assert fused[0].similarity == pytest.approx(0.9)


def test_a_document_that_two_legs_found_comes_before_those_of_one() -> None:
    fused = fuse([ranking("meaning", ("a", 0.1), ("b", 0.2)), ranking("words", ("b", None))])
    assert [(hit.doc, hit.legs) for hit in fused] == [("b", ("meaning", "words")), ("a", ("meaning",))]


def test_legs_with_nothing_in_common_are_interleaved() -> None:
    fused = fuse([ranking("meaning", ("a", 0.1), ("b", 0.2)), ranking("looks", ("x", 0.7), ("y", 0.8))])
    assert [hit.doc for hit in fused] == ["a", "x", "b", "y"]


def test_of_the_first_of_two_legs_the_more_similar_leads() -> None:
    fused = fuse([ranking("meaning", ("a", 0.7), ("b", 0.8)), ranking("looks", ("x", 0.5), ("y", 0.9))])
    assert [hit.doc for hit in fused] == ["x", "a", "b", "y"]


def test_unranked_matches_are_ordered_by_the_other_legs() -> None:
    matches = ranking("words", ("c", None), ("b", None), ranked=False)
    fused = fuse([ranking("meaning", ("a", 0.1), ("b", 0.2), ("c", 0.3)), matches])
    assert [hit.doc for hit in fused] == ["b", "c", "a"]


def test_a_document_found_by_its_name_alone_has_no_similarity() -> None:
    assert fuse([ranking("words", ("a", None))])[0].similarity is None
