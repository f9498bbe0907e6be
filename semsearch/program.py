"""Run a program of the system inside a child process that reads files, under the limits of that process."""

from __future__ import annotations

import fcntl
import os
import resource
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from semsearch.errors import FileError
from semsearch.message import say


def output_of(
    command: Sequence[str],
    data: bytes,
    *,
    seconds: float,
    processor: int,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Return what a program writes to stdout when it reads `data` from stdin.

    No shell is involved. The program inherits the priority of this process and its limits of memory and of
    files to write. It may take `seconds` on the clock and, on Linux, `processor` seconds of processor time.
    On Linux it also ends with this process. `environment` is added to the variables of this process. Raises
    FileError when the program cannot be started, takes too long, crashes or ends with another status than 0.
    """
    name = Path(command[0]).name
    watched, lifeline = os.pipe()
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
            pass_fds=(watched,),
        ) as process:
            _limit(process.pid, watched, processor)
            try:
                written, _ = process.communicate(data, timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise FileError(_too_long(name, seconds)) from None
    except OSError as error:
        raise FileError(say("{name} cannot be started: {why}", name=name, why=error.strerror)) from error
    finally:
        os.close(watched)
        os.close(lifeline)
    if process.returncode:
        raise FileError(say("{name} ended with status {status}", name=name, status=str(process.returncode)))
    return written


def _too_long(name: str, seconds: float) -> str:
    return say("{name} took longer than {limit} s", name=name, limit=format(seconds, "g"))


def _limit(pid: int, watched: int, processor: int) -> None:
    """Limit the processor time of a program, and let the kernel end it when this process ends.

    Then the other end of the pipe `watched` closes. The SIGIO that this sends ends a program on Linux; macOS
    has neither that nor `prlimit`, so there only the clock ends it.
    """
    fcntl.fcntl(watched, fcntl.F_SETOWN, pid)
    fcntl.fcntl(watched, fcntl.F_SETFL, fcntl.fcntl(watched, fcntl.F_GETFL) | os.O_ASYNC)
    if hasattr(resource, "prlimit"):
        resource.prlimit(pid, resource.RLIMIT_CPU, (processor, processor))
