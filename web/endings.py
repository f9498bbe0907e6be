"""Count how searches on the page end: nothing is sent for it, the addresses of hits have their rank anyway.

A click is a page of a document to which a list of hits of this site leads, or a preview of a hit that was
clicked: `preview.js` says so in a header. What programs ask for, what a
browser only prepares, and what somebody sees who may see some folders alone are not counted.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

from flask import request, url_for

from semsearch.errors import RedisError
from semsearch.explore.endings import Endings
from semsearch.results import NOTHING_CLEAR, Results
from web.exploring import seen_explorer
from web.form import Form


def searched(form: Form, results: Results, offset: int) -> None:
    """Note that the first page of a search is shown, which somebody has finished to type."""
    endings = _counting()
    if endings is not None and not offset and "unfinished" not in request.args:
        is_clear = bool(results.hits) and NOTHING_CLEAR not in results.notes
        with suppress(RedisError):  # the page is worth more than the sum
            endings.searched(form.link(), is_clear=is_clear)


def opened(form: Form) -> None:
    """Note that the page of a document is shown, if a list of hits has led to it."""
    endings, rank = _counting(), request.args.get("at", -1, type=int) + 1
    if endings is not None and form.has_query and rank > 0 and _comes_from_a_search():
        with suppress(RedisError):
            endings.opened(form.link(), rank)


def previewed(form: Form) -> None:
    """Note that a preview is shown, if somebody has clicked its hit. The page and keys choose hits too."""
    if request.headers.get("X-Chosen") == "click":
        opened(form)


def _counting() -> Endings | None:
    explorer = seen_explorer()
    is_shown = request.method == "GET" and not request.headers.get("Sec-Purpose")
    return explorer.endings if explorer is not None and is_shown else None


def _comes_from_a_search() -> bool:
    """Whether the page before is a search here, and not a neighbour in the list or another site."""
    before = urlsplit(request.headers.get("Referer", ""))
    return before.netloc == request.host and before.path == url_for("pages.search")
