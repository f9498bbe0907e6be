"""The password of the embedded engine: one secret for each home, known to whoever can read the home."""

from __future__ import annotations

import secrets

from semsearch.errors import EngineError
from semsearch.files import write_whole
from semsearch.settings import Settings
from semsearch.store.engine import paths


def read(settings: Settings) -> str:
    """The password of a home whose engine was started before. Raises EngineError when it cannot be read.

    Raises it too when the data folder is not this user's.
    """
    paths.require_own(settings)
    file = paths.password_file(settings)
    try:
        found = file.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise EngineError(
            f"the embedded engine is running, but its password is gone from {file}: put it back, or end the "
            f"process whose number is in {paths.process_file(settings)}, and run the command again"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds other bytes than a password"
        raise EngineError(f"the password of the embedded engine, {file}, cannot be read: {reason}") from error
    if not found:
        raise EngineError(
            f"the password of the embedded engine, {file}, is empty: remove the file, and the next start "
            "makes a password"
        )
    return found


def ensure(settings: Settings) -> str:
    """The password of a home; the first call makes it. The caller must hold the lock of the home.

    Raises OSError, and EngineError as `read` does.
    """
    file = paths.password_file(settings)
    if not file.exists():
        write_whole(file, f"{secrets.token_urlsafe(32)}\n".encode())
    file.chmod(0o600)
    return read(settings)
