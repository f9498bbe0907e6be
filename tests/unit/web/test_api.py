"""The JSON API, over a library in memory."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from semsearch.api.openapi import DOCUMENT
from semsearch.errors import FingerprintError, ModelError
from semsearch.records import State
from tests.memory_library import MemoryLibrary, picture, without_redis
from web.app import MAX_REQUEST


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    root = tmp_path / "folder"
    root.mkdir()
    (root / "trees.md").write_text("# Trees\n\nOaks live long.\n\nRoots drink water.\n")
    (root / "red.png").write_bytes(picture((200, 20, 20)))
    (root / "blue.png").write_bytes(picture((20, 20, 200)))
    library = MemoryLibrary()
    for path in ("trees.md", "red.png", "blue.png"):
        library.add(root, path)
    library.add(root, "blue.png", doc="broken", state=State.FAILED, reason="damaged", indexed_at=0.0)
    return library


def doc_of(library: MemoryLibrary, path: str) -> str:
    return next(doc for doc, view in library.views.items() if view.record.path == path)


def assert_fits(value: Any, schema: dict[str, Any], where: str = "answer") -> None:
    """Check a JSON value against a schema; knows the part of JSON Schema that the OpenAPI document uses."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:  # a structure, perhaps another for chosen fields, or null
        structure, *_, nothing = schema["anyOf"]
        assert_fits(value, nothing if value is None else structure, where)
        return
    if "const" in schema:
        assert value == schema["const"], where
        return
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    python = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}
    python |= {"object": dict, "array": list}
    assert any(isinstance(value, python[name]) for name in types), f"{where}: {value!r} is no {types}"
    if "enum" in schema:
        assert value in schema["enum"], where
    if isinstance(value, dict) and "properties" in schema:
        assert set(value) == set(schema["properties"]), where
        for name, inner in schema["properties"].items():
            assert_fits(value[name], inner, f"{where}.{name}")
    if isinstance(value, list):
        for number, inner in enumerate(value):
            assert_fits(inner, schema["items"], f"{where}[{number}]")


