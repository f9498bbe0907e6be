"""A password for tests. It is hashed once, because that takes a tenth of a second."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from web.access.password import Password

PASSWORD = "correct horse 7"


def keep_password(home: Path) -> None:
    """Keep PASSWORD in a home, as `semsearch password` does."""
    file = home / "access" / "password.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_hashed())


@cache
def _hashed() -> bytes:
    with tempfile.TemporaryDirectory() as home:
        Password(Path(home)).change(PASSWORD)
        return Path(home, "access", "password.json").read_bytes()
