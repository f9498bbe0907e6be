"""Where folders lie: mounts of this machine, and what the kernel says about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest import disks
from ingest.disks import Disks, expected, joined
from tests.mounts import mounted


def test_the_place_of_a_folder_is_the_same_below_a_bind_mount_of_the_folder_above(tmp_path: Path) -> None:
    (tmp_path / "here" / "sub").mkdir(parents=True)
    (tmp_path / "there").mkdir()
    own = Disks().places(tmp_path / "here" / "sub", {})
    with mounted(tmp_path / "here", tmp_path / "there", bind=True):
        there = Disks().places(tmp_path / "there" / "sub", {})
    assert list(own.values()) == list(there.values())


def test_a_mounted_folder_has_another_place_than_the_folder_below_it(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    before = Disks().places(tmp_path, {str(disk): ""})
    with mounted("tmpfs", disk):
        while_mounted = Disks().places(tmp_path, {})
    assert before.keys() == while_mounted.keys() == {str(tmp_path), str(disk)}
    assert before[str(tmp_path)] == while_mounted[str(tmp_path)]
    assert before[str(disk)] == joined(before[str(tmp_path)], str(tmp_path), str(disk))
    assert before[str(disk)] != while_mounted[str(disk)]


def test_a_folder_that_does_not_exist_has_no_place(tmp_path: Path) -> None:
    assert Disks().places(tmp_path / "gone", {}) == {str(tmp_path / "gone"): ""}


def test_the_mounts_of_names_with_spaces_are_known(tmp_path: Path) -> None:
    disk = tmp_path / "my disk\\040"
    disk.mkdir()
    with mounted("tmpfs", disk):
        assert str(disk) in Disks().places(tmp_path, {})


def test_the_expected_place_follows_from_the_nearest_folder_above() -> None:
    remembered = {"/srv": "ext4 1 /srv", "/srv/disk": "xfs 2 /"}
    assert expected("/srv/notes/a", remembered) == "ext4 1 /srv/notes/a"
    assert expected("/srv/disk/b", remembered) == "xfs 2 /b"
    assert expected("/srv/disk", remembered) == "xfs 2 /"
    assert expected("/srv/diskette", remembered) == "ext4 1 /srv/diskette"
    assert expected("/home", remembered) == ""


@contextmanager
def listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Iterator[None]:
    """Let the kernel list these mounts."""
    file = tmp_path / "mountinfo"
    file.write_text(text)
    with monkeypatch.context() as patch:
        patch.setattr(disks, "_MOUNTINFO", file)
        disks.keeps_numbers.cache_clear()
        yield
    disks.keeps_numbers.cache_clear()


def test_inodes_of_file_systems_that_number_files_anew_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = (
        "36 1 8:17 / /media/stick rw,noatime shared:2 - vfat /dev/sdb1 rw\n"
        "37 1 0:52 / /mnt/far rw - fuse.sshfs me@far:/data rw\n"
        "38 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
    )
    with listing(tmp_path, monkeypatch, mounts):
        kept = {device: disks.keeps_numbers(device) for device in (0x811, 52, 0x801, 0x999)}
    assert kept == {0x811: False, 52: False, 0x801: True, 0x999: True}


def test_without_a_list_of_mounts_the_mount_above_the_folder_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(disks, "_MOUNTINFO", tmp_path / "no such file")
        found = Disks().places(tmp_path, {})
        assert disks.keeps_numbers(tmp_path.stat().st_dev)
    (place,) = found.values()
    assert place.endswith(tmp_path.name)


def test_a_network_file_system_is_named_by_its_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "export"  # statvfs fails, as for a server that does not answer
    mounts = f"40 1 0:60 / {gone} rw - nfs4 server:/export rw\n"
    with listing(tmp_path, monkeypatch, mounts):
        (mount,) = Disks()._mounts.values()
    assert mount.file_system == "nfs4 server:/export"


def test_an_automount_is_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with listing(tmp_path, monkeypatch, "41 1 0:61 / /net rw - autofs systemd-1 rw\n"):
        assert not Disks()._mounts