def answer_schema(path: str, method: str = "get") -> dict[str, Any]:
    """The schema of an answer; of those of results, the one with all fields of hits."""
    schema = DOCUMENT["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    whole: dict[str, Any] = schema["anyOf"][0] if "anyOf" in schema else schema
    return whole


def assert_error(answer: TestResponse, status: int, code: str, said: str = "") -> None:
    assert answer.status_code == status
    assert_fits(answer.json, {"$ref": "#/components/schemas/Error"})
    assert answer.mimetype == "application/problem+json"
    assert (answer.json["status"], answer.json["detail"]) == (status, answer.json["error"]["message"])
    assert answer.json["error"]["code"] == code
    assert said in answer.json["error"]["message"]


def test_a_search_answers_in_the_documented_shape(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=roots")
    assert_fits(answer.json, answer_schema("/api/search"))
    assert answer.json["query"] == "roots"
    hit = answer.json["hits"][0]
    assert (hit["path"], hit["kind"], hit["thumb"], hit["relevance"]) == ("trees.md", "text", None, None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", hit["modified"])
    passage = hit["passages"][0]
    start, end = passage["highlights"][0]
    assert passage["snippet"][start:end] == "Roots"
    assert passage["snippet"][slice(*passage["sentence"])] == "Roots drink water."


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("boats type:pd", ["boats type:pdf"]),
        ("lang:germ", ["lang:german"]),
        ("boats kind:", ["boats kind:text", "boats kind:image", "boats kind:other"]),
        ("boats in:tre", []),
        ("boats type:zzz", []),
    ],
)
def test_an_operator_that_is_being_typed_gets_values_and_no_words(
    client: FlaskClient, typed: str, texts: list[str]
) -> None:
    found = client.get("/api/suggest", query_string={"q": typed}).json
    assert found == {"texts": texts, "documents": []}


def test_suggestions_have_the_documented_shape_and_heed_filters_and_operators(client: FlaskClient) -> None:
    answer = client.get("/api/suggest?q=drink+wat")
    assert_fits(answer.json, answer_schema("/api/suggest"))
    assert answer.json["texts"] == ["drink water"]
    (tree,) = client.get("/api/suggest?q=tree").json["documents"]
    assert (tree["path"], tree["title"], tree["kind"]) == ("trees.md", "Trees", "text")
    nothing = {"texts": [], "documents": []}
    assert client.get("/api/suggest?q=tree&kind=image").json == nothing
    assert client.get("/api/suggest?q=kind:image+tree").json == nothing
    assert client.get("/api/suggest").json == nothing
    assert client.get("/api/suggest?q=drink+kind:text+wat").json["texts"] == ["kind:text drink water"]
    assert_error(client.get("/api/suggest?q=tree&kind=spoon"), 400, "invalid_query", "spoon")


def test_a_picture_in_the_answer_has_a_thumbnail(client: FlaskClient, library: MemoryLibrary) -> None:
    hit = client.get("/api/search?q=red+png&kind=image&path=red").json["hits"][0]
    assert hit["thumb"] == f"/thumb/{doc_of(library, 'red.png')}"


def test_hits_can_have_chosen_fields_only(client: FlaskClient, library: MemoryLibrary) -> None:
    answer = client.get("/api/search?q=roots&fields=path,%20title,path").json
    assert answer["hits"] == [{"path": "trees.md", "title": "Trees"}]
    assert answer["total"] == 1
    doc = doc_of(library, "red.png")
    assert client.get(f"/api/items/{doc}/similar?fields=path").json["hits"] == [{"path": "blue.png"}]
    assert client.get("/api/search?q=roots&fields=").json["hits"][0]["passages"]
    refused = client.get("/api/search?q=roots&fields=path,colour")
    assert_error(refused, 400, "invalid_query", "fields has 'colour', which is no field of a hit")


def test_all_hits_can_be_gone_through_with_cursors(client: FlaskClient, library: MemoryLibrary) -> None:
    library.revision = 27
    first = client.get("/api/search?q=png+blue+red&limit=1&cursor=*").json
    assert first["next"] == "1-27"
    last = client.get(f"/api/search?q=png+blue+red&limit=1&cursor={first['next']}").json
    assert last["next"] is None
    assert {hit["path"] for page in (first, last) for hit in page["hits"]} == {"red.png", "blue.png"}
    assert client.get("/api/search?q=png&limit=1").json["next"] is None
    for wrong in ("x", "-1", "1", "1-", "1-x", "**", "1234567-1"):
        refused = client.get("/api/search", query_string={"q": "png", "cursor": wrong})
        assert_error(refused, 400, "invalid_query", f"cursor is '{wrong}'; it must be * for the first page")


def test_documents_are_listed_without_a_query(client: FlaskClient, library: MemoryLibrary) -> None:
    answer = client.get("/api/browse?order=name&facets=1")
    assert_fits(answer.json, answer_schema("/api/browse"))
    assert [hit["path"] for hit in answer.json["hits"]] == ["blue.png", "red.png", "trees.md"]
    assert (answer.json["query"], answer.json["hits"][0]["relevance"]) == ("", None)
    assert {each["value"]: each["count"] for each in answer.json["facets"]["kind"]} == {"image": 2, "text": 1}
    some = client.get("/api/browse?kind=image&order=name&limit=1&offset=1&fields=path&q=roots").json
    assert (some["hits"], some["total"], some["facets"]) == ([{"path": "red.png"}], 2, None)
    library.revision = 27
    assert client.get("/api/browse?limit=2&cursor=*").json["next"] == "2-27"
    assert client.get("/api/browse?limit=2&cursor=2-27").json["next"] is None
    assert_error(client.get("/api/browse?kind=spoon"), 400, "invalid_query", "spoon")


def test_why_nothing_is_left_of_a_query_is_told(client: FlaskClient, library: MemoryLibrary) -> None:
    reason = "“-type:pdf” means nothing: an operator cannot be excluded."
    assert_error(client.get("/api/search?q=-type:pdf"), 400, "invalid_query", reason)
    batch = client.post("/api/search/batch", json={"searches": [{"q": "-type:pdf"}]})
    assert batch.json["answers"][0]["error"]["message"] == reason
    assert library.queries == []
    assert reason in client.get("/api/search?q=-type:pdf+kind:image").json["notes"]


def test_a_batch_answers_each_search_in_its_order(client: FlaskClient, library: MemoryLibrary) -> None:
    searches = [
        {"q": "roots", "limit": 1, "facets": True},
        {"q": "roots", "limit": 500},
        {"kind": "image"},
        {"q": "png red", "type": ["image/png"], "fields": "path"},
    ]
    answer = client.post("/api/search/batch", json={"searches": searches})
    assert answer.status_code == 200
    first, wrong, empty, last = answer.json["answers"]
    assert_fits(first, DOCUMENT["components"]["schemas"]["Answer"])
    assert first["results"]["query"] == "roots"
    assert first["results"]["facets"]["kind"] == [{"value": "text", "count": 1}]
    assert_fits(wrong, DOCUMENT["components"]["schemas"]["Answer"])
    assert (wrong["results"], wrong["error"]["code"]) == (None, "invalid_query")
    assert "limit is '500'" in wrong["error"]["message"]
    assert "q is missing" in empty["error"]["message"]
    assert last["results"]["hits"] == [{"path": "blue.png"}, {"path": "red.png"}]
    assert [query.limit for query in library.queries] == [1, 10]


def test_a_whole_number_in_a_batch_may_be_written_as_5_0(client: FlaskClient, library: MemoryLibrary) -> None:
    answers = client.post(
        "/api/search/batch", json={"searches": [{"q": "x", "limit": 5.0}, {"q": "x", "limit": 5.5}]}
    )
    whole, broken = answers.json["answers"]
    assert (whole["error"], broken["error"]["code"]) == (None, "invalid_query")
    assert [query.limit for query in library.queries] == [5]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"q=owls", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "a list of 1 to 20 searches"),
        (b'{"searches": []}', "a list of 1 to 20 searches"),
        (b'{"searches": [' + b",".join([b'{"q": "x"}'] * 21) + b"]}", "a list of 1 to 20 searches"),
        (b'{"searches": ["owls"]}', "searches[0] is 'owls'; it must be an object"),
        (b'{"searches": [{"q": "x"}, {"knid": "text"}]}', "searches[1] has 'knid', which is no parameter"),
        (b'{"searches": [{"q": null}]}', "searches[0].q is None; it must be a text"),
        (b'{"searches": [{"q": {"a": 1}}]}', "searches[0].q is {'a': 1}; it must be a text"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_with_the_place(
    client: FlaskClient, library: MemoryLibrary, body: bytes, said: str
) -> None:
    answer = client.post("/api/search/batch", data=body, content_type="application/json")
    assert_error(answer, 400, "invalid_query", said)
    assert library.queries == []


def test_a_batch_without_redis_is_503(client: FlaskClient, library: MemoryLibrary) -> None:
    library.failure = without_redis().failure
    answer = client.post("/api/search/batch", json={"searches": [{"q": "x"}]})
    assert_error(answer, 503, "redis_unavailable")


def test_half_a_character_in_a_batch_is_searched_for_as_an_unknown_one(client: FlaskClient) -> None:
    body = b'{"searches": [{"q": "roots \\ud800"}]}'
    answer = client.post("/api/search/batch", data=body)
    assert answer.json["answers"][0]["results"]["query"] == "roots \N{REPLACEMENT CHARACTER}"


def test_a_posted_picture_is_searched_with(client: FlaskClient) -> None:
    sent = {"image": (io.BytesIO(picture((20, 20, 190))), "x.png"), "kind": "image", "limit": "1"}
    answer = client.post("/api/search", data=sent)
    assert_fits(answer.json, answer_schema("/api/search", "post"))
    assert [hit["path"] for hit in answer.json["hits"]] == ["blue.png"]


def test_a_picture_and_words_both_reach_the_library(client: FlaskClient, library: MemoryLibrary) -> None:
    client.post(
        "/api/search?mode=meaning", data={"image": (io.BytesIO(picture((1, 1, 1))), "x.png"), "q": "sea"}
    )
    query = library.queries[-1]
    assert (query.text, query.look is not None, str(query.mode)) == ("sea", True, "meaning")


@pytest.mark.parametrize(
    "name", [each["name"] for each in DOCUMENT["paths"]["/api/search"]["get"]["parameters"]]
)
def test_every_documented_parameter_is_checked(client: FlaskClient, name: str) -> None:
    wrong = "x" * 5000
    asked = {"q": "roots", name: wrong}
    assert_error(client.get("/api/search", query_string=asked), 400, "invalid_query", name)
    assert_error(client.post("/api/search", data=asked), 400, "invalid_query", name)


@pytest.mark.parametrize("asked", ["", "?q=", "?q=%20"])
def test_a_search_for_nothing_is_refused(client: FlaskClient, asked: str) -> None:
    assert_error(client.get(f"/api/search{asked}"), 400, "invalid_query", "q is missing")


def test_a_picture_sent_as_text_or_empty_is_refused(client: FlaskClient) -> None:
    assert_error(client.post("/api/search", data={"image": "a"}), 400, "invalid_query", "multipart")
    empty = {"image": (io.BytesIO(b""), "x.png")}
    assert_error(client.post("/api/search", data=empty), 400, "invalid_query", "empty file")


def test_an_unreadable_picture_is_415(client: FlaskClient) -> None:
    sent = {"image": (io.BytesIO(b"GIF89a, or not"), "x.gif")}
    assert_error(client.post("/api/search", data=sent), 415, "unreadable_picture")


def test_a_request_that_is_too_large_is_413(client: FlaskClient) -> None:
    answer = client.post(
        "/api/search", data=b"0" * (MAX_REQUEST + 1), content_type="multipart/form-data; boundary=x"
    )
    assert_error(answer, 413, "too_large", "20 MB")


def test_one_document_and_similar_ones(client: FlaskClient, library: MemoryLibrary) -> None:
    doc = doc_of(library, "red.png")
    answer = client.get(f"/api/items/{doc}")
    assert_fits(answer.json, answer_schema("/api/items/{doc}"))
    assert (answer.json["width"], answer.json["file"]) == (400, f"/file/{doc}")
    similar = client.get(f"/api/items/{doc}/similar?limit=5")
    assert_fits(similar.json, answer_schema("/api/items/{doc}/similar"))
    assert [hit["path"] for hit in similar.json["hits"]] == ["blue.png"]
    text = client.get(f"/api/items/{doc_of(library, 'trees.md')}")
    assert_fits(text.json, answer_schema("/api/items/{doc}"))
    assert len(text.json["passages"]) == 3


def test_the_sentence_of_a_passage_that_answers_the_query_is_told(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    address = f"/api/items/{doc_of(library, 'trees.md')}/passages/2/sentence"
    answer = client.get(f"{address}?q=roots")
    assert_fits(answer.json, answer_schema("/api/items/{doc}/passages/{n}/sentence"))
    snippet, sentence = answer.json["snippet"], answer.json["sentence"]
    assert snippet[slice(*sentence)] == "Roots drink water."
    assert client.get(f"{address}?q=giraffes").json["sentence"] is None
    assert_error(client.get(address), 400, "invalid_query", "q is missing")
    assert_error(client.get(address.replace("/2/", "/7/") + "?q=roots"), 404, "not_found", "7")
    assert_error(client.get("/api/items/nowhere/passages/0/sentence?q=x"), 404, "not_found")


def test_an_unknown_document_is_404(client: FlaskClient) -> None:
    assert_error(client.get("/api/items/nowhere"), 404, "not_found", "nowhere")
    assert_error(client.get("/api/items/nowhere/similar"), 404, "not_found")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/items/a%7Bb", "/api/items/a/b/c"])
def test_unknown_addresses_of_the_api_answer_in_its_shape(client: FlaskClient, path: str) -> None:
    assert_error(client.get(path), 404, "not_found")


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/api/search")
    assert_error(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "POST"}


def test_the_status_in_the_documented_shape(client: FlaskClient) -> None:
    answer = client.get("/api/status")
    assert_fits(answer.json, answer_schema("/api/status"))
    assert answer.json["documents"] == {"indexed": 3, "skipped": 0, "failed": 1, "waiting": 0, "missing": 0}
    assert answer.json["problems"][0]["reason"] == "damaged"


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (without_redis().failure, "redis_unavailable"),
        (ModelError("it is gone"), "model_unavailable"),
        (FingerprintError("made by another"), "model_mismatch"),
    ],
)
def test_an_unavailable_service_is_503_with_the_message_of_the_error(
    library: MemoryLibrary, client: FlaskClient, failure: Exception, code: str
) -> None:
    library.failure = failure
    assert_error(client.get("/api/search?q=x"), 503, code, str(failure))


