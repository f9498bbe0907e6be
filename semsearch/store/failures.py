"""Turn the errors of redis-py into RedisError: what happened, and what to do about it."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from redis import exceptions as foreign

from semsearch.errors import RedisError
from semsearch.message import say

Class = TypeVar("Class", bound=type)


class Restarting(foreign.ConnectionError):
    """The embedded engine has ended. The message says how far starting it again is."""


# redis-py removes the code of these errors from the message. A subclass stands before its base.
_CODES: tuple[tuple[type[foreign.RedisError], str], ...] = (
    (foreign.BusyLoadingError, "LOADING"),
    (foreign.NoPermissionError, "NOPERM"),
    (foreign.AuthenticationError, "NOAUTH"),
    (foreign.ReadOnlyError, "READONLY"),
    (foreign.OutOfMemoryError, "OOM"),
    (foreign.MasterDownError, "MASTERDOWN"),
    (foreign.ClusterDownError, "CLUSTER"),
    (foreign.AskError, "CLUSTER"),
    (foreign.TryAgainError, "CLUSTER"),
    (foreign.ClusterCrossSlotError, "CROSSSLOT"),
    (foreign.TimeoutError, "SILENT"),
    (Restarting, "ENDED"),
)
# In other messages the code comes first. A transaction that Redis discards names the code of its reason.
_IN_MESSAGE = re.compile(
    r"(?:EXECABORT )?(?:Transaction discarded because of: )?"
    r"(BUSY|MISCONF|OOM|READONLY|NOPERM|MASTERDOWN|LOADING)\b|"
    r"(?:ERR )?(?P<clients>max number of clients reached)|"
    r"(?:ERR )?(?P<module>unknown command [`']?FT\.)",
    re.IGNORECASE,
)
# What redis-py writes before the message of a command that was sent in a pipeline.
_IN_PIPELINE = re.compile(r"^Command # \d+ .* of pipeline caused error: ", re.DOTALL)

# They can be translated: scripts/messages.py collects them.
SENTENCES = {
    "LOADING": "Redis at {where} is still loading its data. Try again in a moment",
    "NOAUTH": "Redis at {where} refuses the login: {reason}. Check SEMSEARCH_REDIS_URL",
    "NOPERM": "Redis at {where} does not let its user do this: {reason}. Give the user of "
    "SEMSEARCH_REDIS_URL this right, or name another user there",
    "READONLY": "Redis at {where} is a replica and refuses to write. Set SEMSEARCH_REDIS_URL to its primary "
    "server, and run the command again",
    "OOM": "Redis at {where} is full: it keeps its data, and refuses new data. End runs of ingestion that "
    "wait for room. Then give it more memory, or remove files from the folders and run `semsearch ingest "
    "--allow-empty` on them. To give the embedded engine more memory, set SEMSEARCH_REDIS_MEMORY to more "
    "than `semsearch redis info` shows, and run `semsearch redis stop`. For another Redis, raise maxmemory",
    "MISCONF": "Redis at {where} cannot save its data on its disk, and so refuses new data: {reason} Free "
    "space on that disk, or make its data folder writable, and run the command again",
    "BUSY": "Redis at {where} answers nobody, because a script, a function or a module command has been "
    "running for too long: {reason} Wait until it ends, or end a script with `SCRIPT KILL` in `redis-cli`",
    "MASTERDOWN": "Redis at {where} is a replica that has lost its primary server, and refuses to answer. "
    "Wait until the primary server is back, or set SEMSEARCH_REDIS_URL to it",
    "CLUSTER": "Redis at {where} is a cluster that does not answer for all keys: {reason}. Look whether all "
    "of its nodes run (`CLUSTER INFO` in `redis-cli`), and whether keys are being moved between them. When "
    "all slots are served, everything works again",
    "CROSSSLOT": "Redis at {where} is a cluster and refuses a command for keys of several slots: {reason}. "
    "Name a node of the cluster itself in SEMSEARCH_REDIS_URL, not a proxy before it",
    "CLIENTS": "Redis at {where} has as many connections as it allows. Close other programs that use it, or "
    "raise its maxclients",
    "MODULE": "Redis at {where} has no search module ({reason}): use Redis 8, Redis Stack, or unset "
    "SEMSEARCH_REDIS_URL to use the embedded engine",
    "SILENT": "Redis at {where} does not answer: {reason}. Look whether its process is stopped, or its "
    "machine overloaded. As soon as it answers, everything works again",
    "ENDED": "the embedded engine at {where} has ended, and {reason}",
    "GONE": "Redis at {where} cannot be reached: {reason} Start it, or check SEMSEARCH_REDIS_URL",
    "CLOSED": "Redis at {where} closed the connection: it was stopped or started again. Try again",
    "OTHER": "Redis at {where} refused: {reason}",
}


_AWAY = frozenset({"GONE", "CLOSED"})
_PASSING = _AWAY | {"SILENT", "LOADING", "READONLY", "OOM", "MISCONF", "BUSY", "MASTERDOWN", "CLIENTS"}
_PASSING |= {"CLUSTER"}


def sentence(error: foreign.RedisError, where: str) -> str:
    """What happened to the Redis at `where`, and what to do."""
    return say(SENTENCES[_code_of(error)], where=where, reason=_reason(error))


def is_reply(error: foreign.RedisError) -> bool:
    """Whether the server has sent this error, and so is alive."""
    return _code_of(error) not in ("SILENT", "ENDED", *_AWAY)


def is_away(error: foreign.RedisError) -> bool:
    """Whether nothing listens at the address of the server, or the connection has ended."""
    return _code_of(error) in _AWAY


def passes(error: foreign.RedisError) -> bool:
    """Whether the same command may succeed later, without a change of the settings or the rights."""
    return _code_of(error) in _PASSING


@contextmanager
def mapped(where: str) -> Iterator[None]:
    """Turn an error of redis-py into RedisError. `where` names the server, without its password."""
    try:
        yield
    except foreign.RedisError as error:
        raise RedisError(sentence(error, where)) from error


def maps_errors(decorated: Class) -> Class:
    """Decorate a class so that its public methods raise RedisError in place of the errors of redis-py.

    The messages name the `address` of the instance. A method that is a generator is covered while it runs.
    """
    for name, method in list(vars(decorated).items()):
        if inspect.isfunction(method) and (not name.startswith("_") or name == "__iter__"):
            wrap = _mapped_generator if inspect.isgeneratorfunction(method) else _mapped_method
            setattr(decorated, name, wrap(method))
    return decorated


def _reason(error: foreign.RedisError) -> str:
    return _IN_PIPELINE.sub("", str(error))


def _code_of(error: foreign.RedisError) -> str:
    """The key of the sentence for an error."""
    reason = _reason(error)
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    if found := _IN_MESSAGE.match(reason):
        return found[1].upper() if found[1] else str(found.lastgroup).upper()
    if isinstance(error, foreign.ConnectionError):
        return "CLOSED" if _was_closed(reason) else "GONE"
    return "OTHER"


def _was_closed(reason: str) -> bool:
    """Whether there was a connection. redis-py names no code for this."""
    return reason.startswith(("Connection closed", "Error while reading")) or "while writing" in reason


def _mapped_method(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def wrapper(self: Any, *arguments: Any, **named: Any) -> Any:
        with mapped(self.address):
            return method(self, *arguments, **named)

    return wrapper


def _mapped_generator(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def wrapper(self: Any, *arguments: Any, **named: Any) -> Iterator[Any]:
        with mapped(self.address):
            yield from method(self, *arguments, **named)

    return wrapper
