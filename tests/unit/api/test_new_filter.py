"""One entry in `FILTERS` adds a filter to the OpenAPI document, the form and the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from semsearch.api.openapi import DOCUMENT

# Runs in a process of its own, because modules read the parameters when they are imported.
_WITH_A_FILTER = """
import json, sys
from pathlib import Path

from semsearch.api import parameters

author = parameters.Parameter(
    "written_by", parameters.Text(40), "Only documents by", label="Author", chip="By {}", example="Ada"
)
parameters.FILTERS = (*parameters.FILTERS, author)
parameters.SEARCH = (*parameters.SEARCH, author)

from semsearch.api.openapi import DOCUMENT
from semsearch.cli.main import app
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary
from typer.main import get_command
from web.app import create_app
from web.form import FIELDS, Form

web = create_app(Settings(home=Path(sys.argv[1])), MemoryLibrary())
with web.test_request_context():
    chips = Form.read({"q": "x", "written_by": "Lovelace"}).chips
paths = DOCUMENT["paths"]
[option] = [each for each in get_command(app).commands["search"].params if each.name == "written_by"]
posted = paths["/api/search"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
print(json.dumps({
    "described": {
        path: [each for each in paths[path]["get"]["parameters"] if each["name"] == "written_by"]
        for path in ("/api/search", "/api/items/{doc}/similar")
    },
    "posted": posted["properties"]["written_by"],
    "fields": FIELDS,
    "chips": chips,
    "page": web.test_client().get("/browse?written_by=Lovelace").text,
    "option": [option.opts, option.help],
}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    command = [sys.executable, "-c", _WITH_A_FILTER, str(tmp_path_factory.mktemp("home"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_new_filter_is_in_the_openapi_document(made: dict[str, Any]) -> None:
    schema = {"type": "string", "maxLength": 40}
    described = {"name": "written_by", "in": "query", "required": False}
    described |= {"description": "Only documents by", "schema": schema}
    assert made["described"] == {"/api/search": [described], "/api/items/{doc}/similar": [described]}
    assert made["posted"] == schema


def test_a_filter_with_several_values_is_an_array_in_the_openapi_document() -> None:
    described = {each["name"]: each for each in DOCUMENT["paths"]["/api/search"]["get"]["parameters"]}
    schema = {"type": "array", "items": {"type": "string"}, "maxItems": 20}
    assert described["type"]["schema"] == schema
    posted = DOCUMENT["paths"]["/api/search"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert posted["schema"]["properties"]["type"] == schema


def test_a_new_filter_is_in_the_form_and_in_its_chips(made: dict[str, Any]) -> None:
    assert "written_by" in made["fields"]
    assert '<input name="written_by" value="Lovelace" maxlength="40" placeholder="Ada"' in made["page"]
    assert made["chips"] == [["By Lovelace", "/?q=x"]]


def test_a_new_filter_is_an_option_of_the_command_line(made: dict[str, Any]) -> None:
    assert made["option"] == [["--written-by"], "Only documents by (at most 40 characters)."]
