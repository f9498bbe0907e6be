"""Saved searches on real Redis: what a run finds for them is what the page would show as matches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ingest.summary import Summary
from semsearch.explore.saved import SavedSearches, query_of
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.redis_client import as_role

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

_SUBJECTS = ("boats", "bread", "music", "taxes", "gardens", "physics", "horses", "winter")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"explore": True})


@pytest.fixture
def saved(settings: Settings) -> SavedSearches:
    """Saved searches with the rights of the web server and no others."""
    return SavedSearches(Store.open(as_role(settings, Role.WEB), Role.WEB).mine)


@pytest.fixture
def old(folder: Path, run: Run) -> None:
    """A library of texts on several subjects, and pictures."""
    for n in range(40):
        subject = _SUBJECTS[n % len(_SUBJECTS)]
        (folder / f"old{n}.txt").write_text(f"About {subject}, text number {n}. Nothing else is in it.")
    for n, colour in enumerate(("green", "blue", "white")):
        Image.new("RGB", (32, 32), colour).save(folder / f"old{n}.png")
    run()


def new_of(saved: SavedSearches, store: Store, name: str) -> set[str]:
    """The paths of what is new in a search."""
    return {record.path for record in store.ledger.get_many(saved.get(name).new)}


def found_by(searcher: Searcher, search: str, paths: set[str]) -> set[str]:
    """Those of the paths that a search shows as clear matches."""
    hits = searcher.search(replace(query_of(search), limit=100, copies=True)).hits
    return {hit.path for hit in hits if hit.is_clear} & paths


@pytest.mark.usefixtures("old")
def test_what_is_new_is_what_a_search_shows_as_a_match(
    saved: SavedSearches, folder: Path, run: Run, store: Store, searcher: Searcher
) -> None:
    searches = {
        "meaning": "q=boats+in+the+harbour&mode=meaning",
        "both": "q=boats+in+the+harbour",
        "words": "q=quarterly+zebra&mode=words",
        "phrase": 'q="sourdough+bread"',
        "phrase of words": 'q="sourdough+bread"&mode=words',
        "without": "q=boats+-engine",
        "either": "q=boats+OR+taxes",
        "code": "q=SN-4471",
        "name": "q=ledger_2031",
        "kind": "q=boats&kind=text",
        "path": "q=boats&path=port/",
        "other path": "q=boats&path=elsewhere/",
        "picture": "q=red",
        "pictures": "q=red&kind=image",
        "operators": "q=boats+path:port/",
        "nothing": "q=volcano",
    }
    for name, search in searches.items():
        saved.add(name, search)
    (folder / "port").mkdir()
    texts = {
        "port/a.txt": "Boats in the harbour, and boats at sea.",
        "b.txt": "Boats with an engine.",
        "c.txt": "How to bake sourdough bread. Much work.",
        "d.txt": "Sourdough is one thing, bread another.",
        "e.txt": "The quarterly zebra.",
        "f.txt": "Pump SN-4471 was repaired.",
        "ledger_2031.txt": "Numbers and nothing else.",
        "h.txt": "Taxes are due.",
    }
    for path, text in texts.items():
        (folder / path).write_text(text)
    Image.new("RGB", (32, 32), "red").save(folder / "red.png")
    run()
    new = {*texts, "red.png"}
    found = {name: new_of(saved, store, name) for name in searches}
    assert found == {name: found_by(searcher, search, new) for name, search in searches.items()}
    assert found["words"] == {"e.txt"}
    assert found["phrase of words"] == {"c.txt"}
    assert found["code"] == {"f.txt"}
    assert found["name"] == {"ledger_2031.txt"}
    assert found["path"] == {"port/a.txt"} == found["operators"]
    assert "red.png" in found["picture"]
    assert found["other path"] == set() == found["nothing"]
    assert "b.txt" not in found["without"]
