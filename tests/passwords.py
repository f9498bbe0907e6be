"""A password for tests, with a cheap hash: that of a real password takes a tenth of a second."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import argon2
import pytest

from semsearch.files import write_whole
from web.access import password
from web.access.password import Password

PASSWORD = "correct horse 7"


def keep_password(home: Path) -> None:
    """Keep PASSWORD in a home, as `semsearch password` does."""
    write_whole(home / "access" / "password.json", _hashed())  # a server may read it at any moment


@cache
def _hashed() -> bytes:
    cheap = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setattr(password, "_HASHER", cheap)
        Password(Path(home)).change(PASSWORD)
        return Path(home, "access", "password.json").read_bytes()
