"""An application with its pages about the whole library, and a library with labels to be learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest.summary import Summary
from semsearch.explore.explorer import Explorer
from semsearch.explore.labels import Labels
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.fakes import FakeModels, picture
from tests.redis_client import as_role
from web.app import create_app

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

_BOATS = ("harbour", "sail", "anchor", "mast", "rudder", "deck", "keel", "rope", "tide", "captain")
_BREAD = ("flour", "yeast", "oven", "crust", "dough", "salt", "rye", "crumb", "baker", "loaf")


@pytest.fixture
def explorer(settings: Settings) -> Iterator[Explorer]:
    """The views as the web server has them, with its rights and no others."""
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    yield Explorer(store)
    store.close()


@pytest.fixture
def client(
    settings: Settings,
    searcher: Searcher,
    explorer: Explorer,
    models: FakeModels,  # noqa: ARG001
) -> FlaskClient:
    return create_app(settings, searcher, explorer).test_client()


@pytest.fixture
def exploring(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with which a run explores at its end."""
    monkeypatch.setenv("SEMSEARCH_EXPLORE", "on")
    return settings.model_copy(update={"explore": True})


@pytest.fixture
def shelf(folder: Path, run: Run) -> Path:
    """Ten texts about boats, ten about bread, and four red and four blue pictures."""
    for about, words in (("boat", _BOATS), ("bread", _BREAD)):
        for n, word in enumerate(words):
            told = f"The {about} and the {about}, {about} with {word} and {words[n - 1]}."
            (folder / f"{about}{n}.txt").write_text(told)
    for n in range(4):
        picture(folder / f"red{n}.png", ("red", "darkred", "firebrick", "crimson")[n])
        picture(folder / f"blue{n}.png", ("blue", "navy", "royalblue", "mediumblue")[n])
    run()
    return folder


@pytest.fixture
def labels(store: Store) -> Labels:
    return Labels(store)


@pytest.fixture
def page_labels(settings: Settings) -> Labels:
    """Labels with the rights of the web server."""
    return Labels(Store.open(as_role(settings, Role.WEB), Role.WEB))
