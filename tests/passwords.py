"""A password for tests, with a cheap hash: that of a real password takes a tenth of a second."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import argon2
import pytest

from web.access import password
from web.access.password import Password

PASSWORD = "correct horse 7"


def keep_password(home: Path) -> None:
    """Keep PASSWORD in a home, as `semsearch password` does."""
    file = home / "access" / "password.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_hashed())


@cache
def _hashed() -> bytes:
    cheap = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setattr(password, "_HASHER", cheap)
        Password(Path(home)).change(PASSWORD)
        return Path(home, "access", "password.json").read_bytes()
