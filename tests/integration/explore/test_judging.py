""" "This is it" keeps a judged pair, and `semsearch eval --mine` measures on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch.errors import SettingsError
from semsearch.evaluation.measure import measure
from semsearch.evaluation.mine import of_mine
from semsearch.explore.explorer import Explorer
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.mine import Mine
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.redis_client import as_role
from web.app import create_app

Records = Callable[[], dict[str, DocumentRecord]]


@pytest.fixture
def docs(folder: Path, run: Callable[..., object], records: Records) -> dict[str, str]:
    """The ids of four texts by their names; one is a copy of another."""
    texts = {
        "owls.txt": "Owls hunt mice at night.",
        "copy.txt": "Owls hunt mice at night.",
        "geese.txt": "Geese fly south in autumn.",
        "bread.txt": "Bread rises by the gas of yeast.",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    run()
    return {name: record.doc for name, record in records().items()}


@pytest.fixture
def client(settings: Settings, searcher: Searcher) -> Iterator[FlaskClient]:
    """The web application with the rights of the web server in Redis, and no others."""
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    yield create_app(settings, searcher, Explorer(store)).test_client()
    store.close()


def judge(client: FlaskClient, query: str, doc: str, **more: str) -> int:
    return client.post("/judged", data={"q": query, "doc": doc, **more}).status_code


def test_the_page_of_a_hit_keeps_a_pair_and_takes_it_back(client: FlaskClient, docs: dict[str, str]) -> None:
    page = f"/doc/{docs['owls.txt']}?q=night+birds&at=0"
    assert 'aria-pressed="false"' in client.get(page).text
    answer = client.post("/judged", data={"q": "night birds", "doc": docs["owls.txt"], "next": page})
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    assert 'aria-pressed="true"' in client.get(page).text
    assert 'aria-pressed="true"' in client.get(page.replace("?", "/preview?")).text
    (pair,) = client.get("/api/judged").json["pairs"]
    assert (pair["q"], pair["path"]) in {("night birds", "owls.txt"), ("night birds", "copy.txt")}
    judge(client, "night birds", docs["owls.txt"], do="drop")
    assert client.get("/api/judged").json == {"pairs": []}


def test_a_document_that_was_not_searched_for_has_no_such_button(
    client: FlaskClient, docs: dict[str, str]
) -> None:
    assert "/judged" not in client.get(f"/doc/{docs['owls.txt']}").text


def test_a_page_of_another_site_cannot_judge(client: FlaskClient, docs: dict[str, str]) -> None:
    headers = {"Origin": "http://elsewhere.example"}
    sent = {"q": "owls", "doc": docs["owls.txt"]}
    assert client.post("/judged", data=sent, headers=headers).status_code == 403
    assert client.get("/api/judged").json == {"pairs": []}


def test_the_api_keeps_and_removes_pairs(client: FlaskClient, docs: dict[str, str]) -> None:
    client.post("/api/judged", json={"q": "owls", "doc": docs["owls.txt"]})
    posted = client.post("/api/judged", json={"q": " which  birds? ", "doc": docs["geese.txt"]}).json["pairs"]
    assert [(pair["q"], pair["doc"]) for pair in posted] == [("which birds?", docs["geese.txt"])]
    kept = client.get("/api/judged").json["pairs"]
    assert [pair["q"] for pair in kept] == ["which birds?", "owls"]
    gone = client.delete("/api/judged", query_string={"q": "owls", "doc": docs["owls.txt"]})
    assert gone.json == {"pairs": []}
    assert [pair["q"] for pair in client.get("/api/judged").json["pairs"]] == ["which birds?"]


def test_a_pair_whose_file_has_changed_or_gone_can_be_removed(
    client: FlaskClient, docs: dict[str, str], folder: Path, run: Callable[..., object]
) -> None:
    for name in ("geese.txt", "bread.txt"):
        client.post("/api/judged", json={"q": name, "doc": docs[name]})
    (folder / "geese.txt").write_text("Geese fly north in spring.")
    (folder / "bread.txt").unlink()
    run()
    pairs = client.get("/api/judged").json["pairs"]
    assert {pair["doc"] for pair in pairs} == {None}
    answer = client.delete("/api/judged", query_string={"q": "geese.txt", "doc": docs["geese.txt"]})
    assert (answer.status_code, len(client.get("/api/judged").json["pairs"])) == (404, 2)
    for pair in pairs:
        sent = {"q": pair["q"], "sha256": pair["sha256"]}
        statuses = [client.delete("/api/judged", query_string=sent).status_code for _ in range(2)]
        assert statuses == [200, 404]
    assert client.get("/api/judged").json == {"pairs": []}


def test_a_page_asks_for_one_pair_and_not_for_all(
    client: FlaskClient, docs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(client, "owls", docs["owls.txt"])
    read: list[str] = []
    whole = Mine.get
    monkeypatch.setattr(Mine, "get", lambda self, name: whole(self, read.append(name) or name))
    assert 'value="drop"' in client.get(f"/doc/{docs['owls.txt']}?q=owls").text
    assert 'value="keep"' in client.get(f"/doc/{docs['geese.txt']}?q=owls").text
    assert "judged" not in read


def test_half_of_a_surrogate_pair_is_no_query(client: FlaskClient, docs: dict[str, str]) -> None:
    assert client.post("/api/judged", json={"q": "\ud800", "doc": docs["owls.txt"]}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"q": "owls"}, {"q": "", "doc": "0123"}, {"q": "owls", "doc": "../x"}, {"q": 1, "doc": 2}],
)
def test_an_impossible_pair_is_refused(client: FlaskClient, body: object) -> None:
    assert client.post("/api/judged", json=body).status_code == 400


def test_an_unknown_document_is_not_found(client: FlaskClient, docs: dict[str, str]) -> None:
    assert docs
    assert client.post("/api/judged", json={"q": "owls", "doc": "0123456789abcdef"}).status_code == 404


def test_judged_pairs_are_a_collection_in_which_copies_are_one_document(
    client: FlaskClient, docs: dict[str, str], store: Store, models: FakeModels, folder: Path, run: object
) -> None:
    judge(client, "owls hunt mice", docs["owls.txt"])
    judge(client, "bread yeast", docs["bread.txt"])
    judge(client, "geese autumn", docs["geese.txt"])
    (folder / "geese.txt").unlink()
    run(allow_empty=True)  # type: ignore[operator]
    collection, left_out = of_mine(store)
    assert (len(collection.queries), left_out) == (2, 1)
    figures = measure(collection, store, models, lambda *_: None)  # type: ignore[arg-type]
    measures = figures["words"].measures
    assert measures["Success@1"] == measures["R@10"] == measures["nDCG@10"] == 1.0


def test_without_pairs_there_is_nothing_to_measure_on(store: Store, docs: dict[str, str]) -> None:
    assert docs
    with pytest.raises(SettingsError, match="There are no judged pairs"):
        of_mine(store)


def test_pairs_survive_a_rebuild_and_a_move(
    client: FlaskClient, docs: dict[str, str], store: Store, folder: Path, run: object
) -> None:
    judge(client, "geese autumn", docs["geese.txt"])
    (folder / "geese.txt").rename(folder / "birds.txt")
    run(rebuild=True)  # type: ignore[operator]
    collection, left_out = of_mine(store)
    assert (dict(collection.judged), left_out) == ({"geese autumn": {str(folder / "birds.txt"): 1}}, 0)


def test_files_of_one_name_in_two_folders_are_two_documents_of_the_collection(
    client: FlaskClient, docs: dict[str, str], store: Store, folder: Path
) -> None:
    judge(client, "geese autumn", docs["geese.txt"])
    collection, _ = of_mine(store)
    (judged,) = collection.judged["geese autumn"]
    assert collection.document_of("geese.txt", str(folder)) == judged
    assert collection.document_of("geese.txt", "/elsewhere") != judged
