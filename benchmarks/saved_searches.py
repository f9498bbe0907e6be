"""What do saved searches cost a run of ingestion, and do they find what a search finds?

    python -m benchmarks.saved_searches SCIFACT

SCIFACT is the collection in BEIR layout. A thousand abstracts are ingested, a thousand searches are saved,
and a thousand more abstracts are ingested, without the saved searches. Then these are asked of the new
abstracts, as a run does at its end. The searches are SciFact's claims: of ten, six are as they are, one is by
words only, one is for texts of a folder, one has a phrase, and one leaves a word out. What they find is
compared with all clear matches of each search in the whole library, for every seventh one.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.running import installation, median
from semsearch.evaluation.datasets import load
from semsearch.explore.news import ask_saved_searches
from semsearch.explore.saved import NEW, SAVED, SavedSearches, query_of
from semsearch.models.loaded import Models
from semsearch.query import MAX_LIMIT, Cursor
from semsearch.results import Hit
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store

_DOCUMENTS, _SEARCHES = 1000, 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("scifact", type=Path)
    dataset = load(parser.parse_args().scifact)
    with tempfile.TemporaryDirectory() as work:
        staged, folder = Path(work, "staged"), Path(work, "files")
        dataset.write(staged)
        files = sorted(each for each in staged.rglob("*") if each.is_file())[: 2 * _DOCUMENTS]
        old, new = files[::2], files[1::2]
        for file in old:
            _move(file, folder / "old")
        with installation(Path(work), SEMSEARCH_OCR="off", SEMSEARCH_EXPLORE="off") as installed:
            installed.run("ingest", str(folder))
            store = Store.open(installed.settings)
            saved = SavedSearches(store)
            for n, search in enumerate(_searches(list(dataset.queries.values()))):
                saved.add(f"search {n}", search)
            for file in new:
                _move(file, folder / "new")
            run, _ = installed.run("ingest", str(folder))
            models = Models(installed.settings)
            times = []
            for _ in range(6):
                store.kept.forget("saved_known")
                store.mine.forget(NEW)
                started = time.perf_counter()
                ask_saved_searches(store, models)
                times.append(time.perf_counter() - started)
            print(f"run of {_DOCUMENTS:,} new documents: {run:.1f} s")
            print(f"saved searches, the first time, with {_SEARCHES:,} texts to embed: {times[0]:.2f} s")
            later = median(times[1:])
            print(f"later, median of {len(times) - 1}: {later:.2f} s, {later / run:.1%} of the run")
            started = time.perf_counter()
            ask_saved_searches(store, models)
            print(f"when nothing has changed: {(time.perf_counter() - started) * 1000:.1f} ms")
            _compare(store, Searcher(store, models), saved)
            store.close()


def _move(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file.rename(folder / file.name)


def _searches(claims: list[str]) -> Iterator[str]:
    """The query strings of a thousand different searches."""
    for n in range(_SEARCHES):
        claim = claims[n % len(claims)]
        words = claim.rstrip(".").split()
        kind = n % 10
        if kind == 6:
            yield urlencode({"q": " ".join(words[:3]), "mode": "words"})
        elif kind == 7:
            yield urlencode({"q": claim, "path": "new/1", "kind": "text"})
        elif kind == 8:
            yield urlencode({"q": f'"{" ".join(words[:2])}"'})
        elif kind == 9:
            yield urlencode({"q": f"{claim} -mice"})
        else:
            yield urlencode({"q": claim})


def _compare(store: Store, searcher: Searcher, saved: SavedSearches) -> None:
    """Hold what is new in every seventh search, so in all kinds, against its matches in the new folder."""
    same = missing = extra = 0
    searches = store.mine.get(SAVED)
    names = [f"search {n}" for n in range(0, _SEARCHES, 7)]
    for name in names:
        shown = {hit.doc for hit in _matches(searcher, searches[name]) if hit.path.startswith("new/")}
        found = set(saved.get(name).new)
        same += len(shown & found)
        missing += len(shown - found)
        extra += len(found - shown)
    print(
        f"new in {len(names)} searches: {same:,} are matches of them, {missing} are missing, {extra} are none"
    )


def _matches(searcher: Searcher, search: str) -> Iterator[Hit]:
    """All clear matches of a search, page by page."""
    cursor: Cursor | None = Cursor()
    while cursor is not None:
        page = searcher.search(replace(query_of(search), limit=MAX_LIMIT, copies=True, cursor=cursor))
        yield from (hit for hit in page.hits if hit.is_clear)
        cursor = page.next if page.hits and page.hits[-1].is_clear else None


if __name__ == "__main__":
    main()
