"""Counts of hits by what they can be filtered by, in JSON."""

from __future__ import annotations

from pydantic import Field

from semsearch.api.fields import Payload, Readable


class FacetCount(Payload):
    """A value and the number of hits that have it."""

    value: Readable = Field(description="The value, written as the parameter expects it")
    count: int = Field(description="Number of hits that have the value")


class FolderCount(Payload):
    """A folder and the number of hits in it, at any depth."""

    root: Readable = Field(description="The folder that was ingested")
    path: Readable = Field(description="Path of the folder below its root; empty for the root")
    count: int = Field(description="Number of hits in the folder")


class Facets(Payload):
    """Counts of the hits that clearly match.

    A value is counted as if it were the only one of its parameter, while all other filters hold.
    """

    kind: list[FacetCount] = Field(description="By kind; values of the parameter kind")
    folder: list[FacetCount] = Field(description="By top-level folder; values of the parameter path")
    type: list[FacetCount] = Field(description="By media type; values of the parameter type")
    year: list[FacetCount] = Field(description="By year, the latest first; values of the parameter when")
    language: list[FacetCount] = Field(description="By language; values of the parameter language")
    folders: list[FolderCount] = Field(description="By folder, at every depth; by root and path")
    month: list[FacetCount] = Field(description="By month, the latest first; values of the parameter when")
    camera: list[FacetCount] = Field(description="By camera; values of the parameter camera")
    location: list[FacetCount] = Field(
        description="By the names of places, such as cities and countries; values of the parameter location"
    )
    topic: list[FacetCount] = Field(description="By topic; values of the parameter topic")
    label: list[FacetCount] = Field(description="By label; values of the parameter label")
