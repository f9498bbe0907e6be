"""Redis loses something, before a run or in the middle of one: the next run makes it whole."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import pictures, vectors, write
from ingest.run import ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.models.loaded import Models
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests import disturbing
from tests.database import Database, assert_equal, database_of
from tests.fakes import FakeModels, fill
from tests.integration.conftest import Run
from tests.redis_client import redis_of

MOMENTS = 10
SAMPLES = Path(__file__).parents[3] / "samples" / "library"


@pytest.fixture
def whole(folder: Path, run: Run, store: Store) -> Database:
    """The database of a library that nobody has disturbed."""
    fill(folder)
    run()
    return database_of(store)


@pytest.fixture
def embedded(models: FakeModels, whole: Database) -> Callable[[], int]:
    """How many passages and pictures have been embedded since the library was whole."""
    assert whole
    assert models.colours is not None
    colours = models.colours
    before = len(models.words.embedded) + colours.embedded
    return lambda: len(models.words.embedded) + colours.embedded - before


def test_dropped_indexes_are_created_again_without_embedding_anything(
    whole: Database, run: Run, store: Store, embedded: Callable[[], int]
) -> None:
    disturbing.drop_indexes(redis_of(store))
    summary = run()
    assert (summary.indexed, summary.problems, embedded()) == (0, [], 0)
    assert_equal(database_of(store), whole)


def test_an_alias_that_was_deleted_is_set_again(whole: Database, run: Run, store: Store) -> None:
    redis_of(store).execute_command("FT.ALIASDEL", "semsearch:text")
    run()
    assert_equal(database_of(store), whole)
    assert store.inventory.shortages() == []


def test_deleted_pieces_are_embedded_again_and_no_others(
    whole: Database, run: Run, store: Store, embedded: Callable[[], int]
) -> None:
    key = next(redis_of(store).scan_iter(match="semsearch:text:*"))
    redis_of(store).delete(key)
    assert run().indexed == 1
    assert embedded() <= 3
    assert_equal(database_of(store), whole)


def test_pieces_are_restored_in_a_folder_that_the_run_was_not_asked_for(
    whole: Database, run: Run, store: Store, tmp_path: Path
) -> None:
    redis_of(store).delete(*redis_of(store).scan_iter(match="semsearch:image:*"))
    other = tmp_path / "other"
    other.mkdir()
    run(other)
    images = {key for key in whole if key.startswith("semsearch:image:")}
    assert images
    assert images <= database_of(store).keys()


def test_pieces_without_a_record_are_removed(whole: Database, run: Run, store: Store) -> None:
    redis_of(store).hset("semsearch:text:{0123456789abcdef}:0", mapping={"content": "nobody's"})
    redis_of(store).hset("semsearch:image:nonsense", mapping={"content": "nobody's"})
    run()
    assert_equal(database_of(store), whole)


def test_deleted_records_come_back(whole: Database, run: Run, store: Store) -> None:
    redis_of(store).delete(*redis_of(store).scan_iter(match="semsearch:doc:*"))
    run()
    assert_equal(database_of(store), whole)


def test_vectors_without_a_fingerprint_are_made_again(whole: Database, run: Run, store: Store) -> None:
    redis_of(store).delete("semsearch:meta:text", "semsearch:meta:image")
    run()
    assert_equal(database_of(store), whole)


def test_a_flushed_redis_is_filled_again(whole: Database, run: Run, store: Store) -> None:
    redis_of(store).flushall()
    run()
    assert_equal(database_of(store), whole)


@pytest.fixture
def larger(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that is written in as many batches as a large one."""
    monkeypatch.setattr(write, "_PASSAGES", 6)
    monkeypatch.setattr(vectors, "_PASSAGES", 6)
    monkeypatch.setattr(pictures, "_PICTURES", 1)
    dice, words = random.Random(20), "owl mouse night harbour lantern meadow copper violin thunder".split()
    fill(folder)
    for number in range(30):
        text = ". ".join(" ".join(dice.choices(words, k=12)) for _ in range(dice.choice((2, 4, 20))))
        (folder / f"note-{number}.txt").write_text(f"Note {number}\n\n{text}.\n")


@pytest.mark.usefixtures("larger")
@pytest.mark.parametrize("disturb", [disturbing.flush, disturbing.drop_indexes])
def test_a_run_disturbed_at_any_of_ten_moments_is_made_whole(
    run: Run, store: Store, disturb: disturbing.Disturbance
) -> None:
    check_moments(run, store, disturb)


@pytest.mark.torture
@pytest.mark.parametrize("disturb", [disturbing.flush, disturbing.drop_indexes])
def test_a_run_over_the_samples_with_the_real_models_is_made_whole(
    settings: Settings, store: Store, disturb: disturbing.Disturbance
) -> None:
    models = Models(settings)

    def run() -> Summary:
        return ingest([SAMPLES], settings, store, models, Silent())

    # The last bits of a vector, which is float16, depend on the other texts of its batch.
    check_moments(run, store, disturb, tolerance=2e-4)


def check_moments(
    run: Callable[[], Summary], store: Store, disturb: disturbing.Disturbance, tolerance: float = 0.0
) -> None:
    with disturbing.disturbed(store, disturb, 0) as writes:
        run()
    whole, total = database_of(store), writes.number
    assert total > MOMENTS
    for moment in range(MOMENTS):
        redis_of(store).flushall()
        nth = 1 + moment * (total - 1) // (MOMENTS - 1)
        with disturbing.disturbed(store, disturb, nth):
            troubles = run().problems
        if moment < MOMENTS - 1:
            assert_equal(database_of(store), whole, tolerance)  # the run itself has begun again
            assert all("while the run went on, it lost" in reason for _, reason in troubles)
        assert run().problems == []
        assert_equal(database_of(store), whole, tolerance)
