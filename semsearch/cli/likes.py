"""`semsearch like` and `semsearch for-you`: what a person likes, and what else there is of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.search import searcher_for
from semsearch.cli.terminal import AsJson, out, print_json, settings_now
from semsearch.errors import NotFoundError, QueryError

if TYPE_CHECKING:
    from semsearch.explore.explorer import Explorer


def like(
    documents: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Files of the library, or ids of documents.")
    ],
    less: Annotated[bool, typer.Option("--less", help="Want less of this.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take the marks away.")] = False,
) -> None:
    """Mark documents as liked, so that `semsearch for-you` proposes others."""
    from semsearch.explore.likes import LESS, LIKE

    if less and forget:
        raise QueryError("--less and --forget exclude each other")
    explorer = _explorer()
    docs = [_doc_of(each, explorer) for each in documents]
    count = explorer.likes.mark(docs, 0 if forget else LESS if less else LIKE)
    out.print(f"{'forgotten' if forget else 'marked'}: {count:,}", highlight=False)


def for_you(as_json: AsJson = False) -> None:
    """Show documents like those that are marked as liked, for each interest a list."""
    from semsearch.api.for_you import of_interests
    from semsearch.text import printable

    found = _explorer().for_you.interests()
    if as_json:
        print_json(of_interests(found))
        return
    for interest in found:
        names = ", ".join(printable(each.path) for each in interest.likes[:3])
        more = f" and {len(interest.likes) - 3:,} more" if len(interest.likes) > 3 else ""
        out.print(f"Like {names}{more}", style="bold", highlight=False, markup=False)
        for each in interest.proposed:
            why = f"{each.similarity:.2f}, like {printable(each.because.path)}"
            out.print(f"  {printable(each.record.path)}  ({why})", highlight=False, markup=False)
    if not found:
        out.print("nothing is liked yet: `semsearch like FILE` marks a document")


def _explorer() -> Explorer:
    from semsearch.explore.explorer import Explorer
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    settings = settings_now()
    return Explorer(Store.open(settings, Role.WEB), searcher_for(settings))


def _doc_of(text: str, explorer: Explorer) -> str:
    """The id of a document that is named by its id or as a file. Raises NotFoundError."""
    from semsearch.store.keys import doc_id

    path = Path(text).expanduser().resolve()
    ids = [
        doc_id(root, path.relative_to(root).as_posix())
        for root in explorer.store.roots()
        if path.is_relative_to(root)
    ]
    for record in explorer.store.ledger.get_many([text, *ids]):
        return record.doc
    raise NotFoundError(f"{text} is no file of the library, and no id of a document")
