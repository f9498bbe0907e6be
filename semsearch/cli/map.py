"""`semsearch map`: how many documents are on the maps of the library, and fit them anew."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semsearch.cli.terminal import AsJson, out, print_json, settings_now

if TYPE_CHECKING:
    from semsearch.explore.maps import MapState

_NONE = "There is no map yet: run `semsearch ingest`, which makes it at its end, or `semsearch map --fit`."


def map_(
    fit: Annotated[bool, typer.Option("--fit", help="Fit the maps anew first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how many documents are on the maps of the library. The page `/map` draws them.

    A run of ingestion places new documents, and fits a map anew when a fifth of them is new.
    """
    from semsearch.explore.maps import fit_maps, states
    from semsearch.explore.vectors import LibraryVectors
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    settings = settings_now()
    store = Store.open(settings, Role.WORKER if fit else Role.WEB)
    if fit:
        with store.lease.alone(settings.home):
            fit_maps(store, LibraryVectors(store))
    found = [each for each in states(store) if each.placed]
    if as_json:
        print_json([_described(each) for each in found])
        return
    for each in found:
        out.print(_line(each), highlight=False)
    if not found:
        out.print(_NONE, highlight=False)


def _described(state: MapState) -> dict[str, Any]:
    fitted = asdict(state.fitted)
    at = datetime.fromtimestamp(fitted.pop("at"), UTC).isoformat(timespec="seconds")
    return {"map": state.name.value, "placed": state.placed, "fitted": {"at": at, **fitted}}


def _line(state: MapState) -> str:
    fitted = state.fitted
    when = datetime.fromtimestamp(fitted.at).strftime("%Y-%m-%d %H:%M")
    since = f", {fitted.added:,} added since" if fitted.added else ""
    return f"{state.name}: {state.placed:,} documents, fitted {when} to {fitted.documents:,}{since}"
