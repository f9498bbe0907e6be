"""The parameter that says around which place."""

from __future__ import annotations

import re

from semsearch.api.values import Json, Value
from semsearch.errors import QueryError
from semsearch.message import say
from semsearch.query import Surroundings

_NUMBER = r"[0-9]{1,5}(?:\.[0-9]{1,12})?"
_PATTERN = f"-?{_NUMBER} ?, ?-?{_NUMBER} ?, ?{_NUMBER}"
# Half way round the earth. No point is farther away.
_FARTHEST = 20_038


class Near(Value[Surroundings | None]):
    """A place as degrees north and east, and a distance in km; None when absent."""

    @property
    def schema(self) -> Json:
        return {"type": "string", "pattern": f"^{_PATTERN}$"}

    def read(self, name: str, text: str) -> Surroundings | None:
        if not text:
            return None
        if re.fullmatch(_PATTERN, text):
            north, east, km = map(float, text.split(","))
            if abs(north) <= 90 and abs(east) <= 180 and 0.01 <= km <= _FARTHEST:
                return Surroundings(north, east, km)
        raise QueryError(
            say(
                "{name} is {text!r}; it must be degrees north and east and a distance in km, such as "
                "38.7,-9.14,5.",
                name=name,
                text=text,
            )
        )
