"""API tokens: made, found, revoked."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from semsearch.errors import SettingsError
from web.access import tokens as module
from web.access.tokens import Tokens


def test_a_token_is_found_by_its_text_which_is_not_kept(tmp_path: Path) -> None:
    text = Tokens(tmp_path).add("laptop", ["/notes"])
    assert text.startswith("sem_")
    assert len(text) > 40
    token = Tokens(tmp_path).find(text)
    assert token is not None
    assert (token.name, token.folders) == ("laptop", ("/notes",))
    file = tmp_path / "access" / "tokens.json"
    assert text not in file.read_text()
    assert text[4:] not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "sem_", "sem_x", "\udcff", "laptop", "é", "x" * 100_000])
def test_other_texts_are_no_tokens(tmp_path: Path, text: str) -> None:
    tokens = Tokens(tmp_path)
    assert tokens.find(text) is None
    tokens.add("laptop")
    assert tokens.find(text) is None


def test_the_hash_that_is_kept_is_no_token(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    tokens.add("laptop")
    (token,) = tokens
    assert tokens.find(token.sha256) is None


def test_a_revoked_token_is_refused_at_once_by_a_server_that_runs(tmp_path: Path) -> None:
    server = Tokens(tmp_path)
    first, second = Tokens(tmp_path).add("first"), Tokens(tmp_path).add("second")
    assert server.find(first) is not None
    Tokens(tmp_path).revoke("first")
    assert server.find(first) is None
    assert server.find(second) is not None
    assert [token.name for token in server] == ["second"]


def test_to_revoke_what_does_not_exist_is_an_error_that_lists_the_names(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    with pytest.raises(SettingsError, match=r"no token named 'lapdog'\. There are: none"):
        tokens.revoke("lapdog")
    tokens.add("laptop")
    with pytest.raises(SettingsError, match="There are: laptop"):
        tokens.revoke("lapdog")


def test_a_name_is_given_once(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    text = tokens.add("laptop")
    with pytest.raises(SettingsError, match=r"named 'laptop'.*revoke laptop"):
        tokens.add("laptop")
    assert tokens.find(text) is not None


@pytest.mark.parametrize("name", ["", " ", "a b", "a\nb", "x" * 65, "a/b", "\udcff"])
def test_an_impossible_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="cannot be the name of a token"):
        Tokens(tmp_path).add(name)


def test_tokens_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    made = [threading.Thread(target=Tokens(tmp_path).add, args=(f"t{n}",)) for n in range(8)]
    for each in made:
        each.start()
    for each in made:
        each.join()
    assert {token.name for token in Tokens(tmp_path)} == {f"t{n}" for n in range(8)}


def of_folders(folders: str) -> str:
    return f'[{{"name": "a", "sha256": "b", "created": "c", "folders": {folders}}}]'


# An error in the folders of a token must never open all of them.
FOLDERS = ["[]", '""', '"/notes"', '{"/": 1}', "[1]", '["notes"]', "0"]


@pytest.mark.parametrize(
    "content", ["{", "{}x", '[{"name": "a"}]', "[1]", '[{"folders": []}]', *map(of_folders, FOLDERS)]
)
def test_a_damaged_file_is_an_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "access" / "tokens.json"
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(SettingsError, match=r"tokens\.json cannot be read"):
        Tokens(tmp_path).find("sem_x")


def test_a_folder_whose_name_is_not_utf8_is_kept_as_it_is(tmp_path: Path) -> None:
    text = Tokens(tmp_path).add("old", ["/caf\udce9"])
    token = Tokens(tmp_path).find(text)
    assert token is not None
    assert token.folders == ("/caf\udce9",)
    assert json.loads((tmp_path / "access" / "tokens.json").read_text())


def test_nobody_else_can_lock_the_tokens(tmp_path: Path) -> None:
    access = tmp_path / "access"
    access.mkdir()
    access.chmod(0o755)
    (access / "tokens.lock").touch(0o644)
    Tokens(tmp_path).add("laptop")
    assert stat.S_IMODE(access.stat().st_mode) == 0o700
    assert stat.S_IMODE((access / "tokens.lock").stat().st_mode) == 0o600


def test_a_lock_that_another_process_keeps_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.1)
    Tokens(tmp_path).add("laptop")
    with (
        FileLock(tmp_path / "access" / "tokens.lock", is_singleton=False),
        pytest.raises(SettingsError, match=r"another process has held .*tokens\.lock for 0\.1 s"),
    ):
        Tokens(tmp_path).revoke("laptop")
    assert [token.name for token in Tokens(tmp_path)] == ["laptop"]
