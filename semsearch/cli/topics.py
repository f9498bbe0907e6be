"""`semsearch topics`: what the library is about, as a tree of topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.terminal import AsJson, out, print_json, settings_now

if TYPE_CHECKING:
    from semsearch.explore.topic_tree import Branch
    from semsearch.settings import Settings
    from semsearch.store.store import Store


def topics(
    again: Annotated[
        bool, typer.Option("--again", help="Make the topics anew, from all documents. Waits for a run.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the topics of texts and of pictures, with the number of documents of each.

    A run of ingestion makes them, and gives new documents the nearest ones. It makes them anew when a fifth
    of the documents is new.
    """
    from semsearch.api.topics import of_topics
    from semsearch.explore.topic_tree import Topics
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    settings = settings_now()
    store = Store.open(settings) if again else Store.open(settings, Role.WEB)
    if again:
        _make_anew(settings, store)
    tree = Topics(store).tree()
    if as_json:
        print_json(of_topics(tree))
        return
    for title, branches in (("Texts", tree.texts), ("Pictures", tree.pictures)):
        if branches:
            out.print(title, highlight=False)
        for branch in branches:
            _print(branch, 1)
    if not tree.all:
        out.print(_why_none(store), highlight=False)
    if tree.without:
        out.print(f"{tree.without:,} documents have no topic: they are far from all of them", highlight=False)
    if tree.unknown and tree.all:
        out.print(f"{tree.unknown:,} documents are new: the next run looks at them", highlight=False)


def _make_anew(settings: Settings, store: Store) -> None:
    from semsearch.explore.topics import make_anew
    from semsearch.models.loaded import Models
    from semsearch.search.in_use import settled

    with store.lease.alone(settings.home):
        make_anew(store, settled(Models(settings), store))


def _print(branch: Branch, depth: int) -> None:
    out.print(f"{'  ' * depth}{branch.count:>7,}  {branch.name}", highlight=False, markup=False)
    for each in branch.inner:
        _print(each, depth + 2)


def _why_none(store: Store) -> str:
    from semsearch.explore.grouping import FEWEST
    from semsearch.records import Kind

    if max(store.count(Kind.TEXT), store.count(Kind.IMAGE)) < FEWEST:
        return f"there are no topics: they need {FEWEST} texts, or {FEWEST} pictures"
    return "there are no topics yet: run `semsearch ingest`, or `semsearch topics --again`"
