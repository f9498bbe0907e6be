"""A table of a file on the way to its page: found by its words, and drawn with each cell in its column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.summary import Summary
from semsearch.query import Query
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from tests.archives import element, package
from web.app import create_app

Run = Callable[..., Summary]

ROWS = (("", "Mon", "Tue", "Wed"), ("8:00", "", "Choir", ""), ("9:00", "Art", "", "Art"))


def word(*rows: tuple[str, ...]) -> bytes:
    def cell(text: str) -> str:
        return f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    table = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    return package(element("w:document", f"<w:body><w:tbl>{table}</w:tbl></w:body>"))


def test_empty_cells_are_on_the_page_and_in_no_snippet(
    folder: Path, run: Run, searcher: Searcher, settings: Settings
) -> None:
    (folder / "week.docx").write_bytes(word(*ROWS))
    run()
    [hit] = searcher.search(Query("choir")).hits
    assert hit.passages[0].snippet == "| Mon | Tue | Wed 8:00 | Choir | 9:00 | Art | Art"
    page = create_app(settings, searcher).test_client().get(f"/doc/{hit.doc}?q=choir").text
    drawn = [row.partition("</tr>")[0] for row in page.split("<tr>")[1:]]
    assert [[cell.partition("</td>")[0] for cell in row.split("<td>")[1:]] for row in drawn] == [
        ["", "Mon", "Tue", "Wed"],
        ["8:00", "", "<mark>Choir</mark>", ""],
        ["9:00", "Art", "", "Art"],
    ]
