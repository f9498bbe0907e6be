"""Requests drawn from the OpenAPI document get the answers that it describes, and no error of the server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from semsearch.query import Query
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from tests.model_servers import small_model

# Not `negative_data_rejection`: parameters that no search has are ignored, and empty ones mean the default.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,unsupported_method,allow_header_conformance"
)

# A form that breaks off in the middle leaves its files to be closed when they are forgotten.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def settings(settings: Settings) -> Iterator[Settings]:
    """Settings by which the server answers questions, too."""
    with small_model(lambda _: "Owls hunt at night [1].") as model:
        yield settings.model_copy(update={"ask_url": model.url})


@pytest.fixture
def doc(searcher: Searcher) -> str:
    return searcher.search(Query("owls")).hits[0].doc


def drawn(address: str, folder: Path, *options: str, doc: str = "") -> int:
    """Send requests, all for one document if `doc`; returns how many."""
    config = folder / "schemathesis.toml"
    config.write_text(f'[parameters]\ndoc = "{doc}"\n' if doc else "")
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run"]
    command += [f"{address}/api/openapi.json", "--url", address, "--checks", CHECKS, "--no-color"]
    # A stream of events ends after minutes.
    command += ["--exclude-path", "/api/events", "--continue-on-failure", "--generation-database", "none"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    sent = re.search(r"([\d,]+) generated", done.stdout)
    assert sent is not None, done.stdout
    return int(sent[1].replace(",", ""))


def test_some_requests_for_a_document_that_exists(address: str, tmp_path: Path, doc: str) -> None:
    few = ("--phases", "fuzzing", "--max-examples", "4", "--seed", "1")
    assert drawn(address, tmp_path, *few, doc=doc) > 30


@pytest.mark.torture
def test_five_thousand_requests(address: str, tmp_path: Path, doc: str) -> None:
    many = ("--phases", "examples,coverage,fuzzing", "--max-examples", "250")
    assert drawn(address, tmp_path, *many, doc=doc) + drawn(address, tmp_path, *many) > 5_000
