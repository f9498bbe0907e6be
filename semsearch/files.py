"""Write files to disk, in folders that only their owner can enter."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def make_folder(path: Path) -> None:
    """Make a folder and its missing parents, which only their owner can enter. Raises OSError.

    A folder that is there keeps its rights.
    """
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def private_folder(path: Path) -> None:
    """Make a folder as `make_folder` does; take the rights of others to one that is there. Raises OSError."""
    make_folder(path)
    path.chmod(0o700)


def make_private(file: Path) -> None:
    """Take the rights of others to a file that is there. Raises OSError.

    Whoever can read a file can lock it.
    """
    if file.exists():
        file.chmod(0o600)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file completely or, if the process or the machine fails, not at all. Raises OSError."""
    make_folder(path.parent)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
