"""The marks of a query as it was typed: quotation marks, a minus, an operator. A pasted text has none."""

from __future__ import annotations

# Quotation marks of all languages mean the same as the plain one.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»‹›「」『』＂", '"'))
# A text of more words was pasted: its quotation marks, hyphens and colons are not meant for a search.
_PASTED = 40


def plain_quotes(text: str) -> str:
    """A text with the plain quotation mark in place of those of all languages. Its length stays the same."""
    return text.translate(_QUOTES)


def is_pasted(text: str) -> bool:
    """Whether a text is so long that nobody typed it as a query."""
    return len(text.split()) > _PASTED
