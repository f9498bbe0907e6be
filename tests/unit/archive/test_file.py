"""The file of an export: what is written is read, and what semsearch never writes is refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from semsearch.archive.documents import Moves, documents
from semsearch.archive.parquet import TableReader, TableWriter
from semsearch.archive.rows import COLUMNS, Row, document_row, read_document
from semsearch.errors import ArchiveError
from semsearch.records import DocumentRecord, Passage, State
from semsearch.store.contents import EmbeddedPassage, Piece
from semsearch.store.keys import doc_id
from tests.unit.archive.library import DAMAGED, HEADER, LIBRARY, OWLS, ROOT, record, rows, unit, write

Change = Callable[[list[Row]], object]


def read(file: Path, moves: dict[str, str] | None = None) -> list[tuple[DocumentRecord, list[Piece]]]:
    with TableReader(file) as table:
        return [(content.record, list(content.pieces)) for content in documents(table, Moves(moves or {}))]


def rewrite(file: Path, table: pyarrow.Table, header: str = HEADER.to_json()) -> None:
    """Write the file again, as another program would that keeps the header."""
    pyarrow.parquet.write_table(table.replace_schema_metadata({"semsearch": header}), file)


def plain(pieces: list[Piece]) -> list[object]:
    """The pieces with their vectors as lists, which can be compared."""
    return [
        (
            getattr(piece, "passage", None),
            piece.n,
            {name: each.tolist() for name, each in piece.vectors().items()},
        )
        for piece in pieces
    ]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    found = read(write(tmp_path / "file", rows()))
    assert [record for record, _ in found] == [record for record, _ in LIBRARY]
    assert [plain(pieces) for _, pieces in found] == [plain(pieces) for _, pieces in LIBRARY]


@pytest.mark.parametrize("year", [1601, 9999])
def test_a_date_that_no_column_can_hold_becomes_the_next_one(tmp_path: Path, year: int) -> None:
    far = record("far.txt", mtime_ns=(year - 1970) * 31_556_952 * 10**9, inode=2**64 - 1)
    [(found, _)] = read(write(tmp_path / "file", [document_row(far, State.INDEXED)]))
    assert abs(found.mtime_ns) == found.inode == 2**63 - 1
    assert found.mtime_ns * far.mtime_ns > 0


def test_the_header_is_read_as_it_was_written(tmp_path: Path) -> None:
    with TableReader(write(tmp_path / "file", rows())) as table:
        assert table.header == HEADER
        assert table.count == 7


def test_every_field_of_records_and_passages_has_a_column() -> None:
    names = {field.name for kind in (DocumentRecord, Passage) for field in fields(kind)}
    assert names - COLUMNS.keys() == {"headings"}
    assert COLUMNS.keys() >= {"heading", "vector", "visual", "semantic", "width", "height"}


def test_a_missing_document_keeps_the_state_it_had_before() -> None:
    missing = record("gone.txt", state=State.MISSING, missing_since=5.0)
    assert read_document(document_row(missing, State.WAITING)) == (missing, State.WAITING)


def test_names_that_are_not_utf8_are_readable_and_exact(tmp_path: Path) -> None:
    file = write(tmp_path / "file", rows())
    last = pyarrow.parquet.read_table(file).to_pylist()[-1]
    assert last["path"] == "caf\N{REPLACEMENT CHARACTER}.pdf"
    assert json.loads(last["odd"])["path"] == DAMAGED.path


def test_a_column_that_an_older_semsearch_did_not_write_has_its_default(tmp_path: Path) -> None:
    file = write(tmp_path / "file", rows())
    table = pyarrow.parquet.read_table(file)
    rewrite(file, table.drop_columns(["due", "lead", "inode"]))
    found = read(file)
    assert [record for record, _ in found] == [record for record, _ in LIBRARY]
    assert isinstance(piece := found[0][1][0], EmbeddedPassage)
    assert piece.passage.lead == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[1].update(vector=unit(1, 2, 3)), r"owls.txt: .*shape \(3,\)"),
        (lambda rows: rows[1].update(vector=np.full(4, 2, np.float32)), "length 4, not 1"),
        (lambda rows: rows[1].update(vector=np.full(4, np.nan, np.float32)), "length nan"),
        (lambda rows: rows[4].update(semantic=unit(1, 2, 3)), r"red.png: .*shape \(3,\)"),
        (lambda rows: rows[4].pop("visual"), "a view has no visual"),
        (lambda rows: rows[1].pop("content"), "passage has no content"),
        (lambda rows: rows[0].pop("sha256"), "document has no sha256"),
        (lambda rows: rows.pop(2), "its 2 pieces are not all there"),
        (lambda rows: rows.insert(2, rows[1]), "its 2 pieces are not all there"),
        (lambda rows: rows.insert(1, rows.pop(2)), "its 2 pieces are not all there"),
        (lambda rows: rows.pop(0), "its pieces stand before it"),
        (lambda rows: rows.append(rows.pop(1)), "its 2 pieces are not all there"),
        (lambda rows: rows[0].update(pieces=10**15), "it counts 1,000,000,000,000,000 pieces"),
        (lambda rows: rows[0].update(texts=-1), "it counts 2 pieces and -1 texts"),
        (lambda rows: rows[0].update(path="other.txt"), "which another path has"),
        (lambda rows: rows[0].update(path="../x", doc=doc_id(ROOT, "../x")), "leads out of its folder"),
        (lambda rows: rows[0].update(root="here", doc=doc_id("here", "owls.txt")), "leads out of its folder"),
        (
            lambda rows: rows[0].update(state="afloat"),
            "state is 'afloat', which this semsearch does not know",
        ),
        (lambda rows: rows[0].update(dated=float("inf")), "dated is inf"),
        (lambda rows: rows[6].update(odd='{"path": "another"}'), "the column odd has"),
        (lambda rows: rows[6].update(odd="["), "the column odd has"),
    ],
)
def test_what_semsearch_never_writes_is_refused(tmp_path: Path, change: Change, message: str) -> None:
    changed = rows()
    change(changed)
    with pytest.raises(ArchiveError, match=f"file is damaged at the document .*{message}"):
        read(write(tmp_path / "file", changed))


def test_vectors_of_a_model_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "file", rows(), replace(HEADER, fingerprints={}))
    with pytest.raises(ArchiveError, match="nobody knows which model made it"):
        read(file)


def test_a_file_of_a_newer_semsearch_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "file", rows())
    table = pyarrow.parquet.read_table(file)
    newer = json.loads(HEADER.to_json()) | {"format": 2, "semsearch": "7.0"}
    rewrite(file, table, json.dumps(newer))
    with pytest.raises(
        ArchiveError, match=r"semsearch 7\.0 wrote it in format 2.* install a newer semsearch"
    ):
        read(file)


@pytest.mark.parametrize("name", ["counts", "models", "folders", "calibrations", "frequencies", "changes"])
def test_a_damaged_header_is_refused(tmp_path: Path, name: str) -> None:
    file = write(tmp_path / "file", rows())
    table = pyarrow.parquet.read_table(file)
    damaged = json.loads(HEADER.to_json()) | {name: ["x"]}
    rewrite(file, table, json.dumps(damaged))
    with pytest.raises(ArchiveError, match="its header is damaged"):
        read(file)


@pytest.mark.parametrize("said", [{"labels": {"x": "\ud800"}}, {"likes": {"\ud800": "1"}}, {"\ud800": {}}])
def test_half_a_character_in_what_people_have_said_is_refused(tmp_path: Path, said: object) -> None:
    file = write(tmp_path / "file", rows())
    table = pyarrow.parquet.read_table(file)
    rewrite(file, table, json.dumps(json.loads(HEADER.to_json()) | {"mine": said}))
    with pytest.raises(ArchiveError, match="its header is damaged"):
        read(file)


def test_a_calibration_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "file", rows())
    table = pyarrow.parquet.read_table(file)
    header = HEADER.to_json().replace('"similarity_spread": 0.05', '"similarity_spread": NaN')
    rewrite(file, table, header)
    with pytest.raises(ArchiveError, match="not those of a calibration"):
        read(file)


def test_files_that_are_no_exports_are_refused_with_a_reason(tmp_path: Path) -> None:
    text, table, typed = tmp_path / "text", tmp_path / "table", tmp_path / "typed"
    text.write_text("hello")
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), table)
    write(typed, rows())
    other = pyarrow.parquet.read_table(typed)
    size = other.schema.get_field_index("size")
    other = other.set_column(size, "size", other.column("size").cast(pyarrow.float64()))
    rewrite(typed, other)
    for file, message in [
        (tmp_path / "absent", "there is no .*/absent"),
        (tmp_path, f"{tmp_path}: .*director"),
        (text, "cannot be read as Parquet"),
        (table, "was not written by `semsearch export`"),
        (typed, "its column size holds double, not int64"),
    ]:
        with pytest.raises(ArchiveError, match=message):
            read(file)


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "file", rows())
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ArchiveError, match=f"{file} cannot be read as Parquet"):
        read(file)


def test_a_file_appears_when_it_is_whole_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("the export of yesterday")
    with TableWriter(file) as table:
        table.write(rows()[0])
    assert file.read_text() == "the export of yesterday"
    assert list(tmp_path.iterdir()) == [file]
    write(file, rows())
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", ["absent/file", "."])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(ArchiveError, match=str(tmp_path)):
        write(tmp_path / place, rows())
    assert list(tmp_path.iterdir()) == []


def test_moved_folders_change_roots_and_ids_and_the_innermost_move_counts(tmp_path: Path) -> None:
    file = write(tmp_path / "file", rows())
    for moves, root in [
        ({ROOT: "/home/ann/docs"}, "/home/ann/docs"),
        ({"/srv": "/mnt"}, "/mnt/library"),
        ({"/srv": "/mnt", ROOT: "/new"}, "/new"),
        ({"/srv/lib": "/new"}, ROOT),
    ]:
        moved = read(file, moves)[0][0]
        assert moved == replace(OWLS, root=root, doc=doc_id(root, "owls.txt"))


def test_without_pyarrow_the_message_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for use in (TableWriter, TableReader):
        with pytest.raises(ArchiveError, match=r'pip install "semsearch\[export\]"'):
            use(tmp_path / "file")
