"""`semsearch label`: labels by example, which are learned from documents that are marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.documents import Documents, doc_named
from semsearch.cli.terminal import AsJson, err, out, print_json, settings_now
from semsearch.errors import QueryError

if TYPE_CHECKING:
    from semsearch.explore.labels import Labels, LabelSummary, LabelView, Proposal
    from semsearch.settings import Settings
    from semsearch.store.store import Store

label_app = typer.Typer(
    invoke_without_command=True,
    help="Labels by example: mark some documents, and the others get the label if they are alike.",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the label, in upper or lower case.")]


@label_app.callback()
def label(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the labels, as `semsearch label list` does."""
    if context.invoked_subcommand is None:
        list_labels(as_json)


@label_app.command("list")
def list_labels(as_json: AsJson = False) -> None:
    """Show the labels: how many documents have each, and how many are marked as it and as not it."""
    from semsearch.api.labels import of_labels
    from semsearch.text import printable

    _, _, labels = _opened()
    found = labels.all()
    if as_json:
        print_json(of_labels(found))
        return
    for each in found.labels:
        marks = f"{each.yes:,} marked as it, {each.no:,} as not it"
        out.print(f"{each.documents:>9,}  {printable(each.name)}  ({marks})", highlight=False, markup=False)
    if not found.labels:
        out.print("no labels: `semsearch label add NAME PATH...` begins one", highlight=False)
    _say_if_open(found.applied)


@label_app.command("add")
def add(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of the label.", show_default=False)
    ] = None,
    documents: Documents = None,
    is_not: Annotated[
        bool, typer.Option("--not", help="Mark the documents as not having the label.")
    ] = False,
    preset: Annotated[
        str | None,
        typer.Option(help="Begin the ready-made labels of a preset: sentiment.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Mark documents as having a label, and apply it to all. A name that is new begins a label."""
    settings, store, labels = _opened()
    if preset is not None:
        if name is not None:
            raise QueryError("--preset begins labels of its own: leave out the name")
        names = labels.add_preset(preset)
    elif name is None or not documents:
        raise QueryError("name a label and the files that are marked, or --preset sentiment")
    else:
        docs = [doc_named(each, store, settings) for each in documents]
        names = [labels.mark(name, docs, is_it=not is_not)]
    _apply(settings, store, labels, as_json=as_json, names=names)


@label_app.command("remove")
def remove(name: Name, documents: Documents = None, as_json: AsJson = False) -> None:
    """Take the marks of documents away, and apply the label anew."""
    settings, store, labels = _opened()
    labels.unmark(name, [doc_named(each, store, settings) for each in documents or ()])
    _apply(settings, store, labels, as_json=as_json, names=[name])


@label_app.command("show")
def show(
    name: Name,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Documents of each sort.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Show what is marked, the likeliest of the rest, and those whose marks would tell most."""
    from semsearch.api.labels import of_label

    _, _, labels = _opened()
    found = labels.show(name, limit)
    if as_json:
        print_json(of_label(found))
    else:
        _print(found)


@label_app.command("apply")
def apply(as_json: AsJson = False) -> None:
    """Give all documents the labels that the marks say. A watcher and each run of ingestion do it too."""
    _apply(*_opened(), as_json=as_json)


@label_app.command("rename")
def rename(
    name: Name,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    as_json: AsJson = False,
) -> None:
    """Give a label another name. Its marks stay."""
    settings, store, labels = _opened()
    _apply(settings, store, labels, as_json=as_json, names=[labels.book.rename(name, new)])


@label_app.command("delete")
def delete(name: Name, as_json: AsJson = False) -> None:
    """Forget a label with its marks, and take it from all documents."""
    settings, store, labels = _opened()
    labels.book.delete(name)
    _apply(settings, store, labels, as_json=as_json)


def _opened() -> tuple[Settings, Store, Labels]:
    from semsearch.explore.labels import Labels
    from semsearch.explore.vectors import LibraryVectors
    from semsearch.store.store import Store

    settings = settings_now()
    store = Store.open(settings)
    return settings, store, Labels(store, LibraryVectors(store))


def _apply(
    settings: Settings, store: Store, labels: Labels, *, as_json: bool, names: Sequence[str] = ()
) -> None:
    """Apply all labels, and say what these have now."""
    from semsearch.api.labels import of_labels
    from semsearch.explore.label_run import relabel
    from semsearch.models.loaded import Models

    done = relabel(store, Models(settings), settings.home)
    found = labels.all()
    if as_json:
        print_json(of_labels(found, done.changed))
        return
    shown = [each for each in found.labels if each.name in names] if names else found.labels
    for each in shown:
        out.print(_sentence(each), highlight=False, markup=False)
    out.print(f"{done.changed:,} documents have other labels than before", highlight=False)


def _sentence(each: LabelSummary) -> str:
    from semsearch.text import printable

    return (
        f"{printable(each.name)}: {each.documents:,} documents have it; {each.yes:,} are marked as it, "
        f"{each.no:,} as not it"
    )


def _print(found: LabelView) -> None:
    from semsearch.text import printable

    out.print(_sentence(found.label), highlight=False, markup=False)
    if found.gone:
        out.print(f"  {found.gone:,} marks are of contents that are not in the library now", highlight=False)
    for title, records in (("it", found.yes), ("not it", found.no)):
        for record in records:
            out.print(f"  {title:8} {printable(record.path)}", highlight=False, markup=False)
    sorts: tuple[tuple[str, Sequence[Proposal]], ...] = (("likely", found.likely), ("unsure", found.unsure))
    for title, proposals in sorts:
        for each in proposals:
            path = printable(each.record.path)
            out.print(f"  {title:8} {each.probability:4.0%}  {path}", highlight=False, markup=False)
    if found.rough:
        out.print(
            "  The percentages are rough: mark five or more as it, and five as not it.", highlight=False
        )
    _say_if_open(found.applied)


def _say_if_open(applied: bool) -> None:
    if not applied:
        err.print(
            "marks have changed since the labels were applied: run `semsearch label apply`", highlight=False
        )
