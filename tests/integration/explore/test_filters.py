"""Topics, labels and areas of maps as filters: they hold for whole documents, also for long ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.query import Area, Filters, MapName, Mode, Query
from semsearch.records import DocumentRecord
from semsearch.results import FacetCount
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

_TRIANGLE = Area(MapName.TEXTS, ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))


@pytest.fixture
def explored(folder: Path, run: Run, records: Records, store: Store) -> dict[str, str]:
    """Three texts, of which one is long, with places on the map. Returns their ids by name."""
    # More distinct words than one hash may hold.
    words = "".join(f"Word{n} is one of very many words of boats.\n\n" for n in range(9000))
    (folder / "long.txt").write_text(f"Boats at sea.\n\n{words}")
    (folder / "near.txt").write_text("Boats in the harbour.")
    (folder / "far.txt").write_text("Boats on the river.")
    run()
    docs = {name: record.doc for name, record in records().items()}
    store.explored.put(
        [
            (docs["long.txt"], {"x": 0.2, "y": 0.2, "topic": "Sea, Wind", "label": "seen\nGood"}),
            (docs["near.txt"], {"x": 0.6, "y": 0.3, "topic": "Sea, Wind"}),
            (docs["far.txt"], {"x": 0.6, "y": 0.6, "topic": "river"}),
        ]
    )
    return docs


def found(searcher: Searcher, text: str, mode: Mode = Mode.HYBRID, **filters: object) -> set[str]:
    query = Query(text, filters=Filters(**filters), mode=mode)  # type: ignore[arg-type]
    return {hit.path for hit in searcher.search(query).hits}


@pytest.mark.usefixtures("explored")
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"topic": ("sea, wind",)}, {"long.txt", "near.txt"}),
        ({"topic": ("river", "Sea, Wind")}, {"long.txt", "near.txt", "far.txt"}),
        ({"label": ("GOOD",)}, {"long.txt"}),
        ({"area": _TRIANGLE}, {"long.txt", "near.txt"}),
        ({"area": _TRIANGLE, "label": ("seen",)}, {"long.txt"}),
        ({"topic": ("nothing",)}, set()),
    ],
)
def test_a_search_finds_only_what_passes(
    searcher: Searcher, mode: Mode, filters: dict[str, object], expected: set[str]
) -> None:
    assert found(searcher, "boats", mode, **filters) == expected


@pytest.mark.usefixtures("explored")
def test_words_deep_in_a_long_text_are_found_too(searcher: Searcher) -> None:
    assert found(searcher, "word8999", Mode.WORDS, topic=("sea, wind",)) == {"long.txt"}
    assert found(searcher, "word8999", Mode.WORDS, topic=("river",)) == set()


@pytest.mark.usefixtures("explored")
def test_browsing_lists_only_what_passes(searcher: Searcher) -> None:
    listed = searcher.browse(Query(filters=Filters(area=_TRIANGLE), facets=True))
    assert {hit.path for hit in listed.hits} == {"long.txt", "near.txt"}
    assert listed.total == 2


@pytest.mark.usefixtures("explored")
def test_topics_and_labels_are_counted(searcher: Searcher) -> None:
    facets = searcher.search(Query("boats", facets=True, filters=Filters(topic=("river",)))).facets
    assert facets is not None
    assert facets.topic == (FacetCount("Sea, Wind", 2), FacetCount("river", 1))
    facets = searcher.browse(Query(facets=True)).facets
    assert facets is not None
    assert facets.label == (FacetCount("Good", 1), FacetCount("seen", 1))


def test_a_text_that_changes_loses_its_place(
    explored: dict[str, str], folder: Path, run: Run, store: Store, searcher: Searcher
) -> None:
    (folder / "near.txt").write_text("Something else.")
    run()
    assert list(store.explored.read([explored["near.txt"]], ["x", "topic", "in_topic"])) == [[None] * 3]
    assert found(searcher, "boats", topic=("sea, wind",)) == {"long.txt"}


def test_a_value_is_removed_with_its_tags(explored: dict[str, str], store: Store, searcher: Searcher) -> None:
    store.explored.put([(explored["long.txt"], {"label": None})])
    assert found(searcher, "boats", label=("good",)) == set()


def test_a_document_that_is_gone_gets_no_values(store: Store, run: Run) -> None:
    run()
    store.explored.put([("0123456789abcdef", {"x": 0.5})])
    assert list(store.explored.read(["0123456789abcdef"], ["x"])) == [[None]]


@pytest.mark.usefixtures("explored")
def test_the_shape_of_an_area_counts_and_not_only_its_bounds(searcher: Searcher) -> None:
    hollow = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.65, 1.0), (0.65, 0.25), (0.0, 0.25))
    assert found(searcher, "boats", area=Area(MapName.TEXTS, hollow)) == {"long.txt"}
    flat = ((0.1, 0.2), (0.9, 0.2), (0.5, 0.2))
    assert found(searcher, "boats", area=Area(MapName.TEXTS, flat)) == set()
