"""Encode the terms of a document, and decode them: one string for the passages of a part of it.

The record of a document holds the first part. Only a long text has others, each in a hash of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from semsearch.language.compounds import compounds
from semsearch.language.terms import head_line, line_of
from semsearch.records import DocumentRecord, Due, Passage, State
from semsearch.store.codec import LONG, Fields, StoredPiece, passage_count
from semsearch.store.schema import WORDS

# Separates the terms of two passages. A line break cannot: RediSearch 2.10 takes it for a part of a word.
_PASSAGE_BREAK = " | "
# The terms in one hash. To index a hash, RediSearch 2.10 clears a table that has grown to the largest number
# of terms that a hash has ever had: after one of a million words, every later write takes a hundred times as
# long (benchmarks/engine_blocks).
MOST_TERMS = 6_000
# The fields in which a hash holds a part of the terms.
TERMS_FIELDS = ("first", "terms")


@dataclass(frozen=True, slots=True)
class PartOfTerms:
    """Terms of some passages, as one hash holds them; `first` is the number of the first of the passages."""

    first: int = 0
    terms: tuple[str, ...] = ()


NO_TERMS = PartOfTerms()


def passage_terms(passages: Iterable[Passage], language: str = "") -> tuple[str, ...]:
    """The terms of each passage, separated by spaces, without the text that overlaps the passage before.

    `language` is that of the document.
    """
    found, before = [], None
    for passage in passages:
        shared = 0 if before is None else _overlap(before, passage)
        found.append(line_of(passage.content[shared:], language))
        before = passage
    return tuple(found)


def _overlap(before: Passage, passage: Passage) -> int:
    """The number of characters with which a passage repeats the end of the one before.

    The passages about a picture are parts of several texts, each with places of its own.
    """
    shared = max(0, before.end - passage.start)
    follows = before.start < passage.start and before.content.endswith(passage.content[:shared])
    return shared if follows else 0


def parts_of_terms(terms: Sequence[str], head: str = "") -> list[PartOfTerms]:
    """The terms of each passage, in parts of at most MOST_TERMS terms.

    There is always a first part, which leaves room for `head`. Every other part begins with the last passage
    of the part before it, so that a phrase is in one part even if it begins in one passage and ends in the
    next.
    """
    sizes = [each.count(" ") + 1 for each in terms]
    starts, ends, size = [0], [], head.count(" ") + 1
    for n, more in enumerate(sizes):
        if size + more > MOST_TERMS and n > starts[-1] + (len(starts) > 1):
            starts.append(n - 1)
            ends.append(n)
            size = sizes[n - 1]
        size += more
    ends.append(len(terms))
    return [PartOfTerms(start, tuple(terms[start:end])) for start, end in zip(starts, ends, strict=True)]


def with_more_terms(record: DocumentRecord, last: PartOfTerms, terms: Sequence[str]) -> list[PartOfTerms]:
    """The last part of a document's terms with those of further passages after it: it, and new parts."""
    head = "" if record.words else head_of(record)
    parts = parts_of_terms([*last.terms[: passage_count(record) - last.first], *terms], head)
    return [replace(part, first=part.first + last.first) for part in parts]


def head_of(record: DocumentRecord) -> str:
    """The terms of a document's path and title."""
    return head_line(record.path, record.title, record.language)


def encode_terms(record: DocumentRecord, terms: Sequence[str]) -> Fields:
    """The fields by which words find a document; none for a document that is missing.

    `terms` are those of the passages in the first part. Those of the path and the title come before them.
    A file that is not read has no others. A document of which a run has only written the name has none: its
    record is soon written again, and a term of a hash that is written twice counts twice in the document
    frequencies, until the index has been cleaned.
    """
    if record.state is State.MISSING or record.due is Due.CONTENT:
        return {}
    return {
        "terms": _PASSAGE_BREAK.join([head_of(record), *terms]),
        **_compound_fields(terms, record.language),
    }


def words_piece(part: PartOfTerms, language: str) -> StoredPiece:
    """The terms of a part other than the first one, as they are stored. `language` is the document's."""
    values: Fields = {"terms": _PASSAGE_BREAK.join(["", *part.terms]), "first": part.first}
    return StoredPiece(WORDS, values | _compound_fields(part.terms, language) | LONG, {})


def _compound_fields(terms: Sequence[str], language: str) -> Fields:
    found = compounds(terms, language)
    return {"compounds": " ".join(found)} if found else {}


def decode_terms(row: Sequence[Any]) -> PartOfTerms:
    """A part of the terms, from the values of TERMS_FIELDS in its hash; an empty one without them."""
    first, stored = row
    found = (stored or b"").decode("utf-8", "surrogateescape").split(_PASSAGE_BREAK)[1:]
    return PartOfTerms(int(first) if first and first.isdigit() else 0, tuple(found))
