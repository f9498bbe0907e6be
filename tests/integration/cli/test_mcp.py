"""Assistants: the client of the SDK finds and reads documents, over stdio and HTTP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from tests.awaiting import awaited
from tests.engines import free_port
from tests.integration.cli.conftest import Command

T = TypeVar("T")
Ask = Callable[[Client], Awaitable[T]]


@pytest.fixture(autouse=True)
def library(semsearch: Command, notes: Path) -> Path:
    (notes / "private").mkdir()
    (notes / "private" / "bats.md").write_text("# Bats\n\nBats hunt moths at night.")
    semsearch("ingest", notes)
    return notes


@pytest.fixture
def over_stdio(environment: dict[str, str]) -> Callable[[Ask[T]], T]:
    """Runs a function with a client that has started `semsearch mcp`."""

    def run(ask: Ask[T]) -> T:
        async def started() -> T:
            command = StdioServerParameters(
                command=sys.executable, args=["-m", "semsearch", "mcp"], env=environment
            )
            async with Client(stdio_client(command)) as client:
                return await ask(client)

        return awaited(started())

    return run


@pytest.fixture
def address(environment: dict[str, str], semsearch: Command) -> Iterator[str]:
    """The address of `semsearch mcp --http`."""
    semsearch("token", "add", "first")
    command = [sys.executable, "-m", "semsearch", "mcp", "--http", "--port", str(free_port())]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[3]
        process.terminate()
        assert process.wait(20) == 0


def over_http(address: str, token: str, ask: Ask[T]) -> T:
    async def connected() -> T:
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers) as web,
            Client(streamable_http_client(address, http_client=web)) as client,
        ):
            return await ask(client)

    return awaited(connected())


async def found(client: Client, **arguments: Any) -> list[dict[str, Any]]:
    answer = await client.call_tool("search", arguments)
    assert not answer.is_error, answer.content
    hits: list[dict[str, Any]] = answer.structured_content["hits"]
    return hits


def test_over_stdio_an_assistant_finds_and_reads_a_document(
    over_stdio: Callable[[Ask[Any]], Any], library: Path
) -> None:
    async def ask(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert [each.name for each in tools] == ["search", "read_document", "similar", "browse", "status"]
        assert all(each.annotations and each.annotations.read_only_hint for each in tools)

        answer = await client.call_tool("search", {"q": "birds of prey", "limit": 1})
        (hit,) = answer.structured_content["hits"]
        assert hit["path"] == str(library / "owls.md")
        assert hit["passages"][0]["text"] == "Owls hunt mice at night."
        assert f"1. {library}/owls.md" in answer.content[0].text  # to be cited
        assert "passage 0" in answer.content[0].text

        read = await client.call_tool("read_document", {"doc": hit["doc"]})
        assert "Owls hunt mice at night." in read.content[0].text
        (content,) = (await client.read_resource(hit["uri"])).contents
        assert content.text == "Owls hunt mice at night."
        (template,) = (await client.list_resource_templates()).resource_templates
        assert hit["uri"] == template.uri_template.replace("{doc}", hit["doc"])

        listed = (await client.list_resources()).resources
        assert {each.name for each in listed} == {"owls.md", "tax.txt", "private/bats.md"}
        assert hit["uri"] in {each.uri for each in listed}
        newest = await client.call_tool("browse", {"kind": "text", "limit": 2, "order": "name"})
        assert "Documents: 1 to 2 of 3." in newest.content[0].text
        assert len(newest.structured_content["hits"]) == 2

        similar = await client.call_tool("similar", {"doc": hit["doc"], "limit": 1})
        assert [each["path"] for each in similar.structured_content["hits"]] == [
            str(library / "private" / "bats.md")
        ]
        status = await client.call_tool("status", {})
        assert status.structured_content["documents"]["indexed"] == 3

    over_stdio(ask)


def test_an_assistant_is_told_what_is_wrong_with_a_call(over_stdio: Callable[[Ask[Any]], Any]) -> None:
    async def ask(client: Client) -> None:
        for arguments, reason in (
            ({"q": "owls", "limit": 1000}, "limit is '1000'"),
            ({"q": "owls", "colour": "red"}, "search has no argument 'colour'. It has: q, "),
            ({}, "search needs the argument 'q'"),
        ):
            answer = await client.call_tool("search", arguments)
            assert answer.is_error
            assert reason in answer.content[0].text
        answer = await client.call_tool("read_document", {"doc": "0" * 16})
        assert (answer.is_error, "0" * 16 in answer.content[0].text) == (True, True)
        with pytest.raises(MCPError, match="must be the id of a document"):
            await client.read_resource("semsearch://documents/*")
        for cursor in ("x", "9" * 5_000):
            with pytest.raises(MCPError, match="is not one of this list"):
                await client.list_resources(cursor=cursor)
        with pytest.raises(MCPError, match="there is no tool 'remove'"):
            await client.call_tool("remove", {})

    over_stdio(ask)


def test_over_http_each_token_finds_what_is_in_its_folders(
    address: str, semsearch: Command, library: Path
) -> None:
    token = semsearch("token", "add", "all").stdout.strip()
    limited = semsearch("token", "add", "some", "--folder", library / "private").stdout.strip()

    async def everything(client: Client) -> None:
        (hit, *_) = await found(client, q="birds of prey")
        assert hit["path"] == str(library / "owls.md")

    async def some(client: Client) -> None:
        hits = await found(client, q="animals that hunt at night")
        assert [hit["path"] for hit in hits] == [str(library / "private" / "bats.md")]
        assert [each.name for each in (await client.list_resources()).resources] == ["private/bats.md"]
        assert (await client.call_tool("status", {})).is_error

    over_http(address, token, everything)
    over_http(address, limited, some)


def test_over_http_nobody_gets_in_without_a_token(address: str, semsearch: Command) -> None:
    token = semsearch("token", "add", "former").stdout.strip()
    semsearch("token", "revoke", "former")
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        reply = httpx2.post(address, json=call, headers=headers)
        assert reply.status_code == 401
        assert "semsearch token add" in reply.json()["error"]
        assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_over_http_wrong_tokens_are_slowed_down(address: str) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    replies = [
        httpx2.post(address, json=call, headers={"Authorization": f"Bearer {n}"}).status_code
        for n in range(6)
    ]
    assert replies == [401] * 5 + [429]


def test_over_http_nothing_is_served_before_there_is_a_token(semsearch: Command) -> None:
    done = semsearch("mcp", "--http")
    assert done.returncode == 2
    assert "semsearch token add NAME" in done.stderr
