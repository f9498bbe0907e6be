"""Take over what people have said about a library, from an export into `Store.mine`.

A file may come from anybody, so nothing is taken that would not be read. Who reads a value leaves out what no
version of semsearch writes; here is only what no reader can put right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from semsearch.language.proper_names import same_name
from semsearch.store.mine import CLICKS, LABELS, MARKS, SAVED, SAVED_NEW, SAVED_SEEN
from semsearch.store.store import Store

Said = Mapping[str, Mapping[str, str]]
# Redis adds to these numbers, and fails when they have more than 63 bits.
_MOST_DIGITS = 15


def take_said(said: Said, store: Store, *, replacing: bool) -> int:
    """Take over what people have said: hashes by name. What was said here stays, unless `replacing`.

    Returns how many values are new. Raises RedisError.
    """
    taken = 0
    for name, values in _by_name_here(said, store).items():
        here = store.mine.get(name)
        new = {
            key: value
            for key, value in _readable(name, values, said, store)
            if key not in here or (replacing and here[key] != value)
        }
        store.mine.put(name, new)
        taken += len(new)
    return taken


def _by_name_here(said: Said, store: Store) -> dict[str, dict[str, str]]:
    """The hashes with the names that labels have here, which upper and lower case do not tell apart.

    Labels and saved searches come first. Marks of a label that is neither here nor in the file are left out.
    """
    names = {same_name(name): name for name in store.mine.get(LABELS)}
    for name in said.get(LABELS, {}):
        names.setdefault(same_name(name), name)
    found: dict[str, dict[str, str]] = {LABELS: {}, SAVED: {}}
    for name, values in said.items():
        if name == LABELS:
            for key, value in values.items():
                found[LABELS].setdefault(names[same_name(key)], value)
            continue
        if name.startswith(MARKS):
            label = names.get(same_name(name.removeprefix(MARKS)))
            if label is None:
                continue
            name = f"{MARKS}{label}"
        found[name] = dict(values) | found.get(name, {})
    return found


def _readable(name: str, values: Mapping[str, str], said: Said, store: Store) -> Iterator[tuple[str, str]]:
    """The values that hold here. What was seen of a search counts only for the search that has its name."""
    searches = store.mine.get(SAVED) if name in (SAVED_SEEN, SAVED_NEW) else None
    for key, value in values.items():
        if searches is not None and (key not in searches or searches[key] != said.get(SAVED, {}).get(key)):
            continue
        is_number = value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS
        if name != CLICKS or is_number:
            yield key, value
