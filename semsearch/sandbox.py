"""A child process that runs readers, so that a crash, a hang or a memory bomb affects only one file.

It protects against accidents, not against attacks: the child runs as the same user.
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

# Several times what the largest accepted picture needs, but not enough to bring a machine down.
MEMORY_BYTES = 2 * 2**30

_CHILD = """
import sys
sys.path[:] = {path!r}
from semsearch.sandbox import _serve
_serve({seconds!r}, {memory!r})
"""

Result = TypeVar("Result")


class Sandbox:
    """A child process, started when first needed and again after it died. It takes one call at a time."""

    def __init__(self, seconds: float = 30.0, memory: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def call(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Run an importable function in the child; arguments and result are pickled.

        Raises the FileError or ModelError that the function raises. Raises FileError when it fails in
        another way, crashes, takes longer than `seconds` or needs more than `memory` bytes.
        """
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump((function, arguments), process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            ok, value = pickle.load(process.stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            # The pipe broke, the child died while it wrote the answer, or `close` ended it.
            raise FileError(self._why_it_ended(process)) from error
        if ok:
            return value  # type: ignore[no-any-return]
        if isinstance(value, MemoryError):
            # Its memory may be fragmented: the next file gets a new child.
            self._discard(process)
            raise FileError(f"reading it needs more than {self._memory / 2**30:.2g} GB of memory") from value
        raise value

    def close(self) -> None:
        """End the child at once. A call under way in another thread raises FileError."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                self._close_pipes(self._process)

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise FileError("reading was stopped")
            if self._process is None or self._process.poll() is not None:
                if self._process is not None:
                    self._close_pipes(self._process)
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

    def _why_it_ended(self, process: subprocess.Popen[bytes]) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(
                timeout=5
            )  # a child that closed its pipe is about to end; after half an answer it may not be
        code = self._discard(process)
        if self._closed:
            return "reading was stopped"
        if code == -signal.SIGALRM:
            return f"took longer than {self._seconds:g} s"
        died = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return f"the reader crashed on this file ({died})"

    def _discard(self, process: subprocess.Popen[bytes]) -> int:
        """End a child, if it has not ended, so that the next call starts another. Returns its exit code."""
        with self._lock:
            process.kill()
            code = process.wait()
            self._close_pipes(process)
            self._process = None
        return code

    @staticmethod
    def _close_pipes(process: subprocess.Popen[bytes]) -> None:
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # the buffered data for the dead child are lost
                pipe.close()


def _serve(seconds: float, memory: int) -> None:
    """Run in the child: read calls from stdin, write answers to stdout, until the parent closes or dies."""
    calls, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library's print must not end up in an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    _limit(memory)
    while calls.peek(1):
        # The kernel ends this process when the time is up. A thread could be blocked by a stuck reader,
        # and this works even when the parent is dead.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _answer(calls, answers)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # macOS has the limit, but refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answer(calls: IO[bytes], answers: IO[bytes]) -> None:
    answer: tuple[bool, object]
    try:
        function, arguments = pickle.load(calls)
        answer = True, function(*arguments)
    except (FileError, ModelError, MemoryError) as error:
        answer = False, error
    except Exception as error:
        # Readers raise nearly anything on damaged files. Whatever the type, the file is the cause.
        answer = False, FileError(f"the reader failed on this file: {type(error).__name__}: {error}")
    pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()
