"""`semsearch search`: a question from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semsearch.cli.terminal import AsJson, out, print_json, settings_now
from semsearch.errors import FileError


def search(
    query: Annotated[str, typer.Argument(help="What to look for.", show_default=False)] = "",
    image: Annotated[Path | None, typer.Option(help="A picture to find the likes of.")] = None,
    kind: Annotated[str, typer.Option(help="all, text or image.")] = "all",
    path: Annotated[str, typer.Option(help="Only below this path.")] = "",
    when: Annotated[str, typer.Option(help="Only of then: 2019, 'last month', 'since May 2020'.")] = "",
    media_type: Annotated[str, typer.Option("--type", help="Only application/pdf, say, or image/*.")] = "",
    min_size: Annotated[str, typer.Option(help="Only files so large: 10MB, '500 kB'.")] = "",
    max_size: Annotated[str, typer.Option(help="Only files no larger.")] = "",
    mode: Annotated[str, typer.Option(help="hybrid, meaning or words.")] = "hybrid",
    order: Annotated[str, typer.Option(help="What matches by relevance, date, name or size.")] = "relevance",
    facets: Annotated[bool, typer.Option("--facets", help="Count kinds, folders, types and years.")] = False,
    copies: Annotated[bool, typer.Option("--copies", help="Show copies as results of their own.")] = False,
    limit: Annotated[int, typer.Option("-k", help="How many documents.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find passages and pictures by meaning and by words.

    "Quoted words" must be there as they stand, a -word must not.
    """
    from semsearch.api.parameters import read_query
    from semsearch.api.payloads import of_results
    from semsearch.models.loaded import Models
    from semsearch.search.searcher import Searcher
    from semsearch.store.store import Store

    given = {"q": query, "kind": kind, "path": path, "when": when, "type": media_type, "mode": mode}
    given |= {"min_size": min_size, "max_size": max_size, "order": order, "limit": str(limit)}
    given |= {"facets": str(int(facets)), "copies": str(int(copies))}
    asked = read_query(given, image=_picture(image))
    settings = settings_now()
    results = Searcher(Store.open(settings), Models(settings)).search(asked)
    if as_json:
        print_json(of_results(query, results))
    else:
        from semsearch.cli.show_results import print_results

        print_results(out, results)


def _picture(path: Path | None) -> bytes | None:
    try:
        return None if path is None else path.expanduser().read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}") from error
