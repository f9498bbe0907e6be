"""What a query says in plain words that a filter could say: "photos of last week", "owls from 2019".

Nothing is taken out of a query by itself, because "photos" and "2019" may be words to search for. The page
offers the search with the filters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from semsearch.errors import QueryError
from semsearch.language import dates

# What may stand between the words and the date, and says no more than that the date follows.
_LINK = re.compile(
    r"(?:dated |taken |made |written )?(?:from|of|in|on|during|vom|von|aus|im|am)(?: the| dem)?\s+"
)
# A date of one word is meant as one if it is a year, or one of these.
_ALONE = re.compile(r"[12]\d{3}|\d{4}-\d\d(?:-\d\d)?|yesterday|today|gestern|heute")
_PICTURES = re.compile(
    r"(?:all |my |alle |meine )?(?:photos?|photographs?|pictures?|images?|fotos?|bilder)"
    r"(?: (?:of|with|showing|from|von|mit|vom|aus)(?: the| a| an)?)?(?:\s+|$)",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_MOST_WORDS = 5  # of a date: "between May and July 2020"


@dataclass(frozen=True, slots=True)
class Said:
    """The words that are left, the date in words ("" for none), and whether only pictures are wanted."""

    words: str
    period: str = ""
    pictures: bool = False


def said(text: str) -> Said | None:
    """What a query says of the date and the kind of what it looks for; None if it says nothing of them.

    The date stands at the end, and "photos of" at the beginning.
    """
    words, period = _without_date(text.strip())
    begins = _PICTURES.match(words) if '"' not in text else None
    left = words[begins.end() :] if begins else words
    if not period and (not begins or not left or begins.end() == len(words)):
        return None
    return Said(left, period, pictures=begins is not None)


def _without_date(text: str) -> tuple[str, str]:
    """The text before the date at its end, and this date; "" if it ends with none."""
    starts = [0, *(space.end() for space in _SPACE.finditer(text))]
    for start in starts[-_MOST_WORDS - 2 :]:
        link = _LINK.match(text.lower(), start)
        # "from 2019" means this year here, and not all years since.
        date = text[link.end() if link else start :]
        if _is_date(date, after_link=link is not None):
            return text[:start].strip(), date
    return text, ""


def _is_date(text: str, *, after_link: bool) -> bool:
    if " " not in text and not after_link and not _ALONE.fullmatch(text.lower()):
        return False
    try:
        dates.read(text)
    except QueryError:
        return False
    return True
