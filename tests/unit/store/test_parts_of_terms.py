"""The terms of a long text lie in several parts, each small, which together have every term once or twice."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from semsearch.store.terms import parts_of_terms

# The number of terms of each passage: short and long ones, and one that is longer than a part.
SIZES = st.lists(st.sampled_from([1, 3, 150, 900, 2_500, 7_000]), max_size=60)


def passages(sizes: list[int]) -> list[str]:
    return [" ".join(f"{n}w{word}" for word in range(size)) for n, size in enumerate(sizes)]


def test_a_text_without_passages_has_one_empty_part() -> None:
    (part,) = parts_of_terms([])
    assert (part.first, part.terms) == (0, ())


@given(SIZES)
def test_the_parts_have_every_passage_in_order(sizes: list[int]) -> None:
    terms = passages(sizes)
    found: list[str] = []
    for part in parts_of_terms(terms, "a head"):
        found[part.first :] = part.terms
    assert found == terms


@given(SIZES)
def test_each_two_neighbours_are_together_in_one_part(sizes: list[int]) -> None:
    terms = passages(sizes)
    parts = [set(part.terms) for part in parts_of_terms(terms)]
    assert all(any({one, two} <= part for part in parts) for one, two in pairwise(terms))


@given(SIZES)
def test_a_part_of_usual_passages_has_at_most_six_thousand_terms(sizes: list[int]) -> None:
    usual = [size for size in sizes if size < 1_000]
    parts = parts_of_terms(passages(usual))
    assert all(sum(each.count(" ") + 1 for each in part.terms) <= 6_000 for part in parts)
