"""Metrics for Prometheus, and the dashboard for Grafana that shows them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from semsearch.progress import Phase, RunProgress
from tests.memory_library import MemoryLibrary, without_redis

DASHBOARD = Path(__file__).parents[3] / "docs" / "grafana.json"


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "boat.md").write_text("A boat.")
    library = MemoryLibrary()
    library.add(folder, "boat.md")
    library.run = RunProgress(Phase.READ, files=1, found=2, seconds_left=3.0)
    library.last_run = {"indexed": "3", "seconds": "1.5", "seconds_read": "1.2", "finished": "2026-05-01"}
    return library


def figures(client: FlaskClient) -> dict[str, dict[tuple[str, ...], float]]:
    """The values of each metric, by the values of its labels."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def test_the_library_is_told_in_numbers(client: FlaskClient, library: MemoryLibrary) -> None:
    found = figures(client)
    assert found["semsearch_redis_up"][()] == 1
    assert found["semsearch_documents"]["indexed",] == 1
    assert found["semsearch_indexed_documents"]["text",] == 1
    assert found["semsearch_folders"]["watched",] == 1
    assert found["semsearch_folders"]["offline",] == 0
    assert list(found["semsearch_folder_seen_timestamp_seconds"]) == [(library.status().roots[0],)]
    assert found["semsearch_index_memory_bytes"]["semsearch:text",] == 2_500_000
    assert found["semsearch_redis_memory_bytes"][()] < found["semsearch_redis_memory_limit_bytes"][()]
    assert found["semsearch_run_active"]["read",] == 1
    assert found["semsearch_last_run_files"] == {("indexed",): 3}
    assert found["semsearch_last_run_phase_seconds"] == {("read",): 1.2}
    assert found["semsearch_last_run_seconds"][()] == 1.5


def test_without_redis_nothing_of_the_library_is_told(client: FlaskClient, library: MemoryLibrary) -> None:
    library.failure = without_redis().failure
    found = figures(client)
    assert found["semsearch_redis_up"][()] == 0
    assert "semsearch_documents" not in found
    assert "semsearch_redis_memory_bytes" not in found


def test_each_metric_that_the_dashboard_shows_exists(
    client: FlaskClient,
) -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    queries = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    shown = set(re.findall(r"semsearch_\w+", queries))
    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
    suffixes = {"histogram": "_bucket", "counter": "_total"}
    known = {name + suffixes.get(family.type, "") for name, family in families.items()}
    assert shown <= known
    assert len({panel["title"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    places = [panel["gridPos"] for panel in json.loads(DASHBOARD.read_text())["panels"]]
    squares = [
        (x, y)
        for place in places
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(squares) == len(set(squares))
    assert max(x for x, _ in squares) < 24
