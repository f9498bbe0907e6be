"""What the Tab key offers in bash, zsh and fish."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from semsearch.folders import remember_folders
from tests import command_line


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script_that_asks_the_program(shell: str) -> None:
    script = command_line.run("completion", shell, environment={}).stdout
    assert f"_SEMSEARCH_COMPLETE=complete_{shell}" in script
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=script, text=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", {"COMP_WORDS": "semsearch search --mode w", "COMP_CWORD": "3"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "semsearch search --mode w"}),
        (
            "fish",
            {
                "_TYPER_COMPLETE_ARGS": "semsearch search --mode w",
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            },
        ),
    ],
)
def test_values_of_options_are_offered(shell: str, line: dict[str, str]) -> None:
    asked = {"_SEMSEARCH_COMPLETE": f"complete_{shell}", **line}
    printed = command_line.run(environment=asked).stdout
    assert "words" in printed
    assert "Usage" not in printed


def offered(line: str, **environment: str) -> list[str]:
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    asked = {"_SEMSEARCH_COMPLETE": "complete_bash", **words, **environment}
    return command_line.run(environment=asked).stdout.split()


def test_commands_and_options_are_offered() -> None:
    assert {"search", "status", "serve"} <= set(offered("semsearch s"))
    assert "--language" in offered("semsearch search --la")


def test_known_folders_are_offered(tmp_path: Path) -> None:
    remember_folders(tmp_path, ["/srv/letters", "/srv/notes"])
    home = {"SEMSEARCH_HOME": str(tmp_path)}
    assert offered("semsearch folders forget /srv/l", **home) == ["/srv/letters"]
