"""Run the web server beside a command."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.memory import return_large_blocks
from semsearch.cli.stopping import interruptible
from semsearch.cli.terminal import err, settings_now
from semsearch.errors import SettingsError

if TYPE_CHECKING:
    from semsearch.models.loaded import Models
    from semsearch.settings import Settings
    from web.access.password import Password


Host = Annotated[
    str | None,
    typer.Option(help="Address to listen on, by default SEMSEARCH_HOST. Other machines need a password."),
]
Port = Annotated[int | None, typer.Option(help="Port to listen on, by default SEMSEARCH_PORT.")]


def settings_to_serve(host: str | None, port: int | None) -> Settings:
    """The settings for a web server. SEMSEARCH_PASSWORD becomes its password.

    Raises SettingsError when other machines can reach the server and there is no password, and when the
    server of a language model may not be asked.
    """
    from semsearch.ask.model_server import ModelServer
    from semsearch.loopback import is_loopback
    from web.access.gate import missing_password
    from web.access.password import Password

    settings = settings_now(host=host, port=port)
    kept = Password(settings.home)
    if settings.password is not None:
        _take(settings.password.get_secret_value(), kept)
    if not kept.is_set and not is_loopback(settings.host):
        raise SettingsError(missing_password(settings.host))
    if settings.ask_url:
        ModelServer.of(settings)  # it names a server that may be asked
    return settings


def _take(password: str, kept: Password) -> None:
    """Keep the password of the environment. The same password does not end the log-ins."""
    if not kept.matches(password):
        try:
            kept.change(password)
        except SettingsError as error:
            raise SettingsError(f"SEMSEARCH_PASSWORD is not usable: {error}") from error


# How long the responses under way may take after a signal; see semsearch.cli.stopping.
_PATIENCE = 8.0


@contextmanager
def serving(settings: Settings, models: Models) -> Iterator[tuple[str, Callable[[float | None], bool]]]:
    """Run the web server in a thread: its address, and a function that waits until it has ended.

    The function takes the seconds after which it returns False; None waits on.

    SIGTERM and Ctrl-C end the block. The responses under way are completed first, and the process ends within
    10 seconds. A second signal ends it at once.
    """
    from semsearch import logs
    from semsearch.explore.explorer import Explorer
    from semsearch.search.searcher import Searcher
    from semsearch.store.access import Role
    from semsearch.store.store import Store
    from web.app import create_app
    from web.server import bind

    logs.set_up(settings.log)
    return_large_blocks()
    store = Store.open(settings, Role.WEB)
    searcher = Searcher(store, models, home=settings.home)
    app = create_app(settings, searcher, Explorer(store))
    server = bind(app, settings.host, settings.port)
    # A signal that interrupts Thread.join() marks the thread as ended; an event stays as it is.
    ended = threading.Event()

    def run() -> None:
        try:
            server.run()
        finally:
            ended.set()

    threading.Thread(target=run, name="web", daemon=True).start()
    try:
        with interruptible():
            yield f"http://{server.effective_host}:{server.effective_port}", ended.wait
    finally:
        server.close(_PATIENCE)
        ended.wait()
    err.print("stopped")
