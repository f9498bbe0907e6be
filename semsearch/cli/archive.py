"""`semsearch export` and `semsearch import`: the documents with their vectors, in one file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.terminal import AsJson, err, out, print_json, settings_now
from semsearch.errors import SettingsError

if TYPE_CHECKING:
    from semsearch.archive.documents import Moves
    from semsearch.archive.export import Exported, Progress
    from semsearch.archive.load import Imported
    from semsearch.store.store import Store

SOME_LEFT_OUT = 1


def export(
    file: Annotated[
        Path | None, typer.Argument(help="File to write, in Parquet. A file of this name is replaced.")
    ] = None,
    projector: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write a vector for each document into this folder, for TensorBoard's Embedding Projector.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write all documents with their vectors to a file: a backup, a move to another Redis, data for pandas.

    --projector writes texts/tensors.tsv, texts/metadata.tsv and the same of pictures, in place of a file.

    The exit code is 0, 1 if Redis has lost a part of some documents, which are left out, and 2 if the command
    could not run.
    """
    from semsearch.archive.export import export
    from semsearch.store.store import Store

    if (file is None) == (projector is None):
        raise SettingsError("name either a file to write, or a folder with --projector")
    settings = settings_now()
    if file is None:
        _write_projector(Store.open(settings), projector or Path(), as_json=as_json)
        return
    with _bar("export", quiet=as_json) as progress:
        done = export(file, settings, Store.open(settings), progress)
    if as_json:
        print_json(_of_export(done))
    else:
        _print_export(done)
    if done.left_out:
        raise typer.Exit(SOME_LEFT_OUT)


def _write_projector(store: Store, folder: Path, *, as_json: bool) -> None:
    from semsearch.explore.projector import write_projector
    from semsearch.text import printable

    written = write_projector(store, folder)
    if as_json:
        print_json([{"folder": str(each.folder), "documents": each.documents} for each in written])
        return
    for each in written:
        out.print(
            f"{printable(str(each.folder))}: {each.documents:,} documents", highlight=False, markup=False
        )
    if not written:
        out.print("there are no vectors yet: run `semsearch ingest`", highlight=False)


def import_(
    file: Annotated[Path, typer.Argument(help="File that `semsearch export` has written.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace documents that are here in another version.")
    ] = False,
    root: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OLD=NEW",
            help="Where a folder of the file lies on this machine. May be repeated.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take the documents of an export into the index, beside those that are there. No model is needed.

    The whole file is checked before anything is written. Documents that are here already stay as they are.
    """
    from semsearch.archive.load import load
    from semsearch.explore.label_run import relabel
    from semsearch.store.store import Store

    moves = _moves(root or ())
    settings = settings_now()
    store = Store.open(settings)
    with _bar("import", quiet=as_json) as progress:
        done = load(file, settings, store, progress, moves, replacing=replace)
    if settings.explore:
        relabel(store, None, settings.home)
    if as_json:
        print_json(_of_import(done))
    else:
        _print_import(done)


def _moves(options: Sequence[str]) -> Moves:
    from semsearch.archive.documents import Moves

    found = {}
    for option in options:
        old, _, new = option.partition("=")
        if not (Path(old).is_absolute() and new):
            raise SettingsError(
                f"--root {option}: write OLD=NEW, two folders, such as /srv/docs=/home/ann/docs"
            )
        found[str(Path(old))] = str(Path(new).expanduser().resolve())
    return Moves(found)


@contextmanager
def _bar(what: str, *, quiet: bool) -> Iterator[Progress]:
    """A progress bar of documents on standard error; nothing where nobody would see it."""
    if quiet or not err.is_terminal:
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn(f"[bold]{what}"), BarColumn(), MofNCompleteColumn(), TextColumn("documents"))
    with Bar(*columns, TimeRemainingColumn(compact=True), console=err, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _of_export(done: Exported) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(done) | {"file": str(done.file)}


def _of_import(done: Imported) -> dict[str, object]:
    from dataclasses import asdict

    found = asdict(done)
    counts: dict[str, object] = found.pop("counts")
    return {"file": str(found.pop("file"))} | counts | found


def _print_export(done: Exported) -> None:
    from semsearch.text import printable

    out.print(
        f"{printable(str(done.file))}: {done.documents:,} documents, {done.passages:,} passages and "
        f"{done.views:,} views of pictures, {done.bytes / 1e6:,.1f} MB in {done.seconds:.1f} s",
        highlight=False,
        markup=False,
    )
    if done.left_out:
        out.print(
            f"  {done.left_out:,} documents were left out, because Redis has lost a part of them: run "
            "`semsearch ingest` on your folders, and export again",
            highlight=False,
            markup=False,
        )


def _print_import(done: Imported) -> None:
    from semsearch.text import printable

    counts = done.counts
    kinds = [(counts.added, "added"), (counts.replaced, "replaced"), (counts.unchanged, "here already")]
    parts = ", ".join(f"{number:,} {what}" for number, what in kinds if number) or "none"
    lines = [
        f"{counts.documents:,} documents in {done.seconds:.1f} s: {parts} ({counts.passages:,} passages, "
        f"{counts.views:,} views of pictures)"
    ]
    if done.said:
        lines.append(f"  {done.said:,} marks and other things that people have said about them came along")
    if done.unserved:
        lines.append(
            "  Search finds them now. Their files can be opened on the page after: semsearch ingest "
            f"{printable(shlex.join(done.unserved))}"
        )
    for line in lines:
        out.print(line, highlight=False, markup=False)
