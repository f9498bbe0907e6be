"""Filters by words: which hashes have terms and phrases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from semsearch.errors import QueryError
from semsearch.language.words import is_word
from semsearch.store.filters import all_of, everything, long_documents, one_of

if TYPE_CHECKING:
    from redisvl.query.filter import FilterExpression


def with_any_term(terms: Iterable[str]) -> FilterExpression:
    """Hashes that have one of these terms."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@terms:({'|'.join(map(checked_word, terms))})")


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
