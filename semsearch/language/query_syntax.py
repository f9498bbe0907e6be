"""Parse a query as typed: words to look for, "phrases" that must occur, -words that must not.

The terms of a text depend on its language, so a query is read once for each language of the library.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from semsearch.language.detect import language_of
from semsearch.language.forms import plain_numbers
from semsearch.language.function_words import languages
from semsearch.language.marks import is_pasted, plain_quotes
from semsearch.language.terms import query_forms, query_terms, terms
from semsearch.language.words import words
from semsearch.text import normal

# A quoted phrase, with or without a minus; or a minus before a word. A hyphen in a word is no mark. A minus
# before a number, an amount, one letter or another dash is a sign, a dash, or begins an option of a command.
_MARKED = re.compile(
    r"""(?<!\S)(?P<minus>-?)"(?P<phrase>[^"]*)"
      | (?<!\S)-(?P<word>(?![-\d.,+$€£¥°])\S{2,}|\.net\b\S*|[^\x00-\x7f\w])""",
    re.IGNORECASE | re.VERBOSE,
)

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

    All of these are for texts in `language`: "" for English, and for all languages that have no reading of
    their own among the `others`, which are by language.
    """

    text: str
    terms: Terms = ()
    forms: Terms = ()
    marked: Terms = ()
    phrases: tuple[Terms, ...] = ()
    excluded: tuple[Terms, ...] = ()
    language: str = ""
    others: Mapping[str, Wording] = field(default_factory=dict)

    def of(self, language: str) -> Wording:
        """The reading of the query for texts in a language."""
        return self.others.get(language, self)

    def alternatives(self, term: str) -> frozenset[str]:
        """A term, and those that the words with this term have in the other readings."""
        having = [word for word in words(plain_numbers(self.text)) if term in terms(word)]
        found = (other for word in having for code in self.others for other in terms(word, code))
        return frozenset((term, *found))

    @property
    def marked_anywhere(self) -> Terms:
        """The terms to be highlighted in texts of all languages."""
        return tuple(dict.fromkeys(term for each in self.readings for term in each.marked))

    @property
    def readings(self) -> tuple[Wording, ...]:
        """This reading and the others."""
        return (self, *self.others.values())

    @property
    def without_terms(self) -> Wording:
        """The same query, of which only phrases and exclusions count."""
        return replace(
            self, terms=(), others={code: replace(each, terms=()) for code, each in self.others.items()}
        )

    def marking(self, found: Terms) -> Wording:
        """The same query, with further terms to be highlighted."""
        others = {code: each.marking(found) for code, each in self.others.items()}
        return replace(self, marked=tuple(dict.fromkeys((*self.marked, *found))), others=others)

    @property
    def demands(self) -> bool:
        """Whether a phrase or an exclusion rules out documents, whatever their similarity."""
        return bool(self.phrases or self.excluded)


@lru_cache(64)
def read(typed: str, among: Terms = ()) -> Wording:
    """Parse a query. A long text is read as plain words. `among` are the languages that need own readings.

    A longer query is read for its own language only, if that can be told: its words are in no other.
    """
    typed = normal(typed)
    spoken = language_of(_read(typed, "", "").text)
    base = _read(typed, "", spoken)
    if spoken and len(base.text.split()) > _FEW:
        among = tuple(each for each in among if each == spoken)
    found = {code: _read(typed, code, spoken) for code in among}
    return replace(base, others={code: each for code, each in found.items() if not _is_same(each, base)})


def read_for(typed: str, language: str) -> Wording:
    """Parse a query for a text in a language."""
    return read(typed, (language,) if language in languages() else ()).of(language)


def _is_same(one: Wording, other: Wording) -> bool:
    return replace(one, language="") == replace(other, language="")


def _read(typed: str, language: str, spoken: str) -> Wording:
    """Parse a query for texts in a language; `spoken` is that of the query, if it can be told."""
    if is_pasted(typed):
        return _plain(typed, language, spoken)
    quoted = plain_quotes(typed)
    phrases: list[Terms] = []
    excluded: list[Terms] = []

    def take(match: re.Match[str]) -> str:
        if match["word"] is not None or match["minus"]:
            excluded.append(phrase_of(match["word"] or match["phrase"], language))
            return " "
        phrases.append(phrase_of(match["phrase"], language))
        return f" {match['phrase']} "

    rest = " ".join(_MARKED.sub(take, quoted).split())
    if not (rest or any(excluded)):
        return _plain(typed, language, spoken)
    found = _plain(rest, language, spoken) if rest else Wording("", language=language)
    return replace(found, phrases=tuple(filter(None, phrases)), excluded=tuple(filter(None, excluded)))


def _plain(text: str, language: str, spoken: str) -> Wording:
    looked_for = tuple(query_terms(text, language, spoken))
    forms = tuple(query_forms(text, language)) if len(text.split()) <= _FEW else ()
    marked = tuple(dict.fromkeys((*looked_for, *forms)))
    return Wording(text.strip(), looked_for, forms, marked, language=language)


def phrase_of(text: str, language: str = "") -> Terms:
    """The terms of a phrase in order. An emoji stands in no order, so it is a phrase only by itself."""
    return tuple(terms(text, language)) or tuple(query_terms(text, language))
