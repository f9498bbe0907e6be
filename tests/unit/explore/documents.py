"""Records of documents for the tests of explored libraries."""

from __future__ import annotations

import hashlib
from typing import Any

from semsearch.records import DocumentRecord, Kind, State


def document(path: str, content: str = "", **values: Any) -> DocumentRecord:
    """A record of the text at `path`. Equal contents have equal hashes; the path stands for no content."""
    usual: dict[str, Any] = {
        "doc": hashlib.sha256(path.encode()).hexdigest()[:16],
        "root": "/library",
        "path": path,
        "kind": Kind.TEXT,
        "media_type": "text/plain",
        "size": 100,
        "mtime_ns": 1_700_000_000_000_000_000,
        "sha256": hashlib.sha256((content or path).encode()).hexdigest(),
        "title": "",
        "state": State.INDEXED,
        "pieces": 1,
    }
    return DocumentRecord(**usual | values)
