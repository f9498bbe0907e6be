"""`semsearch saved`: searches with a name, and what is new in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import typer

from semsearch.api.parameter import Parameter
from semsearch.api.parameters import COPIES, FILTERS, LIKE, MODE, ORDER, UNLIKE, Q, read_query
from semsearch.cli.query_words import QueryCommand
from semsearch.cli.search import Option, options_named, texts_of, with_parameters
from semsearch.cli.terminal import AsJson, out, print_json, settings_now

if TYPE_CHECKING:
    from semsearch.explore.saved import SavedSearches

saved_app = typer.Typer(
    invoke_without_command=True, help="List, add and remove saved searches, and show what is new in them."
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of a saved search.")]


@saved_app.callback()
def saved(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the saved searches, and how many documents are new in each since it was last opened."""
    if context.invoked_subcommand is None:
        _list(as_json=as_json)


@saved_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show the saved searches, and how many documents are new in each since it was last opened."""
    _list(as_json=as_json)


@saved_app.command("add", cls=QueryCommand)
@with_parameters(LIKE, UNLIKE, *FILTERS, MODE, ORDER, COPIES)
def add(
    *,
    name: Annotated[
        str, typer.Option(help="The name of the search; by default its words.", show_default=False)
    ] = "",
    **given: Option,
) -> None:
    """Save a search with its filters. Each run of ingestion asks it of what is new."""
    texts = texts_of(given)
    with options_named():
        read_query(texts)
    parameters: tuple[Parameter[Any], ...] = (Q, LIKE, UNLIKE, *FILTERS, MODE, ORDER, COPIES)
    chosen = {
        each.name: values
        for each in parameters
        if (values := each.texts(texts)) not in ((), ("",), (each.default,))
    }
    kept = _opened().add(name or " ".join(chosen.get(Q.name, ())), urlencode(chosen, doseq=True))
    out.print(f"saved as {kept.name}", highlight=False, markup=False)


@saved_app.command("remove")
def remove(name: Name) -> None:
    """Remove a saved search."""
    _opened().remove(name)
    out.print("removed")


@saved_app.command("new")
def new(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Of this search only.", show_default=False)
    ] = None,
    seen: Annotated[bool, typer.Option("--seen", help="Note that it has been seen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the documents that are new in saved searches."""
    from semsearch.api.saved import of_saved
    from semsearch.text import printable

    searches = _opened()
    found = [searches.get(name)] if name is not None else [each for each in searches.all() if each.new]
    if as_json:
        print_json(of_saved(found))
    else:
        for each in found:
            out.print(printable(f"{each.name}: {len(each.new):,} new"), highlight=False, markup=False)
            for record in searches.new_records(each):
                out.print(f"  {printable(f'{record.root}/{record.path}')}", highlight=False, markup=False)
        if not found:
            out.print("nothing is new")
    if seen:
        for each in found:
            searches.see(each.name)


def _list(*, as_json: bool) -> None:
    from semsearch.api.saved import of_saved
    from semsearch.text import printable

    found = _opened().all()
    if as_json:
        print_json(of_saved(found))
        return
    for each in found:
        count = f"{len(each.new):,} new" if each.new else ""
        out.print(printable(f"{count:>9}  {each.name}  ({each.search})"), highlight=False, markup=False)
    if not found:
        out.print("no saved searches: `semsearch saved add WORDS` saves one")


def _opened() -> SavedSearches:
    from semsearch.explore.saved import SavedSearches
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    return SavedSearches(Store.open(settings_now(), Role.WEB))
