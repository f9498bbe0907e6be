"""A server as a process, with the clients of benchmarks/many_clients.py in another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.many_clients import SAMPLES, clients, searched
from benchmarks.running import Installation, installation, percentile

pytestmark = pytest.mark.torture

SECONDS = 10.0


@pytest.fixture(scope="module")
def semsearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("many"), SEMSEARCH_OCR="off") as made:
        made.run("ingest", str(SAMPLES))
        with made.serving():
            searched(made, 1, 3.0)  # loads the model
            yield made


def test_slow_connections_do_not_slow_down_the_others(semsearch: Installation) -> None:
    alone = searched(semsearch, 1, SECONDS)
    with clients(semsearch, "slow", 200, SECONDS + 5):
        beside = searched(semsearch, 1, SECONDS)
    assert set(beside.statuses) == {"200"}
    assert percentile(beside.answered, 95) <= 3 * percentile(alone.answered, 95)


@pytest.mark.parametrize("count", [32, 128])
def test_a_crowd_is_answered_soon_or_refused(semsearch: Installation, count: int) -> None:
    found = searched(semsearch, count, 2 * SECONDS)
    assert set(found.statuses) == {"200", "503"}
    assert max(found.answered) < 3_000
    assert percentile(found.refused, 95) < 1_000
    assert found.starved == 0


def test_clients_that_ask_again_at_once_get_answers_too(semsearch: Installation) -> None:
    found = searched(semsearch, 32, SECONDS, "--impatient")
    assert set(found.statuses) == {"200", "503"}
    assert found.starved == 0
