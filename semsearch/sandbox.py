"""A child process that runs readers, so that a crash, a hang or a memory bomb affects only one file.

It protects against accidents, not against attacks: the child runs as the same user.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TypeVar

from semsearch.errors import FileError, KilledError, ModelError
from semsearch.message import say

# More than the largest accepted picture needs, but not enough to bring a machine down.
MEMORY_BYTES = 2**30

# The variables of the parent that a child gets. The others may hold passwords.
_PASSED = frozenset(
    {"HOME", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "TESSDATA_PREFIX", "TMPDIR", "TZ"}
)
_PASSED_GROUPS = ("LC_", "PYTHON", "XDG_", "FONTCONFIG_")
_OWN = {
    # OpenBLAS, which numpy loads, would reserve 32 MB of the allowance for each core, and the allocator
    # of glibc 64 MB for each thread.
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    # Pillow keeps pixels in blocks of 16 MB. They go back to the system as soon as they are freed.
    "MALLOC_MMAP_THRESHOLD_": str(8 * 2**20),
}

_CHILD = """
import sys
sys.path[:] = {path!r}
from semsearch.sandbox import Limits, _serve
_serve({lifeline!r}, {limits!r})
"""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take: seconds, seconds of processor time on all cores together, bytes of memory.

    `processor` of 0 is no limit. `nice` lowers the priority of the child below that of the parent.
    """

    seconds: float = 30.0
    memory: int = MEMORY_BYTES
    processor: float = 0.0
    nice: int = 0


class Sandbox:
    """A child process, started when first needed and again after it died. It takes one call at a time.

    The child ends with the sandbox or the parent, whichever ends first, whatever it is doing. Its environment
    has no settings of semsearch, and it cannot write files.
    """

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = lambda: None  # ends the child, and does nothing the second time
        self._closed = False
        self._lock = threading.Lock()

    def call(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Run an importable function in the child; arguments and result are pickled.

        Raises the FileError or ModelError that the function raises. Raises FileError when it fails in
        another way, crashes or needs more than the limits allow. Raises KilledError when the system ends the
        child.
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
            raise self._why_it_ended(process) from error
        if ok:
            return value  # type: ignore[no-any-return]
        if isinstance(value, MemoryError):
            # Its memory may be fragmented: the next file gets a new child.
            self._discard(process)
            raise FileError(
                say(
                    "reading it needs more than {most} GB of memory",
                    most=format(self._limits.memory / 2**30, ".2g"),
                )
            ) from value
        raise value

    def call_again(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Run a function whose child the system has ended. Raises FileError as `call` does."""
        try:
            return self.call(function, *arguments)
        except KilledError as error:
            raise FileError(
                say("{what}, twice, also when no other file was read", what=error.message)
            ) from error

    def close(self) -> None:
        """End the child at once. A call under way in another thread raises FileError."""
        with self._lock:
            self._closed = True
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise FileError(say("reading was stopped"))
            if self._process is None or self._process.poll() is not None:
                self._end()
                self._process, lifeline = self._spawn()
                self._end = weakref.finalize(self, _end, self._process, lifeline)
            return self._process

    def _spawn(self) -> tuple[subprocess.Popen[bytes], int]:
        """Start a child. Returns it with the end of its lifeline that this process holds."""
        watched, lifeline = os.pipe()
        code = _CHILD.format(path=sys.path, lifeline=watched, limits=self._limits)
        environment = {name: value for name, value in os.environ.items() if _is_passed(name)}
        try:
            process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # libraries write warnings about bad files there
                env=environment | _OWN,
                pass_fds=(watched,),
            )
        except BaseException:
            os.close(lifeline)
            raise
        finally:
            os.close(watched)
        return process, lifeline

    def _why_it_ended(self, process: subprocess.Popen[bytes]) -> FileError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            # A child that closed its pipe is about to end; after half an answer it may not be.
            process.wait(timeout=5)
        own = process.returncode
        code = self._discard(process)
        if self._closed:
            return FileError(say("reading was stopped"))
        if own == -signal.SIGKILL:
            return KilledError(say("the system ended its reader (SIGKILL), probably for lack of memory"))
        if code == -signal.SIGALRM:
            return FileError(say("took longer than {limit} s", limit=format(self._limits.seconds, "g")))
        if code == -signal.SIGPROF:
            return FileError(
                say("took more than {limit} s of processor time", limit=format(self._limits.processor, "g"))
            )
        died = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return FileError(say("the reader crashed on this file ({how})", how=died))

    def _discard(self, process: subprocess.Popen[bytes]) -> int:
        """End a child, if it has not ended, so that the next call starts another. Returns its exit code."""
        with self._lock:
            self._end()
            self._process = None
        return process.wait()


def _end(process: subprocess.Popen[bytes], lifeline: int) -> None:
    process.kill()
    process.wait()
    os.close(lifeline)
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        with contextlib.suppress(OSError):  # the buffered data for the dead child are lost
            pipe.close()


def _is_passed(name: str) -> bool:
    return name in _PASSED or name.startswith(_PASSED_GROUPS)


def _serve(lifeline: int, limits: Limits) -> None:
    """Run in the child: read calls from stdin, write answers to stdout, until the parent closes or dies."""
    _end_with(lifeline)
    os.nice(limits.nice)
    calls, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library's print must not end up in an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    _limit_memory(limits.memory)
    while calls.peek(1):
        # The kernel ends this process when the time is up. A thread could be blocked by a stuck reader.
        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        signal.setitimer(signal.ITIMER_PROF, limits.processor)
        _answer(calls, answers)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _end_with(lifeline: int) -> None:
    """Let the kernel end this process when the parent dies, which closes the other end of this pipe.

    A thread could not: it would wait for a reader that holds the interpreter's lock. PR_SET_PDEATHSIG of
    Linux depends on the thread that started this process, not on the parent, and macOS does not have it.
    """
    import ctypes

    library = ctypes.CDLL(None)
    # A handler in C needs no lock. SIGIO by itself ends a process on Linux, but not on macOS.
    library.signal(signal.SIGIO, ctypes.cast(library._exit, ctypes.c_void_p))
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    poll = select.poll()
    poll.register(lifeline)
    if poll.poll(0):  # the parent died before
        os._exit(0)


def _limit_memory(memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
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
        answer = (
            False,
            FileError(
                say(
                    "the reader failed on this file: {kind}: {why}", kind=type(error).__name__, why=str(error)
                )
            ),
        )
    if not answer[0]:
        gc.collect()  # the traceback, which refers to itself, holds what was read
    pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()
