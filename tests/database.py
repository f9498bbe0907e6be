"""The whole database of a store, to compare two of them key by key."""

from __future__ import annotations

from typing import Any

import numpy as np
import redis

from semsearch.store.layout import Layout
from semsearch.store.store import Store
from tests.redis_client import redis_of

# These differ from run to run: the history of runs, the progress of the last one until it expires, the turns
# and leases of their processes, what workers tell them, when a document was indexed, when its file was
# written, how often reading it has failed, and the number of writes.
_KEYS_OF_RUNS = (
    *(
        b"semsearch:runs",
        b"semsearch:seen",
        b"semsearch:progress",
        b"semsearch:turn:",
        b"semsearch:lease",
        b"semsearch:holder",
    ),
    *(b"semsearch:worker", b"semsearch:news:", b"semsearch:batch:", b"semsearch:{jobs}"),
)
_FIELDS_OF_RUNS = (b"indexed_at", b"ctime_ns", b"attempts", b"revision", b"worker")
_VECTORS = (b"vector", b"visual", b"semantic")

Database = dict[str, Any]


def database_of(store: Store) -> Database:
    """Every key with its value, and every index with its definition and the number of its hashes."""
    return database(redis_of(store))


def database(client: redis.Redis) -> Database:
    """The same, with a client that may read everything."""
    found: Database = {}
    for key in client.scan_iter(count=1000):
        if key.startswith(_KEYS_OF_RUNS):
            continue
        value: Any = client.hgetall(key) if client.type(key) == b"hash" else client.get(key)
        if isinstance(value, dict):
            for name in _FIELDS_OF_RUNS:
                value.pop(name, None)
        found[key.decode()] = value
    for name in client.execute_command("FT._LIST"):
        info: Any = client.ft(name).info()
        found[f"index {name.decode()}"] = (
            info["index_definition"],
            info["attributes"],
            int(info["num_docs"]),
        )
    return found


def assert_equal(database: Database, expected: Database, tolerance: float = 0.0) -> None:
    """The databases are equal key by key. Vectors may differ by `tolerance`: models compute in batches."""
    assert database.keys() ^ expected.keys() == set()
    for key, value in expected.items():
        if isinstance(value, dict) and tolerance:
            assert database[key].keys() == value.keys(), key
            for name, field in value.items():
                _assert_near(f"{key} {name.decode()}", name, database[key][name], field, tolerance)
        elif key.startswith("semsearch:middle") and tolerance:
            mean = [np.frombuffer(each, dtype=np.float32) for each in (database[key], value)]
            np.testing.assert_allclose(*mean, atol=tolerance, err_msg=key)
        elif isinstance(value, dict):
            found = database[key]
            differing = {name for name in {*found, *value} if found.get(name) != value.get(name)}
            assert not differing, (key, [(name, found.get(name), value.get(name)) for name in differing])
        else:
            assert database[key] == value, key


def _assert_near(where: str, name: bytes, found: bytes, expected: bytes, tolerance: float) -> None:
    if name in _VECTORS:
        vectors = [Layout().decode(each) for each in (found, expected)]
        np.testing.assert_allclose(*vectors, atol=tolerance, err_msg=where)
    elif name.endswith((b"_middle", b"_spread")):
        np.testing.assert_allclose(float(found), float(expected), atol=tolerance, err_msg=where)
    else:
        assert found == expected, where
