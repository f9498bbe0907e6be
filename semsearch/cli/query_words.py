"""The words of a query among the arguments of a command."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise
from typing import Any

from typer.core import TyperCommand

# A word to leave out, such as -draft or -猫. Options of one letter are never written together.
_LEFT_OUT = re.compile(r"-(?:[^\W\d]{2}|[^\x00-\x7f]).*")


class QueryCommand(TyperCommand):
    """A command whose arguments are the words of a query. A word to leave out, such as -draft, is one too."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        options = [each for each in self.params if each.param_type_name == "option"]
        valued = {name for each in options if not getattr(each, "is_flag", False) for name in each.opts}
        return super().parse_args(ctx, words_last(args, valued))


def words_last(arguments: list[str], valued: Collection[str]) -> list[str]:
    """The arguments with words to leave out behind a `--`, where a command looks for no options.

    `valued` are the options that take a value: what follows one of them is its value.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    words: list[str] = []
    others: list[str] = []
    for before, each in pairwise(["", *arguments[:end]]):
        is_word = _LEFT_OUT.fullmatch(each) and before not in valued
        (words if is_word else others).append(each)
    return [*others, "--", *words, *arguments[end + 1 :]] if words else arguments
