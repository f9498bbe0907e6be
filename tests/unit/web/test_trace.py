"""The id, the log line and the metrics of each request; and requests that wait for their turns."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from semsearch import logs
from semsearch.errors import BusyError, GreedyError
from tests.memory_library import MemoryLibrary, picture
from web.waiting_room import Client, WaitingRoom


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    root = tmp_path / "folder"
    root.mkdir()
    (root / "red.png").write_bytes(picture((200, 0, 0)))
    library = MemoryLibrary()
    library.add(root, "red.png", doc="red")
    return library


class Lines(logging.Handler):
    """What a process would write to its log as JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.Json())
        self.written: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(json.loads(self.format(record)))


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, logger = Lines(), logging.getLogger("web")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def test_each_response_has_an_id_that_no_other_has(client: FlaskClient) -> None:
    ids = [client.get(url).headers["X-Request-ID"] for url in ("/", "/", "/nowhere", "/healthz")]
    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{8}", each) for each in ids)


def test_a_client_cannot_choose_the_id(client: FlaskClient) -> None:
    answer = client.get("/", headers={"X-Request-ID": "00000000"})
    assert answer.headers["X-Request-ID"] != "00000000"


def test_an_error_shows_the_id_to_people_and_to_programs(client: FlaskClient) -> None:
    page = client.get("/nowhere")
    assert f"Request {page.headers['X-Request-ID']}" in page.text
    answer = client.get("/api/nowhere")
    assert answer.get_json()["error"]["request"] == answer.headers["X-Request-ID"]


def test_the_line_of_a_request_has_its_parts_but_not_what_was_typed(
    client: FlaskClient, lines: Lines
) -> None:
    answer = client.get("/api/search?q=a+secret+wish", headers={"Referer": "http://localhost/?q=secret"})
    [line] = lines.written
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/search", 200)
    assert line["bytes"] == len(answer.data)
    assert line["address"] == "127.0.0.1"
    assert isinstance(line["ms"], int)
    assert "secret" not in json.dumps(lines.written)


def test_a_path_is_one_word_of_the_line(client: FlaskClient, lines: Lines) -> None:
    client.get("/a%20b%0A%C3%A9")
    assert lines.written[0]["path"] == "/a%20b%0A%C3%A9"


def test_a_defect_is_one_error_with_its_traceback_and_the_id(
    client: FlaskClient, library: MemoryLibrary, lines: Lines
) -> None:
    library.failure = ZeroDivisionError("a secret wish by zero")
    answer = client.get("/api/search?q=a+secret+wish")
    assert answer.status_code == 500
    error, request = lines.written
    assert (error["level"], request["level"]) == ("ERROR", "INFO")
    assert error["request"] == request["request"] == answer.headers["X-Request-ID"]
    assert "ZeroDivisionError" in str(error["traceback"])
    assert "secret" not in json.dumps(lines.written)


def test_lines_outside_a_request_have_no_id(client: FlaskClient, lines: Lines) -> None:
    client.get("/")
    logging.getLogger("web").warning("later")
    assert lines.written[-1]["request"] == "-"


def metrics(client: FlaskClient) -> dict[str, float]:
    rows = (row.rpartition(" ") for row in client.get("/metrics").text.splitlines() if row[0] != "#")
    return {name: float(value) for name, _, value in rows}


def test_metrics_have_the_times_of_stages(client: FlaskClient) -> None:
    client.get("/thumb/red?size=320")
    found = metrics(client)
    assert found['semsearch_stage_seconds_count{stage="thumbnail"}'] == 1
    assert 0 < found['semsearch_stage_seconds_sum{stage="thumbnail"}'] < 10


def test_a_request_gives_its_turn_back_also_after_an_error(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    for failure in (None, ZeroDivisionError()):
        library.failure = failure
        for url in ("/?q=x", "/api/search?q=x", "/doc/none", "/thumb/red", "/status"):
            client.get(url)
    library.failure = None
    found = metrics(client)
    assert found['semsearch_turns_running{room="searches"}'] == 0
    assert found['semsearch_turns_running{room="stored"}'] == 0


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(BusyError("too much", 3), 503, "busy"), (GreedyError("you ask too much", 3), 429, "too_many_requests")],
)
def test_a_request_without_a_turn_is_told_when_to_come_back(
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    lines: Lines,
    error: BusyError,
    status: int,
    code: str,
) -> None:
    def refuse(_: WaitingRoom, client: Client, __: object) -> None:
        assert client.address == "127.0.0.1"
        raise error

    monkeypatch.setattr(WaitingRoom, "enter", refuse)
    for url in ("/?q=x", "/api/search?q=x", "/thumb/red", "/doc/red"):
        answer = client.get(url)
        assert (answer.status_code, answer.headers["Retry-After"]) == (status, "3")
        assert str(error) in answer.text.replace("You", "you").replace("Too", "too")
    assert client.get("/api/search?q=x").get_json()["error"]["code"] == code
    warnings = [line for line in lines.written if line["level"] != "INFO"]
    assert len(warnings) == (status == 503)  # a crowd must not fill the log


def test_words_that_are_posted_wait_where_searches_wait(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered: list[WaitingRoom] = []
    monkeypatch.setattr(WaitingRoom, "enter", lambda room, *_: entered.append(room))
    monkeypatch.setattr(WaitingRoom, "leave", lambda _: None)
    client.get("/api/search?q=x")
    client.post("/api/search", data={"q": "x"})
    client.post("/api/search", data={"image": (io.BytesIO(picture((200, 0, 0))), "red.png")})
    assert entered[0] is entered[1]
    assert entered[2] is not entered[0]


def test_what_is_cheap_needs_no_turn(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: WaitingRoom, client: Client, __: object) -> None:
        raise BusyError(f"no turn for {client}")

    monkeypatch.setattr(WaitingRoom, "enter", refuse)
    for url in (
        "/healthz",
        "/metrics",
        "/static/semsearch.css",
        "/file/red",
        "/api/openapi.json",
        "/nowhere",
    ):
        with client.get(url) as answer:
            assert answer.status_code in (200, 404)
