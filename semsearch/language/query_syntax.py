"""Parse a query as typed: words to look for, "phrases" that must occur, -words that must not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from semsearch.language.terms import query_forms, query_terms, terms
from semsearch.text import normal

# Quotation marks of all languages mean the same as the plain one.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»‹›「」『』＂", '"'))
# A quoted phrase, with or without a minus; or a minus before a word. A hyphen in a word is no mark. A minus
# before a number, an amount, one letter or another dash is a sign, a dash, or begins an option of a command.
_MARKED = re.compile(
    r"""(?<!\S)(?P<minus>-?)"(?P<phrase>[^"]*)"
      | (?<!\S)-(?P<word>(?![-\d.,+$€£¥°])\S{2,}|\.net\b\S*|[^\x00-\x7f\w])""",
    re.IGNORECASE | re.VERBOSE,
)

# A text of more words was pasted: its quotation marks and hyphens are not meant for a search.
_PASTED = 40
# In a query of more words, other forms of some words would count more than the words that have none.
_FEW = 8

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A parsed query, in the normal form of text.

    `text` is the part to embed, without the marks and the exclusions. `terms` are the terms to look for: a
    term that occurs twice has twice the weight. `forms` are terms of other forms of its words, which count
    where they occur. `marked` are all of these without repetitions, to be highlighted. `phrases` must occur
    and `excluded` must not: each is a sequence of terms in this order.
    """

    text: str
    terms: Terms = ()
    forms: Terms = ()
    marked: Terms = ()
    phrases: tuple[Terms, ...] = ()
    excluded: tuple[Terms, ...] = ()

    def marking(self, found: Terms) -> Wording:
        """The same query, with further terms to be highlighted."""
        return replace(self, marked=tuple(dict.fromkeys((*self.marked, *found))))

    @property
    def only_excludes(self) -> bool:
        """Whether the query says nothing but what a document must not have."""
        return bool(self.excluded) and not self.text

    @property
    def demands(self) -> bool:
        """Whether a phrase or an exclusion rules out documents, whatever their similarity."""
        return bool(self.phrases or self.excluded)


@lru_cache(64)
def read(typed: str) -> Wording:
    """Parse a query. A long text is read as plain words."""
    typed = normal(typed)
    if len(typed.split()) > _PASTED:
        return _plain(typed)
    quoted = typed.translate(_QUOTES)
    phrases: list[Terms] = []
    excluded: list[Terms] = []

    def take(match: re.Match[str]) -> str:
        if match["word"] is not None or match["minus"]:
            excluded.append(phrase_of(match["word"] or match["phrase"]))
            return " "
        phrases.append(phrase_of(match["phrase"]))
        return f" {match['phrase']} "

    rest = " ".join(_MARKED.sub(take, quoted).split())
    if not (rest or any(excluded)):
        return _plain(typed)
    found = _plain(rest) if rest else Wording("")
    return replace(found, phrases=tuple(filter(None, phrases)), excluded=tuple(filter(None, excluded)))


def _plain(text: str) -> Wording:
    looked_for = tuple(query_terms(text))
    forms = tuple(query_forms(text)) if len(text.split()) <= _FEW else ()
    return Wording(text.strip(), looked_for, forms, tuple(dict.fromkeys((*looked_for, *forms))))


def phrase_of(text: str) -> Terms:
    """The terms of a phrase in order. An emoji stands in no order, so it is a phrase only by itself."""
    return tuple(terms(text)) or tuple(query_terms(text))
