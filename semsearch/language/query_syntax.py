"""What somebody typed: words to look for, "phrases" that must be there, -words that must not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from semsearch.language.terms import query_terms, terms

# Typographic quotation marks mean the same as the plain one.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
# A quotation, perhaps after a minus; or a minus before a word. A hyphen within a word is neither.
_MARKED = re.compile(r'(?<!\S)(?P<minus>-?)"(?P<phrase>[^"]*)"|(?<!\S)-(?P<word>[^\W_]\S*)')

# Whoever pastes a paragraph did not put its quotation marks there for a search.
_PASTED = 40

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A query taken apart.

    `text` is what its meaning is in, without marks and without what must not be there. `terms` are looked
    for, one that is there twice with twice its weight; `marked` are they where they are shown. `phrases` are
    required and `excluded` forbidden: each is a run of terms in this order.
    """

    text: str
    terms: Terms = ()
    marked: Terms = ()
    phrases: tuple[Terms, ...] = ()
    excluded: tuple[Terms, ...] = ()

    @property
    def demands(self) -> bool:
        """Whether some documents are ruled out, however near they are."""
        return bool(self.phrases or self.excluded)


@lru_cache(64)
def read(typed: str) -> Wording:
    """Take a query apart. Of a long text, and where nothing but exclusions is left, all are plain words."""
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
