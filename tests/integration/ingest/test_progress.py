"""The progress of a run, as everybody else sees it while the run goes on."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.run import Options, ingest
from semsearch import lock
from semsearch.cli.show_ingest import Silent
from semsearch.models.protocol import TextEmbedder
from semsearch.progress import Phase, RunProgress
from semsearch.query import Filters, Query
from semsearch.records import Vectors
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.store import Store
from tests.fakes import BagOfWords, FakeModels
from tests.redis_client import redis_of
from web.app import create_app


class SlowWords(BagOfWords):
    """A text model that takes until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.may_end = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        self.began.set()
        assert self.may_end.wait(60)
        return super().embed(texts, query=query)


class SlowModels(FakeModels):
    def __init__(self) -> None:
        super().__init__(pictures=False)
        self.words = SlowWords()

    def text(self) -> TextEmbedder:
        return self.words


@contextmanager
def under_way(settings: Settings, store: Store, folder: Path) -> Iterator[RunProgress]:
    """A run whose model takes long. Yields its progress."""
    models = SlowModels()

    def run() -> None:
        ingest([folder], settings, store, models, Silent(), Options())  # type: ignore[arg-type]

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert models.words.began.wait(60)
        yield seen(store, lambda run: run is not None and run.phase is Phase.EMBED)
    finally:
        models.words.may_end.set()
        thread.join(60)


def seen(store: Store, wanted: Callable[[RunProgress | None], bool]) -> RunProgress:
    """The progress when it is as wanted."""
    for _ in range(200):
        run = store.runs.activity().run
        if wanted(run):
            assert run is not None
            return run
        threading.Event().wait(0.05)
    raise AssertionError(run)


@pytest.fixture
def half(folder: Path, run: Callable[..., object]) -> Path:
    """A folder of which one file is indexed, and one is new."""
    (folder / "owls.txt").write_text("Owls hunt mice at night.")
    run()
    (folder / "geese.txt").write_text("Geese fly south.")
    return folder


def test_all_programs_show_a_run_alike_while_it_goes_on(
    settings: Settings, store: Store, searcher: Searcher, half: Path
) -> None:
    client = create_app(settings, searcher).test_client()
    with under_way(settings, store, half) as run:
        assert run.line == "Indexing meaning: 0 of 1 passage"
        assert run.worker.endswith(f":{os.getpid()}")
        status = searcher.status().run
        assert status is not None
        assert status.line == run.line
        assert client.get("/api/status").json["run"]["line"] == run.line
        assert run.line in client.get("/status").text
        assert run.line in client.get("/?q=owls").text
        assert f'"line": {json.dumps(run.line)}' in client.get("/api/events").text
        metrics = client.get("/metrics").text
        assert 'semsearch_run_active{phase="embed"} 1.0' in metrics
        assert "semsearch_run_passages 0.0" in metrics
        assert "semsearch_run_passages_due 1.0" in metrics
    assert store.runs.activity().run is None
    assert client.get("/api/status").json["run"] is None
    assert run.line not in client.get("/?q=owls").text
    metrics = client.get("/metrics").text
    assert 'semsearch_run_active{phase="embed"} 0.0' in metrics
    assert "semsearch_run_passages" not in metrics


def test_an_answer_while_a_run_goes_on_says_what_it_may_lack(
    settings: Settings, store: Store, searcher: Searcher, half: Path
) -> None:
    limited = Query("owls", filters=Filters(within=(str(half),)))
    with under_way(settings, store, half):
        answer = searcher.search(Query("owls"))
        assert "0 of 1 passage can be found by meaning so far, the others by words and names." in answer.notes
        assert answer.complete
        told = searcher.search(limited)
        assert "Files are being indexed, so hits may be missing." in told.notes
        assert told.run is None
    for query in (Query("owls"), limited):
        assert not any("so far" in note or "indexed" in note for note in searcher.search(query).notes)


def test_a_long_call_of_a_model_does_not_make_a_run_look_dead(
    settings: Settings, store: Store, half: Path
) -> None:
    with under_way(settings, store, half) as run:
        assert seen(store, lambda later: later is not None and later.updated > run.updated + 1.5)
        assert 8_000 < redis_of(store).pttl(keys.PROGRESS) <= 10_000  # a killed run is forgotten soon


class Watching(Silent):
    """Keeps the runs for which a run waits."""

    def __init__(self) -> None:
        self.others: list[RunProgress | None] = []
        self.told = threading.Event()

    def wait(self, other: RunProgress | None) -> None:
        self.others.append(other)
        self.told.set()


def test_a_run_that_waits_says_for_which_other_run(
    settings: Settings, store: Store, half: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_SILENT_SECONDS", 0.05)
    watching = Watching()

    def run() -> None:
        ingest([half], settings, store, FakeModels(), watching)  # type: ignore[arg-type]

    second = threading.Thread(target=run)
    with under_way(settings, store, half) as first:
        second.start()
        assert watching.told.wait(60)
    second.join(60)
    (other, *_) = watching.others
    assert other is not None
    assert (other.worker, other.line) == (first.worker, first.line)


def test_a_run_that_fails_is_forgotten_at_once(settings: Settings, store: Store, folder: Path) -> None:
    with pytest.raises(Exception, match="missing"):
        ingest([folder / "missing"], settings, store, FakeModels(), Silent())  # type: ignore[arg-type]
    assert store.runs.activity().run is None


def test_a_progress_that_cannot_be_read_is_none(store: Store) -> None:
    redis_of(store).hset(keys.PROGRESS, mapping={"phase": "sleep"})
    assert store.runs.activity().run is None


def test_the_revision_changes_with_each_run_that_changes_documents(
    store: Store, folder: Path, run: Callable[..., object]
) -> None:
    def revision_after(change: Callable[[], object]) -> int:
        change()
        run()
        return store.runs.activity().revision

    file = folder / "owls.txt"
    revisions = [
        store.runs.activity().revision,
        revision_after(lambda: file.write_text("Owls hunt mice.")),
        revision_after(lambda: file.write_text("Owls hunt rats.")),
        revision_after(lambda: file.rename(folder / "birds.txt")),
        revision_after(lambda: (folder / "a.txt").write_text("A")),
        revision_after(lambda: (folder / "birds.txt").unlink()),
    ]
    assert revisions == sorted(set(revisions))
    assert revision_after(lambda: None) == revisions[-1]
