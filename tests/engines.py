"""Embedded engines in homes of their own, and one without users for tests that need every command."""

from __future__ import annotations

import os
import random
import signal
import socket
from pathlib import Path

from semsearch.settings import Settings
from semsearch.store.engine import binaries, engine, launch, listener, lock, paths, process


def free_port() -> int:
    """A free port, below the range that the system uses for outgoing connections."""
    while True:
        port = random.randint(20000, 31999)
        with socket.socket() as attempt:
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def at(home: Path, port: int | None = None) -> Settings:
    """Settings with the embedded engine of a home."""
    return Settings(home=home, redis_port=port or free_port(), redis_url="")


def pid_of(settings: Settings) -> int:
    pid = engine.info(settings).pid
    assert pid is not None
    return pid


def kill(settings: Settings) -> None:
    """Kill the engine, and wait until it is gone."""
    pid = pid_of(settings)
    os.kill(pid, signal.SIGKILL)
    wait_for_end(pid)


def wait_for_end(pid: int) -> None:
    waiting = process.Waiting()
    while process.alive(pid):
        assert waiting.goes_on()


def start_without_users(settings: Settings) -> str:
    """Start the engine of a home, in which everybody may do everything, and return the URL of its port."""
    launch.prepare_home(settings)
    command = launch.command(settings, binaries.find_servers()[0], binaries.find_module())
    with lock.held(settings) as file:
        assert file is not None
        pid = process.spawn(
            [*command, "--aclfile", "", "--enable-debug-command", "local"], paths.log_file(settings), file
        )
    waiting = process.Waiting()
    while listener.identify(settings).state != "ready":
        assert process.alive(pid)
        assert waiting.goes_on()
    return launch.url(settings.redis_port)
