"""Why a document is a hit, in words and numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from semsearch.language.query_syntax import Wording
from semsearch.language.terms import name_words, terms
from semsearch.language.words import words
from semsearch.query import LegName
from semsearch.records import DocumentRecord, Kind
from semsearch.results import Explanation
from semsearch.search.rank import Ranked
from semsearch.search.tuning import TUNING, Tuning


def explanation(
    document: Ranked,
    record: DocumentRecord,
    having: Collection[str],
    wording: Wording,
    relevance: float | None,
    tuning: Tuning = TUNING,
) -> Explanation:
    """Why `document` is a hit.

    `having` are the terms of the part of its text that has the most words of the query. `relevance` is None
    where it is not known.
    """
    found, absent = _words_in(record, having, wording)
    near = document.near if relevance is not None else None
    told = [*_of_vectors(document, near, tuning), *_of_words(document, found, absent)]
    if relevance is not None:
        told.append(f"This makes a relevance of {relevance:.2f}.")
    return Explanation(
        near=near,
        spreads=document.spreads if relevance is not None else None,
        threshold=tuning.clear_spreads,
        coverage=document.coverage,
        words=found,
        absent=absent,
        text=" ".join(told),
    )


def of_alternative(why: Explanation, alternative: str) -> Explanation:
    """The explanation of a hit of a query with alternatives, of which this one finds it best."""
    return replace(why, alternative=alternative, text=f"The alternative “{alternative}” finds it. {why.text}")


def _words_in(
    record: DocumentRecord, having: Collection[str], wording: Wording
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of the query that a document has in its text or its name, and those that it has not.

    Words that are not looked for, such as "the", are in neither.
    """
    reading = wording.of(record.language)
    known = {*having, *terms(record.title, record.language), *terms(record.path, record.language)}
    named = set(name_words(record.path).split())
    found: list[str] = []
    absent: list[str] = []
    for word in dict.fromkeys(words(reading.text)):
        looked_for = [term for term in terms(word, reading.language) if term in reading.terms]
        if looked_for:
            others = {other for term in looked_for for other in wording.alternatives(term)}
            has_it = word in named or not known.isdisjoint({*looked_for, *others})
            (found if has_it else absent).append(word)
    return tuple(found), tuple(absent)


def _of_vectors(document: Ranked, near: float | None, tuning: Tuning) -> Iterator[str]:
    if document.similarity is None:
        return
    subject = "What it shows" if document.kind is Kind.IMAGE else "The meaning of its text"
    if near is None:
        yield f"{subject} is near to the example: the similarity is {document.similarity:.2f}."
        return
    side = "above" if near >= 0 else "below"
    yield (
        f"{subject} is {abs(near):.1f} spreads {side} the best that unrelated queries find here; "
        f"{tuning.clear_spreads:g} above it are a clear match."
    )


def _of_words(document: Ranked, found: Collection[str], absent: Collection[str]) -> Iterator[str]:
    if document.is_called:
        yield "The query is its title or the name of its file."
    elif LegName.WORDS in document.legs or LegName.NAME in document.legs:
        where = "Its name has" if LegName.WORDS not in document.legs else "It has"
        share = f", {document.coverage:.0%} of the weight of all" if document.coverage is not None else ""
        lacking = f"; it lacks {_listed(absent)}" if absent else ""
        yield f"{where} {_listed(found) if found else 'parts of the words'}{share}{lacking}."
    elif absent and not found:
        yield "It has none of the words."


def _listed(texts: Collection[str]) -> str:
    *others, last = texts
    return f"{', '.join(others)} and {last}" if others else last
