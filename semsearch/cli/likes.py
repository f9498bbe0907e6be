"""`semsearch like` and `semsearch for-you`: what a person likes, and what else there is of it."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.documents import doc_named
from semsearch.cli.terminal import AsJson, out, print_json, settings_now
from semsearch.errors import QueryError


def like(
    documents: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Files of the library, or ids of documents.")
    ],
    less: Annotated[bool, typer.Option("--less", help="Want less of this.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take the marks away.")] = False,
) -> None:
    """Mark documents as liked, so that `semsearch for-you` proposes others."""
    from semsearch.explore.likes import LESS, LIKE, Likes
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    if less and forget:
        raise QueryError("--less and --forget exclude each other")
    settings = settings_now()
    store = Store.open(settings, Role.WEB)
    docs = [doc_named(each, store, settings) for each in documents]
    count = Likes(store).mark(docs, 0 if forget else LESS if less else LIKE)
    out.print(f"{'forgotten' if forget else 'marked'}: {count:,}", highlight=False)


def for_you(as_json: AsJson = False) -> None:
    """Show documents like those that are marked as liked, for each interest a list."""
    from semsearch.api.for_you import of_interests
    from semsearch.explore.for_you import ForYou
    from semsearch.explore.likes import Likes
    from semsearch.store.access import Role
    from semsearch.store.store import Store
    from semsearch.text import printable

    store = Store.open(settings_now(), Role.WEB)
    found = ForYou(store, Likes(store)).interests()
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
