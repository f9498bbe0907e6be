"""A token limited to folders, over a real store: nothing outside of them can be reached by any route."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from semsearch.explore.explorer import Explorer
from semsearch.query import Filters, Mode, Query
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.fakes import FakeModels, picture
from tests.integration.library import png
from tests.model_servers import small_model
from web.access.tokens import Tokens
from web.app import create_app

# The route of each rule of the application, with what fills its parameters. A new rule has to be added here.
ROUTES = {
    "/": "/?q=owls hunt mice",
    "/browse": "/browse?order=date",
    "/explore": "/explore",
    "/copies": "/copies",
    "/odd": "/odd",
    "/api/copies": "/api/copies",
    "/api/odd": "/api/odd?what=far",
    "/saved": "/saved",
    "/saved/open": "/saved/open?name=owls",
    "/saved/new": "/saved/new?name=owls",
    "/saved/taken": "/saved/taken",
    "/api/saved": "/api/saved?name=owls",
    "/for-you": "/for-you",
    "/likes": "/likes",
    "/api/for-you": "/api/for-you",
    "/api/likes": "/api/likes",
    "/labels": "/labels",
    "/labels/<name>": "/labels/boats",
    "/labels/mark": "/labels/mark",
    "/labels/change": "/labels/change",
    "/labels/preset": "/labels/preset",
    "/api/labels": "/api/labels",
    "/api/labels/<name>": "/api/labels/secret",
    "/judged": "/judged",
    "/api/judged": "/api/judged?q=owls&doc={doc}",
    "/health": "/health",
    "/health/counting": "/health/counting",
    "/api/health": "/api/health",
    "/map": "/map",
    "/map/about/<doc:doc>": "/map/about/{doc}",
    "/api/map": "/api/map?map=texts",
    "/topics": "/topics",
    "/api/topics": "/api/topics",
    "/feed": "/feed?q=owls hunt mice",
    "/search/picture": "/search/picture",
    "/doc/<doc:doc>": "/doc/{doc}?q=owls&passage=0",
    "/doc/<doc:doc>/passages/<int:n>/answer": "/doc/{doc}/passages/0/answer?q=owls",
    "/selection.csv": "/selection.csv?doc={doc}",
    "/selection.zip": "/selection.zip?doc={doc}",
    "/doc/<doc:doc>/preview": "/doc/{doc}/preview?q=owls&passage=0",
    "/doc/<doc:doc>/match": "/doc/{doc}/match?q=owls&passage=0",
    "/status": "/status",
    "/library/folder": "/library/folder",
    "/library/folders": "/library/folders",
    "/library/retry": "/library/retry",
    "/library/dismiss": "/library/dismiss",
    "/api/search": "/api/search?q=owls&copies=1",
    "/api/search/batch": "/api/search/batch",
    "/api/browse": "/api/browse?facets=1",
    "/answer": "/answer?q=owls hunt mice",
    "/answer/stream": "/answer/stream?q=owls hunt mice",
    "/api/answer": "/api/answer?q=owls hunt mice",
    "/api/suggest": "/api/suggest?q=secr",
    "/api/items/<doc:doc>": "/api/items/{doc}",
    "/api/items/<doc:doc>/passages/<int:n>/sentence": "/api/items/{doc}/passages/0/sentence?q=owls",
    "/api/items/<doc:doc>/part": "/api/items/{doc}/part?q=owls",
    "/api/items/<doc:doc>/similar": "/api/items/{doc}/similar",
    "/api/status": "/api/status",
    "/api/events": "/api/events",
    "/api/openapi.json": "/api/openapi.json",
    "/api/docs": "/api/docs",
    "/healthz": "/healthz",
    "/metrics": "/metrics",
    "/file/<doc:doc>": "/file/{doc}",
    "/thumb/<doc:doc>": "/thumb/{doc}",
    "/page/<doc:doc>/<int:number>": "/page/{doc}/1",
    "/picture/<doc:key>": "/picture/{doc}",
    "/login": "/login",
    "/logout": "/logout",
    "/language": "/language",
    "/static/<path:filename>": "/static/../{doc}",
}
OUTSIDE = re.compile(rb"outside|secret|mine(?!s)", re.IGNORECASE)


@dataclass
class Site:
    """An application over two folders, and the token of a part of one: `shared/ours`."""

    app: Flask
    token: str
    docs: dict[str, str]
    root: Path

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def get(self, url: str, **more: Any) -> TestResponse:
        return self.client.open(url, headers={"Authorization": f"Bearer {self.token}"}, **more)

    def paths(self, url: str) -> set[str]:
        answer = self.get(url)
        assert answer.status_code == 200, answer.text
        return {hit["path"] for hit in answer.json["hits"]}

    @property
    def others(self) -> dict[str, str]:
        return {path: doc for path, doc in self.docs.items() if not path.startswith("shared/ours/")}


@pytest.fixture
def site(
    tmp_path: Path, run: Callable[..., object], settings: Settings, store: Store, models: FakeModels
) -> Iterator[Site]:
    shared, private = tmp_path / "shared", tmp_path / "private"
    texts = {
        shared / "ours/owls.txt": "Owls hunt mice at night.",
        shared / "ours/deep/geese.txt": "Geese fly south in autumn.",
        shared / "outside owls.txt": "Owls hunt mice at night. A secret outside.",
        shared / "ours too/secret.txt": "Owls hunt a secret.",
        private / "ours/mine.txt": "Owls hunt mice at night. This is mine, a secret.",
        # A copy of a file in the folder of the token:
        private / "outside.txt": "Owls hunt mice at night.",
    }
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    picture(shared / "ours/red.png", "red")
    picture(private / "secret-red.png", "darkred")
    picture(private / "outside-red.png", "red")
    run(shared, private)
    token = Tokens(settings.home).add("ours", [str(shared / "ours")])
    docs = {Path(each.root, each.path).relative_to(tmp_path).as_posix(): each.doc for each in store.ledger}
    assert len(docs) == 9
    # A language model that repeats what it was told.
    with small_model(lambda told: f"{told.replace(chr(10), ' ')} [1]") as model:
        asking = settings.model_copy(update={"ask_url": model.url})
        yield Site(create_app(asking, Searcher(store, models)), token, docs, tmp_path)  # type: ignore[arg-type]


def test_every_route_is_tried_here(site: Site) -> None:
    assert {rule.rule for rule in site.app.url_map.iter_rules()} == ROUTES.keys()


def test_no_route_tells_about_a_document_outside(site: Site) -> None:
    for rule in site.app.url_map.iter_rules():
        for doc in site.others.values():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                answer = site.get(ROUTES[rule.rule].format(doc=doc), method=method)
                found = OUTSIDE.search(answer.data)
                assert found is None, (method, rule.rule, answer.text)
                if "doc" in rule.arguments:
                    assert answer.status_code == 404, (method, rule.rule)


@pytest.mark.parametrize("rule", [rule for rule in ROUTES if "<doc:doc>" in rule])
def test_a_document_outside_is_answered_like_one_that_does_not_exist(site: Site, rule: str) -> None:
    for doc in site.others.values():
        there = site.get(ROUTES[rule].format(doc=doc))
        nowhere = site.get(ROUTES[rule].format(doc="0" * 16))
        assert there.status_code == nowhere.status_code == 404
        # Each answer shows the id of its request.
        texts = [each.text.replace(each.headers["X-Request-ID"], "-") for each in (there, nowhere)]
        assert texts[0].replace(doc, "-") == texts[1].replace("0" * 16, "-")
        assert {*there.headers.keys()} == {*nowhere.headers.keys()}


def test_the_documents_inside_are_reached_by_every_route(site: Site) -> None:
    owls, red = site.docs["shared/ours/owls.txt"], site.docs["shared/ours/red.png"]
    for rule, url in ROUTES.items():
        if "<doc:doc>" in rule and not rule.endswith(("/part", "/<int:number>")):  # of pictures and PDFs
            doc = red if "thumb" in rule else owls
            with site.get(url.format(doc=doc), follow_redirects=True) as answer:
                assert answer.status_code == 200, rule
    assert site.get(f"/api/items/{red}/part?q=red").status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "/api/search?q=owls+hunt+mice&copies=1&limit=100",
        "/api/search?q=owls&mode=words&copies=1",
        "/api/search?q=secret&mode=words",
        "/api/search?q=secret",
        "/api/search?q=outside",
        "/api/search?q=red&kind=image&copies=1",
        "/api/search?q=owls&order=date&limit=100",
        '/api/search?q="hunt mice"',
        "/api/search?q=owls&path=ours/",
        "/api/search?q=owls&path=",
    ],
)
def test_a_search_finds_only_what_is_inside(site: Site, url: str) -> None:
    found = site.paths(url)
    assert found <= {"ours/owls.txt", "ours/deep/geese.txt", "ours/red.png"}
    assert found or "secret" in url or "outside" in url


def test_words_names_and_pictures_find_what_is_inside(site: Site) -> None:
    assert site.paths("/api/search?q=owls&mode=words") == {"ours/owls.txt"}
    assert site.paths("/api/search?q=geese") >= {"ours/deep/geese.txt"}
    answer = site.get("/api/search?copies=1", method="POST", data={"image": (_file(), "x.png")})
    assert {hit["path"] for hit in answer.json["hits"]} == {"ours/red.png"}


def test_a_batch_finds_only_what_is_inside(site: Site) -> None:
    body = {"searches": [{"q": "owls hunt mice", "copies": True}, {"q": "secret", "mode": "words"}]}
    body["searches"].append({"q": "owls", "topic": "birds"})
    first, second, third = site.get("/api/search/batch", method="POST", json=body).json["answers"]
    assert "ours/owls.txt" in {hit["path"] for hit in first["results"]["hits"]}
    assert {hit["path"] for hit in first["results"]["hits"]} <= {
        "ours/owls.txt", "ours/deep/geese.txt", "ours/red.png"
    }  # fmt: skip
    assert second["results"]["hits"] == []
    assert (third["results"], third["error"]["code"]) == (None, "forbidden")


def test_words_and_names_outside_are_not_suggested(site: Site) -> None:
    nothing = {"texts": [], "documents": []}
    assert site.client.get("/api/suggest?q=secr").json != nothing
    assert site.get("/api/suggest?q=secr").json == nothing
    assert site.get("/api/suggest?q=outs").json == nothing
    suggested = site.get("/api/suggest?q=owl").json
    assert [each["path"] for each in suggested["documents"]] == ["ours/owls.txt"]
    assert site.get("/api/suggest?q=gees").json["texts"] == ["geese"]


def _file() -> Any:
    import io

    return io.BytesIO(png("red"))


def test_counts_totals_and_copies_are_those_of_the_folders(site: Site) -> None:
    everything = site.client.get("/api/search?q=owls+hunt+mice&facets=1&limit=100").json
    assert any(hit["copies"] for hit in everything["hits"])
    answer = site.get("/api/search?q=owls+hunt+mice&facets=1&limit=100").json
    assert answer["total"] == 3
    assert {each["value"] for each in answer["facets"]["folder"]} <= {"ours/"}
    assert sum(each["count"] for each in answer["facets"]["kind"]) <= 3
    assert [hit["copies"] for hit in answer["hits"]] == [[]] * len(answer["hits"])


def test_names_of_topics_and_labels_are_not_told(site: Site, store: Store, searcher: Searcher) -> None:
    """They are made of the words of all documents, and given by people who see all."""
    owls = site.docs["shared/ours/owls.txt"]
    store.explored.put([(doc, {"topic": "\nsecret, outside", "label": "mine"}) for doc in site.docs.values()])
    app = create_app(site.app.extensions["semsearch"].settings, searcher, Explorer(store))
    limited = Site(app, site.token, site.docs, site.root)
    assert "secret, outside" in limited.client.get(f"/doc/{owls}").text
    facets = limited.client.get("/api/search?q=owls&facets=1").json["facets"]
    assert [each["value"] for each in facets["topic"]] == ["secret, outside"]
    for url in (f"/doc/{owls}", "/?q=owls+hunt", "/browse", f"/doc/{owls}/preview"):
        answer = limited.get(url)
        assert answer.status_code == 200
        assert OUTSIDE.search(answer.data) is None
    for url in ("/api/search?q=owls&facets=1", "/api/browse?facets=1"):
        facets = limited.get(url).json["facets"]
        assert (facets["topic"], facets["label"]) == ([], [])
    for url in ("/topics", "/api/topics", "/api/search?q=owls&topic=secret, outside", "/browse?label=mine"):
        assert limited.get(url).status_code == 403


def test_similar_documents_are_those_inside(site: Site) -> None:
    red = site.docs["shared/ours/red.png"]
    assert site.paths(f"/api/items/{red}/similar?copies=1") == set()
    owls = site.docs["shared/ours/owls.txt"]
    assert site.paths(f"/api/items/{owls}/similar?copies=1") == {"ours/deep/geese.txt"}
    for doc in site.others.values():
        assert site.get(f"/?like={doc}").status_code == 404


@pytest.mark.parametrize(
    "url",
    ["/status", "/api/status", "/api/events", "/metrics", "/copies", "/odd", "/api/copies", "/api/odd"],
)
def test_the_state_of_the_whole_library_is_forbidden(site: Site, url: str) -> None:
    assert site.get(url).status_code == 403


@pytest.mark.parametrize("url", ["/", "/?q=nothing+like+it&kind=text&path=nowhere/"])
def test_pages_do_without_the_state_of_the_library(site: Site, url: str) -> None:
    answer = site.get(url)
    assert answer.status_code == 200
    assert "Nothing is indexed" not in answer.text


def limited(site: Site, searcher: Searcher, settings: Settings, *folders: Path | str) -> set[str]:
    token = Tokens(settings.home).add(f"t{len(list(Tokens(settings.home)))}", list(map(str, folders)))
    answer = site.client.get(
        "/api/search?q=owls+red&copies=1&limit=100", headers={"Authorization": f"Bearer {token}"}
    )
    docs = {doc: path for path, doc in site.docs.items()}
    assert searcher.search(Query("owls red", copies=True, limit=100)).total == 9
    assert answer.json["total"] == len(answer.json["hits"])
    return {docs[hit["doc"]] for hit in answer.json["hits"]}


def test_a_folder_may_be_a_root_lie_in_one_or_contain_several(
    site: Site, searcher: Searcher, settings: Settings
) -> None:
    ours = {path for path in site.docs if path.startswith("shared/ours/")}
    private = {path for path in site.docs if path.startswith("private/")}
    root = site.root
    assert limited(site, searcher, settings, root / "shared/ours") == ours
    assert limited(site, searcher, settings, root / "private") == private
    assert limited(site, searcher, settings, root / "private", root / "shared/ours") == ours | private
    assert limited(site, searcher, settings, root) == {*site.docs}
    assert limited(site, searcher, settings, "/") == {*site.docs}
    assert limited(site, searcher, settings, root / "shared/our") == set()
    assert limited(site, searcher, settings, root / "privat") == set()
    assert limited(site, searcher, settings, f"{root}/*") == set()
    assert limited(site, searcher, settings) == {*site.docs}


@pytest.mark.parametrize("path", ["shared/", "shared/ours/", "shared/our"])
def test_an_absolute_path_finds_the_same_documents_within_the_folders(
    site: Site, searcher: Searcher, path: str
) -> None:
    ours = site.root / "shared/ours"
    for mode in Mode:
        filters = Filters(path=(f"{site.root}/{path}",), within=(str(ours),))
        wanted = searcher.search(Query("owls red", filters=Filters(within=(str(ours),)), mode=mode))
        found = searcher.search(Query("owls red", filters=filters, mode=mode))
        assert found.complete
        assert {hit.doc for hit in found.hits} == {hit.doc for hit in wanted.hits} != set()


def test_a_token_may_have_many_folders(site: Site, searcher: Searcher, settings: Settings) -> None:
    folders = [site.root / "a/b/c/d/e/f" / str(n) for n in range(300)]
    assert limited(site, searcher, settings, *folders) == set()
    ours = {path for path in site.docs if path.startswith("shared/ours/")}
    assert limited(site, searcher, settings, *folders, site.root / "shared/ours") == ours


def test_the_name_of_a_folder_is_never_taken_for_syntax(
    tmp_path: Path, run: Callable[..., object], settings: Settings, store: Store, models: FakeModels
) -> None:
    names = [
        "we{ird}, na|me",
        "*",
        "(a) -b",
        "c\\d",
        "e'f\"g",
        "@root:{x}",
        "~h;i%j",
        "köln 大阪",
        "a  b",
        "[k]=>l$m",
    ]
    for name in names:
        (tmp_path / "all" / name).mkdir(parents=True)
        (tmp_path / "all" / name / "owls.txt").write_text(f"Owls hunt mice in {name}.")
    run(tmp_path / "all")
    client = create_app(settings, Searcher(store, models)).test_client()  # type: ignore[arg-type]
    for n, name in enumerate(names):
        token = Tokens(settings.home).add(str(n), [str(tmp_path / "all" / name)])
        answer = client.get("/api/search?q=owls&copies=1", headers={"Authorization": f"Bearer {token}"})
        assert [hit["path"] for hit in answer.json["hits"]] == [f"{name}/owls.txt"]
        assert answer.json["total"] == 1
