"""On a cluster of Redis 8, ingestion and search give what they give on a single server.

SEMSEARCH_TEST_CLUSTER_URL names a node. The workflow starts three; `CONTRIBUTING.md` says how.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis

from ingest.run import Options, ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.query import Query
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role, setuser
from semsearch.store.cluster import ClusterClient
from semsearch.store.generation import Algorithm
from semsearch.store.store import Store
from tests.fakes import FakeModels, fill, picture
from tests.integration.library import paths
from tests.redis_client import PASSWORD

URL = os.environ.get("SEMSEARCH_TEST_CLUSTER_URL", "")
QUERIES = (
    "owls",
    "night",
    "geese in autumn",
    "ship",
    "red square",
    "quarter",
    '"fly south"',
    "nothing of it",
)

pytestmark = pytest.mark.skipif(not URL, reason="SEMSEARCH_TEST_CLUSTER_URL names no node of a cluster")

Library = tuple[Callable[..., Summary], Searcher, Store]


def opened(home: Path, url: Callable[[Role], str], folder: Path) -> Iterator[Library]:
    """A run of ingestion, and a searcher with the rights of the web server."""
    models = FakeModels()
    settings = Settings(home=home, redis_url=url(Role.WORKER))

    def run(**changed: object) -> Summary:
        return ingest([folder], settings.model_copy(update=changed), store, models, Silent(), Options())  # type: ignore[arg-type]

    with (
        closing(Store.open(settings)) as store,
        closing(Store.open(Settings(home=home, redis_url=url(Role.WEB)), Role.WEB)) as reader,
    ):
        yield run, Searcher(reader, models, home=home), store  # type: ignore[arg-type]


@pytest.fixture
def spread(tmp_path: Path, folder: Path) -> Iterator[Library]:
    """On the cluster, which is emptied before."""
    with closing(redis.RedisCluster.from_url(URL)) as cluster:
        nodes = cluster.get_primaries()  # type: ignore[no-untyped-call]
        cluster.flushall(target_nodes=nodes)
        for role in Role:
            cluster.execute_command(*setuser(role, PASSWORD).split(), target_nodes=nodes)
    place = URL.removeprefix("redis://")
    yield from opened(tmp_path / "spread", lambda role: f"redis://{role}:{PASSWORD}@{place}", folder)


@pytest.fixture
def single(settings: Settings, tmp_path: Path, folder: Path) -> Iterator[Library]:
    yield from opened(tmp_path / "single", lambda _: settings.redis_url, folder)


def check_same(spread: Library, single: Library) -> None:
    for query in QUERIES:
        found, expected = (each[1].search(Query(text=query)) for each in (spread, single))
        assert sorted(paths(found)) == sorted(paths(expected)), query
        assert found.complete, query
        assert found.total == expected.total, query
    assert spread[2].count_documents() == single[2].count_documents()
    assert spread[2].inventory.shortages() == []


def test_a_library_is_found_and_followed_as_on_a_single_server(
    spread: Library, single: Library, folder: Path
) -> None:
    assert isinstance(spread[2]._client, ClusterClient)
    fill(folder)
    for run, _, _ in (spread, single):
        assert run().failed == 0
    check_same(spread, single)

    (folder / "notes/birds/owls.txt").write_text("Owls sleep through the day, and geese do not.")
    (folder / "notes/ships.md").rename(folder / "work/ships.md")
    (folder / "work/geese report.txt").unlink()
    picture(folder / "pictures/second-blue.png", "blue")
    (folder / "long.txt").write_text(
        "\n\n".join(f"Passage {n} of a long text on night ships." for n in range(900))
    )
    for run, _, _ in (spread, single):
        assert run().failed == 0
    check_same(spread, single)
    assert spread[0]().unchanged == single[0]().unchanged > 0


def test_an_approximate_index_is_built_beside_the_exact_one_and_put_to_use(
    spread: Library, single: Library, folder: Path
) -> None:
    fill(folder)
    for run, _, _ in (spread, single):
        run()
        assert run(index="hnsw").failed == 0
    in_use = spread[2].generations.in_use()
    assert {each.algorithm for each in in_use.values()} == {Algorithm.HNSW}
    check_same(spread, single)
