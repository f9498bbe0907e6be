"""Which file system each folder lies on, so that a disk that is away is not taken for deleted files.

A place says which folder of which file system a path shows: "ext4 8f0c2e6b17a04d11 /srv/library". It stays
the same when the machine starts again, and it is another one while the disk is not mounted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Linux lists the mounts of this process here, one on each line; see proc_pid_mountinfo(5).
_MOUNTINFO = Path("/proc/self/mountinfo")
_ESCAPE = re.compile(rb"\\([0-7]{3})")
# These number a file anew whenever it is looked up, so the inode says nothing about it.
_NUMBERS_CHANGE = re.compile("fuse.*|v?fat|msdos|exfat|cifs|smb.*|9p")


@dataclass(frozen=True, slots=True)
class _Mount:
    """A line of mountinfo: the folder `inside` of a file system is seen at `point`."""

    device: int
    inside: str
    point: str
    type: str
    source: str

    @property
    def file_system(self) -> str:
        """A name of the file system that outlives its mount.

        ext4 and btrfs make their id from a UUID, XFS and FAT from the number of the device. Network file
        systems have none, and so the name of the server and its folder stands for it.
        """
        try:
            fsid = os.statvfs(self.point).f_fsid
        except OSError:
            fsid = 0
        return f"{self.type} {fsid:x}" if fsid else f"{self.type} {self.source}"


class Disks:
    """The file systems that are mounted now."""

    def __init__(self) -> None:
        # The last one at a point hides the others. An automount stands for a disk that nobody has used yet.
        self._mounts = {mount.point: mount for mount in _mounts() if mount.type != "autofs"}

    def places(self, folder: Path, also: Mapping[str, str]) -> dict[str, str]:
        """The places of `folder`, of each folder below it where another mount begins, and of `also`.

        The place of a folder that does not exist is "".
        """
        below = [point for point in self._mounts if holds(str(folder), point)]
        return {each: self._place(each) for each in {str(folder), *below, *also}}

    def _place(self, folder: str) -> str:
        if not os.path.isdir(folder):  # noqa: PTH112 (surrogates)
            return ""
        above = [mount for mount in self._mounts.values() if holds(mount.point, folder)]
        if not above:
            return _without_mountinfo(folder)
        mount = max(above, key=lambda mount: len(mount.point))
        return joined(f"{mount.file_system} {mount.inside}", mount.point, folder)


def joined(place: str, of: str, folder: str) -> str:
    """The place of `folder`, from the `place` of the folder `of` above it on the same file system."""
    below = folder[len(of.rstrip("/")) :].strip("/")
    return f"{place.rstrip('/')}/{below}" if below else place


def expected(folder: str, remembered: Mapping[str, str]) -> str:
    """The place that `folder` should have, by what is remembered of the nearest folder; "" if unknown."""
    above = [each for each in remembered if holds(each, folder)]
    nearest = max(above, key=len, default="")
    return joined(remembered[nearest], nearest, folder) if nearest else ""


def wake(folders: Mapping[str, str]) -> None:
    """Look into folders, so that the system mounts those that it mounts on demand."""
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                next(entries, None)
        except OSError:
            continue


@cache
def keeps_numbers(device: int) -> bool:
    """Tell whether files on this device (st_dev) keep their inodes while they stay what they are."""
    types = [mount.type for mount in _mounts() if mount.device == device]
    return not any(map(_NUMBERS_CHANGE.fullmatch, types))


def holds(folder: str, path: str) -> bool:
    """Tell whether `path` is the folder or lies in it."""
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def _mounts() -> list[_Mount]:
    """The mounts, as the kernel lists them; none where it does not, as on macOS."""
    try:
        lines = _MOUNTINFO.read_bytes().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        before, _, after = line.partition(b" - ")
        _, _, device, inside, point, *_ = map(_plain, before.split(b" "))
        kind, source, *_ = map(_plain, after.split(b" "))
        major, minor = map(int, device.split(":"))
        found.append(_Mount(os.makedev(major, minor), inside, point, kind, source))
    return found


def _plain(field: bytes) -> str:
    """A field without escapes: a space in a name is written as \\040."""
    return os.fsdecode(_ESCAPE.sub(lambda found: bytes([int(found[1], 8)]), field))


def _without_mountinfo(folder: str) -> str:
    """The place of a folder where the kernel lists no mounts: the nearest mount above it is asked."""
    point = folder
    while not os.path.ismount(point):
        point = os.path.dirname(point)  # noqa: PTH120 (surrogates)
    return joined(f"{os.statvfs(point).f_fsid:x} /", point, folder)
