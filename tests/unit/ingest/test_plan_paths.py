"""Plans for some paths only, from files and records, without Redis."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.compare import Rules
from ingest.plan import Plan
from ingest.plan_paths import plan_paths
from semsearch.errors import FolderError
from semsearch.ignored import IGNORE_FILE
from semsearch.records import DocumentRecord, Kind
from tests.archives import zipped
from tests.fakes import picture
from tests.unit.ingest.test_plan import of_member, record
from tests.users import as_ordinary_user


class Known:
    """Records in memory. It notes which of them are asked for."""

    def __init__(self, *records: DocumentRecord) -> None:
        self.records = records
        self.read: list[str] = []

    def of_docs(self, docs: Sequence[str]) -> list[DocumentRecord]:
        return self._noted(each for each in self.records if each.doc in docs)

    def in_folders(self, root: str, folders: Sequence[str]) -> list[DocumentRecord]:
        prefixes = tuple(f"{folder}/" for folder in folders)
        return self._noted(
            each for each in self.records if each.root == root and each.path.startswith(prefixes)
        )

    def _noted(self, found: object) -> list[DocumentRecord]:
        records: list[DocumentRecord] = list(found)  # type: ignore[call-overload]
        self.read += [each.path for each in records]
        return records


def write(root: Path, *paths: str) -> list[DocumentRecord]:
    """Write files and return their records."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    return [record(root / path, root) for path in paths]


def make(
    root: Path, known: Known, *paths: str, roots: Sequence[Path] = (), paused: Sequence[Path] = ()
) -> Plan:
    places = [str(root / path) if path else str(root) for path in paths]
    rules = Rules("colours")
    return plan_paths(places, map(str, roots or [root]), list(map(str, paused)), known, rules).todo


def names(plan: Plan) -> dict[str, list[str]]:
    """The paths in each part of a plan that has some."""
    parts = {
        "work": [file.path for file in plan.work],
        "unread": [file.path for file, _ in plan.unread],
        "unchanged": [each.path for each in plan.unchanged],
        "gone": [each.path for each in plan.gone],
    }
    return {name: sorted(paths) for name, paths in parts.items() if paths}


def test_a_changed_file_a_new_one_and_a_removed_one_are_told_apart(tmp_path: Path) -> None:
    known = Known(*write(tmp_path, "same.txt", "changed.txt", "gone.txt", "elsewhere.txt"))
    (tmp_path / "changed.txt").write_text("something else")
    (tmp_path / "gone.txt").unlink()
    write(tmp_path, "new.txt", "new.mov")
    plan = make(tmp_path, known, "same.txt", "changed.txt", "gone.txt", "new.txt", "new.mov")
    assert names(plan) == {
        "work": ["changed.txt", "new.txt"],
        "unread": ["new.mov"],
        "unchanged": ["same.txt"],
        "gone": ["gone.txt"],
    }


def test_only_the_records_of_the_changed_paths_are_read(tmp_path: Path) -> None:
    known = Known(*write(tmp_path, *(f"{folder}/{n}.txt" for folder in "abc" for n in range(20))))
    make(tmp_path, known, "a/3.txt")
    assert known.read == ["a/3.txt"]


def test_a_path_that_nobody_knows_and_where_nothing_is_gives_an_empty_plan(tmp_path: Path) -> None:
    assert names(make(tmp_path, Known(), ".a.txt.swp", "a.tmp", "gone/for/good.txt")) == {}


def test_a_renamed_folder_takes_all_its_files_along(tmp_path: Path) -> None:
    known = Known(*write(tmp_path, "old/a.txt", "old/deep/b.txt", "older/c.txt"))
    (tmp_path / "old").rename(tmp_path / "new")
    assert names(make(tmp_path, known, "old", "new")) == {
        "work": ["new/a.txt", "new/deep/b.txt"],
        "gone": ["old/a.txt", "old/deep/b.txt"],
    }


def test_a_new_folder_is_walked_once_though_its_files_changed_too(tmp_path: Path) -> None:
    write(tmp_path, "new/deep/a.txt", "new/b.txt")
    plan = make(tmp_path, Known(), "new/deep/a.txt", "new", "new/deep", "new/b.txt")
    assert names(plan) == {"work": ["new/b.txt", "new/deep/a.txt"]}


def test_a_file_in_place_of_a_folder_and_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    known = Known(*write(tmp_path, "was folder.txt/a.txt", "was file.txt"))
    shutil.rmtree(tmp_path / "was folder.txt")
    (tmp_path / "was file.txt").unlink()
    write(tmp_path, "was folder.txt", "was file.txt/a.txt")
    assert names(make(tmp_path, known, "was folder.txt", "was file.txt")) == {
        "work": ["was file.txt/a.txt", "was folder.txt"],
        "gone": ["was file.txt", "was folder.txt/a.txt"],
    }


def test_what_is_left_out_is_gone_and_what_is_let_in_again_is_new(tmp_path: Path) -> None:
    known = Known(*write(tmp_path, "drafts/a.txt", "drafts/b.md"))
    (tmp_path / "drafts" / IGNORE_FILE).write_text("*.md\n")
    expected = {"unchanged": ["drafts/a.txt"], "gone": ["drafts/b.md"]}
    assert names(make(tmp_path, known, f"drafts/{IGNORE_FILE}")) == expected
    (tmp_path / "drafts" / IGNORE_FILE).unlink()
    assert names(make(tmp_path, Known(), f"drafts/{IGNORE_FILE}")) == {
        "work": ["drafts/a.txt", "drafts/b.md"]
    }


