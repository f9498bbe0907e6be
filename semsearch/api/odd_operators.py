"""What looks like an operator and is none: "type:pfd", "typ:pdf", "before: 2020". It stays among the words.

Whoever typed it is told so, with the operator that may have been meant. An operator after a minus means
nothing, which is told too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from semsearch.api.operator_values import VALUES
from semsearch.api.operators import BY_NAME, finished, read
from semsearch.api.parameter import Given
from semsearch.api.parameters import UNFINISHED, Q
from semsearch.language.marks import plain_quotes, tokens
from semsearch.message import Message, say

# Names that others give to operators.
_OTHER_NAMES = {"size": "larger", "year": "when", "month": "when", "dir": "in", "format": "type"}
# How alike two names or values must be, from 0 to 1: "typ" and "type" are .86, "data" and "date" .75.
_NAMES_ALIKE, _VALUES_ALIKE = 0.8, 0.6


@dataclass(frozen=True, slots=True)
class Odd:
    """What was typed like an operator, what is wrong with it, and what may have been meant; "" if unknown.

    It stands at [start, end) of the text.
    """

    typed: str
    problem: Message
    meant: str
    start: int
    end: int

    @property
    def note(self) -> str:
        """The problem, with what may have been meant."""
        return f"{self.problem} Did you mean {self.meant}?" if self.meant else self.problem

    def applied(self, text: str) -> str:
        """The text with what was meant."""
        return f"{text[: self.start]}{self.meant}{text[self.end :]}"


def remarks(given: Given) -> tuple[str, ...]:
    """What is to be said about the operators in the text of a request."""
    text = Q.read(given)
    return tuple(each.note for each in odd_operators(finished(text) if UNFINISHED.read(given) else text))


def odd_operators(text: str) -> list[Odd]:
    """What looks like operators in a text and is none. A long text was pasted and has none."""
    return list(_odd_in(plain_quotes(text)))


def _odd_in(text: str) -> Iterator[Odd]:
    for token in tokens(text):
        name, value, typed = token.name, token.value, text[token.start : token.end]
        found, meant = read(typed), ""
        if found.excluded:
            problem = say("“{typed}” means nothing: an operator cannot be excluded.", typed=typed)
        elif found.used or token.is_excluded:
            continue
        elif name in BY_NAME:
            meant = _meant_value(name, value)
            problem = say(
                "“{typed}” is searched for as words: {name}: takes values such as {example}.",
                typed=typed,
                name=name,
                example=BY_NAME[name].example,
            )
        else:
            meant = _meant_name(name, value)
            problem = say(
                "“{typed}” is searched for as words: there is no operator {name}:.", typed=typed, name=name
            )
        if meant or name in BY_NAME:
            yield Odd(typed, problem, meant, token.start, token.end)


def _meant_name(name: str, value: str) -> str:
    """The operator with another name that is like this one and can have this value."""
    like = [_OTHER_NAMES[name]] if name in _OTHER_NAMES else get_close_matches(name, BY_NAME, 1, _NAMES_ALIKE)
    meant = f"{like[0]}:{value}" if like else ""
    # Everything can be the beginning of a path, so only what looks like one is taken for it.
    is_path = bool(like) and BY_NAME[like[0]].parameter == "path"
    return meant if meant and read(meant).used and (not is_path or "/" in value) else ""


def _meant_value(name: str, value: str) -> str:
    """The operator with a value that is like this one."""
    like = get_close_matches(value.lower(), VALUES.get(BY_NAME[name].parameter, ()), 1, _VALUES_ALIKE)
    return f"{name}:{like[0]}" if like else ""
