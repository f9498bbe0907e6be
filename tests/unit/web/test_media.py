"""Originals and thumbnails: the right content, and no content from outside the folder."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from semsearch.pool import Pool
from semsearch.records import Kind, State
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary, picture
from web.app import create_app
from web.originals import Originals
from web.thumbnails import Thumbnails


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "folder"
    root.mkdir()
    return root


@pytest.fixture
def library() -> MemoryLibrary:
    return MemoryLibrary()


@pytest.fixture
def client(library: MemoryLibrary, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path / "home"), library).test_client()


def put(library: MemoryLibrary, root: Path, path: str, content: bytes, /, **changes: object) -> str:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)
    return library.add(root, path, **changes)


def test_a_picture_is_served_unchanged_with_a_sandbox_policy(
    client: FlaskClient, library: MemoryLibrary, root: Path
) -> None:
    doc = put(library, root, "red.png", picture((200, 0, 0)))
    with client.get(f"/file/{doc}") as answer:
        assert answer.data == (root / "red.png").read_bytes()
        assert answer.mimetype == "image/png"
        assert answer.headers["Content-Disposition"] == "inline; filename=red.png"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "media_type", "content_type"),
    [
        ("a.md", "text/markdown", "text/plain; charset=utf-8"),
        ("a.py", "text/x-python", "text/plain; charset=utf-8"),
        ("a.json", "application/json", "text/plain; charset=utf-8"),
        ("a.webp", "image/webp", "image/webp"),
    ],
)
def test_files_that_a_browser_shows_safely_are_inline(
    client: FlaskClient, library: MemoryLibrary, root: Path, path: str, media_type: str, content_type: str
) -> None:
    doc = put(library, root, path, b"content", media_type=media_type, kind=Kind.TEXT, state=State.SKIPPED)
    with client.get(f"/file/{doc}") as answer:
        assert answer.headers["Content-Type"] == content_type
        assert answer.headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("a.html", "text/html"),
        ("a.svg", "image/svg+xml"),
        ("a.xhtml", "application/xhtml+xml"),
        ("a.xml", "text/xml"),
        ("a.js", "application/javascript"),
        ("a.pdf", "application/pdf"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.png", "text/html"),
    ],
)
def test_files_that_a_browser_could_run_are_downloads_without_their_type(
    client: FlaskClient, library: MemoryLibrary, root: Path, path: str, media_type: str
) -> None:
    doc = put(library, root, path, b"<script>1</script>", media_type=media_type, state=State.SKIPPED)
    with client.get(f"/file/{doc}") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype == "application/octet-stream"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "items=0-1", "bytes=5-3", "bytes=x-y", "2-4"])
def test_what_is_not_one_range_of_bytes_is_answered_with_the_whole_file(
    client: FlaskClient, library: MemoryLibrary, root: Path, asked: str
) -> None:
    doc = put(library, root, "a.txt", b"0123456789")
    with client.get(f"/file/{doc}", headers={"Range": asked}) as answer:
        assert (answer.status_code, answer.data) == (200, b"0123456789")
        assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_range_of_a_file_can_be_requested(client: FlaskClient, library: MemoryLibrary, root: Path) -> None:
    doc = put(library, root, "a.txt", b"0123456789")
    with client.get(f"/file/{doc}", headers={"Range": "bytes=2-4"}) as answer:
        assert (answer.status_code, answer.data) == (206, b"234")
        assert answer.headers["Content-Range"] == "bytes 2-4/10"
    answer = client.get(f"/file/{doc}", headers={"Range": "bytes=20-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */10"


def test_an_unchanged_file_is_not_sent_again(client: FlaskClient, library: MemoryLibrary, root: Path) -> None:
    doc = put(library, root, "a.txt", b"0123456789")
    with client.get(f"/file/{doc}") as first:
        marks = {"If-None-Match": first.headers["ETag"]}
    with client.get(f"/file/{doc}", headers=marks) as again:
        assert (again.status_code, again.data) == (304, b"")
    (root / "a.txt").write_bytes(b"changed")
    with client.get(f"/file/{doc}", headers=marks) as changed:
        assert changed.data == b"changed"


@pytest.mark.parametrize("what", ["gone", "folder", "pipe"])
def test_a_file_that_is_gone_or_no_regular_file_is_404_at_once(
    client: FlaskClient, library: MemoryLibrary, root: Path, what: str
) -> None:
    doc = put(library, root, "a.txt", b"content")
    (root / "a.txt").unlink()
    if what == "folder":
        (root / "a.txt").mkdir()
    elif what == "pipe":
        os.mkfifo(root / "a.txt")
    answer = client.get(f"/file/{doc}")
    assert answer.status_code == 404
    assert "a.txt" in answer.text


def test_a_name_with_quotes_and_line_breaks_stays_inside_its_header(
    client: FlaskClient, library: MemoryLibrary, root: Path
) -> None:
    doc = put(library, root, 'a"\r\nX-Evil: 1.txt', b"content", media_type="text/plain")
    with client.get(f"/file/{doc}") as answer:
        assert answer.status_code == 200
        assert "X-Evil" not in dict(answer.headers)


def test_a_thumbnail_is_small_upright_and_with_a_version_immutable(
    client: FlaskClient, library: MemoryLibrary, root: Path
) -> None:
    upright = Image.new("RGB", (900, 600), (10, 120, 60))
    exif = Image.Exif()
    exif[0x0112] = 6  # the picture is to be rotated by a quarter turn
    file = io.BytesIO()
    upright.save(file, "JPEG", exif=exif)
    doc = put(library, root, "photo.jpg", file.getvalue())
    answer = client.get(f"/thumb/{doc}?v=1")
    assert answer.mimetype == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    assert Image.open(io.BytesIO(answer.data)).size == (213, 320)
    assert "immutable" not in client.get(f"/thumb/{doc}").headers["Cache-Control"]
    assert client.get(f"/thumb/{doc}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_small_picture_is_not_enlarged(client: FlaskClient, library: MemoryLibrary, root: Path) -> None:
    doc = put(library, root, "tiny.png", picture((1, 2, 3), (20, 10)))
    assert Image.open(io.BytesIO(client.get(f"/thumb/{doc}?size=640").data)).size == (20, 10)


def test_a_size_that_is_not_offered_is_refused(
    client: FlaskClient, library: MemoryLibrary, root: Path
) -> None:
    doc = put(library, root, "red.png", picture((1, 2, 3)))
    answer = client.get(f"/thumb/{doc}?size=9999")
    assert answer.status_code == 400
    assert "320, 640, 1280" in answer.text


def test_a_thumbnail_is_made_once_and_again_when_the_file_changes(
    client: FlaskClient, library: MemoryLibrary, root: Path, tmp_path: Path
) -> None:
    doc = put(library, root, "red.png", picture((200, 0, 0)))
    first = client.get(f"/thumb/{doc}").data
    (kept,) = (tmp_path / "home/thumbs").rglob("*.webp")
    kept.write_bytes(first + b"kept")
    assert client.get(f"/thumb/{doc}").data == first + b"kept"
    (root / "red.png").write_bytes(picture((0, 0, 200), (410, 300)))
    assert not client.get(f"/thumb/{doc}").data.startswith(first)
    assert len(list((tmp_path / "home/thumbs").rglob("*"))) == 2  # one folder, one file: the old one is gone


def test_the_thumbnails_that_a_browser_asks_for_at_once_are_all_made(
    library: MemoryLibrary, root: Path, tmp_path: Path
) -> None:
    docs = [put(library, root, f"{n}.png", picture((n, 0, 0), (1_000, 800))) for n in range(8)]
    app = create_app(Settings(home=tmp_path / "home"), library)
    with ThreadPoolExecutor(len(docs)) as threads:
        answers = list(threads.map(lambda doc: app.test_client().get(f"/thumb/{doc}"), docs))
    assert [answer.mimetype for answer in answers] == ["image/webp"] * len(docs)


@pytest.mark.parametrize(
    "content", [b"", b"no picture", picture((1, 2, 3))[:60]], ids=["empty", "text", "cut"]
)
def test_a_broken_picture_has_a_placeholder(
    client: FlaskClient, library: MemoryLibrary, root: Path, content: bytes
) -> None:
    doc = put(library, root, "broken.png", content, state=State.FAILED)
    answer = client.get(f"/thumb/{doc}?v=1")
    assert answer.status_code == 404
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_text_has_no_thumbnail(client: FlaskClient, library: MemoryLibrary, root: Path) -> None:
    assert client.get(f"/thumb/{put(library, root, 'a.txt', b'text')}").status_code == 404


def test_a_thumbnail_is_made_where_the_cache_cannot_be_written(
    library: MemoryLibrary, root: Path, tmp_path: Path
) -> None:
    doc = put(library, root, "red.png", picture((200, 0, 0)))
    (tmp_path / "thumbs").write_text("a file where the folder should be")
    pool = Pool(1, waiting=0, patience=1.0, seconds=30.0)
    made = Thumbnails(tmp_path / "thumbs", Originals(tmp_path), pool)
    assert made.of(library.views[doc].record, 320).startswith(b"RIFF")
