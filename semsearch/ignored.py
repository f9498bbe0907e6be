"""Which files are left out: hidden ones, those that programs make for themselves, and what users exclude.

Ingestion does not read such files, and the web server does not serve them.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

IGNORE_FILE = ".semsearchignore"

# Files and folders that programs create for themselves. Names that start with a dot are left out as well.
_NAMES = frozenset({
    "__pycache__", "node_modules", "bower_components", "site-packages", "venv", "__macosx",
    "$recycle.bin", "system volume information", "lost+found", "@eadir", "thumbs.db", "ehthumbs.db",
    "desktop.ini", "icon\r",
})  # fmt: skip
_ENDS = ("~", ".part", ".crdownload", ".download", ".partial", ".tmp", ".swp", ".pyc", ".pyo")
# Hidden files, and the locks that office programs put beside an open file: a lock holds a user name, no text.
_STARTS = (".", "~$", ".~lock.")


@dataclass(frozen=True, slots=True)
class Rules:
    """The patterns of one ignore file, and the line of each.

    They match paths relative to `base`, which is "" or "folder/".
    """

    base: str
    patterns: GitIgnoreSpec
    lines: tuple[int, ...]

    @classmethod
    def read(cls, base: str, content: bytes, report: Callable[[str], None]) -> Rules:
        """The rules of an ignore file with this content. An invalid line is reported; the others apply."""
        patterns, lines = [], []
        for number, line in enumerate(_decoded(content).splitlines(), start=1):
            try:
                patterns.append(GitIgnoreSpecPattern(line))
            except ValueError as error:  # pathspec's GitIgnorePatternError is one
                report(f"has an invalid pattern: {error}")
            else:
                lines.append(number)
        return cls(base, GitIgnoreSpec(patterns), tuple(lines))


def _decoded(content: bytes) -> str:
    """The text of an ignore file: UTF-8, or what a byte order mark says, as editors of Windows write it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def is_ignored(path: str, rules: tuple[Rules, ...]) -> bool:
    """Tell whether `path` (relative to the root; a folder ends in a slash) is left out.

    `rules` are those of the folders above it, the outermost first. The deepest rule wins.
    """
    return bool(why_ignored(path, rules))


def why_ignored(path: str, rules: tuple[Rules, ...]) -> str:
    """Why `path` is left out, as a part of a sentence; "" if it is not. See `is_ignored`."""
    name = path.rstrip("/").rpartition("/")[2].lower()
    if name.startswith("."):
        return "it is hidden: its name begins with a dot"
    if name.startswith(_STARTS):
        return "an office program made it to lock an open file"
    if name in _NAMES or (name.endswith(_ENDS) and name != "~"):
        return "programs give such a name to files and folders that they make for themselves"
    for rule in reversed(rules):
        found = rule.patterns.check_file(path[len(rule.base) :])
        if found.include is not None:
            line = "" if found.index is None else f"line {rule.lines[found.index]} of "
            return f"{line}{rule.base}{IGNORE_FILE} names it" if found.include else ""
    return ""
