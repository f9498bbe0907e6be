"""Help for tests of file permissions, which do not apply to root."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def as_ordinary_user() -> Iterator[Path]:
    """Run as a user who is not root; yields a folder that this user owns."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        was_root = os.geteuid() == 0
        if was_root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if was_root:
                os.seteuid(0)


def run_as_nobody(function: Callable[[], object]) -> object:
    """Call `function` in a child process of the user nobody, for good. Returns its result, or its exception.

    Only root can do that.
    """
    processes = multiprocessing.get_context("fork")
    receiving, sending = processes.Pipe(duplex=False)

    def call() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        try:
            sending.send(function())
        except Exception as error:
            sending.send(error)

    child = processes.Process(target=call)
    with warnings.catch_warnings():
        # A child may deadlock on a lock of another thread. This one only runs `function`.
        warnings.simplefilter("ignore", DeprecationWarning)
        child.start()
    assert receiving.poll(30)
    found: object = receiving.recv()
    child.join()
    return found
