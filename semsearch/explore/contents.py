"""Documents by their content: what people said is kept by its hash."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.store import filters, queries
from semsearch.store.store import Store

# Hashes that one question to Redis names, and the most documents in its answer.
_TOGETHER, _MOST = 500, 5000


def having(store: Store, contents: Sequence[str]) -> list[str]:
    """The documents whose files are there and have one of these contents. Raises RedisError."""
    parts = [contents[start : start + _TOGETHER] for start in range(0, len(contents), _TOGETHER)]
    commands = [queries.doc_ids(_MOST, filters.with_content(*each) & filters.findable()) for each in parts]
    return [doc for docs in store.ask(commands) for doc in docs or ()] if commands else []


def documents_with(store: Store, contents: Sequence[str]) -> dict[str, str]:
    """A document for each of these contents that is there. Raises RedisError."""
    docs = sorted(having(store, contents))
    rows = store.explored.read(docs, ["sha256"])
    return {content.decode(): doc for doc, (content,) in zip(docs, rows, strict=True) if content}
