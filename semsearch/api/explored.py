"""The filters by what was found out about documents: their topics, their labels and their places on maps."""

from __future__ import annotations

from typing import Any

from semsearch.api.area import AreaValue
from semsearch.api.parameter import Parameter
from semsearch.api.several import Several
from semsearch.api.values import Text

EXPLORED: tuple[Parameter[Any], ...] = (
    Parameter(
        "topic",
        Several(Text(200)),
        "Only documents of this topic, by its name, in upper or lower case",
        label="Topic",
        chip="{}",
    ),
    Parameter(
        "label",
        Several(Text(200)),
        "Only documents with this label, by its name, in upper or lower case",
        label="Label",
        chip="{}",
    ),
    Parameter(
        "area",
        AreaValue(),
        "Only documents in an area of a map: texts, pictures or together, a colon, and the corners of a "
        "polygon, at most 60, as x and y from 0 to 1, separated by commas; two corners stand for a rectangle",
        label="Area of the map",
        chip="In an area of the map",
    ),
)
