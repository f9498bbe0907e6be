"""The search form: the parameters of the request, and links to variations of the search."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce
from types import MappingProxyType
from typing import Any

from flask import url_for

from semsearch.api.odd_operators import Odd, odd_operators
from semsearch.api.operators import Typed, Used, demands, without
from semsearch.api.operators import read as read_typed
from semsearch.api.parameter import Given, Parameter
from semsearch.api.parameters import LIKE, LIMIT, UNLIKE, Q, read_query
from semsearch.api.several import Several
from semsearch.api.values import Choice, Moment, Text
from semsearch.formats import table
from semsearch.language.names import NAMES
from semsearch.language.query_syntax import Demand, undemanding
from semsearch.language.said import Said, said
from semsearch.message import say
from semsearch.query import Query
from semsearch.results import Correction
from web.checked import FILTERS, PARAMETERS, Invalid, checked, combined, valid
from web.filters import language_name, type_name
from web.languages.choice import reader

# The parameters that say what to search for: words, a picture, and documents to find or avoid the like of.
_QUERY: tuple[Parameter[Any], ...] = (
    Q,
    Parameter("picture", Text(64), "Key of a posted picture"),
    LIKE,
    UNLIKE,
)
QUERY_FIELDS = tuple(each.name for each in _QUERY)
# How documents are shown where there is no query: as a list, but pictures alone as a grid.
_VIEWS = Choice({"": "", "list": "list", "grid": "grid"}, ("", say("List"), say("Grid")))
VIEW: Parameter[str] = Parameter("view", _VIEWS, "How documents are shown")
# LIMIT has no field: who writes it into the address gets longer pages.
_SENT = {each.name: each for each in (*_QUERY, *PARAMETERS.values(), LIMIT, VIEW)}
FIELDS = tuple(_SENT)
# The entries of the menu: what each is called, and its parameters.
MENU = {
    name: tuple(each for each in FILTERS.values() if (each.group or each.label) == name)
    for name in dict.fromkeys(each.group or each.label for each in FILTERS.values())
}
# The values that links leave out.
DEFAULTS = {each.name: each.default for each in PARAMETERS.values() if each.default}
# For parameters with codes as values: how a code is called, and the codes that are offered.
_CALLED = {"type": type_name, "language": language_name}
_OFFERED = {
    "type": tuple(row.media_type for row in table.FORMATS.rows if row.common),
    "language": tuple(NAMES),
}


@dataclass(frozen=True)
class Form:
    """The parameters of the request, to fill the form again.

    Filters that are `invalid` are not among the `values`, so no link and no chip has them.
    """

    values: Mapping[str, tuple[str, ...]]
    invalid: Mapping[str, Invalid] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def read(cls, given: Given) -> Form:
        sent = {name: _texts(name, given) for name in FIELDS}
        return cls(*checked(sent, read_typed("".join(sent[Q.name]))))

    def __getitem__(self, name: str) -> str:
        """The value of a parameter, "" without one; the first value of one that has several."""
        return next(iter(self.values[name]), "")

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a parameter."""
        return self.values[name]

    @property
    def has_query(self) -> bool:
        return any(self.values[name] for name in QUERY_FIELDS if name != UNLIKE.name)

    @property
    def joins(self) -> bool:
        """Whether words are joined by an example: a picture, or the like of a document."""
        return bool(self.typed.words) and any(self.values[each] for each in QUERY_FIELDS if each != Q.name)

    @property
    def typed(self) -> Typed:
        """The text in the box: its words and its operators that are valid."""
        return valid(read_typed(self["q"]), self.invalid)

    @property
    def odd(self) -> list[tuple[Odd, Form]]:
        """What looks like operators in the box and is none, each with the form that has what was meant."""
        text = self["q"]
        return [(each, self.changed(q=each.applied(text))) for each in odd_operators(text)]

    @property
    def meant_filters(self) -> tuple[Said, Form] | None:
        """The date and the kind that the words speak of, and the form that has them as filters.

        None if they speak of neither, or if such a filter is set.
        """
        typed = self.typed
        found = said(typed.words) if not typed.used and self.has("kind", "all") else None
        if found is None or any(self.values[name] for name in ("when", "since", "until")):
            return None
        kind = "image" if found.pictures else ""
        return found, self.changed(q=found.words, when=found.period, kind=kind)

    @property
    def query(self) -> Query:
        """What is searched for. Raises QueryError for an invalid parameter that is not in the menu."""
        typed = self.typed
        return read_query({**combined(self.values, typed), Q.name: typed.words})

    @property
    def spelled_out(self) -> Form:
        """The form of the same search with the operators of the box as parameters."""
        typed = self.typed
        return Form({**combined(self.values, typed), Q.name: tuple(filter(None, (typed.words,)))})

    def filled(self, name: str) -> tuple[str, ...]:
        """The texts of the fields of a filter, also those that are invalid."""
        wrong = self.invalid.get(name)
        return (*self.values[name], *(wrong.texts if wrong else ()))

    @property
    def narrowed(self) -> int:
        """The number of values that are set in the menu of filters."""
        return sum(len(self.chosen.get(name, ())) for name in FILTERS)

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The parameters that differ from their defaults, without the query itself."""
        return {
            name: values
            for name, values in self.values.items()
            if name not in QUERY_FIELDS and values not in ((), (DEFAULTS.get(name),))
        }

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters in use: the text of each, and the link that removes it.

        Those in the box come first: operators, phrases and excluded words. The kind is left out, because it
        has tabs.
        """
        text = self["q"]
        typed: tuple[Used | Demand, ...] = (*self.typed.used, *demands(text))
        return [
            (each.typed, self.changed(q=without(text, each)).link())
            for each in sorted(typed, key=lambda each: each.start)
        ] + [
            (self._said(each, value), self.toggled(each.name, value))
            for each in FILTERS.values()
            for value in self.chosen.get(each.name, ())
        ]

    def summary(self, entry: str) -> str:
        """What is set in an entry of the menu, in the words of the reader; "" if nothing is."""
        alone = len(MENU[entry]) == 1
        return ", ".join(
            self.called(each.name, value) if alone else self._said(each, value)
            for each in MENU[entry]
            for value in self.chosen.get(each.name, ())
        )

    def _said(self, parameter: Parameter[Any], value: str) -> str:
        return reader().phrase(parameter.chip).format(self.called(parameter.name, value))

    def options(self, name: str) -> dict[str, str]:
        """The choices for a parameter as value and label."""
        value = PARAMETERS[name].value
        if isinstance(value, Choice):
            return dict(zip(value.options, map(reader().phrase, value.labels), strict=True))
        codes = (*_OFFERED[name], *self.values[name])  # one in use may be none that is offered
        names = {code: _CALLED[name](code) for code in codes}
        if name == "language":
            names = dict(sorted(names.items(), key=lambda each: each[1].casefold()))
        return names

    def has(self, name: str, value: str) -> bool:
        """Whether a parameter has this value, by choice or by default."""
        return value in (self.values[name] or (DEFAULTS.get(name, ""),))

    def link(self, offset: int = 0) -> str:
        """The address of this search from hit number `offset` on, without default values.

        Without a query it is that of the documents that pass the filters.
        """
        if not offset:
            return self._first_page
        return self.address(self._page, offset=offset)

    @property
    def _page(self) -> str:
        return "pages.search" if self.has_query else "browsing.browse"

    @cached_property
    def _first_page(self) -> str:
        # Each hit has links that begin with it.
        return self.address(self._page)

    def feed(self) -> str:
        """The address of an Atom feed of this search, or of all documents."""
        return self.address("browsing.feed")

    def address(self, page: str, **more: Any) -> str:
        """The address of another page for this search, without default values."""
        query = {name: self.values[name] for name in QUERY_FIELDS if self.has_query}
        shown: dict[str, Any] = {**query, **self.chosen, **more}
        if page != "browsing.browse":
            shown.pop(VIEW.name, None)
        return url_for(page, **shown)

    def changed(self, **changes: str) -> Form:
        """The form with one value, or none for "", of these parameters."""
        return Form({**self.values, **{name: (value,) if value else () for name, value in changes.items()}})

    def toggled(self, name: str, value: str, dropping: Collection[str] = ()) -> str:
        """The address of this search without this value of a filter if it has it, else with it.

        It takes the place of the values in `dropping`, and of any other where the filter has only one. The
        value "" is no value.
        """
        others = self.values[name] if isinstance(PARAMETERS[name].value, Several) else ()
        left = tuple(each for each in others if each != value and each not in dropping)
        chosen = left if value in self.values[name] or not value else (*left, value)
        return Form({**self.values, name: chosen}).link()

    @staticmethod
    def called(name: str, text: str) -> str:
        """The value of a filter in the words and formats of the reader; as it is if it is not valid."""
        value = PARAMETERS[name].value
        if isinstance(value, Choice) and value.labels:
            return reader().phrase(dict(zip(value.options, value.labels, strict=True)).get(text, text))
        if name in _CALLED:
            return _CALLED[name](text)
        if isinstance(value, Moment):
            with suppress(ValueError):
                return reader().day(date.fromisoformat(text))
        return text

    def as_meant(self, corrections: Iterable[Correction]) -> Form:
        """The form with the words that were meant."""
        return self.changed(q=reduce(lambda text, each: each.applied(text), corrections, self["q"]))

    def as_typed(self, corrections: Iterable[Correction]) -> Form:
        """The form that searches for the words as they were typed."""
        return self.changed(q=reduce(lambda text, each: each.literal(text), corrections, self["q"]))

    def with_example(self, name: str, doc: str) -> str:
        """The address of this search with a document as an example: `name` is "like" or "unlike"."""
        if any(doc in self.values[each.name] for each in (LIKE, UNLIKE)):
            return self._without_example(doc)._with(name, doc).link()
        return doc.join(self._around_example[name])

    @cached_property
    def _around_example(self) -> Mapping[str, Sequence[str]]:
        """What stands before and after one more example in the address with it, by its parameter."""
        # Each hit has links with it. In a value, the "=" would be encoded.
        named = {each.name: self._with(each.name, "").link() for each in (LIKE, UNLIKE)}
        return {name: re.split(rf"(?<={name}=)(?=&|$)", link, maxsplit=1) for name, link in named.items()}

    def without_example(self, doc: str) -> str:
        """The address of this search without a document as an example."""
        return self._without_example(doc).link()

    def _with(self, name: str, value: str) -> Form:
        return Form({**self.values, name: (*self.values[name], value)})

    def _without_example(self, doc: str) -> Form:
        left = {
            each.name: tuple(other for other in self.values[each.name] if other != doc)
            for each in (LIKE, UNLIKE)
        }
        return Form({**self.values, **left})

    def unnarrowed(self) -> str:
        """The address of this search without any filter. Phrases become words."""
        return self.changed(q=undemanding(self.typed.words), **dict.fromkeys(("kind", *FILTERS), "")).link()


def _texts(name: str, given: Given) -> tuple[str, ...]:
    """The texts of a parameter, each once; one where the parameter has one value."""
    parameter = _SENT[name]
    texts = tuple(dict.fromkeys(parameter.texts(given)))
    return texts if isinstance(parameter.value, Several) else texts[:1]
