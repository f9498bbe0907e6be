"""The conditions of areas of a map."""

from __future__ import annotations

import re

import pytest

from semsearch.api.area import AreaValue
from semsearch.errors import QueryError
from semsearch.query import Area, Filters, MapName
from semsearch.store.explored import condition
from semsearch.store.said import Said


def boxes(*corners: tuple[float, float]) -> list[tuple[float, ...]]:
    """Left, right, bottom and top of each box of a condition."""
    found = str(condition(Filters(area=Area(MapName.TOGETHER, corners)), Said({})))
    pattern = r"@joint_x:\[(\S+) (\S+)\] @joint_y:\[(\S+) (\S+)\]"
    return [tuple(map(float, each)) for each in re.findall(pattern, found)]


def test_a_rectangle_is_one_condition() -> None:
    assert boxes((0.2, 0.3), (0.5, 0.3), (0.5, 0.6), (0.2, 0.6)) == [(0.2, 0.5, 0.3, 0.6)]


def test_an_area_of_two_rectangles_is_two_conditions() -> None:
    found = boxes((0, 0), (1, 0), (1, 0.5), (0.5, 0.5), (0.5, 1), (0, 1))
    assert found == [(0, 1, 0, 0.5), (0, 0.5, 0.5, 1)]


def test_a_gap_between_two_boxes_stays() -> None:
    u_shape = ((0, 0), (0.2, 0), (0.2, 0.5), (0.8, 0.5), (0.8, 0), (1, 0), (1, 1), (0, 1))
    assert boxes(*u_shape) == [(0, 0.2, 0, 0.5), (0.8, 1, 0, 0.5), (0, 1, 0.5, 1)]


def test_slanted_sides_are_strips() -> None:
    assert len(boxes((0, 0), (1, 0), (0, 1))) == 64


def test_an_area_has_at_most_60_corners() -> None:
    corners = ",".join(f"{n / 100},{n * n / 10_000}" for n in range(61))
    assert AreaValue().read("area", f"texts:{corners.rpartition(',')[0].rpartition(',')[0]}") is not None
    with pytest.raises(QueryError, match="at most 60"):
        AreaValue().read("area", f"texts:{corners}")
