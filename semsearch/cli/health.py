"""`semsearch health`: how the library and its searches change."""

from __future__ import annotations

from semsearch.cli.terminal import AsJson, out, print_json, settings_now


def health(as_json: AsJson = False) -> None:
    """Show what came when, how the new documents differ from the rest, and how searches end."""
    from semsearch.api.library_health import of_health
    from semsearch.explore.drift_words import drift_in_english
    from semsearch.explore.endings import Endings
    from semsearch.explore.library_health import LibraryHealth
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    store = Store.open(settings_now(), Role.WEB)
    found = LibraryHealth(store, Endings(store.mine)).now()
    told = drift_in_english(found)
    if as_json:
        print_json(of_health(found, told))
        return
    if found.changes is None:
        out.print("The next `semsearch ingest` computes how the library changes.", highlight=False)
    else:
        for each in found.changes.indexed[-12:]:
            amount = f"{each.documents:,} documents, {each.passages:,} passages"
            out.print(f"{each.month}: {amount} indexed", highlight=False)
        for sentence in told or ["What is new is like the rest, or too little is new to tell."]:
            out.print(sentence, highlight=False, markup=False)
    for month in found.searches[:12]:
        out.print(
            f"{month.month}: {month.searches:,} searches, {month.clicked:,} with a hit opened, "
            f"{month.unclear:,} with nothing clear",
            highlight=False,
        )
    if not found.is_counting:
        out.print("It is not counted how searches end.", highlight=False)
