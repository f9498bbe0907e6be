"""Files that disappeared: which records a plan removes, and which it keeps as missing. Without Redis."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import discover
from ingest.compare import Rules
from ingest.plan import Plan
from ingest.scopes import scopes
from semsearch.errors import FolderError
from semsearch.records import DocumentRecord, State
from tests.archives import zipped
from tests.mounts import mounted, unmount
from tests.unit.ingest.test_plan import of_member, planned, record

Held = set[str]


def fill(folder: Path, number: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(number):
        (folder / f"{n}.txt").write_text(f"text {n}")


def known(root: Path) -> list[DocumentRecord]:
    """Return the records of all files below the root, each with a hash of its own."""
    files = sorted(root.rglob("*.txt"))
    return [record(file, root, sha256=file.relative_to(root).as_posix()) for file in files]


def make(
    root: Path,
    records: list[DocumentRecord],
    rules: Rules = Rules(),  # noqa: B008 (frozen)
    remembered: dict[str, str] | None = None,
) -> Plan:
    return planned(scopes([root], {str(root)}), records, rules, remembered or {})


def places(root: Path) -> dict[str, str]:
    return make(root, []).places


def divided(made: Plan, *found: str) -> tuple[Held, Held]:
    """Return the paths that the plan removes and those that it keeps, when these hashes are found."""
    pairs = [absent.divide(found) for absent in made.absent]
    gone = {each.path for removed, _ in pairs for each in removed} | {each.path for each in made.gone}
    return gone, {each.path for _, held in pairs for each in held}


def test_a_few_files_that_disappear_are_removed_at_once(tmp_path: Path) -> None:
    fill(tmp_path, 30)
    records = known(tmp_path)
    for n in range(20):
        (tmp_path / f"{n}.txt").unlink()
    gone, held = divided(make(tmp_path, records))
    assert (len(gone), held) == (20, set())


def test_many_files_that_are_a_small_share_are_removed_at_once(tmp_path: Path) -> None:
    fill(tmp_path / "kept", 84)
    fill(tmp_path / "other", 21)
    records = known(tmp_path)
    shutil.rmtree(tmp_path / "other")
    gone, held = divided(make(tmp_path, records))
    assert (len(gone), held) == (21, set())


def test_more_than_twenty_files_and_a_fifth_are_held(tmp_path: Path) -> None:
    fill(tmp_path / "kept", 83)
    fill(tmp_path / "other", 21)
    records = known(tmp_path)
    shutil.rmtree(tmp_path / "other")
    gone, held = divided(make(tmp_path, records))
    assert (gone, len(held)) == (set(), 21)


def test_moved_files_are_gone_and_do_not_count_as_lost(tmp_path: Path) -> None:
    fill(tmp_path / "kept", 10)
    fill(tmp_path / "other", 30)
    records = known(tmp_path)
    shutil.rmtree(tmp_path / "other")
    made = make(tmp_path, records)
    moved = [f"other/{n}.txt" for n in range(30)]
    assert divided(made, *moved) == (set(moved), set())
    assert divided(made, *moved[:15]) == (set(moved), set())
    assert divided(made, *moved[:9]) == (set(moved[:9]), set(moved[9:]))


def test_a_file_without_a_hash_is_known_again_by_its_size_and_date(tmp_path: Path) -> None:
    fill(tmp_path, 1)
    fill(tmp_path / "other", 30)
    songs = [record(file, tmp_path, State.SKIPPED, sha256="") for file in (tmp_path / "other").iterdir()]
    shutil.rmtree(tmp_path / "other")
    traces = [f"{song.size} {song.mtime_ns}" for song in songs]
    gone, held = divided(make(tmp_path, songs), *traces)
    assert (len(gone), held) == (30, set())


def test_what_is_missing_already_is_no_part_of_the_share(tmp_path: Path) -> None:
    fill(tmp_path / "kept", 22)
    fill(tmp_path / "away", 100)
    records = known(tmp_path)
    since = time.time()
    records = [
        record(tmp_path / each.path, tmp_path, State.MISSING, sha256=each.sha256, missing_since=since)
        if each.path.startswith("away")
        else each
        for each in records
    ]
    shutil.rmtree(tmp_path / "away")
    for n in range(21):
        (tmp_path / "kept" / f"{n}.txt").unlink()
    gone, held = divided(make(tmp_path, records))
    assert (gone, len(held)) == (set(), 21)


def test_missing_documents_go_after_their_days_or_at_once_if_asked(tmp_path: Path) -> None:
    fill(tmp_path, 2)
    stale = time.time() - 31 * 86_400
    records = [
        record(tmp_path / "0.txt", tmp_path, State.MISSING, missing_since=stale),
        record(tmp_path / "1.txt", tmp_path, State.MISSING, missing_since=stale + 2 * 86_400),
    ]
    for each in records:
        (tmp_path / each.path).unlink()
    (tmp_path / "other.txt").write_text("other")
    assert divided(make(tmp_path, records)) == ({"0.txt"}, set())
    assert divided(make(tmp_path, records, Rules(missing_days=28))) == ({"0.txt", "1.txt"}, set())
    assert divided(make(tmp_path, records, Rules(allow_empty=True))) == ({"0.txt", "1.txt"}, set())


def test_a_missing_file_that_is_there_again_comes_back(tmp_path: Path) -> None:
    fill(tmp_path, 1)
    missing = record(tmp_path / "0.txt", tmp_path, State.MISSING, missing_since=1.0)
    made = make(tmp_path, [missing])
    assert [(file.path, known) for file, known in made.back] == [("0.txt", missing)]
    assert (made.found, made.absent, made.missing, made.gone) == (1, [], [], [])


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A root with two files of its own, and a disk mounted in it that has three."""
    fill(tmp_path / "root", 2)
    disk = tmp_path / "root" / "disk"
    disk.mkdir()
    with mounted("tmpfs", disk):
        fill(disk, 3)
        yield disk


