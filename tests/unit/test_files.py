"""Folders and files of the home: others can neither enter nor lock them."""

from __future__ import annotations

import stat
from pathlib import Path

from semsearch.files import make_folder, make_private, private_folder, write_whole


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_that_is_made_is_private_with_its_parents(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    write_whole(tmp_path / "c" / "d" / "file", b"content")
    private_folder(tmp_path / "e" / "f")
    assert {mode(tmp_path / name) for name in ("a", "a/b", "c", "c/d", "e", "e/f")} == {0o700}


def test_a_folder_that_is_there_keeps_its_rights_unless_it_must_be_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "access").mkdir(parents=True)
    for folder in (home, home / "access"):
        folder.chmod(0o755)
    make_folder(home)
    private_folder(home / "access")
    assert (mode(home), mode(home / "access")) == (0o755, 0o700)


def test_a_file_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    make_private(file)
    assert not file.exists()
    file.touch(0o644)
    make_private(file)
    assert mode(file) == 0o600
