"""Processes that outlive us, and waiting for them."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# How long we wait while nothing moves: an append-only file of many gigabytes loads for minutes, but
# the count of loaded bytes grows all the while.
PATIENCE_SECONDS = 120.0

# The shell starts the program in the background and leaves: the program becomes a child of init, so that
# it leaves no zombie behind and no later signal of a terminal reaches it.
_DETACH = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'


def spawn(command: Sequence[str], log: Path) -> int:
    """Run `command` detached from us, its output appended to `log`; its process id. Raises OSError."""
    done = subprocess.run(
        ["/bin/sh", "-c", _DETACH, "sh", str(log), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        start_new_session=True,
        umask=0o077,
    )
    return int(done.stdout)


def alive(pid: int) -> bool:
    """Does this process run? One that ended and was not collected yet does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return not Path("/proc/self").exists()  # macOS has no such folder: the signal was the answer
    return stat.rpartition(")")[2].split()[0] != "Z"


class Waiting:
    """Short naps between two looks, for as long as something moves."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._nap = 0.005
        self._moved = clock()
        self._progress = 0

    def goes_on(self, progress: int = 0) -> bool:
        """Nap; False, without a nap, once `progress` has stood still for PATIENCE_SECONDS."""
        if progress != self._progress:
            self._progress, self._moved = progress, self._clock()
        if self._clock() - self._moved > PATIENCE_SECONDS:
            return False
        time.sleep(self._nap)
        self._nap = min(self._nap * 1.5, 0.25)
        return True
