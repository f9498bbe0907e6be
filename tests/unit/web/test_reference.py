"""The page that describes the API."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import web
from semsearch.api.error_codes import ERROR_CODES
from semsearch.api.openapi import DOCUMENT
from semsearch.errors import SemsearchError
from tests.memory_library import MemoryLibrary
from web import errors


@pytest.fixture
def library() -> MemoryLibrary:
    return MemoryLibrary()


@pytest.fixture
def page(client: FlaskClient) -> str:
    return client.get("/api/docs").text


def test_it_has_every_operation_parameter_and_shape(page: str) -> None:
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            assert f'<span class="method">{method.upper()}</span> {path}</code>' in page
            for parameter in operation["parameters"]:
                assert f"<code>{parameter['name']}</code>" in page
    for name, shape in DOCUMENT["components"]["schemas"].items():
        for field in shape.get("properties", {}):
            assert f"<code>{field}</code>" in page, (name, field)


def test_its_links_lead_to_places_of_the_page(page: str) -> None:
    places = re.findall(r' id="([^"]+)"', page)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(places)
    assert {"Hit", "Results", "get-api-search", "post-api-search-batch"} <= set(places)


def test_the_type_of_an_error_leads_to_its_description(client: FlaskClient, page: str) -> None:
    answer = client.get("/api/items/nowhere")
    address, _, place = answer.json["type"].partition("#")
    assert address == "/api/docs"
    assert f'id="{place}"' in page


def test_every_code_of_an_error_is_described() -> None:
    described = {each.code: each.status for each in ERROR_CODES}
    for _, status, code in errors._ANSWERS:
        assert described[code] == status, code
    for status, code in errors._HTTP_CODES.items():
        assert described[code] == status, code
    source = "".join(file.read_text() for file in Path(web.__file__).parent.rglob("*.py"))
    answered = re.findall(r'answer\(\s*(\d+), "(\w+)"', source)
    assert ("429", "too_many_attempts") in answered
    for status, code in answered:
        assert described[code] == int(status), code


def test_it_can_be_read_while_redis_is_away_and_in_german(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    library.failure = SemsearchError("gone")
    answer = client.get("/api/docs", headers={"Accept-Language": "de"})
    assert answer.status_code == 200
    assert "<h1>Die API</h1>" in answer.text


def test_other_pages_lead_to_it(client: FlaskClient) -> None:
    assert 'href="/api/docs"' in client.get("/").text
