"""The slots of a cluster: which one a key is in, and how commands are grouped by them.

A transaction of a cluster holds keys of one slot. All keys of a document are in one slot. What other keys say
about documents is written in such an order that a killed process leaves only what the next run mends:

1. what is still due for a document (`semsearch:due`) is announced, and that its keys will be renamed
   (`semsearch:moving`), where a transaction says so before it changes the document,
2. the keys of documents change,
3. what is done is taken from these lists, and hashes are counted, which the next run does anew. What is due
   is announced once more: another process may just have ended the same work on the version before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import count
from typing import Any

from redis.crc import key_slot

from semsearch.store.keys import DUE, MOVING

Command = tuple[Any, ...]
# Commands whose arguments are all keys.
_OF_KEYS = frozenset({"DEL", "UNLINK"})


def slot_of(key: str | bytes) -> int:
    """The slot of a key."""
    return key_slot(key.encode() if isinstance(key, str) else key)


def is_of_document(command: Command) -> bool:
    """Whether a command is about a key of a document."""
    return b"{" in _bytes(command[1])


def in_order(commands: Iterable[Command]) -> tuple[list[Command], list[Command], list[Command]]:
    """The commands of a transaction: what is announced, what changes documents, and what follows that."""
    each = [single for command in commands for single in _split(command)]
    own = list(filter(is_of_document, each))
    others = [command for command in each if not is_of_document(command)]
    if not own:
        return [], [], others
    due = [command for command in others if _sets(command, DUE)]
    moving = [command for command in each[: each.index(own[0])] if _sets(command, MOVING)]
    return [*due, *moving], own, [command for command in others if command not in moving]


def grouped(commands: Sequence[Command]) -> list[tuple[int, list[Command]]]:
    """The commands by slot, in the order of the first one of each slot."""
    return by_slot(commands, [command[1] for command in commands])


@cache
def tag(slot: int) -> str:
    """A text that lies in a slot. In braces, it puts a key into it."""
    return next(text for text in map(str, count()) if key_slot(text.encode()) == slot)


def _sets(command: Command, key: str) -> bool:
    return command[0] == "HSET" and _bytes(command[1]) == key.encode()


def _split(command: Command) -> Iterator[Command]:
    name, *arguments = command
    if name not in _OF_KEYS:
        yield command
        return
    for _, keys in by_slot(arguments, arguments):
        yield (name, *keys)


def by_slot(items: Sequence[Any], keys: Sequence[str | bytes]) -> list[tuple[int, list[Any]]]:
    """The items whose keys lie in the same slot together, in the order of the first of each slot."""
    found: dict[int, list[Any]] = {}
    for item, key in zip(items, keys, strict=True):
        found.setdefault(slot_of(key), []).append(item)
    return list(found.items())


def _bytes(key: str | bytes) -> bytes:
    return key.encode() if isinstance(key, str) else key
