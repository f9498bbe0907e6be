"""The lease: one run at a time changes documents, whatever its home and its machine.

Who holds the lease renews it every few seconds, and it expires when its holder has died. A holder that was
only slow could go on writing beside the next one. So each transaction compares the token of the latest
holder, in a key that does not expire, with its own (semsearch.store.transactions).
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import redis
from redis import exceptions as foreign

from semsearch.errors import LeaseError
from semsearch.lock import one_at_a_time
from semsearch.store.failures import mapped
from semsearch.store.keys import HOLDER, LEASE
from semsearch.store.slots import Command
from semsearch.store.transactions import Transactions
from semsearch.store.waiting import Waiting, impatient

# How long a lease lasts that is not renewed, and the time between two renewals, in seconds.
_LASTS, _RENEWED = 30, 8.0
# The time between two looks at a lease that another run holds, in seconds, and until a wait is told.
_LOOKS, _SILENT = 0.25, 2.0
# Hexadecimal digits of the time in a token, in nanoseconds.
_DIGITS = 16

_log = logging.getLogger(__name__)


class Lease:
    """The right of one run to change documents. Every method raises RedisError."""

    def __init__(
        self, client: redis.Redis, address: str, transactions: Transactions, waiting: Waiting
    ) -> None:
        # A lease is not worth a wait: while Redis serves nobody, nobody takes it.
        self._client = impatient(client)
        self.address = address
        self._transactions = transactions
        self._waiting = waiting

    @contextmanager
    def alone(self, home: Path, waits: Callable[[], object] | None = None) -> Iterator[str]:
        """Let nobody else change documents: no other process of this home, and no other home on this Redis.

        Yields the token of this run. Waits for the run that goes on, and calls `waits` now and again
        meanwhile; without it, the log says once that it waits. Whoever writes with this store while
        another run has taken over gets LeaseError. Raises SettingsError when the home is not usable.

        On a cluster only other processes of this home are kept out, and the token is "".
        """
        with one_at_a_time(home, waits):
            if self._transactions.in_slots:  # a transaction could not compare a key of another slot
                yield ""
                return
            owner, ended = _owner(home), threading.Event()
            token = self._wait(owner, waits)
            renewing = threading.Thread(
                target=self._renew, args=(token, owner, ended), name="lease", daemon=True
            )
            renewing.start()
            try:
                with self.shared(token):
                    yield token
            finally:
                ended.set()
                renewing.join()
                with suppress(foreign.RedisError):
                    self._give_back(token)

    @contextmanager
    def shared(self, token: str) -> Iterator[None]:
        """Write for the run with this token. Writes raise LeaseError when it has ended."""
        with self._transactions.guarded(_Holder(token)):
            yield

    def is_held(self, token: str) -> bool:
        """Whether the run with this token holds the lease."""
        with mapped(self.address):
            return bool(self._client.hget(LEASE, "token") == token.encode())

    def _wait(self, owner: str, waits: Callable[[], object] | None) -> str:
        """Take the lease when nobody else holds it. Returns the token."""
        since, told = time.monotonic(), False
        with mapped(self.address):
            while True:
                token, holder = self._waiting.until_served(lambda: self._take(owner))
                if not holder:
                    return token
                is_long = time.monotonic() - since > _SILENT
                if is_long and waits is not None:
                    waits()
                elif is_long and not told:
                    _log.warning("waiting for another run to end, that of %s", holder)
                    told = True
                time.sleep(_LOOKS)

    def _renew(self, token: str, owner: str, ended: threading.Event) -> None:
        while not ended.wait(_RENEWED):
            with suppress(foreign.RedisError):  # the next renewal may succeed, and writes look at the holder
                self._take(owner, token)

    def _take(self, owner: str, token: str = "") -> tuple[str, str]:
        """Take the lease, or renew that with this token. Returns the token, and who else holds the lease.

        That is "" if nobody does. A lease is renewed only if no later run had it. A full Redis, which must
        still be able to remove documents, cannot keep a lease: then nobody else can take it either.
        """
        renewed = token
        with self._client.pipeline() as pipe:
            try:
                pipe.watch(LEASE, HOLDER)
                values: list[Any] = [*pipe.hmget(LEASE, "owner", "token"), pipe.get(HOLDER)]
                held_by, held, latest = ((value or b"").decode() for value in values)
                if token:
                    if max(held, latest) > token:
                        return token, held_by or latest
                # One run at a time holds the lock of a home: an earlier holder of the same home has died.
                elif held and held_by != owner:
                    return "", held_by
                token = token or _token_after(max(held, latest))
                pipe.multi()
                pipe.hset(LEASE, mapping={"owner": owner, "token": token})
                pipe.expire(LEASE, _LASTS)
                if latest != token:
                    pipe.set(HOLDER, token)
                pipe.execute()
            except foreign.WatchError:
                return self._take(owner, renewed)
            except foreign.OutOfMemoryError:
                self._client.unlink(LEASE, HOLDER)
        return token, ""

    def _give_back(self, token: str) -> None:
        """End the lease. A worker of this run that was only slow writes nothing from now on."""
        with self._client.pipeline() as pipe:
            try:
                pipe.watch(HOLDER)
                if pipe.get(HOLDER) == token.encode():
                    pipe.multi()
                    pipe.set(HOLDER, _token_after(token))
                    pipe.unlink(LEASE)
                    pipe.execute()
            except foreign.WatchError:
                pass  # another run has it
            except foreign.OutOfMemoryError:
                self._client.unlink(LEASE, HOLDER)


@dataclass(frozen=True, slots=True)
class _Holder:
    """Holds as long as no later run had the lease than that with this token."""

    token: str

    @property
    def key(self) -> str:
        return HOLDER

    @property
    def read(self) -> Command:
        return "GET", HOLDER

    def check(self, reply: bytes | None) -> None:
        """A Redis that was flushed has no holder, and one that lost its latest writes an earlier one."""
        if reply is not None and reply.decode() > self.token:
            raise LeaseError(
                "another run has taken over, because this one did not reach Redis for a while. What it has "
                "written stays: run `semsearch ingest` again"
            )


def _token_after(earlier: str) -> str:
    """A token that comes after that of an earlier run in order; "" stands for no run.

    So it can be told from that of an earlier run, which a server has that lost its latest writes. The clock
    of another machine may be ahead of this one.
    """
    latest = int(earlier[:_DIGITS], 16) if earlier else 0
    return f"{max(time.time_ns(), latest + 1):0{_DIGITS}x}{uuid4().hex}"


def _owner(home: Path) -> str:
    """Names a home among all machines. Containers may have the same path, but not the same numbers."""
    status = home.stat()
    return f"{socket.gethostname()}:{home} ({status.st_dev:x}.{status.st_ino:x})"
