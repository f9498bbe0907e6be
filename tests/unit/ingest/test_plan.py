"""Plans of a run, from files and records, without Redis."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.compare import Rules
from ingest.plan import Plan
from ingest.plan_folders import plan_folders
from ingest.retry import Retry
from ingest.scopes import Scope, scopes
from ingest.verify import hash_doubtful
from semsearch.errors import FolderError
from semsearch.records import DocumentRecord, Kind, State
from semsearch.store.census_builder import census_of
from semsearch.store.keys import doc_id
from tests.archives import zipped
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
        "inode": status.st_ino,
        "ctime_ns": status.st_ctime_ns,
        "sha256": "00",
        "title": "",
        "state": state,
    }
    return DocumentRecord(**(values | changes))  # type: ignore[arg-type]


OF_ITSELF = "of a .zip itself, only the name is searched"


def planned(
    within: list[Scope],
    records: list[DocumentRecord],
    rules: Rules = Rules(),  # noqa: B008 (frozen)
    remembered: dict[str, str] | None = None,
) -> Plan:
    """Return the plan of a run when these records are the ledger."""

    def read(docs: Iterable[str]) -> list[DocumentRecord]:
        wanted = set(docs)
        return [known for known in records if known.doc in wanted]

    return plan_folders(within, census_of(records), read, rules, remembered)


def make(root: Path, records: list[DocumentRecord], rules: Rules = Rules()) -> Plan:  # noqa: B008 (frozen)
    return planned(scopes([root], {known.root for known in records}), records, rules)


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
    assert made.gone == made.absent == []
    assert [path for path, _ in made.problems] == [str(root / "locked")]


def of_member(archive: Path, root: Path, name: str) -> DocumentRecord:
    """The record of a file in an archive."""
    path = f"{archive.relative_to(root).as_posix()}//{name}"
    return replace(record(archive, root), doc=doc_id(str(root), path), path=path)


def test_what_lies_in_an_archive_that_cannot_be_read_is_not_gone() -> None:
    with as_ordinary_user() as root:
        archive = root / "locked.zip"
        archive.write_bytes(zipped({"one.txt": "first"}))
        records = [record(archive, root, State.SKIPPED, kind=Kind.OTHER), of_member(archive, root, "one.txt")]
        archive.chmod(0)
        alone = make(root, records)
        (root / "two.txt").write_text("second")
        made = make(root, records)
    for each in (alone, made):
        assert each.gone == each.absent == []
        assert each.problems == [(str(archive), "cannot be read: Permission denied")]
    assert [file.path for file in made.work] == ["two.txt"]
    assert [reason for _, reason in made.unread] == [f"{OF_ITSELF}; cannot be read: Permission denied"]


def test_an_archive_that_can_be_read_again_has_another_reason(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({}))
    known = record(tmp_path / "a.zip", tmp_path, State.SKIPPED, kind=Kind.OTHER, sha256="", reason=OF_ITSELF)
    assert make(tmp_path, [known]).unread == []
    made = make(tmp_path, [replace(known, reason=f"{OF_ITSELF}; cannot be read: Input/output error")])
    assert [(file.path, reason) for file, reason in made.unread] == [("a.zip", OF_ITSELF)]


def test_what_lay_in_an_archive_that_is_damaged_now_is_not_gone_and_that_is_said(tmp_path: Path) -> None:
    for name in ("half copied.zip", "never whole.zip"):
        (tmp_path / name).write_bytes(zipped({"one.txt": "first"})[:-9])
    records = [of_member(tmp_path / "half copied.zip", tmp_path, "one.txt")]
    made = make(tmp_path, records)
    assert made.gone == made.absent == []
    assert made.problems == [
        (
            str(tmp_path / "half copied.zip"),
            "a damaged archive: it has no end; its documents stay until it is whole or removed",
        )
    ]
    assert [(file.path, "it has no end" in reason) for file, reason in made.unread] == [
        ("half copied.zip", True),
        ("never whole.zip", True),
    ]
    (tmp_path / "half copied.zip").unlink()
    made = make(tmp_path, records)
    assert ([each.records for each in made.absent], made.problems) == ([tuple(records)], [])


def test_a_file_is_unchanged_only_with_its_size_and_date(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("text")
    changed = [record(file, tmp_path, mtime_ns=1), record(file, tmp_path, size=9)]
    assert make(tmp_path, [record(file, tmp_path)]).settled == {State.INDEXED: 1}
    for old in changed:
        assert [found.path for found in make(tmp_path, [old]).work] == ["a.txt"]


def test_a_file_edited_with_its_date_kept_must_be_hashed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("before")
    known, before = record(file, tmp_path), file.stat()
    file.write_text("after!")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    made = make(tmp_path, [known])
    assert ([each.path for each, _ in made.doubtful], made.work, made.unchanged) == (["a.txt"], [], [])
    assert not made.settled


def test_a_file_that_took_the_place_of_another_one_must_be_hashed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"text {name}")
        os.utime(tmp_path / name / "a.txt", (1e9, 1e9))
    known = [record(tmp_path / name / "a.txt", tmp_path) for name in ("one", "two")]
    (tmp_path / "one").rename(tmp_path / "three")
    (tmp_path / "two").rename(tmp_path / "one")
    (tmp_path / "three").rename(tmp_path / "two")  # renaming a folder changes no time of the files in it
    assert [each.path for each, _ in make(tmp_path, known).doubtful] == ["one/a.txt", "two/a.txt"]


def test_a_record_of_an_older_version_is_believed_and_gets_inode_and_time(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("text")
    made = make(tmp_path, [record(file, tmp_path, inode=0, ctime_ns=0)])
    assert made.unchanged == made.noted == [record(file, tmp_path)]
    assert make(tmp_path, made.noted).noted == []


def test_a_sidecar_edited_with_its_date_kept_must_be_hashed(tmp_path: Path) -> None:
    picture, sidecar = tmp_path / "a.png", tmp_path / "a.xmp"
    picture.write_bytes(b"PNG")
    sidecar.write_text("before")
    (found,) = make(tmp_path, []).work
    known = record(picture, tmp_path, kind=Kind.IMAGE, sidecars=found.sidecar_versions)
    assert make(tmp_path, [known]).left == 1
    status = sidecar.stat()
    sidecar.write_text("after!")
    os.utime(sidecar, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert [each.path for each, _ in make(tmp_path, [known]).doubtful] == ["a.png"]


def test_sidecars_of_an_older_record_are_believed(tmp_path: Path) -> None:
    picture, sidecar = tmp_path / "a.png", tmp_path / "a.xmp"
    picture.write_bytes(b"PNG")
    sidecar.write_text("text")
    status = sidecar.stat()
    old = f"xmp:{status.st_size}:{status.st_mtime_ns}"
    known = record(picture, tmp_path, kind=Kind.IMAGE, sidecars=old, inode=0, ctime_ns=0)
    (noted,) = make(tmp_path, [known]).noted
    assert noted.sidecars == f"{old}:{status.st_ino}:{status.st_ctime_ns}"


def test_a_format_that_is_not_read_is_not_hashed(tmp_path: Path) -> None:
    file = tmp_path / "a.mp3"
    file.write_bytes(b"ID3")
    known = record(file, tmp_path, State.SKIPPED, kind=Kind.OTHER, sha256="")
    file.chmod(0o600)
    made = make(tmp_path, [known])
    assert (made.doubtful, made.noted) == (
        [],
        [record(file, tmp_path, State.SKIPPED, kind=Kind.OTHER, sha256="")],
    )


def test_a_hash_tells_whether_a_doubtful_file_has_changed(tmp_path: Path) -> None:
    for name in ("same", "other"):
        (tmp_path / f"{name}.txt").write_text(name)
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("same", "different")}
    known = [
        record(tmp_path / "same.txt", tmp_path, sha256=digests["same"], ctime_ns=1),
        record(tmp_path / "other.txt", tmp_path, sha256=digests["different"], ctime_ns=1),
    ]
    made = make(tmp_path, known)
    assert (len(made.doubtful), made.found) == (2, 2)
    hash_doubtful(made)
    assert made.unchanged == made.noted == [record(tmp_path / "same.txt", tmp_path, sha256=digests["same"])]
    assert [each.path for each in made.work] == ["other.txt"]
    assert (made.doubtful, made.found) == ([], 2)


def test_a_doubtful_file_that_cannot_be_read_becomes_work(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("text")
    made = make(tmp_path, [record(file, tmp_path, ctime_ns=1)])
    file.unlink()
    hash_doubtful(made)
    assert [each.path for each in made.work] == ["a.txt"]


def test_what_had_nothing_to_index_is_settled_until_someone_asks(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(" ")
    known = record(file, tmp_path, State.SKIPPED, reason="No text in it")
    assert make(tmp_path, [known]).unchanged
    for rules in (Rules(retry=Retry()), Rules(retry=Retry("no TEXT"))):
        assert make(tmp_path, [known], rules).work
    assert make(tmp_path, [known], Rules(retry=Retry("damaged"))).unchanged


def test_a_format_that_this_version_reads_is_read_although_an_older_one_skipped_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("text")
    assert make(tmp_path, [record(file, tmp_path, State.SKIPPED, kind=Kind.OTHER, sha256="")]).work


def test_what_is_left_out_is_counted_and_a_folder_counts_once(tmp_path: Path) -> None:
    (tmp_path / "node_modules" / "deep").mkdir(parents=True)
    (tmp_path / "node_modules" / "deep" / "a.txt").write_text("text")
    for name in ("kept.txt", ".hidden", "left out.txt", "photo.png", "photo.xmp"):
        (tmp_path / name).write_text("text")
    (tmp_path / ".semsearchignore").write_text("left*\n")
    (tmp_path / "link.txt").symlink_to("kept.txt")
    made = make(tmp_path, [])
    assert [file.path for file in made.work] == ["kept.txt", "photo.png"]
    # .hidden, .semsearchignore, link.txt, left out.txt, photo.xmp
    assert (made.ignored_files, made.ignored_folders) == (5, 1)


def test_a_file_that_could_not_be_read_is_tried_each_time(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("text")
    assert make(tmp_path, [record(file, tmp_path, State.FAILED, sha256="")]).work
    assert not make(tmp_path, [record(file, tmp_path, State.FAILED)]).work
    assert make(tmp_path, [record(file, tmp_path, State.FAILED)], Rules(retry=Retry())).work


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
