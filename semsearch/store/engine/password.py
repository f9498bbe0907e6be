"""The password of the embedded engine: one secret for each home, known to whoever can read the home."""

from __future__ import annotations

import os
import secrets

from semsearch.errors import EngineError
from semsearch.settings import Settings
from semsearch.store.engine import paths


def read(settings: Settings) -> str:
    """The password of a home whose engine was started before. Raises EngineError when it cannot be read."""
    file = paths.password_file(settings)
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise EngineError(
            f"the embedded engine is running, but its password is gone from {file}: put it back, or end the "
            f"process whose number is in {paths.process_file(settings)}, and run the command again"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds other bytes than a password"
        raise EngineError(f"the password of the embedded engine, {file}, cannot be read: {reason}") from error


def ensure(settings: Settings) -> str:
    """The password of a home; the first call makes it. Raises OSError, and EngineError as `read` does."""
    file = paths.password_file(settings)
    try:
        # The mode is set before there is a content.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        file.chmod(0o600)
        return read(settings)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(f"{secrets.token_urlsafe(32)}\n")
    return read(settings)
