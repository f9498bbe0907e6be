"""Clients of a web server: they search as fast as they get answers, or are slow on purpose.

    python -m benchmarks.clients PORT search --clients 32 --seconds 60 [--impatient]
    python -m benchmarks.clients PORT slow --clients 200 --seconds 60

Prints JSON. A client that is refused waits as Retry-After says; with --impatient, it asks again at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import quote

_WORDS = (
    "owl",
    "night",
    "bread",
    "river",
    "winter",
    "engine",
    "garden",
    "letter",
    "stone",
    "music",
    "candle",
)


@dataclass
class Seen:
    """What one client saw: the seconds of each answer and refusal, and the longest time without an answer."""

    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    longest_gap: float = 0.0

    def note(self, status: str, seconds: float) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == "200":
            self.answered.append(seconds)
        elif status in ("429", "503"):
            self.refused.append(seconds)


@dataclass(frozen=True)
class Load:
    """How many clients there are, for how many seconds, and whether they ask again at once."""

    port: int
    clients: int
    seconds: float
    impatient: bool = False


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[str, float]:
    """Ask for a page; returns the status, and the seconds that Retry-After says."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
    await reader.readexactly(int(headers["content-length"]))
    return head.split(" ", 2)[1], float(headers.get("retry-after", 0))


async def _search(load: Load, number: int, ends: float) -> Seen:
    seen, last, count = Seen(), time.monotonic(), 0
    reader = writer = None
    while (began := time.monotonic()) < ends:
        count += 1
        words = f"{_WORDS[count % len(_WORDS)]} {_WORDS[(count * 7 + number) % len(_WORDS)]} {count}"
        try:
            if reader is None or writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
            status, pause = await _ask(reader, writer, f"/api/search?q={quote(words)}")
        except (OSError, asyncio.IncompleteReadError) as error:
            status, pause, reader = type(error).__name__, 0.0, None
        now = time.monotonic()
        seen.note(status, now - began)
        if status == "200":
            seen.longest_gap, last = max(seen.longest_gap, now - last), now
        elif pause and not load.impatient:
            await asyncio.sleep(pause)
    seen.longest_gap = max(seen.longest_gap, time.monotonic() - last)
    if writer is not None:
        writer.close()
    return seen


async def _be_slow(load: Load, number: int, ends: float) -> Seen:
    """Send a byte of a request every second, on a connection that is opened again when it is closed."""
    seen = Seen()
    while time.monotonic() < ends:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
            writer.write(f"GET /?{number} HTTP/1.1\r\nX: ".encode())
            while time.monotonic() < ends and not reader.at_eof():
                writer.write(b"a")
                try:
                    await asyncio.wait_for(reader.read(1_000), timeout=1.0)
                except TimeoutError:
                    continue
            writer.close()
        except OSError as error:
            seen.note(type(error).__name__, 0.0)
            await asyncio.sleep(0.1)
    return seen


async def _all(load: Load, what: str) -> list[Seen]:
    ends = time.monotonic() + load.seconds
    one = _search if what == "search" else _be_slow
    return list(await asyncio.gather(*(one(load, number, ends) for number in range(load.clients))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("what", choices=["search", "slow"])
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--impatient", action="store_true")
    given = parser.parse_args()
    load = Load(given.port, given.clients, given.seconds, given.impatient)
    json.dump([asdict(seen) for seen in asyncio.run(_all(load, given.what))], sys.stdout)


if __name__ == "__main__":
    main()
