"""Print what became of a file or a folder, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from semsearch.cli.terminal import out, print_json
from semsearch.folders import known_folders
from semsearch.text import printable

if TYPE_CHECKING:
    from semsearch.settings import Settings
    from semsearch.store.store import Store


def explain(path: Path, settings: Settings, store: Store, *, as_json: bool) -> None:
    """Print the explanation of a path. Raises NotFoundError when it lies in no folder that was ingested."""
    from ingest.why import why

    found = why(path, {*known_folders(settings.home), *store.roots()}, store)
    if as_json:
        print_json(found.as_json())
        return
    facts = {"path": found.path, "state": found.state, "reason": found.reason, **found.facts}
    width = max(map(len, facts))
    for name, value in facts.items():
        if value:
            out.print_beside(f"{name:{width}}  ", printable(value))
