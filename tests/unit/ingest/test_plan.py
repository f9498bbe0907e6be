"""Plans of a run, from files and records, without Redis."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.plan import Plan, Rules, plan
from ingest.scopes import scopes
from semsearch.errors import FolderError
from semsearch.records import DocumentRecord, Kind, State
from semsearch.store.keys import doc_id
from tests.users import as_ordinary_user


def record(path: Path, root: Path, state: State = State.INDEXED, **changes: object) -> DocumentRecord:
    """Return the record of a file as it is on disk now."""
    status = path.stat()
    values: dict[str, object] = {
        "doc": doc_id(str(root), path.relative_to(root).as_posix()),
        "root": str(root),
        "path": path.relative_to(root).as_posix(),
        "kind": Kind.TEXT,
        "media_type": "text/plain",
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
        "sha256": "00",
        "title": "",
        "state": state,
    }
    return DocumentRecord(**(values | changes))  # type: ignore[arg-type]


def make(root: Path, records: list[DocumentRecord], rules: Rules = Rules()) -> Plan:  # noqa: B008 (frozen)
    return plan(scopes([root], {known.root for known in records}), records, rules)


def test_what_lies_in_a_folder_that_cannot_be_listed_is_not_gone() -> None:
    with as_ordinary_user() as root:
        (root / "locked").mkdir()
        (root / "locked" / "two.txt").write_text("second")
        (root / "one.txt").write_text("first")
        records = [record(root / "one.txt", root), record(root / "locked" / "two.txt", root)]
        (root / "locked").chmod(0)
        try:
            made = make(root, records)
        finally:
            (root / "locked").chmod(0o700)
    assert made.gone == []
    assert [path for path, _ in made.problems] == [str(root / "locked")]


def test_a_file_is_unchanged_only_with_its_size_and_date(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("text")
    changed = [record(file, tmp_path, mtime_ns=1), record(file, tmp_path, size=9)]
    assert len(make(tmp_path, [record(file, tmp_path)]).unchanged) == 1
    for old in changed:
        assert [found.path for found in make(tmp_path, [old]).work] == ["a.txt"]


def test_a_file_that_could_not_be_read_is_tried_each_time(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("text")
    assert make(tmp_path, [record(file, tmp_path, State.FAILED, sha256="")]).work
    assert not make(tmp_path, [record(file, tmp_path, State.FAILED)]).work
    assert make(tmp_path, [record(file, tmp_path, State.FAILED)], Rules(retry=True)).work


def test_a_waiting_picture_is_work_once_there_is_a_model(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"PNG")
    waiting = record(file, tmp_path, State.WAITING, kind=Kind.IMAGE)
    assert not make(tmp_path, [waiting]).work
    assert make(tmp_path, [waiting], Rules(image_model="some")).work


def test_a_file_given_as_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("text")
    with pytest.raises(FolderError, match=r"a\.txt is a file: give the folder"):
        scopes([file], ())


def test_only_the_outer_one_of_nested_folders_is_walked(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert [scope.folder for scope in scopes([tmp_path / "a" / "b", tmp_path / "a"], ())] == [tmp_path / "a"]
