"""How much memory the embedded engine may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from semsearch.settings import Settings

# The engine gets half of the memory. The other half is for the models, for other programs, and for the copy
# of changed data that the engine makes while it rewrites its append-only file.
_DIVISOR = 2
# The least memory of the engine, in bytes. A machine that can hold the models has this much.
_LEAST = 256 * 2**20


def limit(settings: Settings) -> int:
    """The most memory of the engine in bytes: the setting, or half of what this process may use."""
    return settings.redis_memory or max(_LEAST, usable() // _DIVISOR)


def usable(root: Path = Path("/")) -> int:
    """The memory in bytes of this machine, or the limit of the container or control group if it is lower."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_group_limits(root)])


def _group_limits(root: Path) -> Iterator[int]:
    """The memory limits of the control group of this process, version 1 or 2, and of its parent groups."""
    try:
        groups = (root / "proc/self/cgroup").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return  # not Linux
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
    """The number in a file. Yields nothing for "max", or if a container does not see its parent groups."""
    try:
        yield int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return
