"""Files in ZIP archives, and archives that mean no good."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from semsearch import members
from semsearch.errors import FileError
from semsearch.members import Directory, directory_of, plain_address, read_member, split_address


def archive(path: Path, method: int = zipfile.ZIP_DEFLATED, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return path


def content(path: Path) -> dict[str, bytes]:
    with path.open("rb") as stream:
        return {name: read_member(stream, each) for name, each in directory_of(stream).members.items()}


def left_out(path: Path) -> tuple[str, ...]:
    with path.open("rb") as stream:
        return directory_of(stream).left_out


def test_an_address_names_the_archive_and_the_path_in_it() -> None:
    assert split_address("trips/oslo.zip//day one/notes.txt") == ("trips/oslo.zip", "day one/notes.txt")
    assert split_address("trips/oslo.zip") == ("trips/oslo.zip", "")
    assert plain_address("trips/oslo.zip//notes.txt") == "trips/oslo.zip/notes.txt"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_bytes_of_each_member_are_read(tmp_path: Path, method: int) -> None:
    files = {"a/b.txt": b"owls " * 1000, "empty.txt": b"", "ü.txt": b"mice"}
    assert content(archive(tmp_path / "a.zip", method, **files)) == files


def test_folders_and_names_that_lead_out_are_no_members(tmp_path: Path) -> None:
    none = {"a/": b"", "../b.txt": b"b", "/etc/passwd": b"c"}
    path = archive(tmp_path / "a.zip", **none, **{"d\\e.txt": b"d", "./f//g.txt": b"g"})
    assert content(path) == {"d/e.txt": b"d", "f/g.txt": b"g"}


def test_an_entry_without_a_name_is_no_member(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.txt": b"owls"})
    nameless = zipfile.ZipInfo("x")
    nameless.filename = ""
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(nameless, b"mice")
    assert content(path) == {"a.txt": b"owls"}


def test_names_in_utf_8_that_do_not_say_so_are_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"Kaese.txt": b"x"})
    path.write_bytes(path.read_bytes().replace(b"Kaese", "Käse".encode()))
    assert list(content(path)) == ["Käse.txt"]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("Протокол 5", "cp866"), ("Müller", "cp437"), ("Straße", "cp437"), ("½ π", "cp437")],
)
def test_names_in_the_code_page_of_a_language_are_read(tmp_path: Path, name: str, encoding: str) -> None:
    path = archive(tmp_path / "a.zip", **{"x" * len(name): b"x"})
    path.write_bytes(path.read_bytes().replace(b"x" * len(name), name.encode(encoding)))
    assert list(content(path)) == [name]


def test_a_member_with_a_password_is_said(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.txt": b"owls", "b.txt": b"mice"})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    assert content(path) == {"b.txt": b"mice"}
    assert left_out(path) == ("1 with a password",)


def test_another_compression_is_said(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", zipfile.ZIP_BZIP2, **{"a.txt": b"owls"})
    assert left_out(path) == ("1 compressed in a way that is not read",)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "a.zip", **{"bomb.txt": bytes(12_000_000), "a.txt": b"owls"})
    assert content(path) == {"a.txt": b"owls"}
    assert left_out(path) == ("1 too large when unpacked",)
    monkeypatch.setattr(members, "MOST_TOGETHER", 25)
    together = archive(tmp_path / "b.zip", **{"a.txt": bytes(20), "b.txt": bytes(20), "c.txt": bytes(5)})
    assert list(content(together)) == ["a.txt", "c.txt"]


def test_members_beyond_the_most_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MOST_MEMBERS", 2)
    path = archive(tmp_path / "a.zip", **{f"{n}.txt": b"x" for n in range(5)})
    assert list(content(path)) == ["0.txt", "1.txt"]
    assert left_out(path) == ("3 after the first 2",)


def test_a_path_of_thousands_of_folders_is_left_out(tmp_path: Path) -> None:
    deep, far = "a/" * 64 + "b.txt", ["a/" * 65 + "b.txt", "a/" * 32_000 + "b.txt", "ä" * 511 + ".txt"]
    path = archive(tmp_path / "a.zip", **{name: b"x" for name in (deep, *far)})
    assert list(content(path)) == [deep]
    assert left_out(path) == ("3 with a path of more than 1,024 bytes or 64 folders",)


def test_a_list_too_long_for_memory_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.txt": b"owls"})
    data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\5\6")
    data[end + 12 : end + 16] = (50_000_000).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(FileError, match="too many files: their list has 50 MB"):
        content(path)


def test_a_member_that_is_larger_than_it_says_is_damaged(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.txt": b"owls " * 1000})
    data = bytearray(path.read_bytes())
    listed = data.find(b"PK\1\2")
    data[listed + 24 : listed + 28] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(FileError, match="damaged"):
        content(path)


@pytest.mark.parametrize("at", [0, 40])
def test_a_damaged_member_says_so(tmp_path: Path, at: int) -> None:
    path = archive(tmp_path / "a.zip", zipfile.ZIP_STORED, **{"a.txt": b"owls " * 9})
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileError, match="damaged"):
        content(path)


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + bytes(90), b"text " * 40])
def test_what_is_no_archive_is_damaged(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(FileError, match="a damaged archive"):
        content(tmp_path / "a.zip")


def test_an_archive_that_changes_is_listed_anew(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.txt": b"owls"})
    assert list(content(path)) == ["a.txt"]
    other = archive(tmp_path / "b.zip", **{"c.txt": b"mice"})
    other.replace(path)
    assert list(content(path)) == ["c.txt"]


def listed(*paths: Path) -> list[Directory]:
    found = []
    for path in paths:
        with path.open("rb") as stream:
            found.append(directory_of(stream))
    return found


def test_archives_that_are_read_in_turn_are_listed_once(tmp_path: Path) -> None:
    backups = [archive(tmp_path / f"{n}.zip", **{"a.txt": b"owls", "b.txt": b"mice"}) for n in range(40)]
    first = listed(*backups)
    for before, now in zip(first, listed(*backups), strict=True):
        assert before is now


def test_the_archives_that_were_used_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "_MOST_KEPT", 9)
    a, b, c, d = (archive(tmp_path / f"{n}.zip", **{"a.txt": b"owls", "b.txt": b"mice"}) for n in "abcd")
    first, second = listed(a, b)
    listed(c, a, d)
    again, anew = listed(a, b)
    assert again is first
    assert anew is not second
