"""Parse a query as typed: words to look for, "phrases" that must occur, -words that must not, alternatives.

The terms of a text depend on its language, so a query is read once for each language of the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from semsearch.language.detect import language_of
from semsearch.language.forms import plain_numbers
from semsearch.language.function_words import languages
from semsearch.language.marks import is_pasted, marks_in, plain_quotes, without_excluded, without_marks
from semsearch.language.terms import query_forms, query_terms, terms
from semsearch.language.words import words
from semsearch.text import normal

# A phrase, or what stands between two alternatives; a phrase, or a pair of brackets with none inside.
_OR = re.compile(r'"[^"]*"|(?<!\S)(?P<or>OR)(?!\S)')
_GROUP = re.compile(r'"[^"]*"|(?<![^\s(])\((?P<inside>(?:"[^"]*"|[^()"])*)\)(?![^\s)])')
_OPENING = re.compile(r"[\s(]*")
# The most alternatives of a query: each is a search of its own.
MOST_ALTERNATIVES = 4
# Brackets that say the same again and again are not multiplied out for ever.
_MOST_EXPANDED = 100

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
    their own among the `others`, which are by language. `spoken` is the language of the query itself; "" if
    it cannot be told.
    """

    text: str
    terms: Terms = ()
    forms: Terms = ()
    marked: Terms = ()
    phrases: tuple[Terms, ...] = ()
    excluded: tuple[Terms, ...] = ()
    language: str = ""
    others: Mapping[str, Wording] = field(default_factory=dict)
    spoken: str = ""

    def is_foreign_to(self, language: str) -> bool:
        """Whether the query is in another language than a text, as far as both can be told.

        A few Chinese characters alone may be Japanese.
        """
        both = {self.spoken, language}
        return "" not in both and len(both) > 1 and both != {"zh", "ja"}

    def of(self, language: str) -> Wording:
        """The reading of the query for texts in a language."""
        return self.others.get(language, self)

    def alternatives(self, term: str) -> frozenset[str]:
        """A term, and those that the words with this term have in the other readings."""
        return frozenset((term, *(other for _, other in self.otherwise(term))))

    def otherwise(self, term: str) -> frozenset[tuple[str, str]]:
        """The terms that the words with a term have in the other readings, each with its language."""
        having = [word for word in words(plain_numbers(self.text)) if term in terms(word)]
        return frozenset(
            (code, other) for word in having for code in self.others for other in terms(word, code)
        )

    @property
    def marked_anywhere(self) -> Terms:
        """The terms to be highlighted in texts of all languages."""
        return tuple(dict.fromkeys(term for each in self.readings for term in each.marked))

    @property
    def highlighted(self) -> Terms:
        """The terms to be highlighted, and the phrases with function words, which are none of these terms.

        Such a phrase is highlighted as a whole. It has spaces between its terms.
        """
        return (*self.marked, *(" ".join(each) for each in self.phrases if not {*each} <= {*self.marked}))

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


@dataclass(frozen=True, slots=True)
class Demand:
    """A phrase that must occur, or what must not, as it was typed: at [start, end) of the text."""

    typed: str
    start: int
    end: int


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


@lru_cache(64)
def alternatives(typed: str) -> tuple[str, ...]:
    """The queries of which a document should match one: "cat OR dog -wet" has "-wet cat" and "-wet dog".

    A query without "OR" is its only one. "(invoice OR receipt) 2024" has "invoice 2024" and "receipt 2024".
    If there are more than MOST_ALTERNATIVES, one more than these is returned.
    """
    text = normal(typed)
    if "OR" not in text or is_pasted(text) or _is_shouted(text):
        return (typed,)
    text = plain_quotes(text)
    excluded = [text[mark.start : mark.end] for mark in marks_in(text) if mark.excludes]
    found: dict[str, None] = {}
    for each in islice(_expanded(without_excluded(text)), _MOST_EXPANDED):  # some may be the same
        found[each] = None
        if len(found) > MOST_ALTERNATIVES:
            break
    return tuple(" ".join((*excluded, each)) for each in found) if len(found) > 1 else (typed,)


