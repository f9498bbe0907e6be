"""An embedded engine without users and passwords, for tests that need commands that no user may run."""

from __future__ import annotations

from semsearch.settings import Settings
from semsearch.store.engine import binaries, launch, listener, lock, paths, process


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
    return f"redis://{launch.HOST}:{settings.redis_port}/0"
