"""The list of the folders that were ingested on this machine."""

from pathlib import Path

import pytest

from semsearch.errors import SettingsError
from semsearch.folders import known_folders, remember_folders


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
