"""The parts that all commands share: the terminal, the option --json, and the settings."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from semsearch.settings import Settings

# Columns that a text beside a label has at least, however narrow the terminal is.
_NARROWEST = 20
_WORD = re.compile(r"\S+\s*")


class Terminal(Console):
    """Breaks lines between words on a terminal, and nowhere else.

    A word that is longer than a line, such as a path, is never broken: it can be copied.
    """

    def print(self, *objects: Any, **options: Any) -> None:
        if self.is_terminal and len(objects) == 1 and isinstance(objects[0], str | Text):
            (text,) = objects
            if isinstance(text, str):
                text = self.render_str(text, markup=options.get("markup"), highlight=options.get("highlight"))
            objects = (Text("\n").join(_lines(text, self.width)),)
        super().print(*objects, **{"soft_wrap": True, **options})

    def print_beside(self, label: str | Text, text: str | Text) -> None:
        """Print a text beside a label. On a terminal its further lines begin below the first one."""
        label, text = (Text(each) if isinstance(each, str) else each for each in (label, text))
        width = max(_NARROWEST, self.width - label.cell_len)
        for line in _lines(text, width) if self.is_terminal else [text]:
            super().print(Text.assemble(label, line), soft_wrap=True)
            label = Text(" " * label.cell_len)


def _lines(text: Text, width: int) -> list[Text]:
    """The text in lines of at most so many columns, unless one word is longer."""
    lines: list[Text] = []
    for paragraph in text.split("\n", allow_blank=True):
        breaks, column = [], 0
        for word in _WORD.finditer(paragraph.plain):
            if column and column + cell_len(word[0].rstrip()) > width:
                breaks.append(word.start())
                column = 0
            column += cell_len(word[0])
        lines += paragraph.divide(breaks)
    for line in lines:
        line.rstrip()
    return lines


out = Terminal()
err = Terminal(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def settings_now(**overrides: object) -> Settings:
    from semsearch.settings import PREFIX, Settings

    settings = Settings.from_env(**overrides)
    # Child processes inherit the environment, and have no use for the password.
    os.environ.pop(f"{PREFIX}PASSWORD", None)
    return settings


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2))  # noqa: T201 (rich would wrap it)
