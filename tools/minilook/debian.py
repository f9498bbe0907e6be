"""Fetch freely licensed drawings from Debian packages, and unpack them without installing them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

DRAWINGS = (
    "openclipart-png",
    "tuxpaint-stamps-default",
    "fonts-noto-color-emoji",
    "fonts-symbola",
    "unicode-cldr-core",
    "gnome-icon-theme",
    "oxygen-icon-theme",
    "tango-icon-theme",
    "breeze-icon-theme",
    "papirus-icon-theme",
)
# The nouns of English, with what each is a kind of.
WORDNET = "wordnet-base"


def unpack(folder: Path, packages: Iterable[str] = DRAWINGS) -> Path:
    """Fetch the packages that `folder` lacks, unpack them there, and return its `usr/share`.

    Raises RuntimeError when apt-get is missing or a package cannot be fetched.
    """
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise RuntimeError(
            "The drawings come from Debian packages: run this on a system with apt-get and dpkg-deb."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for package in packages:
        done = folder / f".{package}"
        if done.exists():
            continue
        for old in folder.glob(f"{package}_*.deb"):  # left by a run that was interrupted
            old.unlink()
        _run(["apt-get", "download", package], folder)
        (archive,) = folder.glob(f"{package}_*.deb")
        _run(["dpkg-deb", "-x", archive.name, "."], folder)
        archive.unlink()
        done.touch()
    return folder / "usr" / "share"


def _run(command: list[str], folder: Path) -> None:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {ran.stderr.strip()} (apt-get update may help)")
