"""Another model, or another type of index, is put to use while searches go on."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import build, indexes
from ingest.build import Builder
from ingest.summary import Summary
from ingest.wanted import Wanted
from semsearch.errors import SettingsError
from semsearch.query import Filters, Query
from semsearch.records import DocumentRecord, Kind
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.generation import Algorithm, Stage
from semsearch.store.layout import Datatype, Slot
from semsearch.store.schema import IMAGE, TEXT
from semsearch.store.store import Store
from tests.fakes import FakeModels, picture
from tests.integration.library import paths, shown
from tests.redis_client import redis_of
from tests.switching import OtherColours, Turned, build_and_die, clients, meaning, turned

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]


def builder(store: Store, models: FakeModels) -> Builder:
    return Builder(store, models)  # type: ignore[arg-type]


def fields(store: Store) -> set[bytes]:
    """The vector fields of all pieces."""
    redis = redis_of(store)
    keys = [*redis.scan_iter(match="semsearch:text:*"), *redis.scan_iter(match="semsearch:image:*")]
    names = {name for key in keys for name in redis.hkeys(key)}
    return {name for name in names if name.startswith((b"vector", b"visual", b"semantic"))}


@pytest.fixture
def recoloured() -> FakeModels:
    """Models with another picture model."""
    models = FakeModels()
    models.colours = OtherColours()
    return models


@pytest.mark.parametrize(
    "documents", [200, pytest.param(5000, marks=pytest.mark.torture)], ids=["200", "5000"]
)
def test_four_clients_get_the_right_answer_all_the_while_a_model_is_switched(
    settings: Settings, store: Store, folder: Path, run: Run, documents: int
) -> None:
    """The build is killed in the middle, and gone on with."""
    for n in range(documents):
        (folder / f"{n}.txt").write_text(f"entry{n} of ledger{n % 7}")
    run()

    def ask(searcher: Searcher, n: int) -> None:
        wanted = n * 31 % documents
        results = searcher.search(meaning(f"entry{wanted} of ledger{wanted % 7}"))
        assert (paths(results)[0], results.notes) == (f"{wanted}.txt", ())

    with clients(settings, 4, ask) as answered:
        assert build_and_die(settings) == -signal.SIGKILL
        other = store.generations.other(TEXT)
        assert other is not None
        assert (other.stage, 0 < other.done < documents) == (Stage.BUILDING, True)
        later = turned()
        assert builder(store, later).build(Wanted()).swapped
        answered.wait_for(20)
    assert store.generations.in_use()[TEXT].fingerprint.model == Turned.id
    assert 0 < len(later.words.embedded) < documents  # the rest was made before the kill


@pytest.mark.usefixtures("library")
def test_a_running_server_follows_to_the_other_model(
    store: Store, searcher: Searcher, models: FakeModels
) -> None:
    later = models.others[Turned.id] = turned()
    assert paths(searcher.search(meaning("owls mice")))[0] == "notes/birds/owls.txt"
    assert builder(store, later).build(Wanted()).swapped
    assert paths(searcher.search(meaning("owls mice")))[0] == "notes/birds/owls.txt"
    assert later.words.asked[-1] == "owls mice"


@pytest.mark.usefixtures("library")
def test_a_server_that_is_set_to_the_next_model_answers_with_the_one_in_use(
    store: Store, models: FakeModels
) -> None:
    later = turned()
    later.others[models.words.id] = models
    results = Searcher(store, later).search(meaning("owls mice"))  # type: ignore[arg-type]
    assert (paths(results)[0], results.notes) == ("notes/birds/owls.txt", ())


@pytest.mark.usefixtures("library")
def test_a_switch_of_the_picture_model_leaves_texts_alone(
    store: Store, models: FakeModels, recoloured: FakeModels, searcher: Searcher
) -> None:
    models.others["other-colours"] = recoloured
    index = redis_of(store).ft("semsearch:text").info()["index_name"]
    built = builder(store, recoloured).build(Wanted())
    assert (list(built.generations), built.lacking, recoloured.words.embedded) == ([IMAGE], [], [])
    assert redis_of(store).ft("semsearch:text").info()["index_name"] == index
    assert store.generations.other(TEXT) is None
    assert paths(searcher.search(Query(look=searcher.look(shown("red")))))[0] == "pictures/red-square.png"
    found = searcher.search(Query("darkred", filters=Filters(kind=Kind.IMAGE)))
    assert (paths(found)[0], found.notes) == ("pictures/darkred-square.png", ())


@pytest.mark.usefixtures("library")
def test_a_picture_model_that_does_not_fit_leaves_texts_to_be_found(
    store: Store, recoloured: FakeModels
) -> None:
    results = Searcher(store, recoloured).search(Query("owls mice"))  # type: ignore[arg-type]
    assert paths(results)[0] == "notes/birds/owls.txt"
    assert "Pictures are found only by their names" in results.notes[0]
    assert "`semsearch index build`" in results.notes[0]


@pytest.mark.usefixtures("library")
def test_a_text_model_that_does_not_fit_leaves_pictures_and_words_to_be_found(store: Store) -> None:
    models = turned()
    assert models.colours is not None
    searcher = Searcher(store, models)  # type: ignore[arg-type]
    assert paths(searcher.search(Query(look=searcher.look(shown("red")))))[0] == "pictures/red-square.png"
    results = searcher.search(Query("owls"))
    assert paths(results)[0] == "notes/birds/owls.txt"
    assert "Texts are found only by their names and words: the text index was built with" in results.notes[0]


@pytest.mark.usefixtures("library")
def test_the_same_weights_under_another_name_are_the_same_model(
    run: Run, store: Store, models: FakeModels
) -> None:
    models.words.id = "somewhere@0123456789ab"  # type: ignore[misc]
    builder(store, models).build(Wanted())
    models.words.id = "elsewhere@0123456789ab"  # type: ignore[misc]
    assert run().unchanged == 7
    results = Searcher(store, models).search(meaning("owls mice"))  # type: ignore[arg-type]
    assert (paths(results)[0], results.notes) == ("notes/birds/owls.txt", ())


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (Wanted(datatype=Datatype.FLOAT32), {b"vector_b", b"visual_b", b"semantic_b"}),
        (Wanted(algorithm=Algorithm.HNSW), {b"vector", b"visual", b"semantic"}),
    ],
    ids=["float32", "hnsw"],
)
def test_a_change_of_type_needs_no_model(
    store: Store, searcher: Searcher, models: FakeModels, wanted: Wanted, named: set[bytes]
) -> None:
    models.words.embedded, loads = [], models.loads
    calibrations = store.statistics.calibrations()
    built = builder(store, models).build(wanted)
    assert (built.swapped, models.loads, models.words.embedded) == (True, loads, [])
    assert built.compared[TEXT] == "it finds 100.0% of the 10 nearest neighbours"
    assert store.statistics.calibrations() == calibrations
    builder(store, models).release(Stage.KEPT)
    assert fields(store) == named
    assert paths(searcher.search(meaning("owls mice")))[0] == "notes/birds/owls.txt"
    assert paths(searcher.search(Query(look=searcher.look(shown("red")))))[0] == "pictures/red-square.png"
    assert builder(store, models).build(wanted).generations == {}


@pytest.mark.usefixtures("library")
def test_what_is_ingested_after_a_switch_is_found(
    folder: Path, store: Store, run: Run, searcher: Searcher, models: FakeModels
) -> None:
    builder(store, models).build(Wanted(datatype=Datatype.FLOAT32))
    (folder / "notes/birds/owls.txt").write_text("Owls sleep by day.")
    (folder / "storks.txt").write_text("Storks return in spring.")
    (folder / "copy.txt").write_text("Geese fly south in autumn.")
    picture(folder / "pictures/green.png", "green")
    assert run().failed == 0
    for words, path in (("storks spring", "storks.txt"), ("owls sleep day", "notes/birds/owls.txt")):
        assert paths(searcher.search(meaning(words)))[0] == path
    assert {"copy.txt", "notes/birds/geese.txt"} <= set(
        paths(searcher.search(Query("geese fly south in autumn", copies=True)))[:2]
    )
    results = searcher.search(Query(look=searcher.look(shown("green"))))
    assert (paths(results)[0], results.complete) == ("pictures/green.png", True)


@pytest.mark.usefixtures("library")
def test_what_is_ingested_during_a_build_is_in_the_new_index(folder: Path, store: Store, run: Run) -> None:
    later = turned()
    assert not builder(store, later).build(Wanted(), swap=False).swapped
    (folder / "storks.txt").write_text("Storks return in spring.")
    (folder / "notes/birds/owls.txt").write_text("Owls sleep by day.")
    run()
    assert builder(store, later).swap().swapped
    results = Searcher(store, later).search(meaning("storks spring"))  # type: ignore[arg-type]
    assert (paths(results)[0], results.complete) == ("storks.txt", True)
    assert paths(Searcher(store, later).search(meaning("owls sleep day")))[0] == "notes/birds/owls.txt"  # type: ignore[arg-type]


@pytest.mark.usefixtures("library")
def test_a_build_that_is_paused_goes_on_where_it_stopped(store: Store) -> None:
    later = turned()
    later.colours = OtherColours()

    def interrupt(space: str, *_: int) -> None:
        if space == IMAGE:
            raise KeyboardInterrupt

    paused = Builder(store, later, watch=interrupt).build(Wanted())  # type: ignore[arg-type]
    assert (paused.paused, paused.swapped) == (True, False)
    embedded = len(later.words.embedded)
    assert builder(store, later).build(Wanted()).swapped
    assert len(later.words.embedded) == embedded > 0


@pytest.mark.usefixtures("library")
def test_the_index_before_is_kept_until_it_is_released(store: Store, models: FakeModels) -> None:
    builder(store, turned()).build(Wanted(spaces=[TEXT]))
    assert {b"vector", b"vector_b"} <= fields(store)
    third = turned()
    third.words.id = "third"  # type: ignore[misc]
    with pytest.raises(SettingsError, match="run `semsearch index release` first"):
        builder(store, third).build(Wanted(spaces=[TEXT]))
    # Going back makes nothing anew.
    models.words.embedded = []
    assert builder(store, models).build(Wanted(spaces=[TEXT])).swapped
    assert models.words.embedded == []
    assert store.generations.in_use()[TEXT].layout.slot is Slot.A
    assert builder(store, models).release(Stage.KEPT) == [TEXT]
    assert fields(store) == {b"vector", b"visual", b"semantic"}
    assert builder(store, third).build(Wanted(spaces=[TEXT])).swapped


@pytest.mark.usefixtures("library")
def test_a_cancelled_build_leaves_nothing(store: Store) -> None:
    builder(store, turned()).build(Wanted(spaces=[TEXT]), swap=False)
    assert builder(store, turned()).release(Stage.READY) == [TEXT]
    assert fields(store) == {b"vector", b"visual", b"semantic"}
    assert not [name for name in redis_of(store).execute_command("FT._LIST") if name.endswith(b":b")]
    assert store.generations.other(TEXT) is None


@pytest.mark.usefixtures("library")
def test_a_picture_whose_file_is_away_is_named_and_comes_back_with_it(
    folder: Path, store: Store, recoloured: FakeModels, run: Run
) -> None:
    path = folder / "pictures/red-square.png"
    content, times = path.read_bytes(), path.stat()
    path.unlink()
    built = builder(store, recoloured).build(Wanted())
    assert [name for name, _ in built.lacking] == [str(path)]
    searcher = Searcher(store, recoloured)  # type: ignore[arg-type]
    results = searcher.search(Query(look=searcher.look(shown("red"))))
    assert (sorted(paths(results)), results.complete) == (
        ["pictures/blue-square.png", "pictures/darkred-square.png"],
        True,
    )
    path.write_bytes(content)
    assert path.stat().st_size == times.st_size
    assert run(with_models=recoloured).indexed == 1
    assert paths(searcher.search(Query(look=searcher.look(shown("red")))))[0] == "pictures/red-square.png"


@pytest.mark.usefixtures("library")
def test_records_name_the_model_in_use(store: Store, records: Records) -> None:
    builder(store, turned()).build(Wanted(spaces=[TEXT]))
    found = {record.kind: record.models for record in records().values()}
    assert found == {Kind.TEXT: Turned.id, Kind.IMAGE: "colours"}


@pytest.mark.usefixtures("library")
def test_a_run_over_known_folders_follows_a_switch(
    folder: Path, run: Run, store: Store, models: FakeModels
) -> None:
    """A watcher was started with the model before."""
    later = models.others[Turned.id] = turned()
    builder(store, later).build(Wanted())
    (folder / "storks.txt").write_text("Storks return in spring.")
    later.words.embedded = []
    assert (run(tolerant=True).indexed, later.words.embedded) == (1, ["Storks return in spring."])


def kind_of(store: Store) -> set[str]:
    return {str(generation.algorithm) for generation in store.generations.in_use().values()}


@pytest.mark.usefixtures("library")
def test_a_run_chooses_how_an_index_searches_by_its_size(
    run: Run, store: Store, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "CROSSOVER", 3)
    run()
    assert kind_of(store) == {"hnsw"}
    assert [each.recall for each in store.generations.in_use().values()] == [1.0, 1.0]
    assert (store.generations.other(TEXT), store.generations.other(IMAGE)) == (None, None)
    found = Searcher(store, models).search(meaning("owls mice"))  # type: ignore[arg-type]
    assert (paths(found)[0], found.complete) == ("notes/birds/owls.txt", True)
    monkeypatch.setattr(indexes, "CROSSOVER", 100)
    run()
    assert kind_of(store) == {"flat"}


@pytest.mark.usefixtures("library")
def test_an_index_stays_exact_where_an_approximate_one_finds_too_little(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "CROSSOVER", 3)
    monkeypatch.setattr(build, "LEAST_RECALL", 1.5)
    where, reason = run().problems[0]
    assert (where, kind_of(store)) == ("the index of text", {"flat"})
    assert "finds only 100.0% of the nearest neighbours" in reason
    assert run().problems == []  # it is not tried again before the library has doubled
