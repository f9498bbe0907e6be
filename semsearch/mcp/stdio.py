"""The server over stdin and stdout, for the assistant that has started it."""

from __future__ import annotations

import anyio
from mcp.server.stdio import stdio_server

from semsearch.mcp.server import server_of
from web.library import Library


def serve(library: Library) -> None:
    """Serve the whole library until stdin ends."""
    anyio.run(_serve, library)


async def _serve(library: Library) -> None:
    server = server_of(lambda _: library)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
