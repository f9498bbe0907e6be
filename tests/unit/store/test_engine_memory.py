"""The memory limit of the embedded engine, read from files like those of Linux."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from semsearch.settings import Settings
from semsearch.store.engine import memory

MACHINE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
MIB = 2**20


def system(root: Path, groups: str, limits: dict[str, str]) -> Path:
    files = {"proc/self/cgroup": groups} | {f"sys/fs/cgroup/{name}": limit for name, limit in limits.items()}
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n", encoding="ascii")
    return root


def test_without_control_groups_the_memory_of_the_machine_counts(tmp_path: Path) -> None:
    assert memory.usable(tmp_path) == MACHINE


@pytest.mark.parametrize(
    ("groups", "limits", "usable"),
    [
        ("0::/", {"memory.max": f"{300 * MIB}"}, 300 * MIB),
        ("0::/a/b", {"a/b/memory.max": "max", "a/memory.max": f"{200 * MIB}"}, 200 * MIB),
        ("0::/a/b", {"a/b/memory.max": "max", "a/memory.max": "max"}, MACHINE),
        ("0::/a", {"b/memory.max": f"{200 * MIB}"}, MACHINE),
        ("4:memory:/docker/12ab", {"memory/memory.limit_in_bytes": f"{400 * MIB}"}, 400 * MIB),
        ("4:cpu,memory:/a\n0::/", {"memory/a/memory.limit_in_bytes": f"{150 * MIB}"}, 150 * MIB),
        ("4:memory:/", {"memory/memory.limit_in_bytes": "9223372036854771712"}, MACHINE),
        ("3:cpuset:/", {"memory/memory.limit_in_bytes": f"{150 * MIB}"}, MACHINE),
    ],
)
def test_the_lowest_limit_of_the_control_groups_around_the_process_counts(
    groups: str, limits: dict[str, str], usable: int, tmp_path: Path
) -> None:
    assert memory.usable(system(tmp_path, groups, limits)) == usable


@pytest.mark.parametrize(("usable", "limit"), [(8000 * MIB, 4000 * MIB), (300 * MIB, 256 * MIB)])
def test_the_engine_gets_half_of_the_memory_but_at_least_256_mib(
    usable: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "usable", lambda: usable)
    assert memory.limit(Settings()) == limit


def test_the_setting_takes_precedence() -> None:
    assert memory.limit(Settings(redis_memory=20_000_000)) == 20_000_000
