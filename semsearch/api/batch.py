"""Several searches in one request: what is sent, and what is answered."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from semsearch.api.fields import Payload
from semsearch.api.parameter import Given, as_text
from semsearch.api.parameters import SEARCH
from semsearch.api.payloads import ChosenResults, Results
from semsearch.api.replies import ErrorDetail
from semsearch.errors import QueryError
from semsearch.text import readable

Json = dict[str, Any]

MOST_SEARCHES = 20

_SEARCH: Json = {
    "type": "object",
    "properties": {each.name: each.schema for each in SEARCH},
    "additionalProperties": False,
}
BODY: Json = {
    "type": "object",
    "properties": {"searches": {"type": "array", "items": _SEARCH, "minItems": 1, "maxItems": MOST_SEARCHES}},
    "required": ["searches"],
}
_EXAMPLE = '{"searches": [{"q": "owls"}]}'


class Answer(Payload):
    """The answer to one search of a batch: its results or its error."""

    results: Results | ChosenResults | None = Field(description="The results; null where there is an error")
    error: ErrorDetail | None = Field(description="What is wrong with this search; null where nothing is")


class Answers(Payload):
    """The answers to a batch of searches."""

    answers: list[Answer] = Field(description="One for each search, in their order")


def read_batch(body: object) -> list[Given]:
    """The parameters of each search in a body. Raises QueryError when it has not the shape of a batch."""
    searches = body.get("searches") if isinstance(body, dict) else None
    if not isinstance(searches, list) or not 1 <= len(searches) <= MOST_SEARCHES:
        raise QueryError(
            f"The body must be JSON with a list of 1 to {MOST_SEARCHES} searches, such as {_EXAMPLE}."
        )
    return [_given(f"searches[{number}]", each) for number, each in enumerate(searches)]


def _given(where: str, search: object) -> Given:
    if not isinstance(search, dict):
        raise QueryError(f"{where} is {search!r:.80}; it must be an object with the parameters of a search.")
    for name, value in search.items():
        if name not in _SEARCH["properties"]:
            known = ", ".join(_SEARCH["properties"])
            raise QueryError(
                f"{where} has {name!r:.80}, which is no parameter of a search. These are: {known}."
            )
        if not all(isinstance(each, str | int | float) for each in _each(value)):
            raise QueryError(
                f"{where}.{name} is {value!r:.80}; it must be a text, a number, true or false, or a list of "
                "texts."
            )
    return {name: [readable(as_text(each)) for each in _each(value)] for name, value in search.items()}


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
