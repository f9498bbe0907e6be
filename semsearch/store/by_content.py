"""Documents by their content: what people say of documents is kept by its hash."""

from __future__ import annotations

from collections.abc import Iterable

from semsearch.records import DocumentRecord, Due, State
from semsearch.store.store import Store


def records_with(store: Store, contents: Iterable[str]) -> dict[str, list[DocumentRecord]]:
    """The documents whose files are there, by the hash of their content. Raises RedisError.

    Of copies, those that have been indexed come first, and then the order is that of their paths. A content
    that no document has is left out.
    """
    wanted = list(dict.fromkeys(contents))
    found: dict[str, list[DocumentRecord]] = {each: [] for each in wanted}
    for record in store.ledger.get_many(store.lookup.with_contents(wanted)):
        # It may have another content by now.
        if record.sha256 in found and record.state is not State.MISSING:
            found[record.sha256].append(record)
    return {content: sorted(records, key=_is_left) for content, records in found.items() if records}


def _is_left(record: DocumentRecord) -> tuple[bool, bool]:
    """What ingestion has left to do for a document: something, or the vectors."""
    return record.state is not State.INDEXED, record.due is not Due.NONE
