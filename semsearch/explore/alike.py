"""Pairs of documents that are alike: shots of a series, and versions of a text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from semsearch.explore.best import folder_of
from semsearch.explore.neighbours import neighbours
from semsearch.explore.vectors import DocumentVectors
from semsearch.language.document_date import document_date
from semsearch.records import DocumentRecord

# The neighbours that are looked at for each document. A longer series is joined from several pairs.
_LOOKED_AT = 12
# Seconds between two shots of a series, and the numbers between their names.
_SHOTS_APART, _NUMBERS_APART = 120, 3
# What names of versions differ in, beside numbers and dates.
_MARKS = re.compile(
    r"(?<![^\W\d_])(?:copy|copies|kopie|copie|copia|draft|entwurf|final|finale?|new|neu|old|alt|backup|bak|orig|"
    r"original|edited|edit|bearbeitet|version|ver|rev|v|of|the)(?![^\W\d_])"
)
# What programs and people put behind the name of another version.
_SUFFIX = re.compile(
    r"(?:[\s_.-]*\(\d{1,2}\)|[\s_.-]+(?:v|ver|version|rev)[\s_.-]?\d{1,3}|[\s_.-]+(?:copy|final|draft))+$",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[\W\d_]+")
_LAST_NUMBER = re.compile(r"(\d{1,9})(?=\D*$)")


@dataclass(frozen=True, slots=True)
class Nearness:
    """The least cosines of two documents that are alike.

    `close` goes with a like name or time, and `closest` with the same folder alone.
    """

    close: float
    closest: float


SHOTS, VERSIONS = Nearness(0.85, 0.97), Nearness(0.75, 0.97)


def pairs(
    vectors: DocumentVectors, records: Mapping[str, DocumentRecord], nearness: Nearness
) -> Iterator[tuple[str, str]]:
    """The pairs of documents that are alike, of those whose records are given."""
    known = vectors.of([doc for doc in vectors.docs if doc in records])
    near = neighbours(known.vectors, _LOOKED_AT)
    cosines = near.cosines
    for row, doc in enumerate(known.docs):
        for other, cosine in zip(near.rows[row], cosines[row], strict=True):
            if cosine < nearness.close:
                break
            if other < row and row in near.rows[other]:
                continue  # it was looked at from the other side
            one, two = records[doc], records[known.docs[other]]
            if belong_together(one, two) or (cosine >= nearness.closest and folder_of(one) == folder_of(two)):
                yield doc, two.doc


def belong_together(one: DocumentRecord, other: DocumentRecord) -> bool:
    """Whether the time or the names of two documents say that they belong together."""
    return _at_one_time(one, other) or _names_alike(one, other)


def _at_one_time(one: DocumentRecord, other: DocumentRecord) -> bool:
    """Whether their contents have nearly the same date. That of a file may be the time of its copying."""
    if not (one.dated and other.dated):
        return False
    return abs(document_date(one).seconds - document_date(other).seconds) <= _SHOTS_APART


def _names_alike(one: DocumentRecord, other: DocumentRecord) -> bool:
    first, second = (_SUFFIX.sub("", stem_of(each.path)).casefold() for each in (one, other))
    if first == second:
        return True
    name = plain_name(first)
    if name != plain_name(second):
        return False
    if name and not _is_counted(name):
        return True
    # A name of a camera: the numbers are near each other, in one folder.
    numbers = [match and int(match[1]) for match in (_LAST_NUMBER.search(first), _LAST_NUMBER.search(second))]
    if numbers[0] is None or numbers[1] is None:
        return False
    return folder_of(one) == folder_of(other) and abs(numbers[0] - numbers[1]) <= _NUMBERS_APART


def stem_of(path: str) -> str:
    """The name of a file without its extension."""
    return posixpath.splitext(posixpath.basename(path))[0]


def plain_name(stem: str) -> str:
    """The words of a name, without numbers, dates and what tells versions from each other."""
    return " ".join(_MARKS.sub(" ", _SIGNS.sub(" ", stem.casefold())).split())


# Words in names that cameras, scanners and programs give, with a number behind them.
_COUNTED = re.compile(
    "img|dsc|dscn|dscf|dcim|pict|pic|pxl|mvi|gopr|dji|images?|photo|bild|foto|picture|scan|page|seite|"
    "screenshot|document|dokument|doc|untitled|unbenannt|notes?|file|mail|message|signal|whatsapp|.?"
)


def _is_counted(name: str) -> bool:
    return all(_COUNTED.fullmatch(word) for word in name.split())
