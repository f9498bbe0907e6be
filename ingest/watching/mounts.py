"""On which file system a folder lies, and whether this machine hears of every change there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

_TABLE = Path("/proc/self/mounts")
# Another machine can change files on these, and a system tells only of the changes that it makes itself.
# Those after the first two lines are folders that virtual machines and containers share with their host.
_REMOTE = frozenset({
    "nfs", "nfs3", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "webdav", "ceph",
    "glusterfs", "lustre", "beegfs", "davfs", "ocfs2", "gfs2", "autofs",
    "9p", "v9fs", "virtiofs", "drvfs", "vboxsf", "vmhgfs", "prl_fs", "fakeowner", "osxfs",
    "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs2", "fuse.glusterfs", "fuse.curlftpfs",
    "fuse.gvfsd-fuse", "fuse.smbnetfs", "fuse.google-drive-ocamlfuse", "fuse.vmhgfs-fuse", "fuse.grpcfuse",
    "fuse.ceph", "fuse.juicefs", "fuse.goofys", "fuse.gcsfuse", "fuse.mount-s3",
})  # fmt: skip

# A line of /proc/mounts: device, folder and type. A line of `mount` on macOS: DEVICE on FOLDER (TYPE, ...).
_LINUX = re.compile(r"\S+ (?P<folder>\S+) (?P<type>\S+) ")
_MACOS = re.compile(r".+? on (?P<folder>/.*) \((?P<type>[^,)]+)")
_ESCAPED = re.compile(r"\\([0-7]{3})")


def file_system(folder: Path) -> str:
    """The type of the file system that `folder` lies on, such as "ext4"; "" when the system does not tell."""
    return _around(folder, _mounts())


def is_remote(kind: str) -> bool:
    """Whether files on a file system of this type may change without any event on this machine."""
    return kind in _REMOTE


def _around(folder: Path, mounts: Iterable[tuple[Path, str]]) -> str:
    """The type of the innermost mount. Where two have the same folder, the later one hides the earlier."""
    kind, depth = "", 0
    for place, each in mounts:
        if len(place.parts) >= depth and folder.is_relative_to(place):
            kind, depth = each, len(place.parts)
    return kind


def _mounts() -> Iterator[tuple[Path, str]]:
    try:
        return _linux(_TABLE.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return _macos(_listing())


def _listing() -> str:
    try:
        return subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _linux(table: str) -> Iterator[tuple[Path, str]]:
    for found in filter(None, map(_LINUX.match, table.splitlines())):
        # Spaces and backslashes in the name of a folder are written in octal.
        yield Path(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), found["folder"])), found["type"]


def _macos(listing: str) -> Iterator[tuple[Path, str]]:
    for found in filter(None, map(_MACOS.match, listing.splitlines())):
        yield Path(found["folder"]), found["type"]
