"""The vectors of passages that a run replaces, so that no text that was embedded before is embedded again.

A text may go on in another file: two files swap their names, a log is rotated, a copy is made before an edit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from semsearch.records import DocumentRecord, Kind, Vector
from semsearch.store.store import Store
from semsearch.store.vectors_by_text import VectorsByText, digest

# The vectors that are kept: 30 MB.
_MOST = 20_000


class KnownVectors:
    """The vectors that are known for the texts of one file."""

    def __init__(self, stored: Sequence[VectorsByText], kept: OrderedDict[bytes, Vector]) -> None:
        self._stored = stored
        self._kept = kept

    def of(self, texts: Sequence[str]) -> list[Vector | None]:
        """The vector of each text; None for a text that must be embedded. Raises RedisError."""
        found = [self._kept.get(digest(text)) for text in texts]
        for source in self._stored:
            lacking = [n for n, vector in enumerate(found) if vector is None]
            for n, vector in zip(lacking, source.of([texts[n] for n in lacking]), strict=True):
                found[n] = vector
        return found


class FormerVectors:
    """Keeps vectors of texts that this run replaces."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[bytes, Vector] = OrderedDict()

    def of_file(self, old: DocumentRecord | None, same: DocumentRecord | None) -> KnownVectors:
        """What is known for a file: from its `old` version, which it will replace, and from a document that
        had the same content before this run. Raises RedisError.
        """
        # A new file whose name is indexed has a record, and no passages yet.
        known = [record for record in (old, same) if record is not None and record.pieces]
        texts = [record for record in known if record.kind is Kind.TEXT]
        stored = [self._store.ledger.vectors_by_text(record) for record in texts]
        if old in texts:
            self._keep(stored[0])
        return KnownVectors(stored, self._kept)

    def _keep(self, replaced: VectorsByText) -> None:
        for key, vector in replaced.all():
            self._kept[key] = vector
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
