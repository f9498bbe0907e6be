"""The password: how it is kept, changed and compared."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from semsearch.errors import SettingsError
from tests.passwords import PASSWORD, keep_password
from web.access.password import FEWEST, MOST, Password


def kept(home: Path) -> Path:
    return home / "access" / "password.json"


def test_without_one_nothing_matches(tmp_path: Path) -> None:
    password = Password(tmp_path)
    assert not password.is_set
    assert not password.matches("")
    assert password.session_key is None


def test_it_is_kept_as_an_argon2_hash_that_only_the_owner_can_read(tmp_path: Path) -> None:
    Password(tmp_path).change(PASSWORD)
    content = kept(tmp_path).read_text()
    assert "$argon2id$" in content
    assert PASSWORD not in content
    assert stat.S_IMODE(kept(tmp_path).stat().st_mode) == 0o600
    assert Password(tmp_path).matches(PASSWORD)
    assert not Password(tmp_path).matches(PASSWORD + " ")


def test_a_change_by_another_process_counts_at_once(tmp_path: Path) -> None:
    keep_password(tmp_path)
    here, elsewhere = Password(tmp_path), Password(tmp_path)
    assert here.matches(PASSWORD)
    elsewhere.change("another one")
    assert here.matches("another one")
    assert not here.matches(PASSWORD)
    assert elsewhere.remove()
    assert not here.is_set
    assert not elsewhere.remove()


def test_a_new_password_gets_a_new_key_for_sessions_even_if_it_is_the_same(tmp_path: Path) -> None:
    keep_password(tmp_path)
    password = Password(tmp_path)
    before = password.session_key
    assert before is not None
    assert len(bytes.fromhex(before)) == 32
    password.change(PASSWORD)
    assert password.session_key != before


@pytest.mark.parametrize(
    ("kept", "typed"),
    [("Grüße123", "Gru\u0308ße123"), ("ｐａｓｓｗｏｒｄ", "password"), ("naïve ﬁsh", "nai\u0308ve fish")],
)
def test_the_same_characters_match_however_they_were_typed(tmp_path: Path, kept: str, typed: str) -> None:
    password = Password(tmp_path)
    password.change(kept)
    assert password.matches(typed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"has 0 characters: {FEWEST} are the fewest"),
        ("1234567", f"has 7 characters: {FEWEST} are the fewest"),
        ("é" * 600, f"has 1,200 bytes: {MOST:,} are the most"),
        ("12345678\udcff", "not UTF-8"),
    ],
)
def test_an_unusable_password_is_refused_and_changes_nothing(tmp_path: Path, text: str, said: str) -> None:
    keep_password(tmp_path)
    with pytest.raises(SettingsError, match=said):
        Password(tmp_path).change(text)
    assert Password(tmp_path).matches(PASSWORD)


@pytest.mark.parametrize("text", ["x" * 10_000_000, "\udcff" * 8, "\0" * 8])
def test_hostile_text_does_not_match(tmp_path: Path, text: str) -> None:
    keep_password(tmp_path)
    assert not Password(tmp_path).matches(text)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"hash": 1}', "\xff"])
def test_a_damaged_file_is_an_error_and_not_a_missing_password(tmp_path: Path, content: str) -> None:
    kept(tmp_path).parent.mkdir()
    kept(tmp_path).write_text(content, encoding="latin-1")
    with pytest.raises(SettingsError, match=r"password\.json cannot be read"):
        _ = Password(tmp_path).is_set


def test_a_file_with_another_hash_is_an_error(tmp_path: Path) -> None:
    kept(tmp_path).parent.mkdir()
    kept(tmp_path).write_text('{"hash": "5f4dcc3b5aa765d61d8327deb882cf99", "session_key": "ab"}')
    with pytest.raises(SettingsError, match="no hash of argon2"):
        Password(tmp_path).matches("password")


def test_many_verifications_at_once_all_get_their_answer(tmp_path: Path) -> None:
    keep_password(tmp_path)
    password, answers = Password(tmp_path), list[bool]()
    tries = [
        threading.Thread(target=lambda text=text: answers.append(password.matches(text)))
        for text in [PASSWORD, "wrong one"] * 4
    ]
    for each in tries:
        each.start()
    for each in tries:
        each.join()
    assert sorted(answers) == [False] * 4 + [True] * 4
