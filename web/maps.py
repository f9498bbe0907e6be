"""The map of the library: the page, what it shows of a document, and its points as JSON."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from semsearch.api import maps as shapes
from semsearch.api import parameters
from semsearch.api.maps import MAP
from semsearch.explore.map_points import Colouring, Group, MapPoints, Part
from semsearch.message import Message, say
from semsearch.query import MAX_OFFSET, MapName, Query
from semsearch.results import Results
from web.exploring import explorer
from web.form import Form
from web.paging import Page
from web.services import services

maps = Blueprint("maps", __name__)

NAMES = {MapName.TEXTS: say("Texts"), MapName.PICTURES: say("Pictures"), MapName.TOGETHER: say("Together")}
_LISTED = 20
_COLOURS = {
    "topic": say("Topic"),
    "path": say("Folder"),
    "kind": say("Kind"),
    "when": say("Date"),
    "language": say("Language"),
}
_ROWS = (
    (say("Top left"), say("Top"), say("Top right")),
    (say("Left"), say("Middle"), say("Right")),
    (say("Bottom left"), say("Bottom"), say("Bottom right")),
)


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A colour of the map: what has it, the number of documents, and the address of their list."""

    name: str
    documents: int
    link: str


@dataclass(frozen=True, slots=True)
class Legend:
    """What the points are coloured by, and what each colour stands for. `others` have none of them."""

    by: str
    name: Message
    entries: Sequence[LegendEntry]
    others: int


@dataclass(frozen=True, slots=True)
class Ninth:
    """A part of the map in words."""

    name: Message
    documents: int
    mostly: Sequence[tuple[str, int]]
    link: str


@maps.get("/map")
def show() -> str | tuple[str, int]:
    form = Form.read(request.args.to_dict(flat=False))
    known = explorer().maps
    states = known.states()
    if not states:
        return render_template("map.html", states=(), on=None)
    offset = parameters.OFFSET.read(request.args)
    on, results = _opened(form, [each.name for each in states], offset)
    points = known.points(on)
    # Weaker hits are listed only where there is nothing better.
    found = results.matches or results.total
    results = replace(results, hits=tuple(hit for hit in results.hits if hit.is_clear) or results.hits)
    page = render_template(
        "map.html",
        states=states,
        on=on,
        names_there=[each.name for each in states],
        elsewhere=_elsewhere(form, on),
        names=NAMES,
        placed=len(points),
        legends=[_legend(form, each, len(points)) for each in points.colourings],
        ninths=[_ninth(on, each) for each in points.parts()],
        results=results,
        found=found,
        hits_address=_hits_address(form, on),
        offset=offset,
        page=Page(offset, _LISTED, found, MAX_OFFSET),
        listed_from=lambda begin: form.address(
            "maps.show", map=on.value, offset=begin or None, _anchor="listed"
        ),
    )
    return (page, 400) if form.invalid else page


@maps.get("/map/about/<doc:doc>")
def about(doc: str) -> str:
    """What the map shows of the document under the pointer."""
    form = Form.read(request.args.to_dict(flat=False))
    return render_template("map_about.html", form=form, record=services().library.record(doc))


@maps.get("/api/map")
def points() -> Response:
    known = explorer().maps
    return jsonify(_json(known.points(MAP.read(request.args))))


def _json(found: MapPoints) -> dict[str, Any]:
    return shapes.Map(
        map=found.name,
        documents=len(found),
        docs=_base64(bytes.fromhex("".join(found.docs))),
        x=_base64(found.x.astype("<u2").tobytes()),
        y=_base64(found.y.astype("<u2").tobytes()),
        colourings=[
            shapes.Colouring(
                by=each.by,
                groups=[shapes.MapGroup.model_validate(group) for group in each.groups],
                of=_base64(each.codes.tobytes()),
            )
            for each in found.colourings
        ],
        names=[shapes.PlaceName.model_validate(each) for each in found.names],
    ).json_value()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _opened(form: Form, there: Sequence[MapName], offset: int) -> tuple[MapName, Results]:
    """The map to show, and what is listed of it.

    It is the map that the address names; without one, the first on which the search finds something.
    """
    named = _named(form)
    if named is not None and named in there:
        return named, _listed(form, named, offset)
    on = there[0]
    results = _listed(form, on, offset)
    if _narrows(form) and not _finds(results):
        for other in there[1:]:
            found = _listed(form, other, offset)
            if _finds(found):
                return other, found
    return on, results


def _named(form: Form) -> MapName | None:
    """The map that the address names: itself, by an area on it, or by the kind of documents."""
    if request.args.get("map"):
        named: MapName = MAP.read(request.args)
        return named
    filters = form.query.filters
    if filters.area:
        return filters.area.on
    return next((on for on in MapName if on.kind and on.kind is filters.kind), None)


def _finds(results: Results) -> bool:
    return any(hit.is_clear for hit in results.hits)


def _elsewhere(form: Form, on: MapName) -> MapName | None:
    """The map of the area in the address, where it is not the one that is shown."""
    area = form.query.filters.area
    return area.on if area and area.on != on else None


def _listed(form: Form, on: MapName, offset: int) -> Results:
    """The documents of the map that the search of the address finds, a page of them."""
    query = _on_map(form.query, on, offset)
    library = services().library
    if not form.has_query:
        return library.browse(query)
    look = services().pictures.get(form["picture"]).look if form["picture"] else None
    return library.search(replace(query, look=look))


def _on_map(query: Query, on: MapName, offset: int) -> Query:
    filters = replace(query.filters, kind=on.kind or query.filters.kind)
    return replace(query, filters=filters, limit=_LISTED, offset=offset)


def _hits_address(form: Form, on: MapName) -> str:
    """The address of the hits that light up; "" without a search and filters.

    An area alone lights up by itself.
    """
    if form["picture"] or not _narrows(form):
        return ""
    narrowed = form.changed(kind=on.kind.value) if on.kind else form
    endpoint = "api.search" if form.has_query else "api.browse"
    return narrowed.changed(limit="100").address(endpoint, fields="doc,relevance", cursor="*")


def _narrows(form: Form) -> bool:
    """Whether the address has a search or filters, besides an area."""
    return form.has_query or bool(set(form.chosen) - {"area", "order", "view", "limit"})


def _legend(form: Form, colouring: Colouring, points: int) -> Legend:
    entries = [_entry(form, colouring.by, group) for group in colouring.groups]
    others = points - sum(each.documents for each in entries)
    return Legend(colouring.by, _COLOURS[colouring.by], entries, others)


def _entry(form: Form, by: str, group: Group) -> LegendEntry:
    name = group.label or form.called(by, group.value)
    return LegendEntry(name, group.documents, form.changed(**{by: group.value}).link())


def _ninth(on: MapName, part: Part) -> Ninth:
    area = ",".join(f"{number:.4f}" for number in part.area)
    return Ninth(
        _ROWS[part.row][part.column],
        part.documents,
        [(group.label or group.value, group.documents) for group in part.mostly],
        url_for("maps.show", map=on, area=f"{on}:{area}"),
    )
