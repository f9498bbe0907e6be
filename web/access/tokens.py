"""API tokens, with which programs are allowed in."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from semsearch.errors import SettingsError
from semsearch.files import make_private, private_folder, write_whole
from semsearch.text import iso
from web.access.watched_file import WatchedFile

# With it, programs that look for leaked secrets recognise a token.
PREFIX = "sem_"
# Another process changes the tokens in milliseconds.
LOCK_SECONDS = 5.0

_NAME = re.compile(r"[\w.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. It finds documents in `folders`, absolute paths, or in all folders if None.

    A token has 256 random bits. Nobody can guess one from its hash, so a fast hash is enough.
    """

    name: str
    sha256: str
    folders: tuple[str, ...] | None
    created: str


class Tokens:
    """The tokens of a home. A change in another process counts at once. Safe to share between threads.

    Every method raises SettingsError when the file cannot be read or written.
    """

    def __init__(self, home: Path) -> None:
        path = home / "access" / "tokens.json"
        self._file: WatchedFile[dict[str, Token]] = WatchedFile(path, _parse, {})
        self._lock = FileLock(path.with_suffix(".lock"), timeout=LOCK_SECONDS, mode=0o600)

    def __iter__(self) -> Iterator[Token]:
        """The tokens in the order in which they were made."""
        return iter(self._file.value().values())

    def find(self, text: str) -> Token | None:
        """The token that this text is; None if there is none."""
        return self._file.value().get(_hash(text))

    def add(self, name: str, folders: Sequence[str] = ()) -> str:
        """Make a token and return its text, which is not kept. Raises SettingsError for a bad name."""
        if not _NAME.fullmatch(name):
            raise SettingsError(
                f"{name!r} cannot be the name of a token: write 1 to 64 letters, digits, dots and dashes"
            )
        text = PREFIX + secrets.token_urlsafe(32)
        with self._changing():
            kept = list(self)
            if any(token.name == name for token in kept):
                raise SettingsError(
                    f"there is a token named {name!r}: choose another name, or run "
                    f"`semsearch token revoke {name}` first"
                )
            self._write([*kept, Token(name, _hash(text), tuple(folders) or None, iso(datetime.now(UTC)))])
        return text

    def revoke(self, name: str) -> None:
        """Remove a token. Raises SettingsError when there is none with this name."""
        with self._changing():
            kept = list(self)
            left = [token for token in kept if token.name != name]
            if len(left) == len(kept):
                names = ", ".join(token.name for token in kept) or "none"
                raise SettingsError(f"there is no token named {name!r}. There are: {names}")
            self._write(left)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        try:
            private_folder(self._file.path.parent)
            make_private(Path(self._lock.lock_file))
            with self._lock:
                yield
        except Timeout as error:
            raise SettingsError(
                f"another process has held {error.lock_file} for {LOCK_SECONDS:g} s, so the tokens stay as "
                "they were: end that process, and run the command again"
            ) from error
        except OSError as error:
            raise SettingsError(f"{self._file.path} cannot be written: {error.strerror}") from error

    def _write(self, tokens: Sequence[Token]) -> None:
        # JSON escapes the bytes of a name that are not UTF-8.
        write_whole(self._file.path, json.dumps(list(map(asdict, tokens)), indent=1).encode("ascii"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _parse(content: bytes) -> dict[str, Token]:
    tokens = (Token(**{**each, "folders": _folders(each["folders"])}) for each in json.loads(content))
    return {token.sha256: token for token in tokens}


def _folders(kept: object) -> tuple[str, ...] | None:
    """The folders of a token. Raises ValueError for anything else: an error must not open all folders."""
    if kept is None:
        return None
    if not isinstance(kept, list) or not kept:
        raise ValueError("folders must be null or a list of absolute paths")
    if not all(isinstance(each, str) and each.startswith("/") for each in kept):
        raise ValueError(f"folders are not absolute paths: {kept}")
    return tuple(kept)
