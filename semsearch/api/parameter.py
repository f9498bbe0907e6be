"""One parameter of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from semsearch.api.values import Json, Value
from semsearch.errors import QueryError

T = TypeVar("T")

# What was sent with a request: the texts of each parameter, or its only text. A MultiDict of Werkzeug would
# give one text of each, so pass its `to_dict(flat=False)`.
Given = Mapping[str, str | Sequence[str]]


def as_text(value: object) -> str:
    """A value in JSON as the text of a parameter. To JSON Schema, 5.0 is a whole number too."""
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    return str(value)


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T]):
    """One parameter of a request.

    `description` stands in the OpenAPI document, in `--help` and in docs/api.md. `label` is the label of the
    form field on the page; a parameter without a label has no field. `chip` is the text that the page shows
    while the parameter narrows a search; a parameter with a chip is in the menu of filters. There it stands
    with all that have the same `group`, which is its label if not said. `example` is the placeholder of the
    field.
    """

    name: str
    value: Value[T]
    description: str
    label: str = ""
    chip: str = ""
    example: str = ""
    group: str = ""

    @property
    def default(self) -> str:
        return self.value.default

    @property
    def schema(self) -> Json:
        return self.value.schema

    def texts(self, given: Given) -> tuple[str, ...]:
        """The texts that were sent for this parameter, without empty ones."""
        sent = given.get(self.name, ())
        each = [sent] if isinstance(sent, str) else sent
        return tuple(filter(None, map(self.value.trimmed, each)))

    def read(self, given: Given) -> T:
        """The value among those `given`; absent or empty means the default.

        Raises QueryError when the value is invalid.
        """
        try:
            return self.value.read_all(self.name, self.texts(given))
        except QueryError as error:
            raise QueryError(error.message, self.name) from error
