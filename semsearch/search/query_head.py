"""The head for queries of this library: where it is kept, and which one is in use.

`semsearch train-texts` fits it. It holds for the text model that it was fitted to: with another one in use,
queries stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from semsearch.errors import ModelError
from semsearch.models.loaded import Models
from semsearch.models.query_head import QueryHead
from semsearch.store.fingerprint import same_weights
from semsearch.store.schema import TEXT
from semsearch.store.store import Store

# A note is read every few seconds, the matrix only when the note has changed.
_NOTE, _MATRIX = "query-head", "query-head-matrix"
_NAMES = ("id", "text_model")

Note = Mapping[str, Any]


def note_of(store: Store) -> Note | None:
    """What is known of the head that is kept: `id`, `text_model`, and how it was made.

    None without one, and when the note is damaged. Raises RedisError.
    """
    try:
        found = json.loads(store.kept.get(_NOTE) or b"null")
    except ValueError:
        return None
    is_whole = isinstance(found, dict) and all(isinstance(found.get(name), str) for name in _NAMES)
    return found if is_whole else None


def note_in_use(store: Store) -> Note | None:
    """The same, where the head is for the model of the text index in use; else None. Raises RedisError."""
    note, text = note_of(store), store.generations.in_use().get(TEXT)
    is_used = note and text and same_weights(note["text_model"], text.fingerprint.model)
    return note if is_used else None


def head_of(store: Store, models: Models, known: QueryHead | None = None) -> QueryHead | None:
    """The head for the text model of `models`; None without one, and when it is damaged.

    `known` is that of before. Raises RedisError.
    """
    note = note_of(store)
    try:
        if note is None or not same_weights(note["text_model"], models.text_id):
            return None
        if known is not None and known.id == note["id"]:
            return known
        head = QueryHead.of_bytes(store.kept.get(_MATRIX) or b"", note["text_model"])
    except ModelError:  # queries are answered without it
        return None
    # A process that was killed may have kept the matrix without its note.
    return head if head.id == note["id"] else None


def keep_head(store: Store, head: QueryHead, made: Mapping[str, Any]) -> None:
    """Put a head to use. The indexes have to be calibrated then. Raises RedisError."""
    store.kept.put(_MATRIX, head.to_bytes())
    note = {**made, "id": head.id, "text_model": head.text_model}
    store.kept.put(_NOTE, json.dumps(note).encode())


def forget_head(store: Store) -> bool:
    """Use no head any more; whether there was one. Raises RedisError."""
    was_kept = store.kept.get(_NOTE) is not None
    store.kept.forget(_NOTE)
    store.kept.forget(_MATRIX)
    return was_kept
