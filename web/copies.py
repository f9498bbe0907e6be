"""The page of what is there more than once, side by side, and its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, request

from semsearch.api.copies import ALIKE, FROM, MOST, ShownGroup, of_copies
from semsearch.explore.best import is_member
from semsearch.explore.copies import Group
from semsearch.explore.copies_found import Copies, CopiesView
from semsearch.explore.differences import Comparison
from semsearch.explore.keeping import missing
from semsearch.message import Message, say
from semsearch.records import DocumentRecord
from web.exploring import explorer
from web.filters import location
from web.library_page import command

copies = Blueprint("copies", __name__)

# Groups of a page; documents of a group that are shown, the others are paths.
_PAGE, _SHOWN = 12, 12
# Documents of a group of texts that are compared with the best one.
_COMPARED = 3

_WHY = {
    "bytes": say("Equal files"),
    "content": say("The same, saved in other ways"),
    "series": say("Shots of a series"),
    "versions": say("Versions of a text"),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A document of a group: its size in pixels if it is a picture, and how it differs from the best."""

    record: DocumentRecord
    pixels: tuple[int, int] | None
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class _Group:
    """A group as the page shows it.

    `paths` are those of all files but the best that lie in no archive, one a line.
    """

    why: Message
    count: int
    freed: int
    entries: tuple[_Entry, ...]
    more: tuple[DocumentRecord, ...]
    paths: str


@copies.get("/copies")
def show() -> str:
    """A page of groups. Before anybody has looked for copies, it says how that is done."""
    view = explorer().copies
    found = view.all()
    is_alike, offset = ALIKE.read(request.args), FROM.read(request.args)
    groups = () if found is None else _groups(found, alike=is_alike)
    following = offset + _PAGE
    return render_template(
        "copies.html",
        found=found,
        again=command("copies", "--again"),
        listing=f"{command('copies', '--paths', '-0')} | xargs -0 ls -l",
        alike=is_alike,
        total=len(groups),
        offset=offset,
        groups=[_shown(view, group) for group in view.shown(groups[offset:following])],
        previous_offset=max(0, offset - _PAGE) if offset else None,
        next_offset=following if following < len(groups) else None,
    )


@copies.get("/api/copies")
def as_json() -> Response:
    view = explorer().copies
    found = view.all()
    is_alike, offset, limit = ALIKE.read(request.args), FROM.read(request.args), MOST.read(request.args)
    if found is None:
        raise missing("copies")
    groups = _groups(found, alike=is_alike)
    shown = view.shown(groups[offset : offset + limit])
    return jsonify(of_copies(found.made, len(groups), found.freed, shown))


def _groups(found: Copies, *, alike: bool) -> Sequence[Group]:
    return found.alike if alike else found.same


def _shown(view: CopiesView, group: ShownGroup) -> _Group:
    compared = view.compared(group, _COMPARED)
    entries = [
        _Entry(record, group.sizes.get(record.doc), compared.get(record.doc))
        for record in group.records[:_SHOWN]
    ]
    return _Group(
        _WHY[group.why],
        len(group.records),
        group.freed,
        tuple(entries),
        tuple(group.records[_SHOWN:]),
        "\n".join(location(each) for each in group.records[1:] if not is_member(each)),
    )
