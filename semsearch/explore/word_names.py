"""Name groups of texts by their distinctive words: those that many texts of a group have, and few others.

This is class-based TF-IDF on the shares of texts that have a word: the root of the share here, times the
logarithm of its ratio to the share elsewhere. With the share itself, words won that are frequent everywhere.
Words count by their terms, and are shown in the form in which they stand most often. Where the text model is
at hand, the cosine of a word to the middle of the group counts too: of the words that a group happens to
share, those are left that say what it is about.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from semsearch.explore.topic_names import Candidates
from semsearch.language.function_words import function_words
from semsearch.language.terms import terms
from semsearch.language.words import RUN, UNSPACED, WORD
from semsearch.text import normal

# A word names a group if this share of its texts has it, and at least so many.
_SHARE, _FEWEST = 0.12, 2
# The words of a name, and the share of the best score that a further one needs.
_LEAST, _MOST, _FURTHER = 2, 4, 0.45
# What a word of the name above is worth: it says nothing new.
_SAID = 0.4
# The characters of a word, at least; a character of a script without spaces says more.
_SHORT = 3
# The share of capitals among the letters of a text that is in capitals, and the letters of a word in capitals
# that may be an abbreviation.
_SHOUTED, _LONG_CAPITALS = 0.6, 6
# The words of a group that are compared with its middle, and what one is worth at least that is far from it.
_COMPARED, _FAR = 60, 0.02
# What is left of "don't" and "couldn't" without their ends.
_SHORTENED = re.compile(r"\w+n(?=['’]t\b)", re.IGNORECASE)
# Filler text, with which pages are laid out.
_FILLER = """lorem ipsum dolor sit amet, consectetur adipiscing (adipisicing) elit, sed do eiusmod tempor
incididunt ut labore et dolore magna aliqua. ut enim ad minim veniam, quis nostrud exercitation ullamco
laboris nisi ut aliquip ex ea commodo consequat. duis aute irure dolor in reprehenderit in voluptate velit
esse cillum dolore eu fugiat nulla pariatur. excepteur sint occaecat cupidatat non proident, sunt in culpa
qui officia deserunt mollit anim id est laborum."""
# Words of English texts about anything, which are no function words.
_ANY = """able began come comes coming did does doing get getting going gone got just know known let like
look looked looking looks lot made make makes making need needs put really said saw say saying says sure
tell things think told took try trying use used using want wanted wants went"""
# Keeps what is rare by chance from counting too much.
_SMOOTH = 0.02


@dataclass(slots=True)
class Words:
    """The terms of some texts, how many of these have each, and the forms in which it stands there."""

    each: list[frozenset[str]] = field(default_factory=list)
    having: Counter[str] = field(default_factory=Counter)
    forms: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def texts(self) -> int:
        """How many texts were read."""
        return len(self.each)

    def read(self, text: str, language: str) -> None:
        """Count the words of one text in a language; "" if that is not known."""
        found = list(_telling(_spoken(text), language))
        self.each.append(frozenset(term for term, _ in found))
        self.having.update(self.each[-1])
        for term, form in found:
            self.forms.setdefault(term, Counter())[form] += 1

    def share(self, term: str) -> float:
        """The share of the texts that have a term."""
        return self.having[term] / self.texts if self.texts else 0.0

    def covered(self, terms: Collection[str]) -> float:
        """The share of the texts that have one of these terms."""
        return sum(not each.isdisjoint(terms) for each in self.each) / max(1, self.texts)

    def form(self, term: str) -> str:
        """The commonest form of a term: in small letters where it stands in both."""
        counted = self.forms[term]
        return max(counted, key=lambda form: (counted[form], form))


def merged(several: Iterable[Words]) -> Words:
    """The words of several groups together."""
    found = Words()
    for each in several:
        found.each += each.each
        found.having.update(each.having)
        for term, forms in each.forms.items():
            found.forms.setdefault(term, Counter()).update(forms)
    return found


# The cosines of words to the middle of each group, given the words of each; None without a model.
Nearness = Callable[[Sequence[Sequence[str]]], Sequence[Sequence[float]]] | None


def distinctive(
    groups: Sequence[Words], said: Sequence[Collection[str]] | None = None, nearness: Nearness = None
) -> list[Candidates]:
    """The words for the name of each group. `said` are those of the name of the larger group around each."""
    shares: Counter[str] = Counter()
    for group in groups:
        for term in group.having:
            shares[term] += group.share(term)  # type: ignore[assignment]  # shares are added up, not counts
    scored = [_scored(group, shares, len(groups), said[n] if said else ()) for n, group in enumerate(groups)]
    if nearness is not None:
        forms = [list(map(group.form, each)) for group, each in zip(groups, scored, strict=True)]
        scored = [
            {term: score * max(_FAR, near) for (term, score), near in zip(each.items(), nears, strict=True)}
            for each, nears in zip(scored, nearness(forms), strict=True)
        ]
    return [_best(group, each) for group, each in zip(groups, scored, strict=True)]


def _scored(
    group: Words, shares: Mapping[str, float], groups: int, said: Collection[str]
) -> dict[str, float]:
    """The terms that tell a group best from the others, with their scores."""

    def score(term: str) -> float:
        share = group.share(term)
        others = (shares[term] - share) / max(1, groups - 1)
        worth = math.sqrt(share) * math.log((share + _SMOOTH) / (others + _SMOOTH))
        return worth * (_SAID if group.form(term) in said else 1)

    least = max(min(_FEWEST, group.texts), _SHARE * group.texts)
    scored = {term: score(term) for term, having in group.having.items() if having >= least}
    best = sorted(scored, key=lambda term: (-scored[term], term))
    return {term: scored[term] for term in best[:_COMPARED]}


def _best(group: Words, scored: Mapping[str, float]) -> Candidates:
    best = sorted(scored, key=lambda term: (-scored[term], term))
    good = [
        term
        for n, term in enumerate(best)
        if scored[term] > 0 and (n < _LEAST or scored[term] >= _FURTHER * scored[best[0]])
    ]
    # The rest is there for groups that would get the same name.
    enough = min(_MOST, max(1, len(good)))
    return Candidates(tuple(map(group.form, best[: 2 * _MOST])), enough, group.covered(best[:enough]))


def _spoken(text: str) -> str:
    """The text; one that is in capitals throughout with small letters."""
    capitals = sum(map(str.isupper, text))
    return text.title() if capitals > _SHOUTED * sum(map(str.isalpha, text)) else text


@cache
def _common(language: str) -> frozenset[str]:
    """Words that say nothing about what a text in a language is about."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    known = function_words("en") | function_words(language) | {*WORD.findall(_FILLER)}
    # The function words of English are those of queries, and so they are few.
    return known | ENGLISH_STOP_WORDS | {*_ANY.split()} if language in ("", "en") else known


def _telling(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The words of a text that say what it is about: the term of each, and the form in which it stands."""
    common = _common(language)
    for word in WORD.findall(_SHORTENED.sub("", normal(text))):
        if UNSPACED.search(word):
            yield from _pairs(word)
        elif len(word) >= _SHORT and word.lower() not in common and not any(map(str.isdigit, word)):
            made = terms(word, language)
            if len(made) == 1:
                yield made[0], word.lower() if word.isupper() and len(word) > _LONG_CAPITALS else word


def _pairs(word: str) -> Iterator[tuple[str, str]]:
    """Pairs of characters where no spaces part words; Korean has them."""
    for run in RUN.findall(word):
        if "\uac00" <= run[0] <= "\ud7a3":
            yield run, run
        elif UNSPACED.match(run):
            yield from ((run[at : at + 2], run[at : at + 2]) for at in range(len(run) - 1))
