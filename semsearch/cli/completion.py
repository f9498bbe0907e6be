"""`semsearch completion`: let a shell complete commands, options and values."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer
from typer.completion import completion_init, get_completion_script  # type: ignore[attr-defined]

from semsearch.cli.terminal import settings_now
from semsearch.errors import SemsearchError

PROGRAM = "semsearch"


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="The shell.", show_default=False)]) -> None:
    """Print a script that makes the Tab key complete commands, options and values.

    Put `eval "$(semsearch completion bash)"` into ~/.bashrc. Put `eval "$(semsearch completion zsh)"` into
    ~/.zshrc, behind `compinit`. For fish, write it to ~/.config/fish/completions/semsearch.fish
    """
    variable = f"_{PROGRAM.upper()}_COMPLETE"
    print(get_completion_script(prog_name=PROGRAM, complete_var=variable, shell=shell))  # noqa: T201


def answer_shells() -> None:
    """Let the program answer the requests of such a script."""
    completion_init()


def complete_from(values: tuple[str, ...]) -> Callable[[str], list[str]]:
    """A completion that offers these values."""
    return lambda incomplete: [value for value in values if value.startswith(incomplete)]


def known_folders(incomplete: str) -> list[str]:
    """The known folders that begin with what was typed."""
    from semsearch import folders

    try:
        known = folders.known_folders(settings_now().home)
    except SemsearchError:  # the Tab key is no place for errors
        return []
    return [folder for folder in known if folder.startswith(incomplete)]
