"""How and where a picture was taken: the fields by which filters find it, and these filters.

The names of its camera and of its place become tags like those of `places`, of letters and digits alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from semsearch.language.proper_names import same_name
from semsearch.query import Filters
from semsearch.records import DocumentRecord, Kind
from semsearch.store.places import plain_tag
from semsearch.store.schema import SEPARATOR

if TYPE_CHECKING:
    from redisvl.query.filter import FilterExpression

SHOT_FIELDS = ("shot_with", "shot_in", "shot_at")
# The index refuses a hash with a place beyond these degrees: a limit of the geohashes of Redis.
_FARTHEST_NORTH = 85.05


def shot_fields(record: DocumentRecord) -> dict[str, str]:
    """The fields of a picture; other documents have none, which saves their memory."""
    if record.kind is not Kind.IMAGE:
        return {}
    north, east = record.coordinates or (math.nan, math.nan)
    return {
        "shot_with": SEPARATOR.join(dict.fromkeys(map(name_tag, _called(record.camera)))),
        "shot_in": SEPARATOR.join(dict.fromkeys(map(name_tag, record.place_names))),
        # The index would refuse an empty one.
        **({"shot_at": f"{east},{north}"} if abs(north) <= _FARTHEST_NORTH else {}),
    }


def name_tag(name: str) -> str:
    """The tag of a name, however it is spelt."""
    return f"n{plain_tag(same_name(name))}"


def _called(camera: str) -> Iterator[str]:
    """What a camera is called: its whole name, each word of it, and its model, which follows the maker."""
    yield from filter(None, (camera, *camera.split(), camera.partition(" ")[2]))


def shot_conditions(filters: Filters) -> Iterator[FilterExpression]:
    """The conditions on camera and place."""
    from redisvl.query.filter import FilterExpression

    if filters.camera:
        yield FilterExpression(f"@shot_with:{{{_one_of(filters.camera)}}}")
    if filters.location:
        yield FilterExpression(f"@shot_in:{{{_one_of(filters.location)}}}")
    if near := filters.near:
        yield FilterExpression(f"@shot_at:[{near.east:.6f} {near.north:.6f} {near.km:.3f} km]")


def _one_of(names: Iterable[str]) -> str:
    return " | ".join(map(name_tag, names))
