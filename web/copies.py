"""The page of what is there more than once, side by side, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, request

from semsearch.api.copies import ALIKE, FROM, MEMBERS, MOST, ShownGroup, of_copies
from semsearch.explore.best import unchanged_files
from semsearch.explore.copies import Why
from semsearch.explore.copies_found import CopiesView
from semsearch.explore.differences import Comparison
from semsearch.message import Message, say
from semsearch.records import DocumentRecord
from web.exploring import explorer
from web.findings import Listing
from web.library_page import command
from web.paging import Page

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
    is_alike = ALIKE.read(request.args)
    same, alike = ((), ()) if found is None else (found.same, found.alike)
    lists = (
        Listing(say("The same"), same, not is_alike, "copies.show", {}),
        Listing(say("Alike"), alike, is_alike, "copies.show", {"alike": "1"}),
    )
    listing = lists[is_alike]
    page = Page(FROM.read(request.args), _PAGE, len(listing.entries))
    return render_template(
        "copies.html",
        found=found,
        lists=lists,
        listing=listing,
        page=page,
        pages_of=say("Pages of groups"),
        again=command("copies", "--again"),
        encoded_anew=any(each.why is Why.CONTENT for each in same),
        equal_files=_equal_files() if any(each.has_equal_files for each in same) else "",
        alike=is_alike,
        shown=[
            _shown(view, group, compare=n < _COMPARED_GROUPS)
            for n, group in enumerate(view.shown(page.of(listing.entries), MEMBERS))
        ],
    )


@copies.get("/api/copies")
def as_json() -> Response:
    view = explorer().copies
    found = view.known()
    groups = found.alike if ALIKE.read(request.args) else found.same
    page = Page(FROM.read(request.args), MOST.read(request.args), len(groups))
    return jsonify(of_copies(found.made, len(groups), found.freed, view.shown(page.of(groups), MEMBERS)))


def _equal_files() -> str:
    return f"{command('copies', '--paths', '-0')} | xargs -0 ls -l"


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