def test_a_disk_that_is_away_costs_no_document_however_few_it_has(disk: Path) -> None:
    root = disk.parent
    records, remembered = known(root), places(root)
    unmount(disk)
    (disk / "stray.txt").write_text("stray")
    (root / "1.txt").unlink()
    made = make(root, records, remembered=remembered)
    assert divided(made) == ({"1.txt"}, {"disk/0.txt", "disk/1.txt", "disk/2.txt"})
    assert [file.path for file in made.work] == ["disk/stray.txt"]


def test_the_root_itself_may_be_the_disk_that_is_away(disk: Path) -> None:
    records, remembered = known(disk), places(disk)
    unmount(disk)
    (disk / "stray.txt").write_text("stray")
    gone, held = divided(make(disk, records, remembered=remembered))
    assert (gone, held) == (set(), {"0.txt", "1.txt", "2.txt"})


def test_a_mount_point_that_is_removed_is_a_disk_that_is_away(disk: Path) -> None:
    root = disk.parent
    records, remembered = known(root), places(root)
    unmount(disk)
    disk.rmdir()
    made = make(root, records, remembered=remembered)
    assert len(divided(made)[1]) == 3
    assert made.places[str(disk)] == ""  # to be forgotten


def test_a_disk_that_hides_files_costs_none_of_them(tmp_path: Path) -> None:
    fill(tmp_path / "kept", 2)
    fill(tmp_path / "disk", 2)
    records, remembered = known(tmp_path), places(tmp_path)
    with mounted("tmpfs", tmp_path / "disk"):
        made = make(tmp_path, records, remembered=remembered)
    assert divided(made) == (set(), {"disk/0.txt", "disk/1.txt"})


def test_files_removed_from_a_disk_that_is_there_are_removed(disk: Path) -> None:
    root = disk.parent
    records, remembered = known(root), places(root)
    (disk / "2.txt").unlink()
    assert divided(make(root, records, remembered=remembered)) == ({"disk/2.txt"}, set())


