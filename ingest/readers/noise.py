"""Stretches of a text that say nothing in words: data in letters, dumps, drawings, code for machines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from semsearch.message import say
from semsearch.records import Span

# 500 signs without a letter or digit between them, as in drawings made of characters. White space may stand
# between them. Emoji are no signs, because some models understand them.
_SIGN = r"(?:[^\w\U0001f000-\U0001faff]|_)"
_FEWEST, _SIGNS = 500, re.compile(rf"(?<!{_SIGN}){_SIGN}{{500,}}+")
# Such a stretch has one of these at one of the places that are so many characters apart.
_WORDLESS, _APART = re.compile(r"[\W_]{60}"), 400
# Without a run like this, a text has none of `_RUNS`.
_LONG_RUN = re.compile(r"(?<![!-~])[!-~]{60}")
_DATA = r"[A-Za-z0-9+/=%_-]"
# Each has the group "data", without the words around it that name it.
_RUNS = (
    re.compile(
        rf"(?P<data>data:[\w.+-]+/[\w.+-]+(?:;[\w.=+-]+)*;base64,\s*+"
        rf"(?:{_DATA}++(?:\s++(?={_DATA}{{40}}))?)+(?:\n[A-Za-z0-9+/]{{1,75}}=)?)"
    ),
    re.compile(r"(?P<data>data:[a-z]+/[\w.+-]+[^,\s\"'()<>]{0,100},[^\s\"'()<>]{60,}+)"),
    re.compile(
        r"-----BEGIN (?!PGP SIGNED)(?P<name>[A-Z0-9 ]+)-----[^\S\n]*\n"
        r"(?P<data>(?:(?!-----BEGIN)[\s\S]){0,1000000}?)-----END (?P=name)-----"
    ),
    re.compile(
        r"^begin(?:-base64)? [0-7]{3,4} [^\n]{1,200}\n"
        r"(?P<data>(?>[ -`]{1,64}\n|[A-Za-z0-9+/=]{1,80}\n)*?)(?:end|====)[^\S\n]*$",
        re.MULTILINE,
    ),
)
_WORD = re.compile(r"(?<![\w+/=-])[\w+/=-]{200,}+", re.ASCII)
_LINES = re.compile(
    r"(?:^[ \t>]*+[!-~]{60,}+[ \t]*+\n){4,}(?:[ \t>]*+(?:[A-Za-z0-9+/]++=|[!-~]{12})[!-~]*+[ \t]*$)?",
    re.MULTILINE,
)
_LONG_LINE = re.compile(r"^.{500,}+$", re.MULTILINE)
# Without a line like this, a text has no dump.
_DUMPED = re.compile(
    r"^(?:[ \t]*(?:0x)?[0-9a-fA-F:]{2,17}h?:?[ \t]{1,4}[0-9a-fA-F]{2,8}[ \t-]|[:S][0-9A-F]{10})", re.MULTILINE
)
_DUMP = re.compile(
    # hexdump, xxd and debuggers: an offset, and bytes or words
    r"^(?:[ \t]*(?:[0-9a-fA-F]{6,16}|[0-9a-fA-F]{4}:[0-9a-fA-F]{4}|0x[0-9a-fA-F]{2,16})[:h]?[ \t]{1,4}"
    r"(?:[0-9a-fA-F]{2,8}+[ \t-]{1,3}+){4,}+.*+\n?){3,}"
    r"|^(?:[ \t]*(?:[0-9a-fA-F]{2}[ \t]){7,}+.*+\n?){4,}"  # bytes alone
    r"|^(?:[0-7]{7}(?: ++[0-7]{6}){4,}+\n){3,}"  # od
    r"|^(?:(?::|S[0-9])[0-9A-F]{10,}\s*\n){4,}",  # Intel HEX, S-records
    re.MULTILINE,
)
_ARRAY = re.compile(r"0x[0-9a-fA-F]{1,8}\s*+,\s*+(?:0x[0-9a-fA-F]{1,8}\s*+,\s*+){60,}")
_HEX_LETTER = re.compile(r"(?<![^\s-])(?=[0-9]*[a-fA-F])[0-9a-fA-F]{2,8}(?![^\s-])")
# Hashes have these lengths, and people look for them.
_HASH = re.compile(r"[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}|[0-9A-F]{64}")
_KINDS = re.compile(r"[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]+")
# In base64, two of three characters are of another kind than the one before; in words and paths, one of five.
_MIXED = 0.38
# Base64 of text, the letters of genes, and a word of a million letters are data as well.
_NO_WORD = 500
# So many lines of letters and digits are data even if they are not mixed, such as the letters of genes.
_MANY_LINES, _ALPHANUMERIC = 8, re.compile(r"[A-Za-z0-9]+")
# Minified code has many of these signs, brackets among them, and few spaces; prose, tables and JSON have not.
_CODE = re.compile(r"[(;={]")
_CODE_SIGNS, _BRACKETS, _SPACES = 0.05, 0.015, 0.1
_SOME, _LARGE = 2_000, 0.2


def noise(text: str) -> list[Span]:
    """The stretches that say nothing in words, in order and apart. It costs many tokens.

    A single hash, key or address is none, however long it is.
    """
    return list(_joined(sorted(_found(text))))


def left_out(text: str) -> str:
    """The sentence for a document of which a large part is noise; "" when it has little."""
    silent = sum(end - start for start, end in noise(text))
    if silent < max(_SOME, _LARGE * len(text)):
        return ""
    return say(
        "{silent} of {all} characters are data or code without words, and are not searched",
        silent=silent,
        all=len(text),
    )


def _found(text: str) -> Iterator[Span]:
    if any(_WORDLESS.match(text, at) for at in range(0, len(text), _APART)):
        for found in _SIGNS.finditer(text):
            signs = found[0].rstrip()
            if sum(map(len, signs.split())) >= _FEWEST:
                yield found.start(), found.start() + len(signs)
    yield from (found.span() for found in _ARRAY.finditer(text))
    if _DUMPED.search(text):
        yield from (found.span() for found in _DUMP.finditer(text) if _is_dump(found[0]))
    yield from (found.span() for found in _LONG_LINE.finditer(text) if _is_minified(found[0]))
    if not _LONG_RUN.search(text):
        return
    for pattern in _RUNS:
        yield from (found.span("data") for found in pattern.finditer(text))
    yield from (found.span() for found in _WORD.finditer(text) if _is_one(found[0]))
    yield from (found.span() for found in _LINES.finditer(text) if _is_data(found[0]))


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Join spans that overlap or touch."""
    begun, ended = 0, 0
    for start, end in spans:
        if start > ended:
            if begun < ended:
                yield begun, ended
            begun = start
        ended = max(ended, end)
    if begun < ended:
        yield begun, ended


