"""The extractor: reading and hashing files, and one bad file among good ones."""

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ingest.extractor import Extractor
from ingest.prepare import Contents, Text, Twin, Unreadable, prepare
from ingest.readers import file_bytes
from ingest.readers.documents import PictureDocument, SourceFile, TextDocument
from ingest.readers.file_bytes import content_hash
from semsearch.errors import FileError
from semsearch.formats.table import kind_of, skip_reason
from semsearch.records import Kind, State
from tests.fakes import BagOfWords


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor(picture_size=64) as extractor:
        yield extractor


def source(path: Path) -> SourceFile:
    return SourceFile(root=path.parent, path=path.name, size=1, mtime_ns=1)


def put(path: Path, data: bytes) -> SourceFile:
    path.write_bytes(data)
    return source(path)


def png(size: tuple[int, int] = (200, 100)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("a/b.TXT", (Kind.TEXT, "text/plain")),
        ("README", (Kind.TEXT, "text/plain")),
        ("a.md", (Kind.TEXT, "text/markdown")),
        ("a.b.pdf", (Kind.TEXT, "application/pdf")),
        ("a.CSV", (Kind.TEXT, "text/csv")),
        ("a.docm", kind_of("a.docx")),
        ("x.rs", (Kind.TEXT, "text/x-rust")),
        ("photo.JPG", (Kind.IMAGE, "image/jpeg")),
        ("scan.tiff", (Kind.IMAGE, "image/tiff")),
        ("backup.zip", None),
        ("drawing.svg", (Kind.IMAGE, "image/svg+xml")),
        ("IMG_1.HEIC", (Kind.IMAGE, "image/heic")),
        ("drawing.cdr", None),
        ("noextension", None),
        ("folder.txt/file", None),
    ],
)
def test_the_name_tells_what_a_file_is(path: str, known: tuple[Kind, str] | None) -> None:
    assert kind_of(path) == known


def test_a_skipped_format_has_a_reason() -> None:
    assert skip_reason("a/backup.ZIP") == "semsearch does not read .zip (archive)"
    assert skip_reason("a/letter.DOC") == "semsearch does not read .doc: save it as .docx"
    assert skip_reason("a.unheard") == "semsearch does not read .unheard yet"
    assert skip_reason("a/b") == "semsearch does not read files without an extension yet"
    assert skip_reason("a.caf\udce9") == "semsearch does not read .caf\ufffd yet"


def test_a_text_comes_back_with_its_hash_and_what_was_really_read(
    tmp_path: Path, extractor: Extractor
) -> None:
    file = put(tmp_path / "a.txt", b"Onions keep well.\n")
    extracted = extractor.submit(file).result()
    assert isinstance(extracted.document, TextDocument)
    assert extracted.document.text == "Onions keep well.\n"
    assert extracted.sha256 == hashlib.sha256(b"Onions keep well.\n").hexdigest()
    assert (extracted.file.size, extracted.file.mtime_ns) == (18, file.absolute.stat().st_mtime_ns)


def test_a_file_is_read_once_and_parsed_only_if_its_content_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, opened = os.open, []

    def noted(path: Path, flags: int) -> int:
        if Path(path).parent == tmp_path:
            opened.append(Path(path).name)
        return real(path, flags)

    monkeypatch.setattr(os, "open", noted)
    names = ("new.txt", "stored.txt", "again.txt", "damaged.pdf", "empty.txt")
    contents = (b"new text", b"stored text", b"new text", b"%PDF-1.4 broken", b"")
    files = list(map(put, map(tmp_path.joinpath, names), contents))
    stored = hashlib.sha256(b"stored text").hexdigest()
    with Extractor(picture_size=None, workers=1) as extractor:
        known = Contents(lambda _, sha256: sha256 == stored)
        items = list(prepare(files, known, extractor, BagOfWords))
    assert sorted(opened) == sorted(names)
    assert [type(item) for item in items] == [Text, Twin, Twin, Unreadable, Unreadable]
    hashes = [hashlib.sha256(content).hexdigest() for content in contents]
    assert [item.sha256 for item in items] == hashes
    assert [getattr(item, "state", None) for item in items] == [None] * 3 + [State.FAILED, State.SKIPPED]


