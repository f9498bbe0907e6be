"""What stems by the language of a text gain: XQuAD's questions, by words alone, in each language.

    python -m benchmarks.words_by_language DATA/text/xquad [--questions 1190]

Prints nDCG@10 of the questions of each language against the paragraphs in it, first with the terms of English
for all of them, then with those of their language, and then in a library of all languages together; and the
bytes of terms that a paragraph takes.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

from semsearch.evaluation.homes import free_port
from semsearch.language.detect import language_of
from semsearch.models.loaded import Models
from semsearch.query import Filters, Mode, Query
from semsearch.records import DocumentRecord, Kind, Passage, State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.codec import passage_piece
from semsearch.store.engine import engine
from semsearch.store.entries import Entry
from semsearch.store.keys import doc_id
from semsearch.store.schema import DOC
from semsearch.store.store import Store
from semsearch.store.terms import passage_terms

_ROOT = "/xquad"
_BATCH = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=1190)
    options = parser.parse_args()
    folder: Path = options.folder
    languages = [file.name.split(".")[1] for file in sorted(folder.glob("corpus.*.jsonl"))]
    judged = dict(line.split("\t")[:2] for line in _lines(next((folder / "qrels").iterdir()))[1:])
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        settings = Settings(home=Path(temporary), redis_url="", redis_port=free_port(), image_model="")
        try:
            store, models = Store.open(settings), Models(settings)
            print(f"{'':8} {'English':>8} {'its own':>8} {'together':>9} {'bytes':>6} {'before':>6}")
            for language in languages:
                _measure(language, languages, options.questions, folder, judged, store, models)
        finally:
            engine.stop(settings)


def _measure(
    language: str,
    languages: Sequence[str],
    most: int,
    folder: Path,
    judged: dict[str, str],
    store: Store,
    models: Models,
) -> None:
    questions = list(_texts(folder / f"queries.{language}.jsonl").items())[:most]
    found, sizes = [], []
    for own, together in ((False, [language]), (True, [language]), (True, languages)):
        store.documents.remove(list(store.ledger))
        store.prepare_index(DOC)
        entries = [
            _entry(each, doc, text, own=own)
            for each in together
            for doc, text in _texts(folder / f"corpus.{each}.jsonl").items()
        ]
        for start in range(0, len(entries), _BATCH):
            store.documents.replace(entries[start : start + _BATCH], {})
        store.statistics.wait_for_collector()
        sizes.append(sum(len(line.encode()) for each in entries for line in each.terms) / len(entries))
        within = Filters(path=f"{language}/")
        searcher = Searcher(store, models)  # it caches counts
        gains = [_gain(searcher, text, f"{language}/{judged[each]}", within) for each, text in questions]
        found.append(sum(gains) / len(gains))
    print(f"{language:8} {found[0]:8.4f} {found[1]:8.4f} {found[2]:9.4f} {sizes[1]:6.0f} {sizes[0]:6.0f}")


def _gain(searcher: Searcher, text: str, wanted: str, within: Filters) -> float:
    """The nDCG@10 of a question that one paragraph answers."""
    hits = searcher.search(Query(text, mode=Mode.WORDS, filters=within, copies=True)).hits
    paths = [hit.path for hit in hits]
    return 1 / math.log2(paths.index(wanted) + 2) if wanted in paths else 0.0


def _entry(language: str, doc: str, text: str, *, own: bool) -> Entry:
    path = f"{language}/{doc}"
    record = DocumentRecord(
        doc=doc_id(_ROOT, path),
        root=_ROOT,
        path=path,
        kind=Kind.TEXT,
        media_type="text/plain",
        size=len(text),
        mtime_ns=0,
        sha256=path,
        title="",
        state=State.INDEXED,
        language=language_of(text) if own else "",
    )
    passage = Passage(0, text, 0, len(text))
    return Entry(record, (passage_piece(passage, None),), passage_terms([passage], record.language))


def _texts(file: Path) -> dict[str, str]:
    return {each["_id"]: each["text"] for each in map(json.loads, _lines(file))}


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    main()
