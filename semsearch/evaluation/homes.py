"""Index each judged collection in a separate home, so that its documents are in nobody's search results."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from semsearch.evaluation.datasets import Dataset
from semsearch.settings import Settings
from semsearch.store.engine import engine


@contextmanager
def home_of(dataset: Dataset, settings: Settings) -> Iterator[tuple[Settings, Path]]:
    """The settings of a collection's home, which has its own embedded engine, and the folder of its files.

    Documents that were indexed in an earlier run are still there. The engine is stopped at the end.
    """
    home = settings.home / "eval" / f"{dataset.name}-{_digest(dataset)}"
    files = home / "files"
    if not (home / "written").exists():
        dataset.write(files)
        (home / "written").touch()
    own = settings.model_copy(update={"home": home, "redis_url": "", "redis_port": free_port()})
    try:
        yield own, files
    finally:
        engine.stop(own)


def _digest(dataset: Dataset) -> str:
    whole = blake2b(digest_size=4)
    for doc, (title, text) in dataset.corpus.items():
        whole.update(f"{doc}\0{title}\0{text}\0".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def free_port() -> int:
    """A port of 127.0.0.1 that is not in use."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
