"""Check the filters of a request: what cannot be read is left out of the search, and told at its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from semsearch.api import parameters
from semsearch.api.operators import Typed
from semsearch.api.parameter import Parameter
from semsearch.errors import QueryError
from semsearch.message import Message
from web.languages.choice import reader

# The parameters with a field on the page, and those in the menu of filters.
PARAMETERS = {each.name: each for each in parameters.SEARCH if each.label}
FILTERS = {name: each for name, each in PARAMETERS.items() if each.chip}

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Invalid:
    """The values of a filter that are left out, and what is wrong with the first of them.

    `is_typed` says that its operators are left out, too.
    """

    texts: tuple[str, ...]
    problem: str
    is_typed: bool = False


def checked(values: Values, typed: Typed) -> tuple[Values, Mapping[str, Invalid]]:
    """The values of a form without those of filters that are invalid, and these.

    A filter may also be among the operators that were `typed`. They are left out only if they are invalid in
    turn where the form has no value. One that contradicts another is invalid.
    """
    left, invalid = dict(values), dict[str, Invalid]()
    while True:
        given = combined(left, valid(typed, invalid))
        try:
            for each in FILTERS.values():
                each.read(given)
            parameters.filter_values({name: given.get(name, ()) for name in FILTERS})
        except QueryError as error:
            name = error.parameter
            wrong = tuple(text for text in left[name] if not _can_read(FILTERS[name], text)) or left[name]
            known = invalid.get(name) or Invalid((), _with_name(error))
            invalid[name] = replace(known, texts=(*known.texts, *wrong), is_typed=not wrong)
            left[name] = tuple(text for text in left[name] if text not in wrong)
        else:
            return left, invalid


def valid(typed: Typed, invalid: Mapping[str, Invalid]) -> Typed:
    """What was typed, without operators that are invalid."""
    wrong = {name for name, each in invalid.items() if each.is_typed}
    return replace(typed, used=tuple(each for each in typed.used if each.parameter not in wrong))


def combined(values: Values, typed: Typed) -> Values:
    """The values of a form and what operators say. A value of the form wins, unless it is the default."""
    open_ = {name for name, each in PARAMETERS.items() if values[name] in ((), (each.default,))}
    return {**values, **{name: texts for name, texts in typed.given.items() if name in open_}}


def _can_read(parameter: Parameter[Any], text: str) -> bool:
    try:
        parameter.read({parameter.name: text})
    except QueryError:
        return False
    return True


def _with_name(error: QueryError) -> str:
    """What is wrong with a filter, with the name of its entry in the menu in place of its parameter."""
    message = error.message
    if not isinstance(message, Message) or message.values.get("name") != error.parameter:
        return message
    known = FILTERS[error.parameter]
    return message.with_values(name=reader().phrase(known.group or known.label))