def test_a_defect_is_500_without_details(library: MemoryLibrary, client: FlaskClient) -> None:
    library.failure = ZeroDivisionError("secret")
    answer = client.get("/api/search?q=x")
    assert_error(answer, 500, "internal")
    assert "secret" not in answer.text


def test_health_follows_redis(library: MemoryLibrary, client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    library.failure = without_redis().failure
    assert_error(client.get("/healthz"), 503, "redis_unavailable")


def test_metrics_count_requests_and_documents(library: MemoryLibrary, client: FlaskClient) -> None:
    client.get("/api/search?q=x")
    client.get("/doc/nowhere")
    client.open("/", method="INVENTED")
    figures = client.get("/metrics").text
    assert 'semsearch_requests_total{method="GET",route="/api/search",status="200"} 1.0' in figures
    assert 'semsearch_requests_total{method="GET",route="/doc/<doc:doc>",status="404"} 1.0' in figures
    assert 'semsearch_documents{state="indexed"} 3.0' in figures
    assert 'semsearch_requests_total{method="other",' in figures
    assert "INVENTED" not in figures
    assert "semsearch_redis_up 1.0" in figures
    library.failure = without_redis().failure
    figures = client.get("/metrics").text
    assert "semsearch_redis_up 0.0" in figures
    assert "semsearch_documents{" not in figures


def test_the_openapi_document_has_every_route_with_its_methods_and_path_parameters(
    app: Flask, client: FlaskClient
) -> None:
    described = client.get("/api/openapi.json").json["paths"]
    assert described == DOCUMENT["paths"]
    routes = {}
    for rule in app.url_map.iter_rules():
        is_described = rule.endpoint.startswith(("api.", "media.")) or rule.rule.startswith("/api/")
        if is_described and rule.endpoint not in ("media.query_picture", "reference.describe"):
            methods = {method.lower() for method in rule.methods} - {"head", "options"}
            routes.setdefault(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), set()).update(methods)
    assert {path: set(operations) for path, operations in described.items()} == routes
    for path, operations in described.items():
        for operation in operations.values():
            in_path = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert in_path == set(re.findall(r"\{(\w+)\}", path))


def test_the_posted_form_takes_the_parameters_of_the_search() -> None:
    operations = DOCUMENT["paths"]["/api/search"]
    form = operations["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert set(form) == {each["name"] for each in operations["get"]["parameters"]} | {"image"}
