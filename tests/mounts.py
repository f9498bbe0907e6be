"""Mounts for tests. Where mounting is not permitted, the test is skipped."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(
    source: Path | str, point: Path, *, bind: bool = False, read_only: bool = False
) -> Iterator[None]:
    """Mount a file system of its type ("tmpfs"), or bind a folder, at `point`."""
    options = ["--bind", str(source)] if bind else ["-t", str(source), "semsearch-test"]
    options += ["-o", "ro"] if read_only else []
    try:
        done = subprocess.run(["mount", *options, str(point)], capture_output=True, text=True, check=False)
        refusal = done.stderr.strip() if done.returncode else ""
    except FileNotFoundError:
        refusal = "there is no mount command"
    if refusal:
        pytest.skip(f"mounting is not permitted here: {refusal}")
    try:
        yield
    finally:
        unmount(point)


def unmount(point: Path) -> None:
    """Take the mount at `point` away, also while files on it are open. Without a mount, nothing happens."""
    subprocess.run(["umount", "--lazy", str(point)], capture_output=True, check=False)
