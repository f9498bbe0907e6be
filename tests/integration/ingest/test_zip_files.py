"""Texts and pictures in ZIP archives are documents of their own."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest.summary import Summary
from ingest.why import why
from semsearch.query import Filters, Query
from semsearch.records import DocumentRecord, Kind, State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.integration.library import paths, png
from web.app import create_app

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

FILES = {
    "oslo.txt": b"The ferry to Oslo leaves at nine.",
    "day one/notes.md": b"# Museum\n\nGeese on the roof.",
    "day one/quay.png": png("red"),
    "tool.exe": b"MZ",
    ".secret.txt": b"a hidden text",
    "__MACOSX/._oslo.txt": b"for programs",
    "drafts/old.txt": b"an ignored text",
}
READ = {"trips/oslo.zip//oslo.txt", "trips/oslo.zip//day one/notes.md", "trips/oslo.zip//day one/quay.png"}


def pack(path: Path, **files: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2019, 7, 4, 12, 0, 0)), content)


@pytest.fixture
def archive(folder: Path) -> Path:
    (folder / ".semsearchignore").write_text("drafts/\n")
    pack(folder / "trips/oslo.zip", **FILES)
    return folder / "trips/oslo.zip"


@pytest.mark.usefixtures("archive")
def test_each_file_in_an_archive_is_a_document_and_the_archive_a_name(run: Run, records: Records) -> None:
    summary = run()
    assert (summary.indexed, summary.skipped) == (3, 1)
    by_path = records()
    assert by_path.keys() == READ | {"trips/oslo.zip"}
    zipped = by_path["trips/oslo.zip"]
    assert (zipped.state, zipped.kind) == (State.SKIPPED, Kind.OTHER)
    assert zipped.reason == "of a .zip itself, only the name is searched"
    assert by_path["trips/oslo.zip//day one/quay.png"].kind is Kind.IMAGE
    assert by_path["trips/oslo.zip//day one/notes.md"].title == "Museum"


@pytest.mark.usefixtures("archive")
def test_they_are_found_by_content_by_name_and_by_the_name_of_the_archive(
    run: Run, searcher: Searcher
) -> None:
    run()
    assert paths(searcher.search(Query("ferry nine")))[0] == "trips/oslo.zip//oslo.txt"
    assert paths(searcher.search(Query("quay")))[0] == "trips/oslo.zip//day one/quay.png"
    assert "trips/oslo.zip//day one/notes.md" in paths(searcher.search(Query("oslo geese")))


@pytest.mark.usefixtures("archive")
def test_an_archive_is_a_folder_for_the_filter_by_path(run: Run, searcher: Searcher) -> None:
    run()

    def found(path: str) -> set[str]:
        return set(paths(searcher.search(Query("geese ferry", filters=Filters(path=(path,))))))

    assert found("trips/oslo.zip/") == READ
    assert found("trips/oslo.zip/day one/") == READ - {"trips/oslo.zip//oslo.txt"}
    assert found("trips/oslo.zip/osl") == {"trips/oslo.zip//oslo.txt"}


def test_a_run_over_an_archive_that_has_not_changed_reads_nothing(
    archive: Path, run: Run, models: FakeModels
) -> None:
    run()
    models.words.embedded.clear()
    again = run()
    assert (again.unchanged, again.skipped, again.indexed, models.words.embedded) == (3, 1, 0, [])
    renamed = archive.with_name("norway.zip")
    archive.rename(renamed)
    moved = run()
    assert (moved.reused, moved.indexed, models.words.embedded) == (3, 0, [])


def test_only_the_files_that_changed_in_an_archive_are_read_again(
    archive: Path, run: Run, records: Records
) -> None:
    run()
    changed = {"oslo.txt": b"The ferry to Oslo leaves at five.", "new.txt": b"Tickets."}
    pack(archive, **{name: content for name, content in FILES.items() if "notes" not in name} | changed)
    summary = run()
    assert (summary.indexed, summary.unchanged) == (2, 1)
    assert records().keys() == READ - {"trips/oslo.zip//day one/notes.md"} | {
        "trips/oslo.zip", "trips/oslo.zip//new.txt",
    }  # fmt: skip


def test_they_go_with_their_archive(archive: Path, run: Run, records: Records) -> None:
    run()
    archive.unlink()
    (archive.parent / "left.txt").write_text("one left")
    run()
    assert records().keys() == {"trips/left.txt"}


def test_they_stay_while_their_archive_is_half_copied(
    archive: Path, run: Run, searcher: Searcher, models: FakeModels
) -> None:
    run()
    models.words.embedded.clear()
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    for _ in range(2):
        summary = run()
        assert (summary.found, summary.removed, summary.missing) == (1, 0, 0)
        assert [path for path, _ in summary.problems] == [str(archive)]
        assert paths(searcher.search(Query("ferry nine")))[0] == "trips/oslo.zip//oslo.txt"
    archive.write_bytes(whole)
    summary = run()
    assert (summary.unchanged, summary.problems, models.words.embedded) == (3, [], [])


def test_what_is_not_read_of_an_archive_is_said(archive: Path, run: Run, records: Records) -> None:
    data = bytearray(archive.read_bytes())
    data[data.find(b"PK\1\2") + 8] |= 1
    archive.write_bytes(data)
    (archive.parent / "torn.zip").write_bytes(b"PK\3\4" + bytes(90))
    assert run().problems == []  # of what never was whole, nothing is lost
    by_path = records()
    assert by_path["trips/oslo.zip"].reason.endswith("; not read in it: 1 with a password")
    assert by_path["trips/torn.zip"].reason.endswith("; a damaged archive: it has no end")
    assert "trips/oslo.zip//oslo.txt" not in by_path


def test_a_damaged_file_in_an_archive_is_named_in_the_summary(folder: Path, run: Run) -> None:
    pack(folder / "bad.zip", **{"letter.docx": b"not a document"})
    ((path, _),) = run().failures
    assert path == f"{folder}/bad.zip/letter.docx"


def test_why_explains_a_file_in_an_archive(archive: Path, run: Run, store: Store, folder: Path) -> None:
    run()
    explained = why(archive / "oslo.txt", [str(folder)], store)
    assert (explained.state, explained.reason) == (State.INDEXED, "")
    assert why(archive / "gone.txt", [str(folder)], store).state == "unknown"


@pytest.fixture
def client(settings: Settings, searcher: Searcher) -> FlaskClient:
    return create_app(settings, searcher).test_client()


@pytest.mark.usefixtures("archive")
def test_pages_and_answers_name_the_archive_and_the_file_in_it(
    run: Run, records: Records, client: FlaskClient
) -> None:
    run()
    answer = client.get("/api/search?q=ferry+nine").json
    assert answer is not None
    assert (answer["hits"][0]["path"], answer["hits"][0]["member"]) == ("trips/oslo.zip", "oslo.txt")
    assert "trips/oslo.zip/oslo.txt" in client.get("/?q=ferry+nine").text
    by_path = records()
    for name in ("oslo.txt", "day one/quay.png"):
        doc = by_path[f"trips/oslo.zip//{name}"].doc
        assert f"trips/oslo.zip/{name}" in client.get(f"/doc/{doc}").text
        with client.get(f"/file/{doc}") as original:
            assert original.data == FILES[name]
            assert original.headers["Content-Disposition"].startswith("inline")
    picture = by_path["trips/oslo.zip//day one/quay.png"].doc
    assert client.get(f"/thumb/{picture}").status_code == 200


@pytest.mark.usefixtures("archive")
def test_what_was_left_out_of_an_archive_is_not_served_whatever_redis_says(
    run: Run, records: Records, store: Store, client: FlaskClient
) -> None:
    run()
    known = records()["trips/oslo.zip//oslo.txt"]
    for path in (".secret.txt", "drafts/old.txt", "../oslo.txt", "gone.txt", "", "oslo.txt//x"):
        store.documents.replace_records([replace(known, path=f"trips/oslo.zip//{path}")])
        with client.get(f"/file/{known.doc}") as answer:
            assert answer.status_code == 404, path
