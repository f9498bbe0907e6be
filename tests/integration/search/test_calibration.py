"""Calibration and the counts of the commonest terms: measured when the library has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import stages, vectors
from ingest.run import ingest
from ingest.run_scans import ingest_scans
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.errors import ModelError
from semsearch.query import Query
from semsearch.records import Kind
from semsearch.search.calibrate import calibrate, probes
from semsearch.search.relevance import scale_of_query
from semsearch.search.searcher import Searcher
from semsearch.search.term_weights import TermWeights
from semsearch.search.tuning import Tuning
from semsearch.settings import Settings
from semsearch.store import filters, keys, queries
from semsearch.store.schema import TEXT
from semsearch.store.store import Store
from tests.fakes import FakeModels, fill, picture
from tests.integration.ingest.test_picture_words import screenshot
from tests.redis_client import redis_of

Run = Callable[..., Summary]


def test_the_calibration_of_an_index_is_kept_beside_its_model_and_renewed(
    folder: Path, run: Run, store: Store
) -> None:
    fill(folder)
    run()

    def kept() -> dict[bytes, bytes]:
        return redis_of(store).hgetall(keys.meta_key(TEXT))

    before = kept()
    assert {b"model", b"similarity_middle", b"similarity_spread"} <= before.keys()
    run()
    assert kept() == before
    (folder / "everything.txt").write_text(" ".join(probes()))
    run()
    assert kept() != before


def test_the_last_calibration_of_a_run_has_seen_all_that_it_embedded(
    folder: Path, run: Run, store: Store, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_FIRST_CALIBRATION", 0.0)
    monkeypatch.setattr(vectors, "_PASSAGES", 2)
    for n, probe in enumerate(probes()):
        (folder / f"{n:03}.txt").write_text(probe)
    run()
    kept = store.statistics.calibrations()[Kind.TEXT]
    calibrate(store, models)  # type: ignore[arg-type]
    assert store.statistics.calibrations()[Kind.TEXT] == kept


def test_the_last_text_in_pictures_that_a_watcher_reads_calibrates_a_small_library(
    folder: Path, settings: Settings, store: Store, models: FakeModels
) -> None:
    for n, probe in enumerate(probes()[:40]):
        (folder / f"{n:03}.txt").write_text(f"{probe} today")
    for n, probe in enumerate(probes()[50:52]):
        screenshot(probe).save(folder / f"{n}.png")
    without_ocr = settings.model_copy(update={"ocr": False})
    ingest([folder], without_ocr, store, models, Silent())  # type: ignore[arg-type]

    def read(earlier: int) -> None:
        docs = store.lookup.due_for_ocr()[:1]
        done = ingest_scans(docs, settings, store, models, Silent(), earlier, together=2)  # type: ignore[arg-type]
        assert done is not None
        assert done.read == 1

    before = store.statistics.calibrations()[Kind.TEXT]
    read(earlier=0)
    assert store.statistics.calibrations()[Kind.TEXT] == before
    read(earlier=1)
    kept = store.statistics.calibrations()[Kind.TEXT]
    assert kept != before
    calibrate(store, models)  # type: ignore[arg-type]
    assert store.statistics.calibrations()[Kind.TEXT] == kept


def test_a_query_that_is_typical_of_a_library_needs_less_similar_hits(
    folder: Path, run: Run, store: Store, models: FakeModels
) -> None:
    tuning = Tuning(least_documents_for_mean=12)
    for n in range(12):
        (folder / f"{n}.txt").write_text(f"The owl number {n} hunts mice in wood number {n * 7}.")
    run()
    calibrate(store, models, tuning)  # type: ignore[arg-type]
    known = store.statistics.calibrations()[Kind.TEXT]
    asked, other = models.words.embed(["an owl in the wood", "copper sells well"], query=True)
    assert scale_of_query(known, asked).centre < known.similarity.centre
    assert scale_of_query(known, other) == known.similarity
    (folder / "0.txt").write_text("nothing of the sort")
    for n in range(1, 12):
        (folder / f"{n}.txt").unlink()
    run()
    calibrate(store, models, tuning)  # type: ignore[arg-type]
    assert store.statistics.calibrations()[Kind.TEXT].mean_vector == b""


def test_the_calibration_of_an_older_semsearch_is_made_again(folder: Path, run: Run, store: Store) -> None:
    fill(folder)
    run()
    redis_of(store).hset(keys.meta_key(TEXT), "calibrated", "1")
    redis_of(store).hdel(keys.meta_key(TEXT), "affinity_middle")
    assert not store.statistics.calibrations()[Kind.TEXT].measured
    run()
    assert store.statistics.calibrations()[Kind.TEXT].measured


def test_an_index_that_words_cannot_search_is_not_calibrated_again_in_every_run(
    folder: Path, run: Run, models: FakeModels
) -> None:
    assert models.colours is not None
    models.colours.semantic_space, models.colours.semantic_dims = "", 0
    fill(folder)
    run()
    models.words.asked = []
    assert run().unchanged == 7
    assert models.words.asked == []


def test_the_commonest_words_are_counted_by_ingestion_and_other_words_by_a_search(
    folder: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(20):
        (folder / f"{n}.txt").write_text(
            f"Onions and potatoes{' with leeks' if n < 5 else ''}{' alone' * (n == 7)}"
        )
    run()
    kept = store.statistics.frequencies()
    assert (kept["onion"], kept["leek"], kept["*"]) == (20, 5, 20)
    assert "alon" not in kept
    asked: list[str] = []
    ask = queries.ask
    monkeypatch.setattr(
        queries,
        "ask",
        lambda client, commands, *rest: (
            asked.extend(str(c.query) for c in commands) or ask(client, commands, *rest)
        ),
    )
    counted = TermWeights(store)
    assert counted.weigh(["onion", "leek"]).most < counted.weigh(["alon", "leek"]).most
    assert len(asked) == 2
    assert not any("onion" in query or "leek" in query for query in asked)


def test_counts_of_common_words_grow_with_the_library_until_they_are_counted_again(
    folder: Path, run: Run, store: Store
) -> None:
    for n in range(8):
        (folder / f"{n}.txt").write_text("Onions" if n % 2 else "Potatoes")
    run()
    before = TermWeights(store).weigh(["onion"]).most
    halved = {term: count // 2 for term, count in store.statistics.frequencies().items()}
    store.statistics.keep_frequencies(halved)
    assert TermWeights(store).weigh(["onion"]).most == pytest.approx(before)
    assert TermWeights(store, Tuning(large_library=0)).weigh(["onion", "potato", "leek"]).terms == ("leek",)


def test_documents_are_counted_again_when_they_have_changed_and_not_before(
    folder: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semsearch.search.term_weights._REVISION_SECONDS", 0.0)
    (folder / "first.txt").write_text("Onions")
    run()
    searching = TermWeights(store)
    assert searching.total(filters.everything()) == 1
    with monkeypatch.context() as refusing:
        refusing.setattr(queries, "ask", lambda *_: pytest.fail("the documents were counted again"))
        assert searching.total(filters.everything()) == 1
    (folder / "second.txt").write_text("Leeks")
    run()
    assert searching.total(filters.everything()) == 2


def test_words_are_counted_again_when_the_library_has_grown(
    folder: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semsearch.search.term_weights._REVISION_SECONDS", 0.0)
    (folder / "first.txt").write_text("Onions")
    run()
    searching = TermWeights(store)
    early = searching.weigh(["onion"]).most
    for n in range(30):
        (folder / f"{n}.txt").write_text("Leeks")
    run()
    assert searching.weigh(["onion"]).most == pytest.approx(TermWeights(store).weigh(["onion"]).most)
    assert searching.weigh(["onion"]).most > 3 * early


def test_words_that_were_counted_before_their_files_were_read_are_counted_again(
    folder: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semsearch.search.term_weights._REVISION_SECONDS", 0.0)
    for n in range(60):
        (folder / f"{n}.txt").write_text("Potatoes")
    (folder / "onion.txt").write_text("Onions")
    run()
    searching = TermWeights(store)
    redis_of(store).hset(keys.DUE, "0123456789abcdef", "content")  # a file whose name alone is known
    early = searching.weigh(["leek", "onion"]).frequencies
    assert early == {"leek": 0, "onion": 1}
    redis_of(store).hdel(keys.DUE, "0123456789abcdef")
    # Too few files for the library to count as grown.
    (folder / "new.txt").write_text("Leeks and onions")
    run()
    assert searching.weigh(["leek", "onion"]).frequencies == {"leek": 1, "onion": 2}


def test_pictures_are_indexed_even_if_the_text_model_is_not_available(
    folder: Path, run: Run, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(folder / "red.png", "red")

    def gone(_: FakeModels) -> None:
        raise ModelError("there is no model 'gone'")

    with monkeypatch.context() as without:
        without.setattr(FakeModels, "text", gone)
        summary = run()
    assert (summary.indexed, summary.failed) == (1, 0)
    assert summary.problems == [("calibration", "relevance is not known: there is no model 'gone'")]
    assert run().problems == []
    (hit,) = searcher.search(Query("red")).hits
    assert hit.relevance is not None
