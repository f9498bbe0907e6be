"""Read the values of a record by which hits are ordered and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from semsearch.records import Kind
from semsearch.results import Facts
from semsearch.store.codec import integer, number
from semsearch.store.explored import LABEL, TOPIC, names_of

FACTS_FIELDS = (
    "kind", "path", "media_type", "size", "date", "language", "root", "camera", "locations", TOPIC, LABEL,
    "sha256",
)  # fmt: skip


def readable_facts(row: Sequence[Any]) -> Facts | None:
    """The facts; None if there are none, or if they are damaged."""
    (kind, path, media_type, size, date, language, root, camera, locations, topics, labels, sha256) = (
        value or b"" for value in row
    )
    try:
        return Facts(
            Kind(kind.decode()),
            path.decode("utf-8", "surrogateescape"),
            media_type.decode(),
            integer(size),
            number(date),
            language.decode(),
            root.decode("utf-8", "surrogateescape"),
            camera.decode(),
            tuple(filter(None, locations.decode().split("\n"))),
            names_of(topics),
            names_of(labels),
            sha256.decode(),
        )
    except ValueError:
        return None
