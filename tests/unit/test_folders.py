"""The list of the folders that were ingested on this machine."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from semsearch.errors import FolderError, SettingsError
from semsearch.folders import (
    Folder,
    drop_folder,
    find_folder,
    is_offline,
    known_folders,
    listed_folders,
    pause_folder,
    remember_folders,
)


def test_a_new_home_knows_no_folders(tmp_path: Path) -> None:
    assert known_folders(tmp_path / "home") == ()


def test_folders_are_added_once_and_kept_in_order(tmp_path: Path) -> None:
    remember_folders(tmp_path, ["/photos", "/letters"])
    remember_folders(tmp_path, ["/letters", "/maps"])
    assert known_folders(tmp_path) == ("/letters", "/maps", "/photos")


def test_a_name_that_is_not_utf8_is_kept(tmp_path: Path) -> None:
    remember_folders(tmp_path, ["/old \udcff"])
    assert known_folders(tmp_path) == ("/old \udcff",)


@pytest.mark.parametrize("content", ["[", "", "5", "null", "[1]", '{"/": 1}'])
def test_a_damaged_list_is_named_with_the_cure(tmp_path: Path, content: str) -> None:
    (tmp_path / "folders.json").write_text(content)
    with pytest.raises(SettingsError, match=r"folders\.json cannot be read.*Remove it"):
        known_folders(tmp_path)


def test_a_paused_folder_is_still_known_and_stays_paused_when_it_is_ingested(tmp_path: Path) -> None:
    remember_folders(tmp_path, ["/letters", "/photos"])
    pause_folder(tmp_path, "/photos", paused=True)
    remember_folders(tmp_path, ["/photos"])
    assert known_folders(tmp_path) == ("/letters", "/photos")
    assert listed_folders(tmp_path) == (Folder("/letters"), Folder("/photos", paused=True))
    pause_folder(tmp_path, "/photos", paused=False)
    assert listed_folders(tmp_path) == (Folder("/letters"), Folder("/photos"))


def test_the_list_of_an_older_semsearch_is_read_and_gets_a_state(tmp_path: Path) -> None:
    (tmp_path / "folders.json").write_text('["/letters", "/photos"]')
    pause_folder(tmp_path, "/photos", paused=True)
    assert json.loads((tmp_path / "folders.json").read_text()) == [
        "/letters",
        {"path": "/photos", "paused": True},
    ]


def test_a_folder_that_is_dropped_is_known_no_more(tmp_path: Path) -> None:
    remember_folders(tmp_path, ["/letters", "/photos"])
    drop_folder(tmp_path, "/letters")
    drop_folder(tmp_path, "/maps")
    pause_folder(tmp_path, "/maps", paused=True)
    assert known_folders(tmp_path) == ("/photos",)


def test_two_processes_that_add_folders_lose_none(tmp_path: Path) -> None:
    def add(number: int) -> None:
        remember_folders(tmp_path, [f"/{number}"])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(40)))
    assert len(known_folders(tmp_path)) == 40


def test_a_folder_is_found_by_any_of_its_names_and_no_other_is_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    known = [str(tmp_path / "real"), "/gone"]
    for name in ("real", "link", "./real/", str(tmp_path / "real")):
        assert find_folder(Path(name), known) == str(tmp_path / "real")
    assert find_folder(Path("/gone"), known) == "/gone"
    for name in ("real/inner", ".", "/go"):
        with pytest.raises(
            FolderError, match=f"is no known folder. The known folders are: /gone, {tmp_path}"
        ):
            find_folder(Path(name), known)


def test_a_folder_is_offline_when_it_is_gone_or_lost_all_its_files(tmp_path: Path) -> None:
    assert is_offline(tmp_path / "gone", 0)
    assert not is_offline(tmp_path, 0)
    assert is_offline(tmp_path, 3)
    (tmp_path / "a.txt").write_text("a")
    assert not is_offline(tmp_path, 3)
