"""Which files are left out: hidden ones, those that programs make for themselves, and what users exclude.

Ingestion does not read such files, and the web server does not serve them.
"""

from __future__ import annotations

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
    """The patterns of one ignore file. They match paths relative to `base`, which is "" or "folder/"."""

    base: str
    patterns: GitIgnoreSpec

    @classmethod
    def read(cls, base: str, text: str, report: Callable[[str], None]) -> Rules:
        """The rules of an ignore file with this text. An invalid line is reported; the others still apply."""
        patterns = []
        for line in text.splitlines():
            try:
                patterns.append(GitIgnoreSpecPattern(line))
            except ValueError as error:  # pathspec's GitIgnorePatternError is one
                report(f"has an invalid pattern: {error}")
        return cls(base, GitIgnoreSpec(patterns))


def is_ignored(path: str, rules: tuple[Rules, ...]) -> bool:
    """Tell whether `path` (relative to the root; a folder ends in a slash) is left out.

    `rules` are those of the folders above it, the outermost first. The deepest rule wins.
    """
    name = path.rstrip("/").rpartition("/")[2].lower()
    if name.startswith(_STARTS) or name in _NAMES or name.endswith(_ENDS):
        return True
    for rule in reversed(rules):
        include = rule.patterns.check_file(path[len(rule.base) :]).include
        if include is not None:
            return include
    return False
