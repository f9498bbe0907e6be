"""Figures of the library for Prometheus, read from one overview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from semsearch.overview import FolderState, Overview
from semsearch.progress import Phase, RunProgress
from semsearch.records import Kind, State

# The counts of a run that say what became of files.
_RESULTS = ("indexed", "reused", "unchanged", "waiting", "skipped", "failed", "removed", "missing")


class LibraryFigures(Collector):
    """The figures of `overview`; without one, Redis counts as down, and nothing else is told."""

    overview: Overview | None = None

    def collect(self) -> Iterator[Metric]:
        known = self.overview
        yield GaugeMetricFamily("semsearch_redis_up", "1 when Redis answers", value=known is not None)
        yield from _of_run(known.status.run if known else None)
        if known is not None:
            yield from _of_documents(known)
            yield from _of_indexes(known)
            yield from _of_last_run(known.status.last_run)


def _of_documents(known: Overview) -> Iterator[Metric]:
    documents, kinds = known.status.documents, known.status.kinds
    yield _family(
        "documents", "Documents by state", "state", {each: documents.get(each, 0) for each in State}
    )
    yield _family("indexed_documents", "Indexed documents by kind", "kind", {
        each: kinds.get(each, 0) for each in Kind if each is not Kind.OTHER
    })  # fmt: skip
    states = Counter(folder.state for folder in known.folders)
    yield _family("folders", "Folders by state", "state", {each: states[each] for each in FolderState})
    yield _family(
        "folder_seen_timestamp_seconds",
        "When all files of a folder were compared with the index last, in seconds since 1970",
        "folder",
        {folder.path: folder.seen for folder in known.folders if folder.seen},
    )
    yield GaugeMetricFamily(
        "semsearch_workers", "Processes that help runs of ingestion", value=len(known.status.workers)
    )


def _of_indexes(known: Overview) -> Iterator[Metric]:
    indexes, memory = known.status.indexes, known.memory
    yield _family("index_records", "Records in an index", "index", {e.name: e.records for e in indexes})
    yield _family(
        "index_refused", "Records that an index refused", "index", {e.name: e.failures for e in indexes}
    )
    yield _family(
        "index_memory_bytes", "Memory of an index", "index", {e.name: e.memory_mb * 1e6 for e in indexes}
    )
    yield GaugeMetricFamily("semsearch_redis_memory_bytes", "Memory that Redis takes", value=memory.used)
    if memory.limit:
        yield GaugeMetricFamily(
            "semsearch_redis_memory_limit_bytes", "The most memory that Redis may take", value=memory.limit
        )


def _of_last_run(counts: Mapping[str, str]) -> Iterator[Metric]:
    """The figures of the last run over whole folders, which another version may have named otherwise."""
    yield _family("last_run_files", "Files of the last run by what became of them", "result", _numbers(
        counts, {each: each for each in _RESULTS}
    ))  # fmt: skip
    yield _family("last_run_phase_seconds", "Time that a phase of the last run took", "phase", _numbers(
        counts, {f"seconds_{phase}": phase.value for phase in Phase}
    ))  # fmt: skip
    for seconds in _numbers(counts, {"seconds": "seconds"}).values():
        yield GaugeMetricFamily("semsearch_last_run_seconds", "Time that the last run took", value=seconds)


def _numbers(counts: Mapping[str, str], names: Mapping[str, str]) -> dict[str, float]:
    """The counts with these names that are there, by the labels that the names get."""
    return {label: float(counts[name]) for name, label in names.items() if name in counts}


def _of_run(run: RunProgress | None) -> Iterator[Metric]:
    """The run of ingestion that goes on. Between two runs there is only `semsearch_run_active`."""
    yield _family("run_active", "1 while a run of ingestion is in this phase", "phase", {
        phase: run is not None and run.phase is phase for phase in Phase
    })  # fmt: skip
    if run is None:
        return
    for name, help_text, value in (
        ("files", "Files that are done in this phase", run.files),
        ("files_found", "Files to do in this phase", run.found),
        ("bytes", "Bytes of the files that are done", run.bytes),
        ("bytes_found", "Bytes of the files to do", run.total_bytes),
        ("passages", "Passages that are done in this phase", run.passages),
        ("passages_due", "Passages to do in this phase", run.due),
        ("files_per_second", "Files per second in the last 10 seconds", run.files_per_second),
        ("passages_per_second", "Passages per second in the last 10 seconds", run.passages_per_second),
        ("seconds_left", "Estimated seconds until the phase ends", run.seconds_left),
    ):
        if value is not None:
            yield GaugeMetricFamily(f"semsearch_run_{name}", help_text, value=value)


def _family(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Metric:
    """A gauge with one value for each label."""
    family = GaugeMetricFamily(f"semsearch_{name}", help_text, labels=(label,))
    for text, value in values.items():
        family.add_metric([str(text)], value)
    return family
