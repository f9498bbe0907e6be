"""Judged collections in BEIR layout, as folders of files, and their measures."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Run = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Collection:
    """corpus: id to (title, text); queries: id to text; judged: query id to {doc id: grade}."""

    name: str
    corpus: dict[str, tuple[str, str]]
    queries: dict[str, str]
    judged: dict[str, dict[str, int]]

    def write(self, folder: Path) -> None:
        """One text file per document, named after its id."""
        folder.mkdir(parents=True)
        for doc, (title, text) in self.corpus.items():
            (folder / f"{doc}.txt").write_text(
                f"{title}\n\n{text}\n" if title else f"{text}\n", encoding="utf-8"
            )


def load(folder: Path) -> Collection:
    """Read corpus.jsonl, queries.jsonl and qrels/test.tsv; queries without judgements are left out."""
    corpus = {row["_id"]: (row.get("title", ""), row["text"]) for row in _rows(folder / "corpus.jsonl")}
    judged: dict[str, dict[str, int]] = {}
    with (folder / "qrels" / "test.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            judged.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    queries = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl") if row["_id"] in judged}
    return Collection(folder.name, corpus, queries, judged)


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def ndcg(collection: Collection, run: Run) -> float:
    """nDCG@10, averaged over the judged queries."""
    import ir_measures
    from ir_measures import nDCG

    measure = nDCG @ 10
    found: float = ir_measures.calc_aggregate([measure], collection.judged, run)[measure]
    return found
