"""Topics, labels and areas of maps as filters: they hold for whole documents, also for long ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.query import Area, Filters, MapName, Mode, Query
from semsearch.records import DocumentRecord, Kind
from semsearch.results import FacetCount
from semsearch.search import words
from semsearch.search.retrieve import Retriever
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import TUNING
from semsearch.store.store import Store
from tests.fakes import FakeModels, picture

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

_HALF = Area(MapName.TEXTS, ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)))
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
def test_a_search_finds_only_what_passes(searcher: Searcher) -> None:
    cases: list[tuple[dict[str, object], set[str]]] = [
        ({"topic": ("sea, wind",)}, {"long.txt", "near.txt"}),
        ({"topic": ("river", "Sea, Wind")}, {"long.txt", "near.txt", "far.txt"}),
        ({"label": ("GOOD",)}, {"long.txt"}),
        ({"area": _TRIANGLE}, {"long.txt", "near.txt"}),
        ({"area": _TRIANGLE, "label": ("seen",)}, {"long.txt"}),
        ({"topic": ("nothing",)}, set()),
    ]
    for filters, expected in cases:
        for mode in Mode:
            assert found(searcher, "boats", mode, **filters) == expected, (mode, filters)


@pytest.mark.usefixtures("explored")
def test_words_deep_in_a_long_text_are_found_too(searcher: Searcher) -> None:
    assert found(searcher, "word8999", Mode.WORDS, topic=("sea, wind",)) == {"long.txt"}
    assert found(searcher, "word8999", Mode.WORDS, topic=("river",)) == set()


def put_in_topic(store: Store, folder: Path, names: tuple[str, ...]) -> None:
    docs = {record.path: record.doc for record in store.ledger if record.root == str(folder)}
    store.explored.put([(docs[name], {"topic": "rare", "x": 0.5, "y": 0.5}) for name in names])


@pytest.mark.parametrize("filters", [{"topic": ("rare",)}, {"area": _HALF}])
@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.MEANING])
def test_a_document_is_found_in_a_small_topic_however_many_others_are_nearer(
    folder: Path, run: Run, store: Store, models: FakeModels, mode: Mode, filters: dict[str, object]
) -> None:
    for n in range(60):
        (folder / f"{n:03}.txt").write_text(
            f"Boats, number {n}." if n else "Bread, which is baked in an oven."
        )
    run()
    put_in_topic(store, folder, ("000.txt",))
    shallow = replace(TUNING, depth=5, deep=10, deepest=20)
    searcher = Searcher(store, models, tuning=shallow)  # type: ignore[arg-type]
    assert found(searcher, "boats", mode, **filters) == {"000.txt"}


@pytest.mark.parametrize(
    "path", [("sea/",), ("sea/", "nowhere/"), ("/nowhere/a/b", "s"), ("/{folder}/sea/", "nothing")]
)
def test_a_topic_goes_with_a_path_of_which_parts_lead_nowhere(
    folder: Path, run: Run, store: Store, searcher: Searcher, path: tuple[str, ...]
) -> None:
    for name in ("sea", "land"):
        (folder / name).mkdir()
        for n in range(3):
            (folder / name / f"{n}.txt").write_text(f"Boats, number {n}.")
        picture(folder / name / "red.png", "red")
    run()
    put_in_topic(store, folder, ("sea/0.txt", "sea/red.png", "land/1.txt"))
    paths = tuple(each.format(folder=str(folder).strip("/")) for each in path)
    for mode in (Mode.HYBRID, Mode.MEANING):
        got = found(searcher, "boats", mode, topic=("rare",), path=paths)
        assert got == {"sea/0.txt", "sea/red.png"}
    assert "sea/red.png" in found(searcher, "red", topic=("rare",), path=paths, kind=Kind.IMAGE)


@pytest.mark.usefixtures("explored")
def test_an_answer_is_incomplete_where_redis_did_not_say_what_passes(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = Query("boats", filters=Filters(topic=("sea, wind",)))
    assert searcher.search(query).complete
    with monkeypatch.context() as patched:
        patched.setattr(Retriever, "_allowed", lambda *_: None)
        assert not searcher.search(query).complete
    with monkeypatch.context() as patched:
        patched.setattr(words, "_MOST_LONG", 0)
        assert not searcher.search(query).complete


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
    assert list(store.ledger.fields([explored["near.txt"]], ["x", "topic", "in_topic"])) == [[None] * 3]
    assert found(searcher, "boats", topic=("sea, wind",)) == {"long.txt"}


def test_a_value_is_removed_with_its_tags(explored: dict[str, str], store: Store, searcher: Searcher) -> None:
    store.explored.put([(explored["long.txt"], {"label": None})])
    assert found(searcher, "boats", label=("good",)) == set()


def test_a_document_that_is_gone_gets_no_values(store: Store, run: Run) -> None:
    run()
    store.explored.put([("0123456789abcdef", {"x": 0.5})])
    assert list(store.ledger.fields(["0123456789abcdef"], ["x"])) == [[None]]


@pytest.mark.usefixtures("explored")
def test_the_shape_of_an_area_counts_and_not_only_its_bounds(searcher: Searcher) -> None:
    hollow = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.65, 1.0), (0.65, 0.25), (0.0, 0.25))
    assert found(searcher, "boats", area=Area(MapName.TEXTS, hollow)) == {"long.txt"}
    flat = ((0.1, 0.2), (0.9, 0.2), (0.5, 0.2))
    assert found(searcher, "boats", area=Area(MapName.TEXTS, flat)) == set()
