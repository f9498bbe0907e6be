"""How much memory the embedded engine may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from semsearch.settings import Settings

# The other half is for the models, for other programs, and for the copy that the engine makes of changing
# data while it rewrites its append-only file.
_SHARE = 2
# Where the models fit, this fits too.
_LEAST = 256 * 2**20


def limit(settings: Settings) -> int:
    """In bytes: what the settings say, or half of the memory that this process may use."""
    return settings.redis_memory or max(_LEAST, usable() // _SHARE)


def usable(root: Path = Path("/")) -> int:
    """The memory of this machine, or of the container or control group that we are in."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_group_limits(root)])


def _group_limits(root: Path) -> Iterator[int]:
    """The limits of our control group, version 2 or 1, and of those around it."""
    try:
        groups = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return  # another system than Linux
    for line in groups:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            top, name = root / "sys/fs/cgroup", "memory.max"
        elif "memory" in controllers.split(","):
            top, name = root / "sys/fs/cgroup/memory", "memory.limit_in_bytes"
        else:
            continue
        group = top / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(top):
                yield from _number(folder / name)


def _number(file: Path) -> Iterator[int]:
    """Nothing where there is no limit ("max"), or where a container does not see the groups around it."""
    try:
        yield int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return
