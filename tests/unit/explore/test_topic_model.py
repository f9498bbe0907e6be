"""Topics with their vectors: who belongs to them, and which are the same as before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from semsearch.explore.topic_model import Described, Topic, TopicModel, Unnamed, described_in, same_groups
from semsearch.models.vectors import unit
from semsearch.records import Vectors

ORIGIN = np.zeros(4, np.float32)
DIRECTIONS = np.eye(4, dtype=np.float32)
BIRDS = unit(np.array([[1, 0.5, 0, 0]], np.float32))
# Two larger topics, and two smaller ones in the first.
TOPICS = (Topic("animals", -1, ("a",)), Topic("boats", -1, ()), Topic("owls", 0, ()), Topic("geese", 0, ()))
MEANS = np.stack([0.5 * (DIRECTIONS[0] + DIRECTIONS[1]), *DIRECTIONS[[2, 0, 1]]]).astype(np.float32)
MODEL = TopicModel(Described(TOPICS, "model", 10), ORIGIN, MEANS, MEANS)


def unnamed(means: Vectors, above: tuple[int, ...]) -> Unnamed:
    return Unnamed(above, tuple(np.arange(1) for _ in above), means, means)


def test_a_document_goes_to_the_nearest_larger_topic_and_in_it_to_the_nearest_smaller_one() -> None:
    assert MODEL.assign(BIRDS) == [("animals", "owls")]
    assert MODEL.assign(DIRECTIONS[2:3]) == [("boats",)]


def test_a_document_in_another_direction_has_no_topic() -> None:
    assert MODEL.assign(DIRECTIONS[3:4]) == [()]


def test_a_model_without_topics_assigns_none() -> None:
    assert TopicModel.empty(Described((), "model", 9)).assign(BIRDS) == [()]


def test_groups_whose_middles_stay_are_the_same_topics() -> None:
    moved = unit(MEANS + 0.1)
    assert same_groups(MODEL, unnamed(moved, (-1, -1, 0, 0)), ORIGIN) == {0: 0, 1: 1, 2: 2, 3: 3}


def test_groups_are_matched_in_any_order_and_on_their_own_level() -> None:
    found = same_groups(MODEL, unnamed(MEANS[[1, 0, 3, 2]], (-1, -1, 1, 1)), ORIGIN)
    assert found == {0: 1, 1: 0, 2: 3, 3: 2}
    assert same_groups(MODEL, unnamed(MEANS[[2, 3]], (-1, -1)), ORIGIN) == {}


def test_a_group_with_another_middle_is_a_new_topic() -> None:
    means = np.stack([MEANS[0], DIRECTIONS[3]])
    assert same_groups(MODEL, unnamed(means, (-1, -1)), ORIGIN) == {0: 0}


def test_vectors_of_another_length_have_no_topics_in_common() -> None:
    assert (
        same_groups(MODEL, unnamed(np.eye(3, dtype=np.float32), (-1, -1, -1)), np.zeros(3, np.float32)) == {}
    )


def test_topics_are_outgrown_when_a_fifth_is_new() -> None:
    described = Described(TOPICS, "model", documents=80, added=10)
    assert not described.is_outgrown_by(9)
    assert described.is_outgrown_by(10)


def test_topics_of_no_documents_are_not_outgrown_by_none() -> None:
    assert not Described((), "model", documents=0).is_outgrown_by(0)
    assert Described((), "model", documents=0).is_outgrown_by(1)


def test_a_model_is_kept_and_read() -> None:
    read = TopicModel.read(MODEL.described, MODEL.stored())
    assert read is not None
    assert read.assign(BIRDS) == MODEL.assign(BIRDS)
    assert TopicModel.read(MODEL.described, b"damaged") is None


def test_vectors_of_other_topics_are_not_read() -> None:
    fewer = replace(MODEL.described, topics=TOPICS[:3])
    assert TopicModel.read(fewer, MODEL.stored()) is None


def test_what_is_told_of_topics_is_kept_and_read() -> None:
    import json

    stored = json.dumps({"text": replace(MODEL.described, added=3).stored()}).encode()
    assert described_in(stored) == {"text": replace(MODEL.described, added=3)}
    assert described_in(None) == {}
