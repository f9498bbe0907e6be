"""Filters by words: which hashes have terms and phrases, and in texts of which languages these count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from semsearch.errors import QueryError
from semsearch.language.readings import EVERYWHERE, Among
from semsearch.language.words import is_word
from semsearch.store.filters import all_of, everything, in_languages, long_documents, one_of

if TYPE_CHECKING:
    from redisvl.query.filter import FilterExpression


@dataclass(frozen=True, slots=True)
class Sought:
    """A term that is searched for, and the texts in which it counts."""

    term: str
    among: Among = EVERYWHERE

    @property
    def clause(self) -> str:
        """What has the term. Only the term has a score."""
        has = f"@terms:({checked_word(self.term)})"
        return has if self.among == EVERYWHERE else f"({has}{_limit(self.among)})"


def with_any_term(terms: Iterable[Sought]) -> FilterExpression:
    """Hashes that have one of these terms."""
    from redisvl.query.filter import FilterExpression

    # Each limited term stands alone: in RediSearch 2.10 a union inside an intersection loses the score of
    # all of its terms but one.
    sought = list(terms)
    limited = [each.clause for each in sought if each.among != EVERYWHERE]
    plain = "|".join(checked_word(each.term) for each in sought if each.among == EVERYWHERE)
    parts = [*([f"@terms:({plain})"] if plain else []), *limited]
    return FilterExpression(f"({' | '.join(parts)})" if limited else parts[0])


def by_language(parts: Iterable[tuple[FilterExpression, Among]]) -> FilterExpression:
    """Hashes that pass the filter for their language."""
    from redisvl.query.filter import FilterExpression

    clauses = [f"({where}{_limit(among)})" if among != EVERYWHERE else str(where) for where, among in parts]
    return FilterExpression(f"({' | '.join(clauses)})" if len(clauses) > 1 else clauses[0])


def _limit(among: Among) -> str:
    """The end of a clause that lets only texts in some languages pass, without a score for that."""
    if among == EVERYWHERE:
        return ""
    where = in_languages(among.named)
    # A tag scores like a rare word, and RediSearch 2.10 takes a weight only for an intersection.
    return f" -{where}" if among.but else f" ({where} {where})=>{{$weight: 0}}"


def with_phrase(phrase: Sequence[str]) -> FilterExpression:
    """Hashes that have these terms one after the other."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f'@terms:("{" ".join(map(checked_word, phrase))}")')


def with_phrases_together(phrases: Sequence[Sequence[str]], gap: int) -> FilterExpression:
    """Hashes that have these phrases together, in any order.

    Between the first and the last of n terms there are at most `gap` · (n - 1) others.
    """
    from redisvl.query.filter import FilterExpression

    having = all_of(with_phrase(phrase) for phrase in phrases)
    terms = list(dict.fromkeys(term for phrase in phrases for term in phrase))
    if len(phrases) < 2 or len(terms) < 2:
        return having
    near = f"$slop: {gap * (len(terms) - 1)}; $inorder: false"
    return having & FilterExpression(f"(@terms:({' '.join(map(checked_word, terms))})=>{{{near}}})")


def called(tags: Sequence[str]) -> FilterExpression:
    """Documents whose title or file name gives one of these tags of semsearch.store.called."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@called:{{{' | '.join(tags)}}}")


def called_beginning(tag: str) -> FilterExpression:
    """Documents whose title or file name gives a tag of semsearch.store.called that begins with this one."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@called:{{{tag}*}}")


def with_phrase_anywhere(phrase: Sequence[str], long_docs: Collection[str]) -> FilterExpression:
    """The hashes of documents that have a phrase. `long_docs` are the long documents that have it."""
    from redisvl.query.filter import FilterExpression

    short = f"({with_phrase(phrase)} (-{long_documents()}))"
    return FilterExpression(f"({short} | {one_of(long_docs)})" if long_docs else short)


def with_any(phrases: Iterable[Sequence[str]]) -> FilterExpression:
    """Hashes that have one of these phrases; all hashes if there are none."""
    from redisvl.query.filter import FilterExpression

    either = " | ".join(str(with_phrase(phrase)) for phrase in phrases)
    return FilterExpression(f"({either})") if either else everything()


def checked_word(word: str) -> str:
    """The word itself. Raises QueryError for other characters than those of words: they may be syntax."""
    if not is_word(word):
        raise QueryError(f"this is not a word: {word!r}")
    return word
