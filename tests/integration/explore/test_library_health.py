"""How the library and its searches change: kept by runs, counted on the page, shown to who may see it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch.explore.changes import CHANGES, read_changes
from semsearch.explore.changes_step import note_changes
from semsearch.explore.explorer import Explorer
from semsearch.explore.vectors import LibraryVectors
from semsearch.records import DocumentRecord, Kind
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.redis_client import as_role, redis_of
from web.access.tokens import Tokens
from web.app import create_app

Run = Callable[..., object]
Records = Callable[[], dict[str, DocumentRecord]]


@pytest.fixture
def explorer(settings: Settings) -> Iterator[Explorer]:
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    yield Explorer(store)
    store.close()


@pytest.fixture
def client(settings: Settings, searcher: Searcher, explorer: Explorer) -> FlaskClient:
    return create_app(settings, searcher, explorer).test_client()


@pytest.fixture
def grown(folder: Path, run: Run, store: Store, records: Records) -> None:
    """Sixty old texts in English, and thirty new ones in German about another subject."""
    for n in range(60):
        (folder / f"old{n}.txt").write_text(
            f"The keeper of lighthouse number {n} wrote that the storm had gone and that the ships were safe."
        )
    run()
    long_ago = time.time() - 90 * 86_400
    for record in records().values():
        redis_of(store).hset(f"semsearch:doc:{{{record.doc}}}", "indexed_at", long_ago)
    for n in range(30):
        (folder / f"neu{n}.txt").write_text(
            f"Der Teig ruht eine Stunde, dann wird das Brot Nummer {n} in den heißen Ofen geschoben."
        )
    run()


def change(store: Store) -> None:
    note_changes(store, LibraryVectors(store))


@pytest.mark.usefixtures("grown")
def test_a_run_keeps_what_came_when_and_how_it_differs(store: Store, explorer: Explorer) -> None:
    change(store)
    changes = explorer.health.now().changes
    assert changes is not None
    assert [each.documents for each in changes.indexed] == [60, 30]
    assert sum(each.passages for each in changes.dated) == 90
    assert changes.drift is not None
    drift = changes.drift.kinds[Kind.TEXT]
    assert (drift.new, drift.old) == (30, 60)
    assert [(each.code, each.new, each.old) for each in drift.languages] == [("de", 1.0, 0.0)]
    assert drift.unknown is not None
    assert drift.unknown_before is not None
    assert drift.unknown > 0.8 > drift.unknown_before
    assert {line.kind for line in explorer.health.now().lines} == {Kind.TEXT}


@pytest.mark.usefixtures("grown")
def test_the_page_tells_the_drift_in_a_sentence(store: Store, client: FlaskClient) -> None:
    change(store)
    page = client.get("/health").text
    assert "are German; before, 0% were" in page
    told = client.get("/api/health").json["drift"]["sentences"]
    assert "are of the language de" in told[0]


@pytest.mark.usefixtures("grown")
def test_without_changes_nothing_is_computed_again(store: Store) -> None:
    change(store)
    before = read_changes(store)
    change(store)
    assert read_changes(store) == before


@pytest.mark.usefixtures("grown")
def test_what_took_long_rests_before_it_is_computed_again(store: Store, folder: Path, run: Run) -> None:
    change(store)
    kept = json.loads(store.kept.get(CHANGES.name) or b"")
    store.kept.put(CHANGES.name, json.dumps({**kept, "seconds": 60}).encode())
    (folder / "one.txt").write_text("One more text about bread.")
    run()
    change(store)
    after = read_changes(store)
    assert after is not None
    assert sum(each.documents for each in after.dated) == 90
    store.kept.put(CHANGES.name, json.dumps({**kept, "seconds": 60, "made": kept["made"] - 1300}).encode())
    change(store)
    after = read_changes(store)
    assert after is not None
    assert sum(each.documents for each in after.dated) == 91


@pytest.mark.usefixtures("grown")
def test_a_few_new_documents_leave_the_drift_as_it_is(store: Store, folder: Path, run: Run) -> None:
    change(store)
    before = read_changes(store)
    (folder / "one.txt").write_text("One more text about bread.")
    run()
    change(store)
    after = read_changes(store)
    assert before is not None
    assert after is not None
    assert after.drift == before.drift
    assert sum(each.documents for each in after.dated) == 91


def test_what_came_at_once_has_no_drift(store: Store, folder: Path, run: Run) -> None:
    for n in range(50):
        (folder / f"{n}.txt").write_text(f"Text number {n}.")
    run()
    change(store)
    changes = read_changes(store)
    assert changes is not None
    assert changes.drift is None


def test_an_empty_library_has_a_page(client: FlaskClient, store: Store, run: Run) -> None:
    assert client.get("/health").status_code == 200
    run()
    change(store)
    assert client.get("/health").status_code == 200


def searched(client: FlaskClient, text: str) -> None:
    assert client.get("/", query_string={"q": text}).status_code == 200


def opened(client: FlaskClient, text: str, doc: str, at: int, before: str = "http://localhost/?q=x") -> None:
    where = {"q": text, "at": at}
    assert client.get(f"/doc/{doc}", query_string=where, headers={"Referer": before}).status_code == 200


@pytest.fixture
def doc(library: Path, records: Records) -> str:
    assert library
    return next(record.doc for record in records().values() if record.kind is Kind.TEXT)


def test_searches_and_the_first_hit_opened_are_counted_once(
    client: FlaskClient, explorer: Explorer, doc: str
) -> None:
    for text in ("owls", "owls", "bread", "zorblatt"):
        searched(client, text)
    client.get("/", query_string={"q": "ow", "unfinished": "1"})
    opened(client, "owls", doc, at=2)
    opened(client, "owls", doc, at=0)
    opened(client, "bread", doc, at=40)
    (month,) = explorer.endings.by_month()
    assert (month.searches, month.clicked) == (3, 2)
    assert {rank: number for rank, number in month.ranks.items() if number} == {3: 1, 11: 1}


def test_the_next_page_a_neighbour_and_another_site_are_no_endings(
    client: FlaskClient, explorer: Explorer, doc: str
) -> None:
    client.get("/", query_string={"q": "owls", "offset": 20})
    for before in ("", f"http://localhost/doc/{doc}?q=owls", "http://elsewhere.example/"):
        opened(client, "owls", doc, 0, before)
    assert explorer.endings.by_month() == []


def test_a_preview_counts_where_its_hit_was_clicked(
    client: FlaskClient, explorer: Explorer, doc: str
) -> None:
    page, headers = f"/doc/{doc}/preview?q=owls&at=4", {"Referer": "http://localhost/?q=owls"}
    assert client.get(page, headers=headers).status_code == 200
    assert explorer.endings.by_month() == []
    assert client.get(page, headers={**headers, "X-Chosen": "click"}).status_code == 200
    assert [month.ranks[5] for month in explorer.endings.by_month()] == [1]


def test_no_word_of_a_query_is_kept(client: FlaskClient, doc: str, store: Store) -> None:
    searched(client, "secret owls")
    opened(client, "secret owls", doc, 0)
    assert set(store.mine.get("clicks")) == {
        f"{time.strftime('%Y-%m', time.gmtime())} {name}" for name in ("searches", "clicked", "rank 1")
    } | {name for name in store.mine.get("clicks") if name.endswith(" unclear")}


def test_counting_can_be_switched_off_and_forgets_what_was_counted(
    client: FlaskClient, explorer: Explorer, doc: str
) -> None:
    searched(client, "owls")
    assert client.post("/health/counting", data={"do": "off"}).status_code == 303
    searched(client, "bread")
    opened(client, "bread", doc, 0)
    assert explorer.endings.by_month() == []
    assert not explorer.health.now().is_counting
    assert "Count how searches end" in client.get("/health").text
    client.post("/health/counting", data={"do": "on"})
    searched(client, "boats")
    assert [month.searches for month in explorer.endings.by_month()] == [1]


def test_whoever_sees_some_folders_alone_is_not_counted_and_sees_no_page(
    client: FlaskClient, explorer: Explorer, settings: Settings, library: Path
) -> None:
    token = Tokens(settings.home).add("some", [str(library)])
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/?q=owls", headers=headers).status_code == 200
    assert explorer.endings.by_month() == []
    for url in ("/health", "/api/health", "/api/judged"):
        assert client.get(url, headers=headers).status_code == 403


def test_past_evaluations_are_shown(client: FlaskClient, store: Store, models: FakeModels) -> None:
    assert models
    for figure in (0.4, 0.5):
        measures = {"nDCG@10": figure, "R@10": 0.7, "Success@1": 0.3}
        run = {"at": "2026-11-27T00:00:00Z", "modes": {"hybrid": {"measures": measures}}}
        store.runs.keep_evaluation("mine", run)
    page = client.get("/health").text
    assert "Hits that you judged" in page
    assert "0.50" in page
    assert [run["modes"]["hybrid"]["measures"]["nDCG@10"] for run in _evaluations(client)] == [0.4, 0.5]


def _evaluations(client: FlaskClient) -> list[dict[str, dict[str, dict[str, dict[str, float]]]]]:
    found: list[dict[str, dict[str, dict[str, dict[str, float]]]]]
    found = client.get("/api/health").json["evaluations"]["mine"]
    return found
