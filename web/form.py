"""The search form: what was asked, and links that ask again a little differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from semsearch.formats import table

# What leads, then what narrows: the parameters of a page's address.
LEADS = ("q", "picture", "like")
FILTERS = ("path", "type", "when", "since", "until", "min_size", "max_size", "mode", "copies")
FIELDS = (*LEADS, "kind", *FILTERS, "order")
# What need not be said.
DEFAULTS = {"kind": "all", "mode": "hybrid", "order": "relevance"}
# What a filter in use says of itself.
_SAID = {
    "path": "In {}",
    "type": "{}",
    "when": "When: {}",
    "since": "Since {}",
    "until": "Until {}",
    "min_size": "At least {}",
    "max_size": "At most {}",
    "mode": "By {} only",
    "copies": "Copies apart",
}


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
        return sum(name in self.chosen for name in FILTERS)

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
                _SAID[name].format(table.name_of(value) if name == "type" else value),
                self.changed(**{name: ""}).link(),
            )
            for name, value in self.chosen.items()
            if name in FILTERS
        ]

    @property
    def media_types(self) -> dict[str, str]:
        """The types offered, with the one in use when it is another."""
        used = self.values["type"]
        common = {row.media_type: row.name for row in table.FORMATS.rows if row.common}
        return common if not used else {**common, used: table.name_of(used)}

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
        return self.changed(**dict.fromkeys(("kind", *FILTERS), "")).link()