def _is_dump(lines: str) -> bool:
    """Tell whether lines of numbers are bytes: a table of numbers has no letters in them."""
    return lines.startswith((":", "S")) or lines.count("\n") < 2 * len(_HEX_LETTER.findall(lines))


def _is_one(word: str) -> bool:
    """Tell whether a long run without spaces is data: random, or longer than any word."""
    return len(word) >= _NO_WORD or _is_mixed(word)


def _is_mixed(word: str) -> bool:
    return len(_KINDS.findall(word)) > _MIXED * len(word)


def _is_data(lines: str) -> bool:
    """Tell whether lines without spaces are data: all of one length, and no hashes or addresses."""
    first, *rest = (line.strip(" \t>") for line in lines.rstrip("\n").split("\n"))
    if any(len(line) != len(first) for line in rest[:-1]) or len(rest[-1]) > len(first):
        return False
    if "://" in lines or _HASH.fullmatch(first):
        return False
    return _is_mixed(first + rest[0]) or (
        len(rest) >= _MANY_LINES and _ALPHANUMERIC.fullmatch(first) is not None
    )


def _is_minified(line: str) -> bool:
    """Tell whether a long line is code that a program has shortened."""
    return (
        line.count(" ") < _SPACES * len(line)
        and len(_CODE.findall(line)) > _CODE_SIGNS * len(line)
        and line.count("(") + line.count("{") > _BRACKETS * len(line)
        and len(line.encode("ascii", "ignore")) > 0.9 * len(line)
    )
