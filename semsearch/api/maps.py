"""The parameter that names a map, and the shape of its JSON."""

from __future__ import annotations

from pydantic import Field

from semsearch.api.fields import Payload, Readable
from semsearch.api.parameter import Parameter
from semsearch.api.values import Choice
from semsearch.query import MapName

MAP: Parameter[MapName] = Parameter(
    "map",
    Choice({name.value: name for name in MapName}, ("Texts", "Pictures", "Together")),
    "Which map: of the texts, of the pictures, or of both together",
)


class MapGroup(Payload):
    """Documents of a map that have one value of a filter."""

    value: Readable = Field(description="Value of the filter")
    label: Readable = Field(description="A shorter name; empty where there is none")
    documents: int = Field(description="Number of documents")


class Colouring(Payload):
    """Which document of a map has which value of a filter."""

    by: str = Field(description="Parameter of searches: topic, path, kind, when or language")
    groups: list[MapGroup] = Field(description="The commonest values")
    of: str = Field(
        description="The number of the group of each document, as bytes in base64; 255 for one in none"
    )


class PlaceName(Payload):
    """The name of a topic, at the document in the middle of its own."""

    name: Readable = Field(description="Name of the topic")
    x: float = Field(description="From 0 to 1, to the right")
    y: float = Field(description="From 0 to 1, downwards")
    documents: int = Field(description="Number of documents of the topic on the map")


class Map(Payload):
    """The documents of a map in compact columns, each of them bytes in base64."""

    map: MapName = Field(description="Which map it is")
    documents: int = Field(description="Number of documents")
    docs: str = Field(description="The ids, 8 bytes each; 16 hex digits when written out")
    x: str = Field(
        description="Each document's place from 0 to 65535, to the right; 2 bytes, the lower one first"
    )
    y: str = Field(description="Each document's place from 0 to 65535, downwards; 2 bytes")
    colourings: list[Colouring] = Field(description="Groups of the documents by values of filters")
    names: list[PlaceName] = Field(description="Names of topics, the largest first")
