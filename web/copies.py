"""The page of what is there more than once, side by side, and its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, request

from semsearch.api.copies import ALIKE, FROM, MEMBERS, MOST, ShownGroup, of_copies
from semsearch.explore.best import unchanged_files
from semsearch.explore.copies import Why
from semsearch.explore.copies_found import Copies, CopiesView, KeptGroup
from semsearch.explore.differences import Comparison
from semsearch.explore.keeping import missing
from semsearch.message import Message, say
from semsearch.records import DocumentRecord
from web.exploring import explorer
from web.library_page import command

copies = Blueprint("copies", __name__)

# Groups of a page; documents of a group that are shown, the others are paths.
_PAGE, _SHOWN = 12, 12
# Documents of a group of texts that are compared with the best one, in so many groups of a page.
_COMPARED, _COMPARED_GROUPS = 3, 3

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

    `more` are documents that are only named, and `untold` counts the others. `paths` are those of files that
    are equal to another one that stays, one a line; none in a group that is not of equal files.
    """

    why: Message
    count: int
    freed: int
    entries: tuple[_Entry, ...]
    more: tuple[DocumentRecord, ...]
    untold: int
    paths: tuple[str, ...]


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
        groups=[
            _shown(view, group, compare=n < _COMPARED_GROUPS)
            for n, group in enumerate(view.shown(groups[offset:following], MEMBERS))
        ],
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
    shown = view.shown(groups[offset : offset + limit], MEMBERS)
    return jsonify(of_copies(found.made, len(groups), found.freed, shown))


def _groups(found: Copies, *, alike: bool) -> Sequence[KeptGroup]:
    return found.alike if alike else found.same


def _shown(view: CopiesView, group: ShownGroup, *, compare: bool) -> _Group:
    compared = view.compared(group, _COMPARED) if compare else {}
    entries = [
        _Entry(record, group.sizes.get(record.doc), compared.get(record.doc))
        for record in group.records[:_SHOWN]
    ]
    return _Group(
        _WHY[group.why],
        group.count,
        group.freed,
        tuple(entries),
        tuple(group.records[_SHOWN:]),
        group.count - len(group.records),
        _spare(group),
    )


def _spare(group: ShownGroup) -> tuple[str, ...]:
    """The paths of equal files, as they were when they were read, without the first one, which stays."""
    if group.why != Why.BYTES:
        return ()
    paths = (str(path) for path in unchanged_files(group.records)[1:])
    return tuple(path for path in paths if "\n" not in path)  # in a list, it would be two paths
