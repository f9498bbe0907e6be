"""Selected hits as a table and as an archive."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.memory_library import MemoryLibrary
from web import selection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "folder"
    (root / "notes").mkdir(parents=True)
    (root / "notes/trees.md").write_text("# =1+1\n\nOaks live long.\n")
    (root / "boats.txt").write_text("Boats float.\n")
    os.utime(root / "boats.txt", (0, 0))  # before the first year of ZIP
    return root


@pytest.fixture
def library(folder: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for path in ("notes/trees.md", "boats.txt"):
        library.add(folder, path)
    return library


def address(kind: str, *docs: str) -> str:
    return f"/selection.{kind}?{'&'.join(f'doc={doc}' for doc in docs)}"


def packed(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_table_has_a_row_for_each_document_and_no_formula(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    answer = client.get(address("csv", *library.views))
    assert answer.headers["Content-Disposition"] == "attachment; filename=semsearch.csv"
    head, trees, boats = csv.reader(answer.data.decode("utf-8-sig").splitlines())
    assert head == ["path", "title", "type", "language", "date", "bytes"]
    assert trees[:3] == [f"{folder}/notes/trees.md", "'=1+1", "text/markdown"]
    assert boats[5] == "13"


def test_the_archive_has_the_originals_below_their_folders(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    with client.get(address("zip", *library.views)) as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename=semsearch.zip"
        assert answer.content_length == len(answer.data)
        files = packed(answer.data)
    assert files == {path: (folder / path).read_bytes() for path in ("notes/trees.md", "boats.txt")}


def test_files_of_several_folders_lie_below_their_names(
    client: FlaskClient, library: MemoryLibrary, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/boats.txt").write_text("Other boats.")
    library.add(tmp_path / "other", "boats.txt")
    with client.get(address("zip", *library.views)) as answer:
        assert {*packed(answer.data)} == {"folder/notes/trees.md", "folder/boats.txt", "other/boats.txt"}


def test_a_file_that_is_not_served_is_left_out_and_the_archive_says_why(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    (folder / "boats.txt").unlink()
    with client.get(address("zip", *library.views, "0" * 16)) as answer:
        files = packed(answer.data)
    assert {*files} == {"notes/trees.md", "left out.txt"}
    assert b"boats.txt" in files["left out.txt"]
    assert b"0" * 16 in files["left out.txt"]


def test_a_name_is_no_path_for_windows_either(
    client: FlaskClient, library: MemoryLibrary, folder: Path
) -> None:
    name = "a\\..\\evil:.txt"
    (folder / name).write_text("evil")
    with client.get(address("zip", library.add(folder, name))) as answer:
        assert {*packed(answer.data)} == {"a_.._evil_.txt"}


@pytest.mark.parametrize("kind", ["csv", "zip"])
@pytest.mark.parametrize(
    ("docs", "status", "said"),
    [
        ([], 400, "Nothing is selected"),
        (["a}b"], 400, "must be the id"),
        ([f"{n:016}" for n in range(101)], 400, "101 results are selected; 100 are the most"),
        (["0" * 16], 404, "0" * 16),
    ],
)
def test_a_selection_that_is_none_is_explained(
    client: FlaskClient, kind: str, docs: list[str], status: int, said: str
) -> None:
    answer = client.get(address(kind, *docs))
    assert answer.status_code == status
    assert said in answer.text


def test_too_much_for_one_archive_is_refused(
    client: FlaskClient, library: MemoryLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "_MOST_MB", 20e-6)
    answer = client.get(address("zip", *library.views))
    assert answer.status_code == 400
    assert "Select fewer" in answer.text


@pytest.mark.parametrize(
    ("before", "back"),
    [
        ("http://localhost/?q=boats&kind=text", "/?q=boats&amp;kind=text"),
        ("http://localhost/browse?kind=text", "/browse?kind=text"),
        ("http://localhost//evil.example/?q=boats", "/"),
        ("http://evil.example/?q=boats", "/"),
        ("", "/"),
    ],
)
def test_what_cannot_be_downloaded_leads_back_to_the_results(
    client: FlaskClient, before: str, back: str
) -> None:
    page = client.get(address("csv"), headers={"Referer": before}).text
    assert "<h1>This cannot be done</h1>" in page
    assert f'<a class="button" href="{back}">' in page
    assert ("Back to the documents" in page) == ("/browse" in before)


def test_an_address_that_is_none_as_the_page_before_leads_nowhere(client: FlaskClient) -> None:
    for path in ("/nothing", address("csv")):
        answer = client.get(path, headers={"Referer": "http://[x"})
        assert answer.status_code in (400, 404)
        assert "Start a new search" in answer.text
