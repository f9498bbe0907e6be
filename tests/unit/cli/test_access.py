"""`semsearch password`, `semsearch token`, and a server that refuses to start without a password."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from semsearch.cli.serving import settings_to_serve
from semsearch.errors import SettingsError
from semsearch.folders import remember_folders
from tests import command_line
from tests.passwords import PASSWORD, keep_password
from web.access.password import Password
from web.access.tokens import Tokens

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def semsearch(home: Path) -> Command:
    def run(*arguments: str | Path, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        environment = {"SEMSEARCH_HOME": str(home), "COLUMNS": "300"} | more
        return command_line.run(*arguments, environment=environment, given=stdin)

    return run


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
@pytest.mark.parametrize("command", ["serve", "up"])
def test_a_server_for_others_is_refused_without_a_password(
    semsearch: Command, home: Path, command: str, host: str
) -> None:
    done = semsearch(command, "--host", host)
    assert done.returncode == 2
    assert done.stderr == (
        f"semsearch: Other machines can reach '{host}', so the web server needs a password: run `semsearch "
        "password`, or set SEMSEARCH_PASSWORD. Without one it serves this machine only: --host 127.0.0.1\n"
    )
    assert not home.exists()


def test_the_password_is_read_from_the_first_line_of_stdin(semsearch: Command, home: Path) -> None:
    done = semsearch("password", stdin=f"{PASSWORD}\r\nmore\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert PASSWORD not in done.stdout
    assert Password(home).matches(PASSWORD)
    assert semsearch("password", "--remove").stdout == "the password is removed\n"
    assert not Password(home).is_set
    assert semsearch("password", "--remove").stdout == "there was no password\n"


def test_a_short_password_is_refused(semsearch: Command, home: Path) -> None:
    done = semsearch("password", stdin="short\n")
    assert done.returncode == 2
    assert "has 5 characters: 8 are the fewest" in done.stderr
    assert not Password(home).is_set


def typed(home: Path, *lines: str) -> tuple[int, str]:
    """Run `semsearch password` on a terminal and type these lines. The exit code, and what was shown."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["SEMSEARCH_HOME"] = str(home)
        os.execv(sys.executable, [sys.executable, "-m", "semsearch", "password"])
    shown = b""
    waiting = list(lines)
    with contextlib.suppress(OSError):  # Linux reports the end of a terminal as an error
        while more := os.read(terminal, 1000):
            shown += more
            if waiting and shown.endswith(b": "):
                os.write(terminal, f"{waiting.pop(0)}\n".encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(home: Path) -> None:
    code, shown = typed(home, PASSWORD, PASSWORD)
    assert code == 0
    assert PASSWORD not in shown
    assert Password(home).matches(PASSWORD)
    code, shown = typed(home, "another one", "anotherone")
    assert code == 2
    assert "the two passwords differ: nothing was changed" in shown
    assert Password(home).matches(PASSWORD)


def test_the_variable_becomes_the_password_and_is_not_passed_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEMSEARCH_HOME", str(home))
    monkeypatch.setenv("SEMSEARCH_PASSWORD", PASSWORD)
    settings_to_serve("0.0.0.0", None)
    assert "SEMSEARCH_PASSWORD" not in os.environ
    assert Password(home).matches(PASSWORD)
    settings_to_serve("0.0.0.0", None)  # the variable can go


def test_the_same_variable_keeps_the_sessions_and_another_one_wins(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_password(home)
    key = Password(home).session_key
    monkeypatch.setenv("SEMSEARCH_HOME", str(home))
    monkeypatch.setenv("SEMSEARCH_PASSWORD", PASSWORD)
    settings_to_serve(None, None)
    assert Password(home).session_key == key
    monkeypatch.setenv("SEMSEARCH_PASSWORD", "another one")
    settings_to_serve(None, None)
    assert Password(home).matches("another one")


def test_an_unusable_variable_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_HOME", str(home))
    monkeypatch.setenv("SEMSEARCH_PASSWORD", "short")
    with pytest.raises(
        SettingsError, match="SEMSEARCH_PASSWORD is not usable: the password has 5 characters"
    ):
        settings_to_serve("0.0.0.0", None)


def test_a_set_variable_is_mentioned_because_it_will_win(semsearch: Command) -> None:
    done = semsearch("password", stdin=f"{PASSWORD}\n", SEMSEARCH_PASSWORD="another one")
    assert "SEMSEARCH_PASSWORD is set" in done.stdout
    assert "another" not in done.stdout


def test_tokens_are_made_listed_and_revoked(semsearch: Command, home: Path, tmp_path: Path) -> None:
    remember_folders(home, [str(tmp_path / "notes")])
    assert "no tokens" in semsearch("token", "list").stdout
    whole = semsearch("token", "add", "whole").stdout.strip()
    part = semsearch(
        "token", "add", "part", "--folder", tmp_path / "notes/a", "--folder", tmp_path
    ).stdout.strip()
    found = Tokens(home).find(part)
    assert found is not None
    assert found.folders == (str(tmp_path / "notes/a"), str(tmp_path))
    listed = semsearch("token", "list").stdout
    assert "whole" in listed
    assert "all folders" in listed
    assert str(tmp_path / "notes/a") in listed
    assert whole not in listed
    told = json.loads(semsearch("token", "list", "--json").stdout)
    assert [(each["name"], len(each["folders"] or "")) for each in told] == [("whole", 0), ("part", 2)]
    assert told[0]["folders"] is None
    assert semsearch("token", "revoke", "part").returncode == 0
    assert Tokens(home).find(part) is None
    assert Tokens(home).find(whole) is not None
    assert semsearch("token", "revoke", "part").returncode == 2


def test_a_folder_that_was_not_ingested_is_refused_with_those_that_were(
    semsearch: Command, home: Path, tmp_path: Path
) -> None:
    done = semsearch("token", "add", "part", "--folder", tmp_path / "photos")
    assert done.returncode == 2
    assert "none yet: run `semsearch ingest FOLDER` first" in done.stderr
    remember_folders(home, ["/notes", "/photos"])
    done = semsearch("token", "add", "part", "--folder", "/photos 2")
    assert done.returncode == 2
    assert "/photos 2 lies in no ingested folder. The ingested folders are: /notes, /photos" in done.stderr
    assert list(Tokens(home)) == []


def test_a_folder_is_kept_as_an_absolute_path_without_links(
    semsearch: Command, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "link").symlink_to("notes")
    remember_folders(home, [str(tmp_path / "notes")])
    semsearch("token", "add", "part", "--folder", f"{tmp_path}/link/../link/")
    assert [token.folders for token in Tokens(home)] == [(str(tmp_path / "notes"),)]