def test_a_picture_comes_back_scaled(tmp_path: Path, extractor: Extractor) -> None:
    document = extractor.submit(put(tmp_path / "red_wall.png", png())).result().document
    assert isinstance(document, PictureDocument)
    assert (document.title, document.width, document.height) == ("red wall", 200, 100)
    (view,) = document.views
    assert view.size == (128, 64)
    assert view.getpixel((5, 5)) == (255, 0, 0)


def test_the_content_decides_about_the_format_of_a_picture(tmp_path: Path, extractor: Extractor) -> None:
    assert extractor.submit(put(tmp_path / "a.jpg", png())).result().document.media_type == "image/png"
    with pytest.raises(FileError, match="not a picture: this is HTML"):
        extractor.submit(put(tmp_path / "b.jpg", b"<html>404</html>")).result()


def test_bad_files_among_good_ones_cost_only_themselves(tmp_path: Path) -> None:
    files = []
    for n in range(30):
        files.append(put(tmp_path / f"{n}.txt", b"A good file."))
        files.append(put(tmp_path / f"{n}.png", b"\x89PNG\r\n\x1a\nbroken"))
        files.append(put(tmp_path / f"{n}.pdf", b"%PDF-1.4 broken"))
    with Extractor(picture_size=64) as extractor:
        errors = [future.exception() for future in [extractor.submit(file) for file in files]]
    assert errors[::3] == [None] * 30
    assert all(isinstance(error, FileError) for error in errors[1::3] + errors[2::3])


def test_a_slow_file_is_given_up_and_the_next_one_read(tmp_path: Path) -> None:
    slow = put(tmp_path / "deep.html", b"<div>" * 400_000)
    with Extractor(picture_size=64, workers=1, seconds_per_file=3.0) as extractor:
        futures = [extractor.submit(slow), extractor.submit(put(tmp_path / "a.txt", b"good"))]
        with pytest.raises(FileError, match="took longer than 3 s"):
            futures[0].result()
        assert futures[1].result().sha256


def test_leaving_does_not_wait_for_what_is_under_way(tmp_path: Path) -> None:
    slow = put(tmp_path / "deep.html", b"<div>" * 400_000)
    with Extractor(picture_size=64, workers=1) as extractor:
        futures = [extractor.submit(slow) for _ in range(3)]
        extractor_threads = extractor
    assert all(future.done() for future in futures)
    with pytest.raises(RuntimeError):
        extractor_threads.submit(slow)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_bytes(b""), "empty file"),
        (lambda path: path.write_bytes(b" \n"), "empty: white space only"),
        (lambda path: path.symlink_to("/etc/passwd"), "cannot be read"),
        (os.mkfifo, "not a regular file"),
        (lambda path: path.mkdir(), "not a regular file|Is a directory"),
        (lambda _path: None, "cannot be read: No such file"),
    ],
)
def test_what_cannot_be_read_says_why(
    make: object, reason: str, tmp_path: Path, extractor: Extractor
) -> None:
    path = tmp_path / "a.txt"
    make(path)  # type: ignore[operator]
    with pytest.raises(FileError, match=reason):
        extractor.submit(source(path)).result()


def test_a_file_that_is_too_large_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.file_bytes.MAX_BYTES", 3_000_000)
    file = tmp_path / "a.txt"
    with file.open("wb") as stream:
        stream.truncate(5_000_000)
    with pytest.raises(FileError, match="larger than 3 MB: 5 MB"):
        file_bytes.read(source(file))


def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(tmp_path / "a.txt", b"one")
    real, calls = os.fstat, []

    def grow(descriptor: int) -> os.stat_result:
        # The descriptor is checked a second time after reading. Write to the file just before that.
        calls.append(descriptor)
        if len(calls) == 3:
            with file.absolute.open("ab") as stream:
                stream.write(b" more")
        return real(descriptor)

    monkeypatch.setattr(os, "fstat", grow)
    with pytest.raises(FileError, match="changed while it was being read"):
        file_bytes.read(file)


def test_a_content_hash_is_the_hash_of_the_bytes(tmp_path: Path) -> None:
    file = put(tmp_path / "a", b"abc" * 100_000)
    assert content_hash(file) == hashlib.sha256(b"abc" * 100_000).hexdigest()
    with pytest.raises(FileError, match="cannot be read"):
        content_hash(replace(file, path="gone"))