def test_a_file_in_a_folder_that_is_left_out_is_gone(tmp_path: Path) -> None:
    known = Known(*write(tmp_path, "private/deep/a.txt"))
    (tmp_path / IGNORE_FILE).write_text("private/\n")
    assert names(make(tmp_path, known, "private/deep/a.txt")) == {"gone": ["private/deep/a.txt"]}


@pytest.mark.parametrize("sidecar", ["photo.xmp", "photo.jpg.xmp", "photo.txt", "photo.jpg.suppl.json"])
def test_a_sidecar_that_changes_or_goes_means_its_picture(tmp_path: Path, sidecar: str) -> None:
    picture(tmp_path / "photo.jpg", "red")
    picture(tmp_path / "other.jpg", "blue")
    own = record(tmp_path / "photo.jpg", tmp_path, kind=Kind.IMAGE)
    (tmp_path / sidecar).write_text("words")
    assert "photo.jpg" in names(make(tmp_path, Known(own), sidecar))["work"]
    (tmp_path / sidecar).unlink()
    described = Known(record(tmp_path / "photo.jpg", tmp_path, kind=Kind.IMAGE, sidecars="xmp:1:1"))
    assert names(make(tmp_path, described, sidecar)) == {"work": ["photo.jpg"]}


def test_a_picture_that_comes_takes_the_place_of_its_sidecar(tmp_path: Path) -> None:
    (alone,) = write(tmp_path, "photo.xmp")
    picture(tmp_path / "photo.jpg", "red")
    plan = make(tmp_path, Known(alone), "photo.jpg")
    assert names(plan) == {"work": ["photo.jpg"], "gone": ["photo.xmp"]}
    (tmp_path / "photo.jpg").unlink()
    assert names(make(tmp_path, Known(), "photo.jpg")) == {"unread": ["photo.xmp"]}


def test_a_path_belongs_to_the_innermost_root(tmp_path: Path) -> None:
    write(tmp_path, "letters/a.txt", "letters/inner/b.txt")
    roots = [tmp_path, tmp_path / "letters" / "inner"]
    plan = make(tmp_path, Known(), "letters/inner/b.txt", roots=roots)
    assert [(file.root, file.path) for file in plan.work] == [(roots[1], "b.txt")]
    # A folder that comes with a root in it.
    plan = make(tmp_path, Known(), "letters", roots=roots)
    assert [(file.root, file.path) for file in plan.work] == [(tmp_path, "letters/a.txt")]
    assert names(make(tmp_path, Known(), "../elsewhere.txt", roots=roots)) == {}
    # A root in it that is paused.
    both = ("letters/a.txt", "letters/inner/b.txt")
    assert names(make(tmp_path, Known(), *both, roots=roots, paused=roots[1:])) == {"work": ["letters/a.txt"]}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/a.txt")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "outside")
    assert names(make(tmp_path / "root", Known(), "link", "link/a.txt")) == {}


def test_what_lies_in_a_folder_that_cannot_be_entered_stays() -> None:
    with as_ordinary_user() as root:
        known = Known(*write(root, "locked/deep/a.txt"))
        (root / "locked").chmod(0)
        try:
            plan = make(root, known, "locked/deep/a.txt", "locked/deep")
        finally:
            (root / "locked").chmod(0o700)
    assert names(plan) == {}
    assert [path for path, _ in plan.problems] == [str(root / "locked")]


def test_what_lies_in_an_archive_that_cannot_be_read_stays() -> None:
    with as_ordinary_user() as root:
        (root / "a.zip").write_bytes(zipped({"one.txt": "first"}))
        known = Known(of_member(root / "a.zip", root, "one.txt"))
        (root / "a.zip").chmod(0)
        plan = make(root, known, "a.zip")
    assert names(plan) == {"unread": ["a.zip"]}
    assert plan.problems == [(str(root / "a.zip"), "cannot be read: Permission denied")]


def test_what_lies_in_an_archive_stays_while_it_is_half_copied_and_goes_with_it(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"one.txt": "first"})[:-9])
    known = Known(of_member(archive, tmp_path, "one.txt"))
    plan = make(tmp_path, known, "a.zip")
    assert names(plan) == {"unread": ["a.zip"]}
    assert [path for path, _ in plan.problems] == [str(archive)]
    assert make(tmp_path, Known(), "a.zip").problems == []
    archive.unlink()
    assert names(make(tmp_path, known, "a.zip")) == {"gone": ["a.zip//one.txt"]}


@pytest.mark.parametrize("path", ["", IGNORE_FILE])
def test_a_whole_root_needs_a_walk(tmp_path: Path, path: str) -> None:
    with pytest.raises(FolderError, match="everything in"):
        make(tmp_path, Known(), path)


def test_nothing_is_gone_with_its_root(tmp_path: Path) -> None:
    known = Known(*write(tmp_path, "root/a.txt"))
    known = Known(record(tmp_path / "root" / "a.txt", tmp_path / "root"))
    shutil.rmtree(tmp_path / "root")
    with pytest.raises(FolderError, match="no folder"):
        make(tmp_path / "root", known, "a.txt")
