"""Which documents are named on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.errors import NotFoundError

if TYPE_CHECKING:
    from semsearch.settings import Settings
    from semsearch.store.store import Store

Documents = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH_OR_ID...", help="Files that are in the index, or ids of documents.", show_default=False
    ),
]
_ID = re.compile(r"[0-9a-f]{16}")


def doc_named(text: str, store: Store, settings: Settings) -> str:
    """The id of a document that is named by it, or by the path of its file. Raises NotFoundError.

    A link is a document of its own if it was ingested. Otherwise it names the file that it leads to.
    """
    ids = [text] if _ID.fullmatch(text) else []
    for record in store.ledger.get_many([*ids, *_ids_of(Path(text).expanduser(), store, settings)]):
        return record.doc
    raise NotFoundError(
        f"{text} is no document of the index: name a file that was ingested, or an id, as `semsearch search "
        "--json` prints it"
    )


def _ids_of(path: Path, store: Store, settings: Settings) -> Iterator[str]:
    from semsearch.folders import known_folders
    from semsearch.store.keys import doc_id

    absolute = path.absolute()
    folders = sorted({*known_folders(settings.home), *store.roots()})
    for place in dict.fromkeys((absolute.parent.resolve() / absolute.name, absolute.resolve())):
        for folder in folders:
            if place.is_relative_to(folder):
                yield doc_id(folder, place.relative_to(folder).as_posix())
