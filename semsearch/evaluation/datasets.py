"""Judged collections: documents, queries, and the documents that are relevant to each query."""

from __future__ import annotations

import csv
import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from semsearch.errors import FileError
from semsearch.files import make_folder

_SUFFIX = ".txt"


@dataclass(frozen=True)
class Dataset:
    """A judged collection.

    `queries` maps a query's id to its text, `judged` a query's id to {document: grade}, and `corpus` a
    document's id to (title, text). Without a corpus, `judged` names documents by their paths in the index.
    `same` has the absolute paths of copies, each with the one that stands for it and that `judged` names.
    """

    name: str
    queries: Mapping[str, str]
    judged: Mapping[str, Mapping[str, int]]
    corpus: Mapping[str, tuple[str, str]]
    same: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write a text file for each document, named after its id."""
        make_folder(folder)
        for doc, (title, text) in self.corpus.items():
            content = f"{title}\n\n{text}\n" if title else f"{text}\n"
            (folder / f"{quote(doc, safe=' ')}{_SUFFIX}").write_text(content, encoding="utf-8")

    def document_of(self, path: str, root: str = "") -> str:
        """The name of a file, given by its path below its root, in the judgements."""
        if self.corpus:
            return unquote(path.removesuffix(_SUFFIX))
        return self.same.get(posixpath.join(root, path), path)


def load(source: Path) -> Dataset:
    """Read a folder in BEIR layout (corpus.jsonl, queries.jsonl, qrels/test.tsv), or a CSV file. A row of the
    CSV file is a query and the path of a document that answers it.

    Queries without judgements are left out. Raises FileError, with the file's name in the message.
    """
    try:
        return _beir(source) if source.is_dir() else _pairs(source)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise FileError(f"{source} cannot be read as a judged collection: {why}") from error


def _beir(folder: Path) -> Dataset:
    corpus = {
        str(row["_id"]): (str(row.get("title") or ""), str(row["text"]))
        for row in _rows(folder / "corpus.jsonl", "_id", "text")
    }
    judged: dict[str, dict[str, int]] = {}
    qrels = folder / "qrels" / "test.tsv"
    with qrels.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            try:
                judged.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
            except (KeyError, TypeError, ValueError) as error:
                raise FileError(
                    f"{qrels} needs the columns query-id, corpus-id and score, a whole number: {row}"
                ) from error
    rows = _rows(folder / "queries.jsonl", "_id", "text")
    queries = {str(row["_id"]): str(row["text"]) for row in rows if str(row["_id"]) in judged}
    return _checked(Dataset(folder.resolve().name, queries, judged, corpus), folder)


def _pairs(file: Path) -> Dataset:
    queries: dict[str, str] = {}
    judged: dict[str, dict[str, int]] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.reader(lines), start=1):
            if not row or [cell.strip().lower() for cell in row] == ["query", "path"]:
                continue
            if len(row) != 2:
                raise FileError(
                    f"{file}, line {number}: a row must be a query and a path: {', '.join(row)!r}"
                )
            query, path = (cell.strip() for cell in row)
            queries[query] = query
            judged.setdefault(query, {})[path] = 1
    return _checked(Dataset(file.stem, queries, judged, {}), file)


def _checked(dataset: Dataset, source: Path) -> Dataset:
    if not dataset.queries:
        raise FileError(f"{source} has no query with a judgement")
    return dataset


def _rows(file: Path, *needed: str) -> Iterator[dict[str, object]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                if any(name not in row for name in needed):
                    raise ValueError(f"it needs {' and '.join(needed)}")
            except (TypeError, ValueError) as error:
                raise FileError(f"{file}, line {number} cannot be read: {error}") from error
            yield row
