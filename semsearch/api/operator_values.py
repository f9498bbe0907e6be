"""The values that are offered for an operator at the end of a text that is being typed: "boats type:p"."""

from __future__ import annotations

import re

from semsearch.api.operators import BY_NAME
from semsearch.formats import table
from semsearch.language.names import NAMES

_MOST = 5
# The known values of operators, by the parameter that they set.
VALUES = {
    "type": sorted({each for row in table.FORMATS.rows if row.common for each in row.extensions}),
    "language": sorted(name.lower() for name in NAMES.values()),
    "kind": ["text", "image", "other"],
}
_LAST = re.compile(r"(?<!\S)(?P<name>[A-Za-z]+):(?P<value>[^\s\"]*)$")


def with_values(text: str) -> list[str] | None:
    """A text with the values that its last operator may get; None if it does not end with an operator.

    None are offered for an operator whose values are not known beforehand.
    """
    match = _LAST.search(text)
    if match is None or match["name"].lower() not in BY_NAME:
        return None
    known = VALUES.get(BY_NAME[match["name"].lower()].parameter, ())
    typed = match["value"].lower()
    begun = [each for each in known if each.startswith(typed) and each != typed and " " not in each]
    return [f"{text[: match.start('value')]}{each}" for each in begun[:_MOST]]
