"""Groups of documents that are there more than once: the same ones, and ones that are alike.

The same are files with equal bytes, and pictures or texts that were encoded anew, by the signatures with
which a search folds copies. Alike are the shots of a series and the versions of a text: near by their
vectors, and by their time or their name. benchmarks/all_copies.py measures both.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from semsearch.explore.best import Quality
from semsearch.members import split_address
from semsearch.records import DocumentRecord, Kind, Ocr, State
from semsearch.search.copies import leaders

# The terms of each passage of documents, in the order of their records.
Terms = Callable[[Sequence[DocumentRecord]], Iterable[Sequence[str]]]

_NUMBER = re.compile(r"\d+")
# The fewest terms on a printed page, the most digits of the number of a page, and of a number before another.
_ON_A_PAGE, _LONGEST_PAGE, _LONGEST_JOINED = 100, 5, 30


class Why(StrEnum):
    """Why documents form a group."""

    BYTES = "bytes"  # their files are equal
    CONTENT = "content"  # the same picture or text, encoded in other ways
    SERIES = "series"  # shots of a series
    VERSIONS = "versions"  # versions of a text


@dataclass(frozen=True, slots=True)
class Group:
    """Documents that belong together, the best one first."""

    why: Why
    docs: tuple[str, ...]


def candidates(records: Iterable[DocumentRecord]) -> list[DocumentRecord]:
    """The documents that may be copies: those whose files are there and not empty.

    Of two that are one file under two names, a hard link, only the first is left: to delete the other frees
    nothing.
    """
    there = [each for each in records if each.state is not State.MISSING and each.size and each.sha256]
    there.sort(key=lambda each: (each.root, each.path))
    seen: set[tuple[int, str, str]] = set()
    found = []
    for record in there:
        # In an archive, each file has the number of the archive.
        key = (record.inode, record.sha256, split_address(record.path)[1])
        if not record.inode or key not in seen:
            seen.add(key)
            found.append(record)
    return found


@dataclass(frozen=True, slots=True)
class Same:
    """The groups of documents that are the same, and pairs of texts that only differ in their numbers."""

    groups: list[Group]
    forms: list[tuple[str, str]]


def the_same(records: Sequence[DocumentRecord], quality: Quality, terms: Terms) -> Same:
    """Find the documents that are the same. `records` are as from `candidates`."""
    ordered = quality.ordered(records)
    # One document stands for all with equal bytes: signatures are compared for it alone.
    equal: dict[str, list[DocumentRecord]] = {}
    for record in ordered:
        equal.setdefault(record.sha256, []).append(record)
    firsts = [group[0] for group in equal.values()]
    followers: defaultdict[int, list[DocumentRecord]] = defaultdict(list)
    for record, leader in zip(firsts, leaders([_whole(each) for each in firsts]), strict=True):
        followers[leader].append(record)
    found = Same([], [])
    for group in followers.values():
        parts = list(_parts(group, terms))
        found.forms.extend((parts[0][0].doc, part[0].doc) for part in parts[1:])
        for part in parts:
            members = [record for first in part for record in equal[first.sha256]]
            if len(members) > 1:
                why = Why.BYTES if len(part) == 1 else Why.CONTENT
                found.groups.append(Group(why, tuple(each.doc for each in quality.ordered(members))))
    return found


def _whole(record: DocumentRecord) -> str:
    """The signature of a document where it describes all of it; else "", which has no copies.

    That of a picture with several views describes the first one. Of a text that was read in part, or whose
    scanned pages were not, only the beginning is known.
    """
    if record.kind is Kind.IMAGE:
        is_whole = record.pieces <= 1
    else:
        is_whole = not record.note and record.ocr not in (Ocr.DUE, Ocr.FAILED)
    return record.signature if is_whole else ""


def _parts(group: list[DocumentRecord], terms: Terms) -> Iterator[list[DocumentRecord]]:
    """The parts of a group that are the same, each with the document first that the others are copies of.

    The first document leads the group: the others were compared with it, and not with each other.
    """
    if len(group) == 1 or group[0].kind is not Kind.TEXT:
        yield group
        return
    own, *others = _by_numbers(group, terms)
    yield own
    for part in others:
        led: defaultdict[int, list[DocumentRecord]] = defaultdict(list)
        for record, leader in zip(part, leaders([each.signature for each in part]), strict=True):
            led[leader].append(record)
        for each in led.values():
            yield from _parts(each, terms)


def _by_numbers(group: Sequence[DocumentRecord], terms: Terms) -> list[list[DocumentRecord]]:
    """The parts of a group of texts whose numbers agree: two invoices are not the same text."""
    every = [_Numbers.of(passages) for passages in terms(group)]
    parts = _Parts(set(every))
    known: dict[_Numbers, list[DocumentRecord]] = {}
    for record, numbers in zip(group, every, strict=True):
        if numbers not in known:
            known[numbers] = parts.of(numbers)
        known[numbers].append(record)
    return parts.documents


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers in a text, and how many pages it may have."""

    numbers: frozenset[str]
    pages: int

    @classmethod
    def of(cls, passages: Sequence[str]) -> _Numbers:
        terms = [term for passage in passages for term in passage.split()]
        return cls(frozenset(_NUMBER.findall(" ".join(terms))), 2 + len(terms) // _ON_A_PAGE)

    def agree(self, other: _Numbers) -> bool:
        """Whether they are the same, but for numbers of pages that one of them has.

        Terms have numbers that stand beside each other once more as one, which depends on the space between
        them.
        """
        shared, most = self.numbers & other.numbers, max(self.pages, other.pages)
        if shared not in (self.numbers, other.numbers):
            return all(_is_joined(each, shared) for each in self.numbers ^ other.numbers)
        return all(
            (len(each) <= _LONGEST_PAGE and int(each) <= most) or _is_joined(each, shared)
            for each in self.numbers ^ other.numbers
        )

    def told(self, pages: int) -> Iterator[str]:
        """The numbers that every text has which agrees with this one, if none has more pages."""
        for each in self.numbers:
            may_be_page = len(each) <= _LONGEST_PAGE and int(each) <= pages
            if not may_be_page and not _is_joined(each, self.numbers):
                yield each


class _Parts:
    """Documents whose numbers agree with those of the first one of their part.

    A form may be there ten thousand times, each with other numbers. So a part is looked for by the rarest
    number without which no text agrees with it.
    """

    def __init__(self, every: Iterable[_Numbers]) -> None:
        """`every` are the numbers of all documents."""
        known = list(every)
        self._count = Counter(number for each in known for number in each.numbers)
        self._pages = max(each.pages for each in known)
        self._firsts: list[_Numbers] = []
        # The parts by their rarest number; "" for those that may agree with any text.
        self._by_number: defaultdict[str, list[int]] = defaultdict(list)
        self.documents: list[list[DocumentRecord]] = []

    def of(self, numbers: _Numbers) -> list[DocumentRecord]:
        """The documents of the first part with which the numbers agree, or of a new one."""
        likely = sorted(n for each in ("", *numbers.numbers) for n in self._by_number.get(each, ()))
        for n in likely:
            if self._firsts[n].agree(numbers):
                return self.documents[n]
        rarest = min(numbers.told(self._pages), key=lambda each: (self._count[each], each), default="")
        self._by_number[rarest].append(len(self._firsts))
        self._firsts.append(numbers)
        self.documents.append([])
        return self.documents[-1]


def _is_joined(number: str, of: frozenset[str]) -> bool:
    """Whether a number is made of two others."""
    ends = range(1, min(len(number), _LONGEST_JOINED))
    return any(number[:end] in of and number[end:] in of for end in ends)


def joined(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The groups of documents that pairs connect, each in the order in which they were named."""
    group_of: dict[str, list[str]] = {}
    for one, other in pairs:
        first, second = (group_of.setdefault(doc, [doc]) for doc in (one, other))
        if first is second:
            continue
        if len(first) < len(second):
            first, second = second, first
        first.extend(second)
        for doc in second:
            group_of[doc] = first
    return list({id(group): group for group in group_of.values()}.values())


def grouped(
    pairs: Iterable[tuple[str, str]], records: Mapping[str, DocumentRecord], quality: Quality
) -> list[Group]:
    """The groups of documents that are alike, from the pairs of them.

    Each document of a group forms a pair with one of them, so a chain of many pairs becomes several groups.
    """
    found = []
    for docs in _around(pairs):
        members = quality.ordered(records[doc] for doc in docs)
        why = Why.SERIES if members[0].kind is Kind.IMAGE else Why.VERSIONS
        found.append(Group(why, tuple(each.doc for each in members)))
    return found


def _around(pairs: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """Documents with those that they form pairs with, the ones with most pairs first, each in one group."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        beside[one].add(other)
        beside[other].add(one)
    left = set(beside)
    for doc in sorted(beside, key=lambda doc: (-len(beside[doc]), doc)):
        others = beside[doc] & left
        if doc in left and others:
            left -= {doc, *others}
            yield [doc, *sorted(others)]
