"""Groups of documents that are there more than once: the same ones, and ones that are alike.

The same are files with equal bytes, and pictures or texts that were encoded anew: nothing that a person would
miss is lost with them. The signatures with which a search folds copies say what is compared: texts must have
the same words, and pictures the same proportions. Alike are the shots of a series and the versions of a text:
those with nearly the same signature, and those that are near by their vectors, and by their time or their
name. benchmarks/all_copies.py measures both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from semsearch.explore.best import Quality
from semsearch.explore.wording import Wording
from semsearch.members import split_address
from semsearch.records import DocumentRecord, Kind, Ocr, State
from semsearch.search.copies import has_detail, leaders

# What documents say, in the order of their records.
Wordings = Callable[[Sequence[DocumentRecord]], Iterable[Wording]]
# The width and height of pictures in pixels, by document.
Sizes = Mapping[str, tuple[int, int]]


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
    """The groups of documents that are the same, and pairs that nearly are but say something else."""

    groups: list[Group]
    forms: list[tuple[str, str]]


def the_same(records: Sequence[DocumentRecord], quality: Quality, wordings: Wordings, sizes: Sizes) -> Same:
    """Find the documents that are the same. `records` are as from `candidates`."""
    ordered = quality.ordered(records)
    # One document stands for all with equal bytes: signatures are compared for it alone.
    equal: dict[str, list[DocumentRecord]] = {}
    for record in ordered:
        equal.setdefault(record.sha256, []).append(record)
    firsts = [group[0] for group in equal.values()]
    found = Same([], [])
    for group in _led(firsts, [_whole(each) for each in firsts]):
        parts = _parts(group, wordings, sizes)
        found.forms.extend(
            (group[0].doc, part[0].doc) for part in parts[1:] if _fits(group[0], part[0], sizes)
        )
        for part in parts:
            members = [record for first in part for record in equal[first.sha256]]
            if len(members) > 1:
                why = Why.BYTES if len(part) == 1 else Why.CONTENT
                found.groups.append(Group(why, tuple(each.doc for each in quality.ordered(members))))
    return found


def _whole(record: DocumentRecord) -> str:
    """The signature of a document where it describes all of it; else "", which has no copies.

    That of a picture with several views describes the first one, and that of a gradient as many others. Of a
    text that was read in part, or whose scanned pages were not, only the beginning is known.
    """
    if record.kind is Kind.IMAGE:
        is_whole = record.pieces <= 1 and has_detail(record.signature)
    else:
        is_whole = not record.note and record.ocr not in (Ocr.DUE, Ocr.FAILED)
    return record.signature if is_whole else ""


def _led(records: Sequence[DocumentRecord], signatures: Sequence[str]) -> list[list[DocumentRecord]]:
    """The groups of documents whose signatures are near to that of the first one."""
    led: defaultdict[int, list[DocumentRecord]] = defaultdict(list)
    for record, leader in zip(records, leaders(signatures), strict=True):
        led[leader].append(record)
    return list(led.values())


def _parts(group: list[DocumentRecord], wordings: Wordings, sizes: Sizes) -> list[list[DocumentRecord]]:
    """The parts of a group that are the same, each with the document first that the others are copies of."""
    if len(group) == 1:
        return [group]
    own, *others = _by_wording(group, wordings)
    if group[0].kind is Kind.TEXT:
        return [own, *others]
    # The first picture leads the group: the others were compared with it, and not with each other.
    left, found = [*_led_again(others), own], []
    while left:
        first, *rest = left.pop()
        found.append([first, *(each for each in rest if _fits(first, each, sizes))])
        left.extend(_led_again([[each for each in rest if not _fits(first, each, sizes)]]))
    return found


def _led_again(groups: Iterable[Sequence[DocumentRecord]]) -> Iterator[list[DocumentRecord]]:
    for group in groups:
        yield from _led(group, [each.signature for each in group])


def _by_wording(group: Sequence[DocumentRecord], wordings: Wordings) -> list[list[DocumentRecord]]:
    """The parts of a group with the same words, the part of the first document first.

    A title that the text does not say, or the caption of a picture, would be lost with its document. So one
    that has none is with the first one of its words, and others are with those of the same title.
    """
    found: dict[str, dict[str, list[DocumentRecord]]] = {}
    for record, said in zip(group, wordings(group), strict=True):
        parts = found.setdefault(said.words, {})
        beside = said.beside or next(iter(parts), "")
        parts.setdefault(beside, []).append(record)
    return [part for parts in found.values() for part in parts.values()]


def _fits(one: DocumentRecord, other: DocumentRecord, sizes: Sizes) -> bool:
    """Whether one of two pictures may be the other in another size: whole pixels are all that may differ."""
    if one.kind is not Kind.IMAGE or not sizes.keys() >= {one.doc, other.doc}:
        return True
    (width, height), (wide, high) = sizes[one.doc], sizes[other.doc]
    return abs(width * high - wide * height) <= width + height + wide + high


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
