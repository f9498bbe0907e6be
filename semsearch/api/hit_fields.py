"""The parameter that says which fields of hits an answer has."""

from __future__ import annotations

from semsearch.api.values import Json, Value
from semsearch.errors import QueryError


class HitFields(Value[tuple[str, ...]]):
    """Names of fields of a hit, separated by commas; empty when absent, which means all of them."""

    @property
    def schema(self) -> Json:
        name = "|".join(_names())
        return {"type": "string", "pattern": f"^({name})(,({name}))*$"}

    def read(self, name: str, text: str) -> tuple[str, ...]:
        wanted = tuple(dict.fromkeys(part.strip() for part in text.split(","))) if text else ()
        for each in wanted:
            if each not in _names():
                raise QueryError(
                    f"{name} has {each!r:.80}, which is no field of a hit. These are: {', '.join(_names())}."
                )
        return wanted


def _names() -> tuple[str, ...]:
    from semsearch.api.payloads import Hit  # pydantic, which `semsearch --help` must not load

    return tuple(Hit.model_fields)
