"""From match to match in a document of which a page shows only a part: a page of a PDF, or some passages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from flask import redirect, request
from werkzeug.wrappers import Response

from semsearch.api import parameters
from semsearch.errors import BusyError, FileError, NotFoundError
from semsearch.language import query_syntax
from semsearch.language.terms import spans_of
from semsearch.records import DocumentRecord, Passage
from semsearch.results import DocumentView
from web.form import Form
from web.neighbours import reading_address
from web.reading import made
from web.rendering.pdf_page import read_page
from web.services import services

# The most passages that are looked at for one step, so that no request takes long.
_MOST = 5_000


def match(doc: str) -> Response:
    """Lead on to the next part of a document that has a word of the query `q`, or back if `step` is -1.

    The part that is shown is page number `page` of a PDF, else the passages from number `first` to `last`.
    After the end comes the beginning. In a very long document the way leads to the part up to which there is
    no match, and goes on from there.
    """
    view, form = services().library.document(doc), Form.read(request.args.to_dict(flat=False))
    step = -1 if request.args.get("step") == "-1" else 1
    terms = query_syntax.marked_in(parameters.read_words(request.args), view.record.language)
    passages = list(islice(_from_here(view.passages, step), _MOST))
    found = _place(view, passages, terms, step)
    has_more = not found and len(passages) < len(view.passages)
    where = {name: _number(name) for name in ("passage", "at", "offset", "page")} | found
    if has_more:
        reached = passages[-1]
        where |= {"passage": reached.n} if where["page"] is None else {"page": reached.page}
    address = reading_address(form, doc, endpoint="pages.document", **where).partition("#")[0]
    # Known to static/reading.js.
    without = "no-match-yet" if has_more else "no-match"
    anchor = without if not found else "first-match" if step > 0 else "last-match"
    return redirect(f"{address}#{anchor}")


def _place(
    view: DocumentView, passages: Sequence[Passage], terms: Collection[str], step: int
) -> dict[str, int | None]:
    """The `passage` with the first match, or its `page` in a PDF; {} without one.

    The page that is shown is one only if no other has a match.
    """
    language, here = view.record.language, _number("page")
    matching = (each for each in passages if spans_of(each.content, terms, language))
    if here is None:
        return next(({"passage": each.n} for each in matching), {})
    last = {each.page: each.n for each in view.passages}
    found: dict[str, int | None] = {}
    for each in matching:
        is_last = each.page is not None and last[each.page] == each.n
        for page in _pages_of(view.record, each, terms)[::step] if is_last else [each.page]:
            found = {"page": page}
            if page != here:
                return found
    return found


def _pages_of(record: DocumentRecord, passage: Passage, terms: Collection[str]) -> Sequence[int | None]:
    """The pages with matches of the last passage of a page: its sentence may go on to the page after it."""
    page = passage.page or 1
    lines, after = _lines(record, page), _lines(record, page + 1)
    is_after = bool(spans_of(after, terms, record.language))
    # The words of a scanned page are not in the file.
    is_here = not lines or not is_after or bool(spans_of(lines, terms, record.language))
    return [page] * is_here + [page + 1] * is_after


def _lines(record: DocumentRecord, page: int) -> str:
    try:
        return "\n".join(line.text for line in made(record, read_page, page).lines)
    except (NotFoundError, FileError, BusyError):  # such as the page after the last one
        return ""


def _from_here(passages: Sequence[Passage], step: int) -> Iterator[Passage]:
    """The passages in the order of the step: those beyond the part that is shown, then the others.

    The last one of a page of a PDF may go on to the next page.
    """
    page, edge = _number("page"), _number("last" if step > 0 else "first") or 0
    last = max((each.n for each in passages if each.page == page), default=None)

    def is_beyond(each: Passage) -> bool:
        if page is not None and each.n == last:
            return step > 0
        place, here = (each.n, edge) if page is None else (each.page or 0, page)
        return (place - here) * step > 0

    ordered = passages[::step]
    yield from filter(is_beyond, ordered)
    yield from (each for each in ordered if not is_beyond(each))


def _number(name: str) -> int | None:
    return request.args.get(name, type=int)
