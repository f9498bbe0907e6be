"""On which file system a folder lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.watching import mounts

LINUX = """\
/dev/vda / ext4 rw 0 0
server:/export /mnt/nas nfs4 rw 0 0
//host/share /mnt/my\\040share cifs rw 0 0
autofs /auto autofs rw 0 0
/dev/sdb /auto ext4 rw 0 0
me@host: /home/me/remote fuse.sshfs rw 0 0
"""
MACOS = """\
/dev/disk1s1 on / (apfs, local, journaled)
//me@nas/share on /Volumes/my share (smbfs, nodev, nosuid, mounted by me)
"""


@pytest.mark.parametrize(
    ("folder", "kind", "remote"),
    [
        ("/srv", "ext4", False),
        ("/mnt/nas/deep", "nfs4", True),
        ("/mnt/nas2", "ext4", False),
        ("/mnt/my share/a", "cifs", True),
        ("/auto/a", "ext4", False),
        ("/home/me/remote", "fuse.sshfs", True),
    ],
)
def test_the_innermost_and_latest_mount_counts(folder: str, kind: str, remote: bool) -> None:
    found = mounts._around(Path(folder), mounts._linux(LINUX))
    assert (found, mounts.is_remote(found)) == (kind, remote)


@pytest.mark.parametrize(("folder", "kind"), [("/Users/me", "apfs"), ("/Volumes/my share/a", "smbfs")])
def test_the_list_of_mount_on_macos_is_read(folder: str, kind: str) -> None:
    assert mounts._around(Path(folder), mounts._macos(MACOS)) == kind


def test_a_real_folder_has_a_file_system_that_is_not_remote(tmp_path: Path) -> None:
    assert mounts.file_system(tmp_path)
    assert not mounts.is_remote(mounts.file_system(tmp_path))
