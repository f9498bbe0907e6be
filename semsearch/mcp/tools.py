"""The tools that assistants can call. They read the library, and change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from semsearch.api.fields import Payload
from semsearch.api.parameter import Given, Parameter, as_text
from semsearch.api.parameters import DOC, FILTERS, LIMIT, OFFSET, ORDER, Q, read_query
from semsearch.api.payloads import Status, of_status
from semsearch.api.values import Whole
from semsearch.errors import QueryError
from semsearch.mcp.replies import Findings, Reading, Reply, of_document, of_listing, of_results
from web.library import Library

# The most characters of one answer: some 5,000 tokens, of which an assistant can take several.
_MOST_CHARACTERS = 20_000

_FIRST = Parameter("first", Whole(0, 10**9, 0), "Number of the passage to begin with")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what it does, the parameters that it takes, the shape of its values, and how it answers.

    `answer` raises the errors of `Library`.
    """

    name: str
    title: str
    description: str
    parameters: tuple[Parameter[Any], ...]
    required: tuple[str, ...]
    values: type[Payload]
    answer: Callable[[Library, Given], Reply]

    @property
    def input_schema(self) -> dict[str, Any]:
        properties = {each.name: {**each.schema, "description": each.description} for each in self.parameters}
        return {"type": "object", "properties": properties, "required": list(self.required)}

    @property
    def output_schema(self) -> dict[str, Any]:
        return self.values.model_json_schema(mode="serialization")

    def call(self, library: Library, arguments: Mapping[str, Any]) -> Reply:
        """Answer a call. Raises QueryError when an argument is missing or unknown, or has a wrong value."""
        known = [each.name for each in self.parameters]
        for name in arguments.keys() - set(known):
            raise QueryError(f"{self.name} has no argument {name!r}. It has: {', '.join(known) or 'none'}")
        given = {name: _texts(value) for name, value in arguments.items() if value is not None}
        for name in self.required:
            if not given.get(name):
                raise QueryError(f"{self.name} needs the argument {name!r}")
        return self.answer(library, given)


def _search(library: Library, given: Given) -> Reply:
    return of_results(library.search(read_query(given)))


def _browse(library: Library, given: Given) -> Reply:
    return of_listing(library.browse(read_query(given)), OFFSET.read(given))


def _similar(library: Library, given: Given) -> Reply:
    return of_results(library.search(replace(read_query(given), likes=(DOC.read(given),))))


def _read_document(library: Library, given: Given) -> Reply:
    return of_document(library.document(DOC.read(given)), _FIRST.read(given), _MOST_CHARACTERS)


def _status(library: Library, _: Given) -> Reply:
    found = library.status()
    counts = ", ".join(f"{count:,} {state}" for state, count in found.documents.items() if count)
    lines = [f"documents: {counts or 'none'}", *(f"folder: {root}" for root in found.roots)]
    lines += found.missing
    if found.run:
        lines.append(found.run.line)
    return Reply("\n".join(lines), of_status(found))


def _texts(value: object) -> str | list[str]:
    """An argument as the texts that a parameter reads."""
    return [as_text(each) for each in value] if isinstance(value, list) else as_text(value)


TOOLS = (
    Tool(
        "search",
        "Search the files",
        "Search the files of the user by meaning and by words. Answers with documents and the passages of "
        "them that match. Cite a hit by its path, and its page where it has one. Weaker results are only the "
        "nearest that there are: where nothing clearly matches, say so.",
        (Q, *FILTERS, ORDER, LIMIT, OFFSET),
        (Q.name,),
        Findings,
        _search,
    ),
    Tool(
        "read_document",
        "Read a document",
        "Read the text of a document that a search has found, from a passage on. A picture has the words "
        "about it and in it.",
        (DOC, _FIRST),
        (DOC.name,),
        Reading,
        _read_document,
    ),
    Tool(
        "similar",
        "Find similar documents",
        "Find documents that are like one that a search has found.",
        (DOC, *FILTERS, LIMIT, OFFSET),
        (DOC.name,),
        Findings,
        _similar,
    ),
    Tool(
        "browse",
        "List documents",
        "List documents without a query, such as what is new: the newest first, or in another order.",
        (*FILTERS, ORDER, LIMIT, OFFSET),
        (),
        Findings,
        _browse,
    ),
    Tool(
        "status",
        "State of the library",
        "Say which folders are searched, how many documents there are, and what is missing.",
        (),
        (),
        Status,
        _status,
    ),
)
