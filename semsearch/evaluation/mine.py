"""The pairs that people judged with "This is it", as a judged collection of this library."""

from __future__ import annotations

import posixpath

from semsearch.errors import SettingsError
from semsearch.evaluation.datasets import Dataset
from semsearch.records import State
from semsearch.store.by_content import records_with
from semsearch.store.judged import Judged
from semsearch.store.store import Store

# The name of the collection, under which its evaluations are kept.
MINE = "mine"


def of_mine(store: Store) -> tuple[Dataset, int]:
    """The collection, and the number of pairs left out because no document has their content now.

    Documents are named by their root and path. Copies of a document count as one. Raises
    SettingsError when no pair is left, RedisError.
    """
    pairs = Judged(store.mine).all()
    found = records_with(store, (pair.sha256 for pair in pairs))
    paths = {
        content: [posixpath.join(each.root, each.path) for each in records if each.state is State.INDEXED]
        for content, records in found.items()
    }
    kept = [pair for pair in pairs if paths.get(pair.sha256)]
    if not kept:
        gone = f" {len(pairs):,} pairs name documents that are gone." if pairs else ""
        raise SettingsError(
            f'There are no judged pairs of this library to measure on.{gone} Say "This is it" on the page '
            "of a hit, or post pairs to /api/judged."
        )
    judged: dict[str, dict[str, int]] = {}
    for pair in kept:
        judged.setdefault(pair.query, {})[min(paths[pair.sha256])] = 1
    same = {path: min(each) for each in paths.values() for path in each}
    return Dataset(MINE, {query: query for query in judged}, judged, {}, same), len(pairs) - len(kept)
