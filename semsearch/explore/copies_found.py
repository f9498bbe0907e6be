"""The copies of a library: they are looked for at the end of a run, kept, and read for the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from semsearch.api.copies import ShownGroup
from semsearch.explore.alike import SHOTS, VERSIONS, pairs
from semsearch.explore.best import Quality, freed
from semsearch.explore.copies import Group, Why, candidates, grouped, joined, the_same
from semsearch.explore.differences import Comparison, compared
from semsearch.explore.keeping import DIGITS, Finding, Shelf, records_of
from semsearch.explore.kept_view import KeptView
from semsearch.explore.vectors import LOOKS, TEXTS, LibraryVectors
from semsearch.explore.wording import Wording, wording
from semsearch.records import DocumentRecord, Kind
from semsearch.store.store import Store

SHELF = Shelf("copies", 2)
# Documents whose passages are read together.
_TOGETHER = 100
# The most passages of a text that is compared with another one.
_MOST_PASSAGES = 300


@dataclass(frozen=True, slots=True)
class KeptGroup(Group):
    """A group with the hashes of the contents of its documents when they were looked for, and what it frees.

    Of a hash there are DIGITS digits. `freed` are the bytes that deleting all but its best document frees.
    """

    contents: tuple[str, ...]
    freed: int

    @property
    def has_equal_files(self) -> bool:
        """Whether two of its files have the same bytes."""
        return len(set(self.contents)) < len(self.contents)


@dataclass(frozen=True, slots=True)
class Copies:
    """The groups of a library that are still there, those that free most first.

    `made` says when they were looked for, in seconds since 1970. `freed` are bytes.
    """

    same: tuple[KeptGroup, ...]
    alike: tuple[KeptGroup, ...]
    made: float
    freed: int


class CopiesView(KeptView[Copies]):
    """The copies as the page and the command line show them. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SHELF, _found, _still_there)

    def shown(self, groups: Sequence[KeptGroup], most: int | None = None) -> list[ShownGroup]:
        """The groups with the records of their documents, of each group up to `most`; all without it.

        Documents that have gone or changed since are left out, and groups that have none left but one, or not
        the one that the others were compared with. Raises RedisError.
        """
        known = records_of(self._store, [doc for group in groups for doc in group.docs[:most]])
        sizes = self._store.ledger.picture_sizes(list(known.values()))
        found = []
        for group in groups:
            members = [*zip(group.docs, group.contents, strict=True)]
            records = _unchanged(members[:most], known)
            left_out = members[len(members[:most]) :]
            if len(records) > 1 and (group.why != Why.CONTENT or records[0].doc == group.docs[0]):
                frees = group.freed if left_out else freed(records)
                count = len(records) + len(left_out)
                found.append(ShownGroup(group.why, records, frees, sizes, count))
        return found

    def compared(self, group: ShownGroup, most: int) -> dict[str, Comparison]:
        """How up to `most` texts of a group differ from its best one, by document. Raises RedisError.

        Equal files are not compared, and neither are pictures and very long texts.
        """
        best, *others = group.records
        texts = [
            each
            for each in others[:most]
            if each.kind is best.kind is Kind.TEXT and max(each.pieces, best.pieces) <= _MOST_PASSAGES
        ]
        if group.why == Why.BYTES or not texts:
            return {}
        passages = self._store.ledger.passages
        own = passages(best)
        return {each.doc: compared(passages(each), own) for each in texts if each.sha256 != best.sha256}


@dataclass(frozen=True, slots=True)
class Grouped:
    """Documents that are the same or alike, as found last: the number of the group of each of them.

    `others` are those that are the same as a better one.
    """

    group: dict[str, int]
    others: frozenset[str]


def groups_by_doc(store: Store) -> Grouped:
    """The documents that are there more than once or are alike. Raises RedisError."""
    return SHELF.read(store, _grouped) or Grouped({}, frozenset())


