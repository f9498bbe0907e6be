"""The search form: the parameters of the request, and links to variations of the search."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from semsearch.api.parameters import SEARCH, Parameter
from semsearch.api.values import Choice, Moment
from semsearch.formats import table
from semsearch.language.names import NAMES
from semsearch.message import say
from web.filters import language_name, type_name
from web.languages.choice import reader

# The parameters that say what to search for: text, a picture, or a document to find similar ones.
QUERY_FIELDS = ("q", "picture", "like")
# The parameters with a field on the page, and those in the panel of filters.
PARAMETERS = {each.name: each for each in SEARCH if each.label}
FILTERS = tuple(each for each in PARAMETERS.values() if each.chip)
FIELDS = tuple(dict.fromkeys((*QUERY_FIELDS, *PARAMETERS)))
# The values that links leave out.
DEFAULTS = {each.name: each.default for each in PARAMETERS.values() if each.default}
# For parameters with codes as values: how a code is called, and the codes that are offered.
_CALLED = {"type": type_name, "language": language_name}
_OFFERED = {
    "type": tuple(row.media_type for row in table.FORMATS.rows if row.common),
    "language": tuple(NAMES),
}
_ANY = say("Any")


@dataclass(frozen=True, slots=True)
class Form:
    """The parameters of the request, unchecked, to fill the form again."""

    values: Mapping[str, str]

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Form:
        values = {name: _trimmed(name, parameters.get(name, "")) for name in FIELDS}
        if values["q"]:  # typed text replaces the picture or document of the last search
            values |= {"picture": "", "like": ""}
        elif values["picture"]:
            values["like"] = ""
        return cls(values)

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def has_query(self) -> bool:
        return any(self.values[name] for name in QUERY_FIELDS)

    @property
    def narrowed(self) -> int:
        """The number of filters that are set in the panel."""
        return sum(each.name in self.chosen for each in FILTERS)

    @property
    def chosen(self) -> dict[str, str]:
        """The parameters that differ from their defaults, without the query itself."""
        return {
            name: value
            for name, value in self.values.items()
            if name not in QUERY_FIELDS and value not in ("", DEFAULTS.get(name))
        }

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters in use: the text of each, and the link that removes it.

        The kind is left out, because it has tabs.
        """
        return [
            (
                reader().phrase(each.chip).format(_said(each, value)),
                self.changed(**{each.name: ""}).link(),
            )
            for each in FILTERS
            if (value := self.chosen.get(each.name))
        ]

    def options(self, name: str) -> dict[str, str]:
        """The choices for a parameter as value and label, the default first."""
        value = PARAMETERS[name].value
        if isinstance(value, Choice):
            return dict(zip(value.options, map(reader().phrase, value.labels), strict=True))
        used = self.values[name]  # may be one that is not offered
        codes = (*_OFFERED[name], *([used] if used else []))
        names = {code: _CALLED[name](code) for code in codes}
        if name == "language":
            names = dict(sorted(names.items(), key=lambda each: each[1].casefold()))
        return {"": reader().text(_ANY), **names}

    def has(self, name: str, value: str) -> bool:
        """Whether a parameter has this value, by choice or by default."""
        return value == (self.values[name] or DEFAULTS.get(name, ""))

    def link(self, offset: int = 0) -> str:
        """The address of this search from hit number `offset` on, without default values."""
        query = {name: self.values[name] for name in QUERY_FIELDS if self.values[name]}
        return url_for("pages.search", **query, **self.chosen, **({"offset": offset} if offset else {}))  # type: ignore[arg-type]

    def changed(self, **changes: str) -> Form:
        return Form({**self.values, **changes})

    def narrowed_to(self, name: str, value: str) -> str:
        """The address of this search with one more filter."""
        return self.changed(**{name: value}).link()

    def unnarrowed(self) -> str:
        """The address of this search without any filter."""
        return self.changed(**dict.fromkeys(("kind", *(each.name for each in FILTERS)), "")).link()


def _said(parameter: Parameter[Any], text: str) -> str:
    """The value of a filter in the words and formats of the reader; as it was typed if it is not valid."""
    value = parameter.value
    if isinstance(value, Choice) and value.labels:
        return reader().phrase(dict(zip(value.options, value.labels, strict=True)).get(text, text))
    if parameter.name in _CALLED:
        return _CALLED[parameter.name](text)
    if isinstance(value, Moment):
        with suppress(ValueError):
            return reader().day(date.fromisoformat(text))
    return text


def _trimmed(name: str, text: str) -> str:
    return PARAMETERS[name].value.trimmed(text) if name in PARAMETERS else text.strip()
