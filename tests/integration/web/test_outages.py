"""The engine is stopped, killed and back: what the web server says, and how soon. Real signals."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ingest.run import ingest
from semsearch.cli.show_ingest import Silent
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.engine import engine
from semsearch.store.store import Store
from tests.engines import free_port
from tests.fakes import FakeModels
from web.app import create_app

PAGE = "/?q=owls+%26+mice"


@pytest.fixture
def own_engine(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(home=tmp_path / "home", redis_port=free_port(), redis_url="", ocr=False)
    yield settings
    engine.stop(settings)


@pytest.fixture
def store(own_engine: Settings) -> Iterator[Store]:
    store = Store.open(own_engine, Role.WEB)
    yield store
    store.close()


@pytest.fixture
def client(own_engine: Settings, store: Store, tmp_path: Path) -> FlaskClient:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "owls.txt").write_text("Owls hunt mice at night.")
    models = FakeModels()
    ingest([folder], own_engine, Store.open(own_engine), models, Silent())  # type: ignore[arg-type]
    app = create_app(own_engine, Searcher(store, models))  # type: ignore[arg-type]
    return app.test_client()


@pytest.fixture
def pid(client: FlaskClient, own_engine: Settings) -> int:
    assert client.get("/healthz").status_code == 200
    found = engine.info(own_engine).pid
    assert found is not None
    return found


@pytest.fixture
def stopped(client: FlaskClient, pid: int) -> Iterator[int]:
    assert client.get(PAGE).status_code == 200
    os.kill(pid, signal.SIGSTOP)
    yield pid
    os.kill(pid, signal.SIGCONT)


def timed(client: FlaskClient, path: str) -> tuple[TestResponse, float]:
    started = time.monotonic()
    response = client.get(path)
    return response, time.monotonic() - started


def seconds_until_it_answers(client: FlaskClient, path: str = PAGE) -> float:
    started = time.monotonic()
    while client.get(path).status_code != 200:
        assert time.monotonic() - started < 30
        time.sleep(0.02)
    return time.monotonic() - started


def test_a_stopped_engine_is_noticed_within_two_seconds_and_then_named_at_once(
    client: FlaskClient, stopped: int
) -> None:
    page, seconds = timed(client, PAGE)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "1")
    assert "does not answer" in page.text
    assert '<a class="button" href="">Try again</a>' in page.text  # the address keeps the query
    assert seconds < 2
    for path, status in (("/healthz", 503), ("/api/search?q=owls", 503), ("/static/semsearch.css", 200)):
        answer, seconds = timed(client, path)
        assert (path, answer.status_code) == (path, status)
        assert seconds < 0.5
        answer.close()
    os.kill(stopped, signal.SIGCONT)
    assert seconds_until_it_answers(client) < 2
    assert "owls.txt" in client.get(PAGE).text


def test_a_killed_engine_is_named_within_a_second_and_started_again_within_two(
    client: FlaskClient, pid: int, own_engine: Settings
) -> None:
    assert client.get(PAGE).status_code == 200
    os.kill(pid, signal.SIGKILL)
    page, seconds = timed(client, PAGE)
    assert page.status_code == 503
    assert seconds < 1
    assert seconds_until_it_answers(client) < 2
    assert "owls.txt" in client.get(PAGE).text
    assert engine.info(own_engine).pid not in (None, pid)


def test_an_outage_writes_one_line_when_it_begins_and_one_when_it_ends(
    client: FlaskClient, stopped: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(50):
        assert client.get("/api/search?q=owls").status_code == 503
    os.kill(stopped, signal.SIGCONT)
    seconds_until_it_answers(client)
    first, last = [record.getMessage() for record in caplog.records]
    assert "does not answer" in first
    assert "answers again after" in last


def test_an_engine_that_cannot_be_started_again_is_named_in_the_log_and_not_on_the_page(
    client: FlaskClient,
    pid: int,
    own_engine: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    data = own_engine.home / "redis"
    aside = data.rename(own_engine.home / "aside")
    data.write_text("in the way")
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while "cannot be started again" not in (page := client.get(PAGE).text):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert "SEMSEARCH_HOME" not in page
    assert "set SEMSEARCH_HOME to a folder that you own" in caplog.text
    data.unlink()
    aside.rename(data)
    seconds_until_it_answers(client)
    assert caplog.text.count("cannot be started again") == 1