def demands(typed: str) -> tuple[Demand, ...]:
    """What a query demands of every document. A phrase beside an "OR" is not: its alternative demands it."""
    if is_pasted(typed):
        return ()
    is_one = len(alternatives(typed)) == 1
    return tuple(
        Demand(typed[mark.start : mark.end], mark.start, mark.end)
        for mark in marks_in(plain_quotes(typed))
        if (is_one or mark.excludes) and phrase_of(mark.content)
    )


def undemanding(typed: str) -> str:
    """A query that demands nothing: its phrases are words, and what it excludes is gone."""
    return typed if is_pasted(typed) else without_marks(plain_quotes(typed))


def last_alternative(typed: str) -> tuple[str, str]:
    """The text up to the last "OR" with what opens after it, and the rest."""
    start = max((match.end() for match in _OR.finditer(typed) if match["or"]), default=0)
    found = _OPENING.match(typed, start)
    assert found is not None, "it matches everywhere"
    return typed[: found.end()], typed[found.end() :]


def marked_in(typed: str, language: str) -> Terms:
    """What is to be highlighted in a text in a language: that of all alternatives of a query."""
    found = (read_for(each, language).highlighted for each in alternatives(typed))
    return tuple(dict.fromkeys(term for marked in found for term in marked))


def _expanded(text: str) -> Iterator[str]:
    """The alternatives of a text: those in the innermost brackets are put in their place first."""
    for group in _GROUP.finditer(text):
        if group["inside"] and len(inside := _between(group["inside"])) > 1:
            before, after = text[: group.start()], text[group.end() :]
            for each in inside:
                yield from _expanded(f"{before} {each} {after}")
            return
    yield from _between(text)


def _between(text: str) -> list[str]:
    """What stands between the "OR" of a text, without what is empty."""
    cuts = [match.span() for match in _OR.finditer(text) if match["or"]]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    parts = (" ".join(text[start:end].split()) for start, end in zip(starts, ends, strict=True))
    return list(dict.fromkeys(each for each in parts if each))


def _is_shouted(text: str) -> bool:
    """Whether a sentence is in capital letters, so that they do not tell an operator from a word."""
    return text.isupper() and len(text.split()) > _FEW


def _is_same(one: Wording, other: Wording) -> bool:
    return replace(one, language="") == replace(other, language="")


def _read(typed: str, language: str, spoken: str) -> Wording:
    """Parse a query for texts in a language; `spoken` is that of the query, if it can be told."""
    if is_pasted(typed):
        return _plain(typed, language, spoken)
    quoted = plain_quotes(typed)
    marks = [(phrase_of(mark.content, language), mark.excludes) for mark in marks_in(quoted)]
    phrases = tuple(terms for terms, excludes in marks if terms and not excludes)
    excluded = tuple(terms for terms, excludes in marks if terms and excludes)
    rest = without_marks(quoted)
    if not (rest or excluded):
        return _plain(typed, language, spoken)
    found = _plain(rest, language, spoken) if rest else Wording("", language=language, spoken=spoken)
    return replace(found, phrases=phrases, excluded=excluded)


def _plain(text: str, language: str, spoken: str) -> Wording:
    looked_for = tuple(query_terms(text, language, spoken))
    forms = tuple(query_forms(text, language, spoken)) if len(text.split()) <= _FEW else ()
    marked = tuple(dict.fromkeys((*looked_for, *forms)))
    return Wording(text.strip(), looked_for, forms, marked, language=language, spoken=spoken)


def phrase_of(text: str, language: str = "") -> Terms:
    """The terms of a phrase in order. An emoji stands in no order, so it is a phrase only by itself."""
    return tuple(terms(text, language)) or tuple(query_terms(text, language))
