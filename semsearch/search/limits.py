"""The limits on a query."""

from __future__ import annotations

from dataclasses import replace

from semsearch.errors import QueryError
from semsearch.language.query_syntax import MOST_ALTERNATIVES, alternatives
from semsearch.message import say
from semsearch.query import MAX_CHARACTERS, MAX_EXAMPLES, MAX_LIMIT, MAX_OFFSET, MAX_REACH, Filters, Query


def check(query: Query) -> None:
    """Raise QueryError, with the actual value, for a query that is empty or exceeds a limit."""
    check_page(query)
    if len(query.text) > MAX_CHARACTERS:
        raise QueryError(
            say(
                "the query has {length} characters: {most} are the most",
                length=len(query.text),
                most=MAX_CHARACTERS,
            )
        )
    if len(alternatives(query.text)) > MOST_ALTERNATIVES:
        raise QueryError(
            say(
                "the query has more than {most} alternatives with OR: leave some out, or search for them one "
                "after the other",
                most=MOST_ALTERNATIVES,
            )
        )
    if (examples := len(query.likes) + len(query.unlikes)) > MAX_EXAMPLES:
        raise QueryError(
            say(
                "the query has {number} examples: {most} are the most. Take some off.",
                number=examples,
                most=MAX_EXAMPLES,
            )
        )
    if is_empty(query):
        raise QueryError(say("the query is empty: it needs words, a picture, or a document as an example"))


def is_empty(query: Query) -> bool:
    """Whether nothing says what to search for. Filters are enough."""
    is_filtered = replace(query.filters, within=()) != Filters()
    return not (query.text.strip() or query.likes or query.look is not None or is_filtered)


def check_page(query: Query) -> None:
    """Raise QueryError, with the actual value, for a page that exceeds a limit."""
    if not 1 <= query.limit <= MAX_LIMIT:
        raise QueryError(
            say("limit is {limit}: it must be between 1 and {most}", limit=query.limit, most=MAX_LIMIT)
        )
    most = MAX_OFFSET if query.cursor is None else MAX_REACH
    if not 0 <= query.start <= most:
        raise QueryError(
            say("offset is {offset}: it must be between 0 and {most}", offset=query.start, most=most)
        )