def test_another_file_system_with_all_its_files_there_is_remembered_anew(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    made = make(tmp_path, known(tmp_path), remembered={str(tmp_path): "ext4 beef /"})
    assert (made.left, made.absent) == (3, [])
    assert made.places == places(tmp_path)


def test_another_file_system_that_lacks_a_file_costs_it_nothing(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    records = known(tmp_path)
    (tmp_path / "0.txt").unlink()
    made = make(tmp_path, records, remembered={str(tmp_path): "ext4 beef /"})
    assert divided(made) == (set(), {"0.txt"})


def test_a_disk_that_vanishes_while_it_is_walked_costs_nothing(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = disk.parent
    records, remembered = known(root), places(root)

    def unmount_on_the_way(*arguments: object) -> object:
        if arguments[1] == "disk/":
            unmount(disk)
        return listing(*arguments)  # type: ignore[arg-type]

    listing = discover._listing
    monkeypatch.setattr(discover, "_listing", unmount_on_the_way)
    made = make(root, records, remembered=remembered)
    assert divided(made) == (set(), {"disk/0.txt", "disk/1.txt", "disk/2.txt"})


def test_a_part_of_a_root_says_nothing_about_disks_in_other_parts(disk: Path) -> None:
    root = disk.parent
    fill(root / "part", 1)
    remembered = places(root)
    unmount(disk)
    made = planned(scopes([root / "part"], {str(root)}), [], Rules(), remembered)
    assert str(disk) not in made.places


def test_a_folder_that_is_no_mount_is_not_remembered(tmp_path: Path) -> None:
    fill(tmp_path / "sub", 1)
    made = planned(scopes([tmp_path / "sub"], {str(tmp_path)}), [], Rules(), {})
    assert list(made.places) == [str(tmp_path)]


def test_many_files_that_are_left_out_from_now_on_are_removed_at_once(tmp_path: Path) -> None:
    fill(tmp_path / "kept", 5)
    fill(tmp_path / "logs" / "old", 25)
    records = known(tmp_path)
    (tmp_path / ".semsearchignore").write_text("logs/\nkept/1.txt\n")
    made = make(tmp_path, records)
    gone = {each.path for each in made.gone}
    assert (len(gone), made.absent) == (26, [])
    assert all(path.startswith("logs/old/") or path == "kept/1.txt" for path in gone)


@pytest.mark.parametrize("rule", ["old/", "logs.zip/old/", "logs.zip", "*.txt"])
def test_so_are_many_files_in_an_archive(tmp_path: Path, rule: str) -> None:
    (tmp_path / "logs.zip").write_bytes(zipped({f"old/{n}.txt": f"text {n}" for n in range(25)}))
    (tmp_path / "kept.md").write_text("kept")
    records = [of_member(tmp_path / "logs.zip", tmp_path, f"old/{n}.txt") for n in range(25)]
    (tmp_path / ".semsearchignore").write_text(f"{rule}\n")
    made = make(tmp_path, records)
    assert (made.gone, made.absent) == (records, [])


def test_missing_files_that_are_left_out_from_now_on_are_not_kept(tmp_path: Path) -> None:
    fill(tmp_path, 30)
    missing = [replace(each, state=State.MISSING, missing_since=time.time()) for each in known(tmp_path)]
    (tmp_path / ".semsearchignore").write_text("1*\n")
    made = make(tmp_path, missing)
    assert {each.path[0] for each in made.gone} == {"1"}
    assert len(made.gone) + len(made.back) == 30


def test_a_folder_whose_files_are_all_left_out_is_not_taken_for_a_disk_that_is_away(tmp_path: Path) -> None:
    fill(tmp_path, 6)
    records = known(tmp_path)
    (tmp_path / ".semsearchignore").write_text("*.txt\n")
    assert len(make(tmp_path, records).gone) == 6
    (tmp_path / "0.txt").unlink()
    with pytest.raises(FolderError, match="has no files any more, but 1 are indexed"):
        make(tmp_path, records)


def test_what_is_left_out_and_away_is_kept(tmp_path: Path) -> None:
    fill(tmp_path / "kept", 5)
    fill(tmp_path / "logs", 25)
    records = known(tmp_path)
    (tmp_path / ".semsearchignore").write_text("logs/\n")
    shutil.rmtree(tmp_path / "logs")
    assert len(divided(make(tmp_path, records))[1]) == 25
