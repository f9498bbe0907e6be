"""Discovery: which files are found, in which order, and which are left out."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.discover import discover
from semsearch.errors import FolderError
from tests.users import as_ordinary_user


def make(root: Path, *paths: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)


def found(root: Path, scope: Path | None = None) -> list[str]:
    return [file.path for file in discover(root, scope)]


def test_files_come_sorted_by_path_with_size_and_time(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.txt", "a.txt", "a-b.txt", "a/b/c.txt", "Z.txt")
    files = list(discover(tmp_path))
    assert [file.path for file in files] == ["Z.txt", "a-b.txt", "a.txt", "a/b/c.txt", "a/z.txt", "b.txt"]
    for file in files:
        status = file.absolute.stat()
        assert (file.size, file.mtime_ns) == (status.st_size, status.st_mtime_ns)
        assert file.root == tmp_path


def test_hidden_files_caches_and_leftovers_are_left_out(tmp_path: Path) -> None:
    make(
        tmp_path, ".git/config", ".hidden.txt", "a/.DS_Store", "__pycache__/x.txt", "node_modules/y/z.txt",
        "Thumbs.db", "desktop.ini", "film.part", "notes.txt~", "~$letter.txt", ".venv/lib/x.py", "kept.txt",
    )  # fmt: skip
    assert found(tmp_path) == ["kept.txt"]


def test_ignore_files_apply_to_their_own_folder_and_the_deepest_wins(tmp_path: Path) -> None:
    make(
        tmp_path,
        "a.log",
        "keep.log",
        "private/x.txt",
        "sub/a.log",
        "sub/b.txt",
        "sub/private/y.txt",
        "top.txt",
    )
    make(tmp_path, "sub/top.txt", "sub/tmp/z.txt")
    (tmp_path / ".semsearchignore").write_text("# logs\n*.log\n!keep.log\nprivate/\n/top.txt\n")
    (tmp_path / "sub/.semsearchignore").write_text("!a.log\ntmp/\n")
    assert found(tmp_path) == ["keep.log", "sub/a.log", "sub/b.txt", "sub/top.txt"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_an_ignore_file_from_windows_is_read(tmp_path: Path, encoding: str) -> None:
    make(tmp_path, "a.log", "b.txt", "caf\u00e9.txt")
    (tmp_path / ".semsearchignore").write_text("*.log\r\ncaf\u00e9*\r\n", encoding=encoding)
    assert found(tmp_path) == ["b.txt"]


def test_a_bad_pattern_is_reported_and_the_others_hold(tmp_path: Path) -> None:
    make(tmp_path, "a.log", "b.txt")
    (tmp_path / ".semsearchignore").write_text("!\n*.log\n")
    problems: list[tuple[str, str]] = []
    files = list(discover(tmp_path, on_error=lambda path, reason: problems.append((path, reason))))
    assert [file.path for file in files] == ["b.txt"]
    [(path, reason)] = problems
    assert path == ".semsearchignore"
    assert "pattern" in reason


def test_a_scope_is_walked_alone_and_under_the_rules_above_it(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "sub/b.txt", "sub/b.log", "sub/deep/c.txt", "out/d.txt")
    (tmp_path / ".semsearchignore").write_text("*.log\nout/\n")
    assert found(tmp_path, tmp_path / "sub") == ["sub/b.txt", "sub/deep/c.txt"]
    assert found(tmp_path, tmp_path / "sub/deep") == ["sub/deep/c.txt"]
    assert found(tmp_path, tmp_path / "out") == []
    assert found(tmp_path, tmp_path / "gone") == []
    assert found(tmp_path, tmp_path / ".git") == []
    with pytest.raises(FolderError, match="does not lie in"):
        found(tmp_path / "sub", tmp_path / "out")
    with pytest.raises(FolderError, match="does not lie in"):
        found(tmp_path / "sub", tmp_path / "sub" / ".." / "out")


def test_links_are_not_followed_except_the_root_itself(tmp_path: Path) -> None:
    make(tmp_path, "real/a.txt", "outside/secret.txt")
    (tmp_path / "real/link.txt").symlink_to("a.txt")
    (tmp_path / "real/out").symlink_to(tmp_path / "outside")
    (tmp_path / "real/loop").symlink_to(tmp_path / "real")
    (tmp_path / "alias").symlink_to(tmp_path / "real")
    assert found(tmp_path / "real") == ["a.txt"]
    assert found(tmp_path / "alias") == ["a.txt"]
    assert found(tmp_path / "real", tmp_path / "real/out") == []


def test_pipes_and_sockets_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")
        assert found(tmp_path) == ["a.txt"]


def test_a_name_that_is_not_utf8_is_kept(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("x")
    [file] = discover(tmp_path)
    assert file.path == "caf\udce9.txt"
    assert file.absolute.read_text() == "x"


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder for trees that are too deep for shutil.rmtree, which recurses."""
    folder = tmp_path / "deep"
    folder.mkdir()
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)


def dig(root: Path, name: str, times: int) -> None:
    folder = os.open(root, os.O_RDONLY)
    for _ in range(times):
        os.mkdir(name, dir_fd=folder)
        deeper = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = deeper
    os.close(os.open("a.txt", os.O_CREAT, dir_fd=folder))
    os.close(folder)


def test_a_tree_deeper_than_the_stack_is_walked(deep: Path) -> None:
    dig(deep, "d", 1500)
    assert [path.count("/") for path in found(deep)] == [1500]


def test_an_unreadable_folder_is_reported_and_the_walk_goes_on() -> None:
    problems: list[str] = []
    with as_ordinary_user() as root:
        make(root, "a/x.txt", "b/y.txt")
        (root / "a").chmod(0)
        try:
            files = list(discover(root, on_error=lambda path, reason: problems.append(f"{path} {reason}")))
        finally:
            (root / "a").chmod(0o700)
    assert [file.path for file in files] == ["b/y.txt"]
    assert problems == ["a cannot be listed: Permission denied"]


def test_a_folder_that_cannot_be_listed_is_reported_and_the_walk_goes_on(deep: Path) -> None:
    # Not even root can read a path that is longer than the system allows.
    make(deep, "z.txt")
    dig(deep, "d" * 250, 20)
    problems: list[str] = []
    files = list(discover(deep, on_error=lambda _path, reason: problems.append(reason)))
    assert [file.path for file in files] == ["z.txt"]
    assert problems == ["cannot be listed: File name too long"]


def test_a_missing_root_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="No such file or directory"):
        discover(tmp_path / "gone")
    make(tmp_path, "file.txt")
    with pytest.raises(FolderError, match="Not a directory"):
        discover(tmp_path / "file.txt")
