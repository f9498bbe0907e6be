"""Parse a query as typed: words to look for, "phrases" that must occur, -words that must not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from semsearch.language.terms import query_terms, terms

# Typographic quotation marks mean the same as the plain one.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
# A quoted phrase, with or without a minus; or a minus before a word. A hyphen within a word is no mark.
_MARKED = re.compile(r'(?<!\S)(?P<minus>-?)"(?P<phrase>[^"]*)"|(?<!\S)-(?P<word>[^\W_]\S*)')

# A text of more words was pasted: its quotation marks and hyphens are not meant for a search.
_PASTED = 40

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A parsed query.

    `text` is the part to embed, without the marks and the exclusions. `terms` are the terms to look for: a
    term that occurs twice has twice the weight. `marked` are the same terms without repetitions, to be
    highlighted. `phrases` must occur and `excluded` must not: each is a sequence of terms in this order.
    """

    text: str
    terms: Terms = ()
    marked: Terms = ()
    phrases: tuple[Terms, ...] = ()
    excluded: tuple[Terms, ...] = ()

    @property
    def demands(self) -> bool:
        """Whether a phrase or an exclusion rules out documents, whatever their similarity."""
        return bool(self.phrases or self.excluded)


@lru_cache(64)
def read(typed: str) -> Wording:
    """Parse a query.

    A long text is read as plain words, and so is a query that has nothing but exclusions.
    """
    if len(typed.split()) > _PASTED:
        return _plain(typed)
    quoted = typed.translate(_QUOTES)
    phrases: list[Terms] = []
    excluded: list[Terms] = []

    def take(match: re.Match[str]) -> str:
        if match["word"] is not None or match["minus"]:
            excluded.append(tuple(terms(match["word"] or match["phrase"] or "")))
            return " "
        phrases.append(tuple(terms(match["phrase"])))
        return f" {match['phrase']} "

    rest = " ".join(_MARKED.sub(take, quoted).split())
    if not rest:
        return _plain(typed)
    return replace(_plain(rest), phrases=tuple(filter(None, phrases)), excluded=tuple(filter(None, excluded)))


def _plain(text: str) -> Wording:
    looked_for = tuple(query_terms(text))
    return Wording(text.strip(), looked_for, tuple(dict.fromkeys(looked_for)))
