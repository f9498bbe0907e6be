"""From match to match in a document of which a page shows only a part: a page of a PDF, or some passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from flask import redirect, request
from werkzeug.wrappers import Response

from semsearch.api import parameters
from semsearch.language import query_syntax
from semsearch.language.terms import spans_of
from semsearch.records import Passage
from web.form import Form
from web.neighbours import reading_address
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
    language = view.record.language
    terms = query_syntax.marked_in(parameters.read_words(request.args), language)
    passages = list(islice(_from_here(view.passages, step), _MOST))
    found = next((each for each in passages if spans_of(each.content, terms, language)), None)
    has_more = found is None and len(passages) < len(view.passages)
    reached = passages[-1] if has_more else found
    where = {name: _number(name) for name in ("passage", "at", "offset", "page")}
    if reached is not None:
        where |= {"passage": reached.n} if where["page"] is None else {"page": reached.page}
    address = reading_address(form, doc, endpoint="pages.document", **where).partition("#")[0]
    # Known to static/reading.js.
    without = "no-match-yet" if has_more else "no-match"
    anchor = without if found is None else "first-match" if step > 0 else "last-match"
    return redirect(f"{address}#{anchor}")


def _from_here(passages: Sequence[Passage], step: int) -> Iterator[Passage]:
    """The passages in the order of the step: those beyond the part that is shown, then the others."""
    page, edge = _number("page"), _number("last" if step > 0 else "first") or 0

    def is_beyond(each: Passage) -> bool:
        place, here = (each.n, edge) if page is None else (each.page or 0, page)
        return (place - here) * step > 0

    ordered = passages[::step]
    yield from filter(is_beyond, ordered)
    yield from (each for each in ordered if not is_beyond(each))


def _number(name: str) -> int | None:
    return request.args.get(name, type=int)
