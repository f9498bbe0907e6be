"""Start processes that outlive this one, and wait for them."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# How long to wait without progress. An append-only file of many gigabytes loads for minutes, but the count of
# loaded bytes grows all that time.
PATIENCE_SECONDS = 120.0

# The shell starts the program in the background and exits. The program becomes a child of init, so it leaves
# no zombie behind, and no later signal of a terminal reaches it.
_DETACH = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'


def spawn(command: Sequence[str], log: Path, held: int) -> int:
    """Run `command` detached from this process, and append its output to `log`. Returns its process id.

    The process inherits the open file `held` and the lock on it. Raises OSError.
    """
    done = subprocess.run(
        ["/bin/sh", "-c", _DETACH, "sh", str(log), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        pass_fds=[held],
        start_new_session=True,
        umask=0o077,
    )
    return int(done.stdout)


def alive(pid: int) -> bool:
    """Whether this process is running. A zombie is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return not Path("/proc/self").exists()  # macOS has no /proc: there the signal has been the answer
    return stat.rpartition(")")[2].split()[0] != "Z"


class Waiting:
    """Waits in short steps, as long as there is progress."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._nap = 0.005
        self._changed = clock()
        self._progress = 0

    def goes_on(self, progress: int = 0) -> bool:
        """Sleep for a moment, and return True.

        Returns False at once when `progress` has not changed for PATIENCE_SECONDS.
        """
        if progress != self._progress:
            self._progress, self._changed = progress, self._clock()
        if self._clock() - self._changed > PATIENCE_SECONDS:
            return False
        time.sleep(self._nap)
        self._nap = min(self._nap * 1.5, 0.25)
        return True
