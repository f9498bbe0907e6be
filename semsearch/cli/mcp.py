"""`semsearch mcp`: let assistants search the library."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from semsearch.cli.search import searcher_for
from semsearch.cli.stopping import until_interrupted
from semsearch.cli.terminal import out, settings_now
from semsearch.errors import SettingsError

_PORT = 8001


def mcp(
    http: Annotated[bool, typer.Option("--http", help="Serve over HTTP, to whoever has a token.")] = False,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on with --http, by default SEMSEARCH_HOST.", show_default=False),
    ] = None,
    port: Annotated[int, typer.Option(help="Port to listen on with --http.")] = _PORT,
) -> None:
    """Let assistants search, read and cite: a server of the Model Context Protocol (MCP).

    An assistant starts it by itself, and talks to it over stdin and stdout. With --http, it serves the path
    /mcp, and each request needs a token: `semsearch token add NAME` makes one.
    """
    if find_spec("mcp") is None:
        raise SettingsError(
            'this needs the library mcp, which is not installed here: pip install "semsearch[mcp]"'
        )
    settings = settings_now(host=host, port=port)
    searcher = searcher_for(settings)
    if http:
        from semsearch.mcp import http as over_http

        with until_interrupted():
            over_http.serve(
                searcher, settings, lambda url: out.print(f"Assistants ask at {url} (Ctrl-C ends it)")
            )
    else:
        from semsearch.mcp import stdio

        stdio.serve(searcher)
