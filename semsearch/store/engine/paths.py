"""The files of the embedded engine of a home, and the folder of its socket."""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
from pathlib import Path

from semsearch.errors import EngineError
from semsearch.files import private_folder
from semsearch.settings import Settings

# The kernel holds the path of a socket in 104 bytes on macOS and 108 on Linux, with a zero byte at the end.
_LONGEST_SOCKET = 103
# Not the folder of TMPDIR: all processes of a user must find the same socket.
_TEMPORARY = Path("/tmp")
_OTHER_HOME = "set SEMSEARCH_HOME to a folder that you own"


def data_folder(settings: Settings) -> Path:
    return settings.home / "redis"


def data_files(settings: Settings) -> Path:
    """The folder of the append-only files."""
    return data_folder(settings) / "appendonlydir"


def log_file(settings: Settings) -> Path:
    return data_folder(settings) / "redis.log"


def lock_file(settings: Settings) -> Path:
    return settings.home / "engine.lock"


def process_file(settings: Settings) -> Path:
    """The file with the process id of the server."""
    return data_folder(settings) / "redis.pid"


def password_file(settings: Settings) -> Path:
    return data_folder(settings) / "password"


def users_file(settings: Settings) -> Path:
    return data_folder(settings) / "users.acl"


def previous_port_file(settings: Settings) -> Path:
    """The file with the port of an engine that an earlier semsearch started."""
    return data_folder(settings) / "port"


def socket(settings: Settings) -> Path:
    """The socket of the engine: in its data folder or, if that path is too long, below /tmp.

    Raises EngineError when the data folder is not this user's, or the folder below /tmp is not private to
    this user: then the socket may be another user's, who would learn the password.
    """
    require_own(settings)
    path = data_folder(settings) / "socket"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return path
    digest = hashlib.sha256(os.fsencode(settings.home)).hexdigest()[:16]
    folder = _TEMPORARY / f"semsearch-{os.geteuid()}-{digest}"
    _require_private(folder)
    return folder / "socket"


def make_folders(settings: Settings) -> None:
    """Make the data folder and the folder of the socket, readable by this user only.

    Raises OSError, and EngineError as `socket` does.
    """
    require_own(settings)
    data = data_folder(settings)
    private_folder(data)
    folder = socket(settings).parent
    if folder != data:
        folder.mkdir(mode=0o700, exist_ok=True)
        _require_private(folder)


def require_own(settings: Settings) -> None:
    """Raise EngineError when the data folder exists and is a link, or does not belong to this user.

    Whoever owns it can put another socket and another password there. This holds for root too, which must not
    start an engine as root on the data of another user.
    """
    folder = data_folder(settings)
    try:
        found = folder.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return
    except PermissionError as error:
        raise EngineError(f"{folder} is in a folder that you may not enter: {_OTHER_HOME}") from error
    if not stat.S_ISDIR(found.st_mode):
        raise EngineError(
            f"{folder}, where the data of the embedded engine belong, is a link or a file and no folder: put "
            f"a folder of yours in its place, or {_OTHER_HOME}"
        )
    if found.st_uid != os.geteuid():
        raise EngineError(
            f"{folder} belongs to the user {_name(found.st_uid)}, and this process runs as "
            f"{_name(os.geteuid())}: run it as the owner, remove that folder, or {_OTHER_HOME}"
        )


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _require_private(folder: Path) -> None:
    """Raise EngineError when `folder` exists and is not a folder that only this user can enter."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise EngineError(
            f"{folder}, where the socket of the embedded engine belongs, is not a folder that only you can "
            "enter: remove it, or set SEMSEARCH_HOME to a folder with a shorter path"
        )
