"""Read the pieces of documents, to write them for others that have the same content."""

from __future__ import annotations

from collections.abc import Sequence

import redis

from semsearch.records import DocumentRecord
from semsearch.store.codec import StoredPiece, common_fields, copy_piece, piece_ids
from semsearch.store.keys import piece_key
from semsearch.store.layout import stored_layouts
from semsearch.store.schema import WORDS
from semsearch.store.shots import SHOT_FIELDS

# Pieces in one round trip.
_BATCH = 1000


def copied_pieces(
    client: redis.Redis, copies: Sequence[tuple[DocumentRecord, DocumentRecord]]
) -> list[tuple[StoredPiece, ...]]:
    """The pieces of each copy, which is given after its source. Pieces that are lost are left out.

    Raises the errors of redis-py.
    """
    layouts = stored_layouts(client)
    ids = [(n, *each) for n, (source, _) in enumerate(copies) for each in piece_ids(source)]
    wanted = [(n, space, number) for n, space, number in ids if space != WORDS]
    found: list[list[StoredPiece]] = [[] for _ in copies]
    common = {name for source, _ in copies[:1] for name in common_fields(source)}.union(SHOT_FIELDS)
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        pipe = client.pipeline(transaction=False)
        for n, space, number in batch:
            pipe.hgetall(piece_key(space, copies[n][0].doc, number))
        rows: list[dict[bytes, bytes]] = pipe.execute()
        for (n, space, _), row in zip(batch, rows, strict=True):
            if row:
                found[n].append(copy_piece(space, row, common, copies[n][1], layouts[space]))
    return [tuple(pieces) for pieces in found]
