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
    print(f"{'':8} {'English':>8} {'its own':>8} {'together':>9} {'bytes':>6} {'before':>6}")
    for language in languages:
        questions = list(_texts(folder / f"queries.{language}.jsonl").items())[: options.questions]
        asked = [(text, f"{language}/{judged[each]}") for each, text in questions]
        english = _entries(folder, [language], own=False)
        own = _entries(folder, [language], own=True)
        libraries = (english, own, _entries(folder, languages, own=True))
        found = "".join(f"{_measured(language, entries, asked):9.4f}" for entries in libraries)
        print(f"{language:7} {found} {_bytes(own):7.0f} {_bytes(english):6.0f}")


def _measured(language: str, entries: Sequence[Entry], asked: Sequence[tuple[str, str]]) -> float:
    """The mean nDCG@10 of questions, each with the path of its paragraph, in a library of these documents."""
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        settings = Settings(home=Path(temporary), redis_url="", redis_port=free_port(), image_model="")
        try:
            store = Store.open(settings)
            store.prepare_index(DOC)
            for start in range(0, len(entries), _BATCH):
                store.documents.replace(entries[start : start + _BATCH], {})
            searcher, within = Searcher(store, Models(settings)), Filters(path=(f"{language}/",))
            return sum(_gain(searcher, text, wanted, within) for text, wanted in asked) / len(asked)
        finally:
            engine.stop(settings)


def _bytes(entries: Sequence[Entry]) -> float:
    """The bytes of terms of a document."""
    return sum(len(line.encode()) for each in entries for line in each.terms) / len(entries)


def _entries(folder: Path, languages: Sequence[str], *, own: bool) -> list[Entry]:
    return [
        _entry(language, doc, text, own=own)
        for language in languages
        for doc, text in _texts(folder / f"corpus.{language}.jsonl").items()
    ]


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
