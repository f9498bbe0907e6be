"""What does not fit into a library: it is looked for at the end of a run, kept, and read for the page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from semsearch.api.odd import OddOne
from semsearch.explore import copies_found
from semsearch.explore.best import folder_of, is_member
from semsearch.explore.keeping import DIGITS, Finding, Shelf, records_of
from semsearch.explore.kept_view import KeptView
from semsearch.explore.neighbours import Neighbours, neighbours
from semsearch.explore.odd import COUNTED, far_from, fit, in_spreads, misfiled, own_ones, remoteness
from semsearch.explore.vectors import LOOKS, TEXTS, DocumentVectors, LibraryVectors
from semsearch.members import plain_address
from semsearch.message import Message, say, say_many
from semsearch.records import DocumentRecord
from semsearch.store.store import Store

SHELF = Shelf("odd", 1)
# The most documents of each list, and the fewest documents of a kind among which one can be odd.
_MOST, _FEWEST = 1000, 12


@dataclass(frozen=True, slots=True)
class Misfiled:
    """A document that fits better into another folder, and one of its neighbours there.

    `there` and `own` of `counted` neighbours lie in the other folder and in its own.
    """

    doc: str
    score: float
    near: str
    there: int
    own: int
    counted: int


@dataclass(frozen=True, slots=True)
class Far:
    """A document far from everything, with the nearest one and their cosine.

    `usual` is the median of this cosine among documents of its kind.
    """

    doc: str
    score: float
    near: str
    cosine: float
    usual: float


@dataclass(frozen=True, slots=True)
class OddOnes:
    """What does not fit and is still there, the clearest first. `made` is in seconds since 1970."""

    misfiled: tuple[Misfiled, ...]
    far: tuple[Far, ...]
    made: float


class OddView(KeptView[OddOnes]):
    """What does not fit, as the page and the command line show it. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SHELF, _found, _still_there)

    def shown(self, found: Sequence[Misfiled | Far]) -> list[OddOne]:
        """These documents with their records and the reasons. Raises RedisError."""
        records = records_of(self._store, [doc for each in found for doc in (each.doc, each.near)])
        return [
            _shown(each, records[each.doc], records.get(each.near)) for each in found if each.doc in records
        ]


def step(store: Store, vectors: LibraryVectors) -> None:
    """Look for what does not fit if documents have changed since."""
    OddView(store).step(vectors)


def _found(store: Store, vectors: LibraryVectors) -> dict[str, Any]:
    copied = copies_found.groups_by_doc(store)
    far: list[list[Any]] = []
    wrong: list[list[Any]] = []
    for which in (TEXTS, LOOKS):
        each = vectors.of(which)
        if len(each) < _FEWEST:
            continue
        records = records_of(store, each.docs)
        each = each.of([doc for doc in each.docs if doc in records])
        near = neighbours(each.vectors, COUNTED)
        counts = _are_no_copies(each.docs, near, copied.group)
        far += _far(each, near, counts, records)
        found = _misfiled(each, near, counts, records)
        # A copy lies where somebody has put it.
        wrong += (entry for entry in found if entry[0] not in copied.others)
    far.sort(key=lambda entry: -entry[2])
    wrong.sort(key=lambda entry: -entry[2])
    return {"far": far[:_MOST], "misfiled": wrong[:_MOST]}


def _are_no_copies(docs: Sequence[str], near: Neighbours, copied: Mapping[str, int]) -> Any:
    """For each neighbour, whether it is no copy of the document and not a version of it."""
    groups = np.array([copied.get(doc, -1 - n) for n, doc in enumerate(docs)], np.intp)
    return groups[near.rows] != groups[:, None]


def _far(
    each: DocumentVectors, near: Neighbours, counts: Any, records: Mapping[str, DocumentRecord]
) -> Iterator[list[Any]]:
    spreads = in_spreads(remoteness(each.vectors))
    # The nearest one that is no copy.
    first = np.where(counts.any(axis=1), counts.argmax(axis=1), 0)
    cosines = near.cosines[np.arange(len(first)), first]
    usual = round(float(np.median(cosines)), 4)
    for row in far_from(spreads)[:_MOST]:
        doc, nearest = each.docs[row], each.docs[near.rows[row, first[row]]]
        content = records[doc].sha256[:DIGITS]
        yield [doc, content, round(float(spreads[row]), 4), nearest, round(float(cosines[row]), 4), usual]


def _misfiled(
    each: DocumentVectors, near: Neighbours, counts: Any, records: Mapping[str, DocumentRecord]
) -> Iterator[list[Any]]:
    places = [folder_of(records[doc]) for doc in each.docs]
    names = sorted(set(places))
    numbers = {name: n for n, name in enumerate(names)}
    folders = np.array([numbers[place] for place in places], np.intp)
    found = fit(near, folders, own_ones(near, folders, names), counts)
    for row in misfiled(found)[:_MOST]:
        record = records[each.docs[row]]
        if is_member(record):
            continue  # nobody files documents in an archive
        there = (folders[near.rows[row]] == found.folder[row]) & counts[row]
        nearest = each.docs[near.rows[row, there.argmax()]]
        content, score = record.sha256[:DIGITS], round(float(found.score[row]), 4)
        yield [
            record.doc, content, score, nearest, int(found.there[row]), int(found.own[row]),
            int(counts[row].sum()),
        ]  # fmt: skip


def _still_there(store: Store, found: Finding) -> OddOnes:
    entries = [entry for entries in found.data.values() for entry in entries]
    records = records_of(store, [doc for entry in entries for doc in (entry[0], entry[3])])

    def left(name: str) -> Iterator[list[Any]]:
        for doc, content, *rest in found.data[name]:
            is_same = doc in records and records[doc].sha256[:DIGITS] == content
            # Where a neighbour has gone, nobody can say in which folder it fits.
            if is_same and rest[1] in records:
                yield [doc, *rest]

    return OddOnes(
        tuple(Misfiled(*entry) for entry in left("misfiled")),
        tuple(Far(*entry) for entry in left("far")),
        found.made,
    )


def _shown(found: Misfiled | Far, record: DocumentRecord, near: DocumentRecord | None) -> OddOne:
    if isinstance(found, Far):
        cosine, usual = f"{found.cosine:.2f}", f"{found.usual:.2f}"
        reason = say(
            "The cosine with its nearest document is {cosine}. For half of the documents of its kind it is "
            "{usual} or more.",
            cosine=cosine,
            usual=usual,
        )
        return OddOne(record, reason, found.score, near, "")
    folder = "" if near is None else _folder(near)
    # In words, a folder of the same root is known by its path below it.
    shown = folder_of(near)[1] if near is not None and near.root == record.root else ""
    return OddOne(record, _where(found, plain_address(shown) or folder), found.score, near, folder)


def _where(found: Misfiled, folder: str) -> Message:
    if found.there == found.counted:
        return say_many(
            "Its nearest document lies in {folder}.",
            "Its {number} nearest documents lie in {folder}.",
            found.counted,
            folder=folder,
        )
    return say(
        "Of its {counted} nearest documents, {there} lie in {folder} and {own} in its own folder.",
        counted=found.counted,
        there=found.there,
        own=found.own,
        folder=folder,
    )


def _folder(record: DocumentRecord) -> str:
    """The absolute path of the folder of a document."""
    return plain_address(posixpath.join(record.root, folder_of(record)[1])).rstrip("/")
