"""Thumbnails, downloads and query pictures of formats that browsers cannot or must not show."""

import gzip
import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from semsearch.records import State
from semsearch.settings import Settings
from tests.heic import heic
from tests.memory_library import MemoryLibrary, picture
from tests.unit.pictures.test_decode import encode, gradient
from tests.unit.pictures.test_svg import svg
from web.app import create_app

DRAWING = svg('<rect width="40" height="20" fill="red"/><script>alert(1)</script>', 'viewBox="0 0 40 20"')


@pytest.fixture
def library() -> MemoryLibrary:
    return MemoryLibrary()


@pytest.fixture
def client(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


@pytest.mark.parametrize("content", [DRAWING, gzip.compress(DRAWING)], ids=["svg", "svgz"])
def test_a_drawing_has_a_thumbnail_and_is_never_shown_as_a_page(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "a.svg").write_bytes(content)
    doc = library.add(tmp_path, "a.svg", media_type="image/svg+xml")
    thumbnail = Image.open(io.BytesIO(client.get(f"/thumb/{doc}").data))
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (320, 160))
    red, green, _ = thumbnail.convert("RGB").getpixel((160, 80))  # type: ignore[misc]
    assert red > 200 > 50 > green
    with client.get(f"/file/{doc}") as answer:
        assert answer.data == content
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_photo_that_few_browsers_show_has_a_thumbnail(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    (tmp_path / "photo.heic").write_bytes(heic())
    doc = library.add(tmp_path, "photo.heic", media_type="image/heic")
    assert Image.open(io.BytesIO(client.get(f"/thumb/{doc}").data)).size == (64, 32)
    with client.get(f"/file/{doc}") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("content", [b"<svg", svg("<g>")[:-6], heic()[:300]], ids=["start", "end", "heic"])
def test_a_broken_drawing_or_photo_has_a_placeholder(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "broken.svg").write_bytes(content)
    doc = library.add(tmp_path, "broken.svg", state=State.FAILED)
    assert client.get(f"/thumb/{doc}").status_code == 404


@pytest.mark.parametrize(
    "content", [heic(), DRAWING, encode(gradient(), "AVIF")], ids=["heic", "svg", "avif"]
)
def test_drawings_and_photos_can_be_query_pictures(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "red.png").write_bytes(picture((200, 20, 20)))
    library.add(tmp_path, "red.png")
    answer = client.post("/search/picture", data={"image": (io.BytesIO(content), "x")}, follow_redirects=True)
    assert answer.status_code == 200
    assert "red.png" in answer.text


def test_a_drawing_that_cannot_be_drawn_is_explained(client: FlaskClient) -> None:
    sent = {"image": (io.BytesIO(svg("<text>&unknown;</text>")), "x.svg")}
    answer = client.post("/search/picture", data=sent)
    assert answer.status_code == 415
    assert "Unreadable SVG" in answer.text
