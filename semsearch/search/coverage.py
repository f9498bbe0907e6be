"""How much of a query's words each document has: in its text, its name, its title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from semsearch.language.compounds import parts_of, share
from semsearch.language.query_syntax import Terms, Wording
from semsearch.language.words import words
from semsearch.query import LegName
from semsearch.search.rank import CoveredDocument
from semsearch.search.term_weights import Weighed, inverse_frequency
from semsearch.search.tuning import Tuning
from semsearch.search.words import WordMatches
from semsearch.store.replies import Candidate, Match, Matches


def covered_by_words(
    wording: Wording, found: WordMatches, allowed: Sequence[Sequence[Candidate]], tuning: Tuning
) -> dict[str, CoveredDocument]:
    """The documents with words of the query, in their terms, in their names, or in both.

    `allowed` are the candidates of each leg that have the phrases of the query and nothing that it excludes.
    """
    typed = words(wording.text)
    covered: dict[str, CoveredDocument] = {}
    for match in _best(found.by_terms):
        coverage = found.weighed.of(match.language).coverage(match.score)
        if wording.is_foreign_to(match.language):
            coverage **= tuning.foreign_power
        if found.is_scattered(match):
            coverage = min(coverage, tuning.partial_coverage)
        covered[match.doc] = CoveredDocument(match.kind, coverage, signature=match.signature, part=match.part)
    for doc, match in found.exact.items():
        by_terms = covered.get(doc) or CoveredDocument(match.kind, 0.0, signature=match.signature)
        covered[doc] = replace(by_terms, part=match.part, is_exact=True)
    for match in _best(found.by_name):
        covered[match.doc] = _named(covered.get(match.doc), match, _coverage_of_name(match, typed))
    for match in _best(found.compounded):
        reading = wording.of(match.language)
        by_part = _coverage_of_parts(match, reading, found.weighed.of(match.language), tuning)
        other = covered.get(match.doc) or CoveredDocument(match.kind, 0.0, (), match.signature, match.part)
        legs = other.legs if LegName.WORDS in other.legs else (LegName.WORDS, *other.legs)
        covered[match.doc] = replace(other, coverage=max(other.coverage, by_part), legs=legs)
    for match in _best(found.called):
        known = covered.get(match.doc)
        covered[match.doc] = replace(known or _named(None, match, 1.0), is_called=True)
    if wording.phrases:
        for candidate in (each for leg in allowed for each in leg):
            covered.setdefault(
                candidate.doc, CoveredDocument(candidate.kind, 0.0, signature=candidate.signature)
            )
        covered = {doc: replace(document, is_exact=True) for doc, document in covered.items()}
    return covered


def compounds_found(wording: Wording, found: WordMatches) -> Terms:
    """The compounds that have words of the query as parts."""
    shares = (
        share(part, match.name)
        for match in _best(found.compounded)
        for part in parts_of(wording.of(match.language).terms)
    )
    return tuple(dict.fromkeys(compound for _, compound in shares if compound))


def _coverage_of_parts(match: Match, wording: Wording, weighed: Weighed, tuning: Tuning) -> float:
    """The coverage of a document with words as parts of compounds.

    A part counts by its share of the letters of the compound, and at most as much as a word that occurs once
    in a document of average length.
    """
    weights = {
        term: inverse_frequency(frequency, weighed.documents)
        for term, frequency in weighed.frequencies.items()
    }
    covered = sum(weights[part] * share(part, match.name)[0] for part in parts_of(wording.terms))
    return covered / sum(weights.values()) / (tuning.k1 + 1)


def _named(by_terms: CoveredDocument | None, match: Match, coverage: float) -> CoveredDocument:
    """A document whose name has words of the query, and perhaps its terms too."""
    if by_terms is None:
        return CoveredDocument(match.kind, coverage, (LegName.NAME,), match.signature)
    legs = (LegName.WORDS, LegName.NAME)
    return replace(by_terms, coverage=max(by_terms.coverage, coverage), legs=legs)


def _best(matches: Matches | None) -> Iterable[Match]:
    return matches.best if matches else ()


def _coverage_of_name(match: Match, typed: Sequence[str]) -> float:
    """The coverage of a file name that has all typed words, some perhaps as parts of its words.

    A part counts by its share of the characters of the word. The coverage is the mean over the typed words.
    """
    if set(typed) <= set(match.name):
        return 1.0
    shares = [
        max((len(word) / len(whole) for whole in match.name if word in whole), default=0.0) for word in typed
    ]
    return sum(shares) / len(shares)
