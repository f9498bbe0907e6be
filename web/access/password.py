"""The password of the web server, hashed in a file of the home."""

from __future__ import annotations

import json
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

import argon2

from semsearch.errors import SettingsError
from semsearch.files import private_folder, write_whole
from web.access.watched_file import WatchedFile

# The fewest characters and the most bytes of a password.
FEWEST, MOST = 8, 1024

# A verification takes 64 MiB of memory, and at most `_AT_ONCE` run at a time.
_HASHER = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)
_AT_ONCE = 2
_turns = BoundedSemaphore(_AT_ONCE)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The content of the file. Cookies are signed with the key, which a new password replaces."""

    hash: str
    session_key: str


class Password:
    """The password. A change in another process counts at once. Safe to share between threads.

    Every method raises SettingsError when the file cannot be read or written.
    """

    def __init__(self, home: Path) -> None:
        self._file: WatchedFile[_Kept | None] = WatchedFile(home / "access" / "password.json", _parse, None)

    @property
    def is_set(self) -> bool:
        return self._file.value() is not None

    @property
    def session_key(self) -> str | None:
        """The key that signs sessions; None without a password. A new password ends all sessions with it."""
        kept = self._file.value()
        return None if kept is None else kept.session_key

    def matches(self, text: str) -> bool:
        """Whether `text` is the password; False when there is none. It takes some 0.1 s."""
        kept, secret = self._file.value(), _normal(text)
        if kept is None or secret is None or len(secret) > MOST:
            return False
        try:
            with _turns:
                return _HASHER.verify(kept.hash, secret)
        except argon2.exceptions.VerifyMismatchError:
            return False
        except argon2.exceptions.InvalidHashError as error:
            raise SettingsError(f"{self._file.path} has no hash of argon2. Remove it") from error

    def change(self, text: str) -> None:
        """Set the password, and end all sessions. Raises SettingsError when it is too short or too long."""
        secret = _normal(text)
        if secret is None:
            raise SettingsError("the password has bytes that are not UTF-8: choose another")
        if len(secret.decode()) < FEWEST:
            raise SettingsError(
                f"the password has {len(secret.decode())} characters: {FEWEST} are the fewest"
            )
        if len(secret) > MOST:
            raise SettingsError(f"the password has {len(secret):,} bytes: {MOST:,} are the most")
        kept = {"hash": _HASHER.hash(secret), "session_key": secrets.token_hex(32)}
        try:
            private_folder(self._file.path.parent)
            write_whole(self._file.path, json.dumps(kept, indent=1).encode())
        except OSError as error:
            raise SettingsError(f"{self._file.path} cannot be written: {error.strerror}") from error

    def remove(self) -> bool:
        """Remove the password, and end all sessions. Returns whether there was one."""
        there = self.is_set
        try:
            self._file.path.unlink(missing_ok=True)
        except OSError as error:
            raise SettingsError(f"{self._file.path} cannot be removed: {error.strerror}") from error
        return there


def _normal(text: str) -> bytes | None:
    """The password as it is hashed; None for bytes that are not UTF-8.

    The same characters are typed in several ways, for example ü as one character or two, so they are
    normalised as NIST SP 800-63B recommends.
    """
    try:
        return unicodedata.normalize("NFKC", text).encode("utf-8")
    except UnicodeEncodeError:
        return None


def _parse(content: bytes) -> _Kept:
    kept = json.loads(content)
    return _Kept(kept["hash"], kept["session_key"])
