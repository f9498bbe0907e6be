"""The parameter that says in which area of a map."""

from __future__ import annotations

import re

from semsearch.api.values import Json, Value
from semsearch.errors import QueryError
from semsearch.message import say
from semsearch.query import Area, MapName

# Each strip of an area is a condition for every two corners that it lies between. The page draws as many.
_MOST_CORNERS = 60
_NUMBER = r"[01](?:\.[0-9]{1,12})?"
_PATTERN = f"(?:{'|'.join(MapName)}):{_NUMBER}(?:,{_NUMBER}){{3,{2 * _MOST_CORNERS - 1}}}"


class AreaValue(Value[Area | None]):
    """A map, and the corners of a polygon on it; two corners stand for a rectangle. None when absent."""

    @property
    def schema(self) -> Json:
        return {"type": "string", "pattern": f"^{_PATTERN}$"}

    def read(self, name: str, text: str) -> Area | None:
        if not text:
            return None
        if re.fullmatch(_PATTERN, text):
            on, _, rest = text.partition(":")
            numbers = [float(number) for number in rest.split(",")]
            corners = tuple(zip(numbers[::2], numbers[1::2], strict=False))
            if len(numbers) % 2 == 0 and max(numbers) <= 1:
                return Area(MapName(on), _rectangle(*corners) if len(corners) == 2 else corners)
        raise QueryError(
            say(
                "{name} is {text!r}; it must be a map (texts, pictures or together), a colon, and the "
                "corners of an area on it, at most {most}, as numbers from 0 to 1, such as "
                "texts:0.2,0.3,0.5,0.6.",
                name=name,
                text=text,
                most=_MOST_CORNERS,
            )
        )


def _rectangle(one: tuple[float, float], other: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    return one, (other[0], one[1]), other, (one[0], other[1])
