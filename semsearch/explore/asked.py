"""The vectors of saved searches: each text is embedded once, and kept for the models that embedded it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from semsearch.errors import ModelError
from semsearch.explore.packed import Arrays, pack, unpack
from semsearch.language import query_syntax
from semsearch.query import Mode, Query
from semsearch.records import Vector
from semsearch.search.alternatives import queries_of
from semsearch.search.in_use import InUse
from semsearch.store.store import Store

_VECTORS = "saved_vectors"
_Embedded = dict[tuple[str, str], Vector]


def embed(store: Store, in_use: InUse, queries: Iterable[Query]) -> None:
    """Give the interpreter the vectors of queries. Those that are not kept are embedded in one batch.

    Raises RedisError, and ModelError.
    """
    made_by = _made_by(in_use)
    texts = {
        query_syntax.read(each.text).text
        for query in queries
        if query.mode is not Mode.WORDS
        for each in queries_of(query)
    } - {""}
    kept = {key: vector for key, vector in _read(store, made_by).items() if key[1] in texts}
    in_use.interpreter.know(kept)
    if missing := sorted(texts - {text for _, text in kept}):
        in_use.interpreter.embed_ahead(missing)
        embedded = {key: vector for key, vector in in_use.interpreter.embedded.items() if key[1] in texts}
        about = {"made_by": made_by, "keys": list(embedded)}
        arrays = {str(n): vector for n, vector in enumerate(embedded.values())}
        store.kept.put(_VECTORS, pack(about, arrays))


def _made_by(in_use: InUse) -> str:
    """The models that embed queries; "" in place of one that cannot be had."""
    found = []
    for name in ("text_id", "image_id"):
        try:
            found.append(getattr(in_use.models, name))
        except ModelError:
            found.append("")
    return " ".join(found)


def _read(store: Store, made_by: str) -> _Embedded:
    def made(about: Any, arrays: Arrays) -> _Embedded:
        if about["made_by"] != made_by:
            return {}
        return {(space, text): arrays[str(n)] for n, (space, text) in enumerate(about["keys"])}

    return unpack(store.kept.get(_VECTORS), made) or {}
