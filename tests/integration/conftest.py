"""A store on real Redis, a folder, and ingestion with fake models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.retry import Retry
from ingest.run import Options, ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.store import Store
from tests.fakes import FakeModels, fill
from tests.redis_client import as_role, redis_of

Run = Callable[..., Summary]


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A store with the rights of ingestion and no others."""
    store = Store.open(as_role(settings, Role.WORKER))
    yield store
    store.close()


@pytest.fixture
def models() -> FakeModels:
    return FakeModels()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.fixture
def run(settings: Settings, store: Store, models: FakeModels, folder: Path) -> Run:
    """Ingest `folder`, or the folders given, with the fake models."""

    def run(*folders: Path, with_models: FakeModels = models, **options: bool | Retry) -> Summary:
        chosen = list(folders) or [folder]
        return ingest(chosen, settings, store, with_models, Silent(), Options(**options))  # type: ignore[arg-type]

    return run


@pytest.fixture
def library(folder: Path, run: Run) -> Path:
    fill(folder)
    run()
    return folder


@pytest.fixture
def searcher(settings: Settings, models: FakeModels) -> Iterator[Searcher]:
    """A searcher as in the web server, with its rights and no others."""
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    yield Searcher(store, models, home=settings.home)  # type: ignore[arg-type]
    store.close()


@pytest.fixture
def records(store: Store) -> Callable[[], dict[str, DocumentRecord]]:
    """The records of the ledger by path."""
    return lambda: {record.path: record for record in store.ledger}


@pytest.fixture(scope="session")
def snapshot(engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[bytes, bytes]:
    """The library as dumps of Redis keys. Restoring them for a test is faster than ingesting again."""
    folder = tmp_path_factory.mktemp("library")
    fill(folder)
    settings = Settings(home=tmp_path_factory.mktemp("home"), redis_url=engine_url)
    store = Store.open(settings)
    redis_of(store).flushdb()
    ingest([folder], settings, store, FakeModels(), Silent())  # type: ignore[arg-type]
    return {key: redis_of(store).dump(key) for key in redis_of(store).scan_iter()}


@pytest.fixture
def restored(snapshot: dict[bytes, bytes], store: Store, models: FakeModels) -> None:
    assert models.colours is not None
    store.prepare_index("doc")
    store.prepare_index("text", Fingerprint.of_texts(models.words.id, models.words.dims))
    store.prepare_index(
        "image", Fingerprint.of_pictures(models.colours.id, models.colours.dims, models.colours.semantic_dims)
    )
    for key, value in snapshot.items():
        redis_of(store).restore(key, 0, value, replace=True)
