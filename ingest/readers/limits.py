"""How much of a file is read, and the words for what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.documents import TextDocument
from semsearch.message import Message, say

# About four thousand pages: a volume of an encyclopaedia passes, a database dump does not. Embedding takes
# some minutes for each million characters. It holds for formats that are read whole.
MAX_CHARACTERS = 20_000_000
_MILLION = 10**6
# The pages that a note names.
_NAMED = 10


def first_of(read: int, there: int, what: Message) -> Message:
    """The sentence for a document of which only the first pages, say, were read."""
    return say("the first {read} of {there} {what} were read", read=read, there=there, what=what)


def first_characters(there: int) -> str:
    """What is left out of a text with so many characters; "" if nothing is."""
    if there <= MAX_CHARACTERS:
        return ""
    return first_of(MAX_CHARACTERS // _MILLION, -(-there // _MILLION), say("million characters"))


def first_bytes(size: int, limit: int) -> str:
    """What is left out of a file of `size` bytes that is read in portions up to a limit; "" if nothing is."""
    if size <= limit:
        return ""
    what = first_of(limit // _MILLION, -(-size // _MILLION), say("MB"))
    return say("{what}: see SEMSEARCH_TEXT_LIMIT", what=what)


def joined(*notes: str) -> str:
    """What is left out of a document, from several notes; each may be empty."""
    return "; ".join(dict.fromkeys(filter(None, notes)))


def named_pages(numbers: Sequence[int]) -> Message:
    """Name pages, which are counted from 0, as people count them."""
    names = [str(number + 1) for number in numbers[:_NAMED]]
    if len(numbers) > _NAMED:
        names.append(say("{number} others", number=len(numbers) - _NAMED))
    if len(names) == 1:
        return say("page {page}", page=names[0])
    return say("pages {pages} and {last}", pages=", ".join(names[:-1]), last=names[-1])


def limited(document: TextDocument) -> TextDocument:
    """The document, with no more characters than may be read."""
    length = len(document.text)
    if length <= MAX_CHARACTERS:
        return document
    return replace(
        document,
        text=document.text[:MAX_CHARACTERS],
        headings=tuple(heading for heading in document.headings if heading.start < MAX_CHARACTERS),
        pages=tuple(page for page in document.pages if page < MAX_CHARACTERS),
        left_out=joined(document.left_out, first_characters(length)),
    )
