"""A child process that runs readers, so that a crash, a hang or a memory bomb costs one file.

It guards against accidents, not against attacks: the child runs as the same user.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, TypeVar

from semsearch.errors import FileError, ModelError

# Room for the largest picture that is accepted, several times over; far from taking a machine down.
MEMORY_BYTES = 2 * 2**30

_CHILD = """
import sys
sys.path[:] = {path!r}
from semsearch.sandbox import _serve
_serve({seconds!r}, {memory!r})
"""

Result = TypeVar("Result")


class Sandbox:
    """One child process, started when first needed and again after it died. One call at a time."""

    def __init__(self, seconds: float = 30.0, memory: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def call(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Run an importable function in the child; arguments and result are pickled.

        Raises FileError and ModelError when the function does; FileError when it fails otherwise,
        crashes, takes longer than `seconds` or needs more than `memory` bytes.
        """
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump((function, arguments), process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            ok, value = pickle.load(process.stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            # The pipe broke, or the child died with half an answer written, or we closed it.
            raise FileError(self._epitaph(process)) from error
        if ok:
            return value  # type: ignore[no-any-return]
        if isinstance(value, MemoryError):
            # Its memory may stay in pieces: the next file deserves a fresh child.
            self._bury(process)
            raise FileError(f"reading it needs more than {self._memory / 2**30:.2g} GB of memory") from value
        raise value

    def close(self) -> None:
        """End the child at once. A call under way in another thread raises FileError."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                self._hang_up(self._process)

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise FileError("reading was stopped")
            if self._process is None or self._process.poll() is not None:
                if self._process is not None:
                    self._hang_up(self._process)
                self._process = self._spawn()
            return self._process

    def _spawn(self) -> subprocess.Popen[bytes]:
        code = _CHILD.format(path=sys.path, seconds=self._seconds, memory=self._memory)
        # OpenBLAS, which numpy loads, would reserve 32 MB of the allowance for each core.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        return subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries write warnings about bad files there
            env=environment,
        )

    def _epitaph(self, process: subprocess.Popen[bytes]) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)  # one that hung up is dying; it may be alive after half an answer
        code = self._bury(process)
        if self._closed:
            return "reading was stopped"
        if code == -signal.SIGALRM:
            return f"took longer than {self._seconds:g} s"
        died = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return f"the reader crashed on this file ({died})"

    def _bury(self, process: subprocess.Popen[bytes]) -> int:
        """End a child, if it has not ended, and forget it."""
        with self._lock:
            process.kill()
            code = process.wait()
            self._hang_up(process)
            self._process = None
        return code

    @staticmethod
    def _hang_up(process: subprocess.Popen[bytes]) -> None:
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # what was buffered for the dead child is lost
                pipe.close()


def _serve(seconds: float, memory: int) -> None:
    """The child's life: calls from stdin, answers to stdout, until the parent closes or dies."""
    calls, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library's print must not end up in an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business, who ends us
    _limit(memory)
    while calls.peek(1):
        # The kernel ends us when time is up: no thread that a stuck reader could starve, and it works
        # when the parent is dead.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _answer(calls, answers)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answer(calls: IO[bytes], answers: IO[bytes]) -> None:
    answer: tuple[bool, object]
    try:
        function, arguments = pickle.load(calls)
        answer = True, function(*arguments)
    except (FileError, ModelError, MemoryError) as error:
        answer = False, error
    except Exception as error:
        # Readers raise nearly anything on damaged files; whatever it is, the file is at fault.
        answer = False, FileError(f"the reader failed on this file: {type(error).__name__}: {error}")
    pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()
