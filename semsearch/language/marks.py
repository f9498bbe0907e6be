"""The marks of a query as it was typed: quotation marks, a minus, an operator. A pasted text has none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from semsearch.language.words import UNSPACED
from semsearch.query import MAX_CHARACTERS

# A quoted phrase, with or without a minus; or a minus before a word. A hyphen in a word is no mark.
_MARKED = re.compile(r'(?<!\S)(?P<opening>\(*)(?:(?P<minus>-?)"(?P<phrase>[^"]*)"|-(?P<word>\S+))')
# A phrase in quotation marks, in which no operator stands, or an operator.
_TOKEN = re.compile(
    r'(?<!\S)\(*(?P<minus>-?)(?:"[^"]*"|(?P<name>[A-Za-z]+):(?P<value>"[^"]*"|[^\s"]++)(?![^\s)]))'
)
# The names of the operator whose value is a folder or the beginning of a path.
PATH_NAMES = ("in", "folder", "path")
# What a minus excludes. Before a number, an amount, one letter or another dash it is a sign, a dash, or
# begins an option of a command. In a script without spaces, one letter can be a word.
_EXCLUDED = re.compile(
    rf"(?![-\d.,+$€£¥°])\S{{2,}}|\.net\b\S*|[^\x00-\x7f\w]|{UNSPACED.pattern}", re.IGNORECASE
)
# The parts of a text: phrases, words and brackets, with what may be loose among them. An "OR" is a word
# alone; brackets around nothing are loose where no word begins before them or goes on behind them.
_PART = re.compile(
    r"""(?P<phrase>"[^"]*") | (?P<or>(?<![^\s(])OR(?![^\s)])) | (?P<opening>(?<![^\s(])\()
      | (?P<closing>\)(?![^\s)])) | (?P<space>\s+) | [^\s()"]+ | .""",
    re.VERBOSE,
)
# How such parts are kept until it is known that something stands beside them.
_KEPT = {"or": " OR ", "opening": " (", "space": " "}
_LOOSE = (_KEPT["space"], _KEPT["or"])
# Quotation marks of all languages mean the same as the plain one.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»‹›「」『』＂", '"'))
# A text of more words was pasted: its quotation marks, hyphens and colons are not meant for a search.
_PASTED = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase, or what a minus excludes: at [start, end) of a text, and without its marks."""

    start: int
    end: int
    content: str
    excludes: bool


@dataclass(frozen=True, slots=True)
class Token:
    """What looks like an operator: its name in small letters and its value, at [start, end) of a text.

    `is_excluded` is True after a minus.
    """

    name: str
    value: str
    start: int
    end: int
    is_excluded: bool


def plain_quotes(text: str) -> str:
    """A text with the plain quotation mark in place of those of all languages. Its length stays the same."""
    return text.translate(_QUOTES)


def is_pasted(text: str) -> bool:
    """Whether a text is so long that nobody typed it as a query."""
    return len(text) > MAX_CHARACTERS or len(text.split()) > _PASTED


def marks_in(text: str) -> Iterator[Mark]:
    """The phrases and exclusions of a text with plain quotation marks."""
    for match in _MARKED.finditer(text):
        start, end = match.end("opening"), match.end()
        if match["word"] is None:
            yield Mark(start, end, match["phrase"], bool(match["minus"]))
            continue
        end -= closing(match["word"], text[:start])
        if _EXCLUDED.fullmatch(text, start + 1, end):
            yield Mark(start, end, text[start + 1 : end], True)


def tokens(text: str) -> Iterator[Token]:
    """What looks like operators in a text. A long text was pasted and has none."""
    if ":" not in text or is_pasted(text):
        return
    text = plain_quotes(text)
    for match in _TOKEN.finditer(text):
        if match["name"]:
            start, value = match.start("minus"), match["value"]
            closed = closing(value, text[:start])
            value, end = value[: len(value) - closed], match.end() - closed
            yield Token(match["name"].lower(), value, start, end, is_excluded=bool(match["minus"]))


def without_excluded(text: str) -> str:
    """A text without what it excludes. Its phrases stay as they are."""
    rest = _replaced(text, lambda mark: " " if mark.excludes else text[mark.start : mark.end])
    return text if rest == text else tidied(rest)


def without_marks(text: str) -> str:
    """A text without what it excludes, and with the words of its phrases."""
    text = without_excluded(text)
    plain = _replaced(
        text, lambda mark: text[mark.start : mark.end] if mark.excludes else f" {mark.content} "
    )
    return " ".join(plain.split())


def tidied(text: str) -> str:
    """A text out of which something was taken, without the "OR" and the brackets that had only that.

    "boats OR " becomes "boats", and "( OR ) 2024" becomes "2024".
    """
    kept: list[str] = []
    for match in _PART.finditer(text):
        part = _KEPT.get(match.lastgroup or "", match[0])
        if part == ")":
            _drop_loose(kept)
            if match["closing"] and kept and kept[-1] == _KEPT["opening"]:
                kept.pop()
                part = " "
        is_first = not kept or kept[-1].endswith("(")
        if not (is_first and part in _LOOSE):
            kept.append(part)
    _drop_loose(kept)
    return re.sub(r"(?<=\() | (?=\))", "", " ".join("".join(kept).split()))


def closing(text: str, before: str) -> int:
    """How many brackets at the end of a text close those that were opened `before` it, and not in it."""
    opened = 0
    for bracket in re.sub(r"[^()]", "", before):
        opened = opened + 1 if bracket == "(" else max(0, opened - 1)
    unopened, last = text.count(")") - text.count("("), len(text) - len(text.rstrip(")"))
    return max(0, min(opened, unopened, last))


def _drop_loose(kept: list[str]) -> None:
    """Drop every "OR" at the end of these parts, beside which nothing stands any more."""
    while kept and kept[-1] in _LOOSE:
        kept.pop()


def _replaced(text: str, by: Callable[[Mark], str]) -> str:
    """A text with another one in place of each of its phrases and exclusions."""
    parts, start = [], 0
    for mark in marks_in(text):
        parts += [text[start : mark.start], by(mark)]
        start = mark.end
    return "".join((*parts, text[start:]))
