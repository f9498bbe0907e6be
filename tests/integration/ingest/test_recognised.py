"""Files whose names say nothing, or something wrong, are read by what is in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest import recognise
from ingest.summary import Summary
from semsearch.query import Filters, Query
from semsearch.records import DocumentRecord, Kind, State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from tests.integration.library import paths, png
from tests.pdfs import make_pdf
from tests.unit.readers.office.test_word import docx
from web.app import create_app

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

TEXTS = {
    "notes": b"Geese fly over the moor.",
    "Dockerfile.prod": b"FROM scratch\n# Geese fly over the moor.\n",
    "README.de": "G\u00e4nse, geese, fliegen.\n".encode(),
    "app.log.1": b"12:00 geese\n",
    "~": b"Geese in a file of this name.",
    "inbox/1714557600.M1P2.host:2,S": b"From: a@example.org\nSubject: Geese\n\nGeese fly.\n",
    "scan": make_pdf(["Geese fly over the moor at dusk"]),
    "letter.doc": b"{\\rtf1 Geese fly over the moor.}",
    "report.txt": make_pdf(["Geese are named in this report"]),
    "plan.pdf": docx("<w:p><w:r><w:t>Geese in a plan</w:t></w:r></w:p>"),
}


@pytest.fixture
def files(folder: Path) -> Path:
    for path, content in TEXTS.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.mark.usefixtures("files")
def test_texts_are_read_whatever_their_names(run: Run, records: Records, searcher: Searcher) -> None:
    run()
    assert {path: each.reason for path, each in records().items() if each.state is not State.INDEXED} == {}
    found = searcher.search(Query("geese", filters=Filters(kind=Kind.TEXT), limit=50, copies=True))
    assert set(paths(found)) == TEXTS.keys()
    by_path = records()
    assert by_path["scan"].media_type == by_path["report.txt"].media_type == "application/pdf"
    assert by_path["inbox/1714557600.M1P2.host:2,S"].title == "Geese"
    assert by_path["Dockerfile.prod"].title == "Dockerfile.prod"


def test_a_picture_without_an_extension_is_a_picture(folder: Path, run: Run, records: Records) -> None:
    (folder / "photo.jpg_large").write_bytes(png("red"))
    assert run().indexed == 1
    assert (records()["photo.jpg_large"].kind, records()["photo.jpg_large"].media_type) == (
        Kind.IMAGE,
        "image/png",
    )


def test_binary_files_and_keys_are_found_by_their_names_only(
    folder: Path, run: Run, records: Records, searcher: Searcher
) -> None:
    (folder / "core").write_bytes(bytes(range(256)))
    (folder / "id_ed25519").write_bytes(b"-----BEGIN OPENSSH PRIVATE KEY-----\nZ2Vlc2U=\n")
    assert run().skipped == 2
    assert {record.kind for record in records().values()} == {Kind.OTHER}
    assert paths(searcher.search(Query("id ed25519"))) == ["id_ed25519"]
    assert not searcher.search(Query("Z2Vlc2U=")).hits


def test_a_file_is_looked_into_once_and_again_only_when_it_changed(
    files: Path, run: Run, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "core").write_bytes(bytes(range(256)))
    run()
    opened: list[str] = []
    monkeypatch.setattr(
        recognise, "read_part", lambda file, start, end: opened.append(file.path) or bytes(end - start)
    )
    again = run()
    assert (again.unchanged, again.skipped, opened) == (len(TEXTS), 1, [])
    monkeypatch.undo()
    (files / "core").write_text("Geese, dumped.")
    (files / "notes").write_bytes(bytes(range(256)))
    run()
    assert (records()["core"].state, records()["core"].kind) == (State.INDEXED, Kind.TEXT)
    assert (records()["notes"].state, records()["notes"].kind) == (State.SKIPPED, Kind.OTHER)


def test_a_file_that_is_swapped_for_another_of_its_size_and_date_is_looked_into_again(
    folder: Path, run: Run, records: Records
) -> None:
    note = folder / "note"
    note.write_bytes(b"Geese fly.")
    times = note.stat().st_atime_ns, note.stat().st_mtime_ns
    run()
    other = folder / "other"
    other.write_bytes(bytes(10))
    os.utime(other, ns=times)
    other.replace(note)
    run()
    assert records()["note"].kind is Kind.OTHER


def test_a_copy_needs_no_model(files: Path, run: Run) -> None:
    run()
    (files / "notes2").write_bytes(TEXTS["notes"])
    assert run().reused == 1


@pytest.fixture
def client(settings: Settings, searcher: Searcher) -> FlaskClient:
    return create_app(settings, searcher).test_client()


@pytest.mark.usefixtures("files")
def test_its_original_is_a_download(run: Run, records: Records, client: FlaskClient) -> None:
    run()
    for path in ("notes", "report.txt"):
        with client.get(f"/file/{records()[path].doc}") as answer:
            assert answer.data == TEXTS[path]
            assert answer.headers["Content-Disposition"].startswith("attachment")
