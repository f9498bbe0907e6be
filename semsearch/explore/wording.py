"""What two documents must have in common to be the same: every word, whatever their format.

White space, the form of quotation marks and dashes, hyphens within words, bullets and the numbers of pages
depend on how a text was saved, and do not count. All other characters do: a person would miss them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from semsearch.explore.differences import unrepeated
from semsearch.records import DocumentRecord, Kind, Passage, Source, Titled

# A line with the number of a page alone, and the fewest characters of a page.
_PAGE_NUMBER = re.compile(r"(?m)^(?:[-–—] ?)?(\d{1,4})(?: ?[-–—])?$")
_ON_A_PAGE = 300
# What stands before a line of a list, and a line that is drawn. A box or a circle may be a tick.
_LINE_MARK = re.compile(r"(?m)^(?:[*▪◦►▶] |[-–—] (?!\d)|[-=_*~#]{3,}$)")
_BULLETS = re.compile("[·•]")
_FORMS = str.maketrans(
    dict.fromkeys("−‐‑‒–—―", "-") | dict.fromkeys("`´‘’‚‛‹›", "'") | dict.fromkeys("“”„‟«»", '"')
)
# A hyphen between letters, which may end a line.
_HYPHEN = re.compile(r"(?<=[^\W\d])- ?(?=[^\W\d])")
_DASHES = re.compile(r"-{2,}")
_BETWEEN_DIGITS = re.compile(r" (?<=\d )(?=\d)")
# Fewer characters that were read in a picture are a sign or a label: what is read depends on its size.
_FEWEST_READ = 40


@dataclass(frozen=True, slots=True)
class Wording:
    """What a document says: the words of its text, and those that only a title, or a caption, has.

    Both are hashes. `beside` is "" if there are none.
    """

    words: str
    beside: str


def wording(record: DocumentRecord, passages: Sequence[Passage]) -> Wording:
    """What a document says, from all its passages."""
    if record.kind is Kind.IMAGE:
        return Wording(_hash(_read_in(passages)), _hash(_written_about(passages)))
    text = plain(_whole(passages))
    title = "" if record.titled is Titled.NAME else plain(record.title)
    return Wording(_hash(text), "" if title in text else _hash(title))


def plain(text: str) -> str:
    """The characters of a text that count. Of white space, that between two digits is left."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFKC", text).splitlines())
    text = _BULLETS.sub(" ", _LINE_MARK.sub(" ", _without_page_numbers("\n".join(lines)))).translate(_FORMS)
    text = _HYPHEN.sub("", " ".join(_DASHES.sub("-", text).split()))
    if not text.isprintable():
        text = " ".join("".join(filter(_is_seen, text)).split())
    return _BETWEEN_DIGITS.sub("\n", text).replace(" ", "")


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf")


def _without_page_numbers(text: str) -> str:
    """Leave out lines with the numbers 1, 2, 3 and so on, if there is a page of text between them."""
    found = list(_PAGE_NUMBER.finditer(text))
    are_counted = len(found) > 1 and [int(each[1]) for each in found] == [*range(1, len(found) + 1)]
    if are_counted and all(two.start() - one.end() >= _ON_A_PAGE for one, two in pairwise(found)):
        return _PAGE_NUMBER.sub("", text)
    return text


def _whole(passages: Sequence[Passage]) -> str:
    """The text of which these are the passages."""
    ends = [-1, *(each.end for each in passages)]
    gaps = ["" if end >= each.start else "\n" for end, each in zip(ends, passages, strict=False)]
    return "".join(gap + part for gap, part in zip(gaps, unrepeated(passages), strict=True))


def _read_in(passages: Sequence[Passage]) -> str:
    read = plain(_whole([each for each in passages if each.source is Source.OCR]))
    return read if len(read) >= _FEWEST_READ else ""


def _written_about(passages: Sequence[Passage]) -> str:
    return plain(_whole([each for each in passages if each.source is not Source.OCR]))


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest() if text else ""