def _grouped(found: Finding) -> Grouped:
    same, alike = found.data["same"], found.data["alike"]
    docs = [[doc for doc, _ in members] for _, members in (*same, *alike)]
    groups = joined((each[0], doc) for each in docs for doc in each[1:])
    others = frozenset(doc for each in docs[: len(same)] for doc in each[1:])
    return Grouped({doc: n for n, each in enumerate(groups) for doc in each}, others)


def step(store: Store, vectors: LibraryVectors) -> None:
    """Look for copies if documents have changed since."""
    CopiesView(store).step(vectors)


def _found(store: Store, vectors: LibraryVectors) -> dict[str, Any]:
    library = list(store.ledger)
    records = candidates(library)
    sizes = store.ledger.picture_sizes(records)
    quality = Quality(library, {doc: width * height for doc, (width, height) in sizes.items()})
    same = the_same(records, quality, partial(_wordings, store), sizes)
    # The best one of each group stands for it among those that are alike.
    others = {doc for group in same.groups for doc in group.docs[1:]}
    left = {record.doc: record for record in records if record.doc not in others}
    near = [*pairs(vectors.of(LOOKS), left, SHOTS), *pairs(vectors.of(TEXTS), left, VERSIONS)]
    forms = [pair for pair in same.forms if left.keys() >= set(pair)]
    alike = grouped([*near, *forms], left, quality)
    known = {record.doc: record for record in records}
    return {
        "same": [_packed(group, known) for group in same.groups],
        "alike": [_packed(group, known) for group in alike],
    }


def _wordings(store: Store, records: Sequence[DocumentRecord]) -> Iterator[Wording]:
    """What each document says, read a few at a time: a form may be there a thousand times."""
    for start in range(0, len(records), _TOGETHER):
        some = records[start : start + _TOGETHER]
        for record, passages in zip(some, store.ledger.passages_of_all(some), strict=True):
            yield wording(record, passages)


def _packed(group: Group, records: Mapping[str, DocumentRecord]) -> list[Any]:
    return [group.why, [[doc, records[doc].sha256[:DIGITS]] for doc in group.docs]]


def _still_there(store: Store, found: Finding) -> Copies:
    docs = [doc for groups in found.data.values() for _, members in groups for doc, _ in members]
    known = records_of(store, docs)
    same, alike = (list(_unpacked(found.data[name], known)) for name in ("same", "alike"))
    for groups in (same, alike):
        groups.sort(key=lambda each: (-each.freed, each.docs))
    return Copies(tuple(same), tuple(alike), found.made, sum(each.freed for each in same))


def _unpacked(packed: Sequence[Any], records: Mapping[str, DocumentRecord]) -> Iterator[KeptGroup]:
    """The groups that are left.

    What was encoded anew was compared with the best document alone. When that one is gone, only equal files
    are left as groups.
    """
    for why, members in packed:
        left = _unchanged(members, records)
        if why != Why.CONTENT or (left and left[0].doc == members[0][0]):
            kind, parts = Why(why), [left]
        else:
            kind, parts = Why.BYTES, _equal(left)
        for part in parts:
            if len(part) > 1:
                contents = tuple(each.sha256[:DIGITS] for each in part)
                yield KeptGroup(kind, tuple(each.doc for each in part), contents, freed(part))


def _equal(records: Sequence[DocumentRecord]) -> list[list[DocumentRecord]]:
    """The records by their contents."""
    found: defaultdict[str, list[DocumentRecord]] = defaultdict(list)
    for record in records:
        found[record.sha256].append(record)
    return list(found.values())


def _unchanged(
    members: Sequence[Sequence[str]], records: Mapping[str, DocumentRecord]
) -> list[DocumentRecord]:
    """The records of members, each a document and the hash of its content, that still have this content."""
    return [
        records[doc] for doc, content in members if doc in records and records[doc].sha256[:DIGITS] == content
    ]
