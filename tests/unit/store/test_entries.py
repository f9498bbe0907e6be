"""Vectors that are written together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from semsearch.records import DocumentRecord, Kind, State
from semsearch.store.entries import Embedded, in_batches
from semsearch.store.keys import doc_id


def embedded(name: str, number: int) -> Embedded:
    record = DocumentRecord(
        doc_id("/root", name), "/root", name, Kind.TEXT, "text/plain", 1, 1, "", name, State.INDEXED
    )
    return Embedded(record, {n: np.zeros(2, np.float32) for n in range(number)})


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([2, 2, 2], [[(2, True), (2, True)], [(2, True)]]),
        ([5], [[(5, True)]]),
        ([1, 12, 1], [[(1, True)], [(5, False)], [(5, False)], [(2, True), (1, True)]]),
        ([0, 0, 5], [[(0, True), (0, True)], [(5, True)]]),
        ([0] * 7, [[(0, True)] * 6, [(0, True)]]),
    ],
)
def test_a_document_is_divided_only_if_it_has_too_many_vectors(
    numbers: Sequence[int], expected: list[list[tuple[int, bool]]]
) -> None:
    items = [embedded(f"{n}.txt", number) for n, number in enumerate(numbers)]
    batches = list(in_batches(items, 5))
    assert [[(len(each.vectors), is_last) for each, is_last in batch] for batch in batches] == expected
    written = [(each.record.path, n) for batch in batches for each, _ in batch for n in each.vectors]
    assert written == [(each.record.path, n) for each in items for n in each.vectors]
