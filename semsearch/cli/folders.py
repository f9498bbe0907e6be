"""`semsearch folders`: list, add, forget, pause and resume the folders that are ingested."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.completion import known_folders
from semsearch.cli.terminal import AsJson, out, print_json, settings_now

if TYPE_CHECKING:
    from semsearch.settings import Settings
    from semsearch.store.store import Store

folders_app = typer.Typer(
    invoke_without_command=True, help="List, add, forget, pause and resume the folders that are ingested."
)
KnownFolder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER", help="A folder as `semsearch folders` shows it.", autocompletion=known_folders
    ),
]


@folders_app.callback()
def folders(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the known folders, their states, how many documents they have, and the last change.

    A folder is watched or paused, and offline while it cannot be reached: its documents stay in the index. An
    unlisted folder has only documents here: they were imported, or `forget` was interrupted.
    """
    if context.invoked_subcommand is not None:
        return
    from semsearch.text import printable

    rows = _rows(*_opened())
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    for row in rows:
        counts = f"{row.state:8} {row.documents:>9,}  {row.changed or '-':20}"
        out.print(f"{counts}  {printable(row.folder)}", highlight=False, markup=False)
    if not rows:
        out.print("no folders: `semsearch folders add FOLDER` or `semsearch ingest FOLDER` adds one")


@folders_app.command("add")
def add(folder: Annotated[Path, typer.Argument(help="A folder.")]) -> None:
    """Add a folder. The next `semsearch ingest` reads its files, and a watcher that runs does so at once."""
    from semsearch.errors import FolderError
    from semsearch.folders import remember_folders

    settings, store = _opened()
    try:
        path = folder.expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise FolderError(f"{folder} cannot be reached: {error}") from error
    if not path.is_dir():
        raise FolderError(f"there is no folder {path}")
    store.inventory.note_folders(
        [str(path)]
    )  # before the home: only a folder that Redis has known can be lost
    remember_folders(settings.home, [str(path)])
    _say("added", str(path))


@folders_app.command("forget")
def forget(folder: KnownFolder) -> None:
    """Take a folder and its documents out of the index. The files stay where they are."""
    from ingest.forget import forget as forget_folder
    from semsearch.text import printable

    done = forget_folder(folder, *_opened())
    _say(f"forgotten, with {done.documents:,} documents:", done.folder)
    if done.hint:
        out.print(printable(done.hint), highlight=False, markup=False)


@folders_app.command("pause")
def pause(folder: KnownFolder) -> None:
    """Stop to watch a folder, and leave it out of `semsearch ingest`. Its documents are still found."""
    _say("paused", _pause(folder, paused=True))


@folders_app.command("resume")
def resume(folder: KnownFolder) -> None:
    """Watch and ingest a paused folder again."""
    _say("resumed", _pause(folder, paused=False))


def _pause(folder: Path, *, paused: bool) -> str:
    from semsearch.folders import find_folder, known_folders, pause_folder

    home = settings_now().home
    found = find_folder(folder, known_folders(home))
    pause_folder(home, found, paused=paused)
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    """A folder as it is shown. `changed` is empty when it has no documents."""

    folder: str
    state: str
    documents: int
    changed: str


def _rows(settings: Settings, store: Store) -> list[_Row]:
    from semsearch.search.overview import folders
    from semsearch.text import iso

    return [
        _Row(
            each.path,
            each.state,
            each.documents,
            iso(datetime.fromtimestamp(each.changed, UTC)) if each.changed else "",
        )
        for each in folders(store, settings.home)
    ]


def _opened() -> tuple[Settings, Store]:
    from semsearch.store.store import Store

    settings = settings_now()
    return settings, Store.open(settings)


def _say(what: str, folder: str) -> None:
    from semsearch.text import printable

    out.print(f"{what} {printable(folder)}", highlight=False, markup=False)
