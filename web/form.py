"""The search form: what was asked, and links that ask again a little differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from semsearch.api.parameters import SEARCH
from semsearch.api.values import Choice
from semsearch.formats import table

# What leads.
LEADS = ("q", "picture", "like")
# The parameters that have a field on the page, and those of them in the panel of filters.
PARAMETERS = {each.name: each for each in SEARCH if each.label}
FILTERS = tuple(each for each in PARAMETERS.values() if each.chip)
FIELDS = tuple(dict.fromkeys((*LEADS, *PARAMETERS)))
# What need not be said.
DEFAULTS = {each.name: each.default for each in PARAMETERS.values() if each.default}


@dataclass(frozen=True, slots=True)
class Form:
    """The parameters as they came, unchecked, to fill the form again."""

    values: Mapping[str, str]

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Form:
        values = {name: parameters.get(name, "").strip() for name in FIELDS}
        if values["q"]:  # words that were typed replace the picture or document that led before
            values |= {"picture": "", "like": ""}
        elif values["picture"]:
            values["like"] = ""
        return cls(values)

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def asks(self) -> bool:
        return any(self.values[name] for name in LEADS)

    @property
    def narrowed(self) -> int:
        """How many filters inside the disclosure are set."""
        return sum(each.name in self.chosen for each in FILTERS)

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen beside the question, as far as it is no default."""
        return {
            name: value
            for name, value in self.values.items()
            if name not in LEADS and value not in ("", DEFAULTS.get(name))
        }

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters in use, but for the kind, which has tabs: what each says, and the way out."""
        return [
            (
                each.chip.format(table.name_of(value) if each.name == "type" else value),
                self.changed(**{each.name: ""}).link(),
            )
            for each in FILTERS
            if (value := self.chosen.get(each.name))
        ]

    def options(self, name: str) -> dict[str, str]:
        """What can be chosen for a parameter, with what it is called; the default comes first."""
        value = PARAMETERS[name].value
        if isinstance(value, Choice):
            return dict(zip(value.options, value.labels, strict=True))
        common = {row.media_type: row.name for row in table.FORMATS.rows if row.common}
        used = self.values[name]  # a type that is not among the common ones can be in use
        return {"": "Any", **common, **({used: table.name_of(used)} if used else {})}

    def has(self, name: str, value: str) -> bool:
        """Whether a parameter has this value, by default or because it was chosen."""
        return value == (self.values[name] or DEFAULTS.get(name, ""))

    def link(self, offset: int = 0) -> str:
        """The address of this page of this search; defaults are left out of it."""
        leads = {name: self.values[name] for name in LEADS if self.values[name]}
        return url_for("pages.search", **leads, **self.chosen, **({"offset": offset} if offset else {}))  # type: ignore[arg-type]

    def changed(self, **changes: str) -> Form:
        return Form({**self.values, **changes})

    def narrowed_to(self, name: str, value: str) -> str:
        """The address of this search with one more filter."""
        return self.changed(**{name: value}).link()

    def unnarrowed(self) -> str:
        """The address of this search without any filter."""
        return self.changed(**dict.fromkeys(("kind", *(each.name for each in FILTERS)), "")).link()
