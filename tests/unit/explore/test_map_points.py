"""The points of a map as the page draws them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from semsearch.explore.map_points import NONE, SCALE, MapPoints
from semsearch.query import MapName
from semsearch.records import Kind
from semsearch.results import Facts

_FACTS = Facts(Kind.TEXT, "a.txt", "text/plain", 1, 0.0, "en", "/data")


def points(*facts: Facts, places: list[tuple[float, float]] | None = None) -> MapPoints:
    docs = [f"{n:016x}" for n in range(len(facts))]
    return MapPoints.of(MapName.TEXTS, docs, places or [(0.5, 0.5)] * len(facts), facts)


def colours(found: MapPoints) -> dict[str, list[str]]:
    """The value of each point, by what colours it."""
    return {
        each.by: ["" if code == NONE else each.groups[code].value for code in each.codes]
        for each in found.colourings
    }


def at(path: str, **more: object) -> Facts:
    return replace(_FACTS, path=path, **more)  # type: ignore[arg-type]


def test_folders_are_told_apart_where_the_documents_differ() -> None:
    found = points(at("a/b/c/x.txt"), at("a/b/d/e/y.txt"), at("a/b/z.txt"))
    assert colours(found)["path"] == ["a/b/c/", "a/b/d/", ""]
    assert [each.label for each in found.colourings[0].groups] == ["c", "d"]
    assert "path" not in colours(points(at("a/x.txt"), at("a/y.txt")))


def test_folders_are_told_in_the_form_that_a_filter_takes() -> None:
    found = points(at("caf\udce9/x.txt"), at("cafe\u0301/y.txt"), at("caf\u00e9/z.txt"))
    assert colours(found)["path"] == ["caf\ufffd/", "caf\u00e9/", "caf\u00e9/"]
    found = points(at("x", root="/caf\udce9"), at("x", root="/more"))
    assert colours(found)["path"] == ["/caf\ufffd/", "/more/"]


def test_several_roots_are_folders_of_the_library() -> None:
    assert colours(points(at("x"), at("x", root="/more")))["path"] == ["/data/", "/more/"]


def test_time_is_by_year_or_by_month_and_in_order() -> None:
    days = [datetime(2020, 5, 1, tzinfo=UTC), datetime(2019, 1, 1, tzinfo=UTC)]
    found = points(*(at("x", date=day.timestamp()) for day in days))
    assert colours(found)["when"] == ["2020", "2019"]
    assert [each.value for each in found.colourings[-1].groups] == ["2019", "2020"]
    days[1] = datetime(2020, 6, 1, tzinfo=UTC)
    found = points(*(at("x", date=day.timestamp()) for day in days))
    assert colours(found)["when"] == ["2020-05", "2020-06"]
    assert colours(points(at("x", date=9e18), at("y", date=-9e18)))["when"] == ["9999", "1000"]


def test_only_the_commonest_values_have_colours() -> None:
    facts = [at("x", language=f"{letter}{letter}") for letter in "abcdefghijklmno" for _ in range(2)]
    (colouring,) = points(*facts, at("x", language="aa")).colourings
    assert len(colouring.groups) == 12
    assert colouring.groups[0].documents == 3
    assert list(colouring.codes).count(NONE) == 6


def test_topics_have_names_in_the_middle_of_their_documents() -> None:
    facts = [at("x", topics=("sea", "boats"))] * 3 + [at("x", topics=("bread",)), at("x")]
    places = [(0.1, 0.2), (0.2, 0.3), (0.3, 0.4), (0.9, 0.9), (0.5, 0.5)]
    found = points(*facts, places=places)
    assert [(each.name, each.x, each.y, each.documents) for each in found.names] == [
        ("boats", 0.2, 0.3, 3), ("sea", 0.2, 0.3, 3), ("bread", 0.9, 0.9, 1)
    ]  # fmt: skip
    assert colours(found)["topic"] == ["sea", "sea", "sea", "bread", ""]
    assert found.x.tolist()[:1] == [round(0.1 * SCALE)]


def test_a_name_is_at_one_of_the_documents_of_its_topic() -> None:
    places = [(0.1, 0.1), (0.1, 0.2), (0.9, 0.9), (0.9, 0.8)]
    (name,) = points(*[at("x", topics=("sea",))] * 4, places=places).names
    assert (name.x, name.y) in places


def test_the_map_is_told_in_nine_parts() -> None:
    facts = [at("a/x"), at("a/x"), at("b/x")]
    parts = points(*facts, places=[(0.0, 0.0), (0.1, 0.2), (1.0, 1.0)]).parts()
    assert [(each.row, each.column, each.documents) for each in parts] == [(0, 0, 2), (2, 2, 1)]
    assert [(each.value, each.documents) for each in parts[0].mostly] == [("a/", 2)]
    assert parts[1].area == (0.6667, 0.6667, 1.0, 1.0)


def test_a_map_without_documents_has_no_parts() -> None:
    found = points()
    assert (len(found), found.parts(), found.colourings, found.names) == (0, [], (), ())
