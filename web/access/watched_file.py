"""A file that another process may replace while this one runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from semsearch.errors import SettingsError

Value = TypeVar("Value")
_Version = tuple[int, int, int]


class WatchedFile(Generic[Value]):
    """A parsed file, which is read again when it was replaced. Safe to share between threads."""

    def __init__(self, path: Path, parse: Callable[[bytes], Value], absent: Value) -> None:
        self.path = path
        self._parse = parse
        self._absent = absent
        self._known: tuple[_Version, Value] | None = None

    def value(self) -> Value:
        """The parsed content, or `absent` when there is no file. Raises SettingsError for a damaged file."""
        try:
            version = _version(self.path.stat())
            known = self._known
            if known is None or known[0] != version:
                self._known = known = version, self._parse(self.path.read_bytes())
        except FileNotFoundError:
            return self._absent
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"{self.path} cannot be read: {error!r}. Mend or remove it") from error
        return known[1]


def _version(found: os.stat_result) -> _Version:
    # A file is written under another name first, so a new content has a new inode.
    return found.st_ino, found.st_mtime_ns, found.st_size
