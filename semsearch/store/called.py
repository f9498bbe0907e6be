"""What a document is called, as tags: its title, and the name of its file without the extension.

A name such as WeeklyReview is also called by its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from semsearch.language.terms import parted, terms
from semsearch.records import DocumentRecord
from semsearch.store.schema import SEPARATOR

# Nobody types a longer title in full.
_MOST_TERMS = 30


def called(record: DocumentRecord) -> str:
    """The value of the field `called` of a document."""
    stem = PurePosixPath(record.path).stem
    return SEPARATOR.join(dict.fromkeys((*_tags(record.title), *_tags(stem), *_tags(parted(stem)))))


def tags_of_query(text: str) -> tuple[str, ...]:
    """The tags that a document has which is called `text`. An extension in `text` may be left out."""
    return tuple(dict.fromkeys((*_tags(text), *_tags(PurePosixPath(text.strip()).stem))))


def tag_of(text: str) -> str:
    """The tag of a title; "" if nobody would type it in full."""
    found = terms(text)
    return "_".join(found) if len(found) <= _MOST_TERMS else ""


def _tags(text: str) -> Iterator[str]:
    if tag := tag_of(text):
        yield tag
