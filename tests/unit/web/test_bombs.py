"""Pictures that are small files and take much memory or time to decode."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from benchmarks.bombs import BOMBS, svg
from semsearch.records import Kind, State
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary, picture
from web import app as module
from web.app import MAX_FIELDS, MAX_PARTS, create_app


@pytest.fixture
def library() -> MemoryLibrary:
    return MemoryLibrary()


@pytest.fixture
def app(library: MemoryLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application that gives a picture two seconds."""
    monkeypatch.setitem(module._LIMITS, "seconds", 2.0)
    return create_app(Settings(home=tmp_path / "home"), library)


def post(client: FlaskClient, content: bytes, address: str = "/api/search") -> int:
    return client.post(address, data={"image": (io.BytesIO(content), "x")}).status_code


@pytest.mark.parametrize("name", BOMBS)
def test_a_posted_bomb_is_refused_or_answered_and_the_next_picture_is_answered(
    client: FlaskClient, name: str
) -> None:
    bomb = BOMBS[name]()
    assert post(client, bomb) in (200, 415)
    assert post(client, bomb, "/search/picture") in (303, 415)
    assert post(client, picture((1, 2, 3))) == 200


@pytest.mark.parametrize("name", ["svg", "webp", "heic"])
def test_a_bomb_in_the_library_has_a_placeholder_and_a_page(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path, name: str
) -> None:
    (tmp_path / "bomb.png").write_bytes(BOMBS[name]())
    doc = library.add(tmp_path, "bomb.png", kind=Kind.IMAGE, state=State.FAILED)
    answer = client.get(f"/thumb/{doc}")
    assert (answer.status_code, answer.mimetype) == (404, "image/svg+xml")
    assert client.get(f"/doc/{doc}?q=red").status_code == 200


def test_a_flood_of_posted_bombs_is_told_to_come_back_and_stops_nothing_else(
    app: Flask, library: MemoryLibrary, tmp_path: Path
) -> None:
    (tmp_path / "red.png").write_bytes(picture((200, 0, 0)))
    doc = library.add(tmp_path, "red.png")
    bomb = svg()
    with ThreadPoolExecutor(12) as threads:
        posts = [
            threads.submit(
                lambda: app.test_client().post("/api/search", data={"image": (io.BytesIO(bomb), "x")})
            )
            for _ in range(12)
        ]
        assert app.test_client().get(f"/thumb/{doc}").mimetype == "image/webp"
        answers = [each.result() for each in posts]
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} == {415, 503}
    assert len(refused) >= 8
    assert refused[0].json["error"]["code"] == "busy"
    assert int(refused[0].headers["Retry-After"]) >= 1


def test_too_many_form_fields_or_too_much_in_them_are_413(client: FlaskClient) -> None:
    many = {f"field{n}": "x" for n in range(MAX_PARTS + 1)}
    for sent in (many, {"q": "x" * (MAX_FIELDS + 1)}):
        answer = client.post("/api/search", data=sent, content_type="multipart/form-data")
        assert answer.status_code == 413
        assert "50 form fields with 100 kB" in answer.json["error"]["message"]
