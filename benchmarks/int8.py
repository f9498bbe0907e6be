"""What do 8 bits cost the built-in text model, and what do they gain?

    python -m benchmarks.int8 FOLDER... [--sample 200] [--rounds 3]     (BEIR layout)

Cuts the documents of each collection into passages, embeds these with 32 and with 8 bits, and searches
exactly in numpy; a document is as near as its nearest passage. Queries have 32 bits. Prints nDCG@10 for both,
for a library of which every other document has 8 bits, and the mean cosine of the two vectors of a passage.
Then it prints the passages a second, measured on a sample in turns.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.running import median, timed
from ingest.prepare import text_chunks
from ingest.readers.documents import TextDocument
from semsearch.evaluation.datasets import Dataset, load
from semsearch.evaluation.measure import score
from semsearch.models.catalogue import text_model
from semsearch.models.processor import multiplies_bytes
from semsearch.models.protocol import TextEmbedder
from semsearch.records import Vectors
from semsearch.settings import Settings

_BATCH, _FOUND = 256, 100
# The bar: how much nDCG@10 may fall.
_MOST = 0.005


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not multiplies_bytes():
        raise SystemExit("this processor does not multiply bytes, so passages have 32 bits here")
    model = text_model(Settings())
    print(f"bar: nDCG@10 may fall by {_MOST}")
    texts: list[str] = []
    for folder in options.folders:
        texts = _quality(load(folder), model)
    sample = texts[: options.sample]
    rates: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(options.rounds):
        for exact, measured in rates.items():
            seconds = timed(lambda exact=exact: model.embed(sample, query=exact))
            measured.append(len(sample) / seconds)
    slow, quick = median(rates[True]), median(rates[False])
    print(f"passages a second: {slow:.1f} with 32 bits, {quick:.1f} with 8 ({quick / slow:.2f} times)")


def _quality(collection: Dataset, model: TextEmbedder) -> list[str]:
    """Print the quality on a collection. Returns the texts of its passages."""
    owners: list[str] = []
    texts: list[str] = []
    for doc, (title, text) in collection.corpus.items():
        content = f"{title}\n\n{text}" if title else text
        for chunk in text_chunks(TextDocument("text/plain", title, content), model):
            owners.append(doc)
            texts.append(chunk.passage.embedded)
    exact, quick = _embedded(model, texts, exact=True), _embedded(model, texts, exact=False)
    numbers = {doc: number for number, doc in enumerate(collection.corpus)}
    odd = np.array([numbers[owner] % 2 for owner in owners])[:, None]
    queries = model.embed(list(collection.queries.values()), query=True)
    found = {
        name: score(collection, _run(collection, owners, vectors, queries))["nDCG@10"]
        for name, vectors in (("32 bits", exact), ("8", quick), ("mixed", np.where(odd, exact, quick)))
    }
    cosine = (exact * quick).sum(axis=1)
    figures = ", ".join(f"{name} {value:.4f}" for name, value in found.items())
    fall = found["32 bits"] - found["8"]
    print(
        f"{collection.name}, {len(texts):,} passages: nDCG@10 {figures}; it falls by {fall:.4f}; "
        f"cosine {cosine.mean():.4f} on average, {cosine.min():.4f} at least",
        flush=True,
    )
    return texts


def _embedded(model: TextEmbedder, texts: list[str], *, exact: bool) -> Vectors:
    parts = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    return np.vstack([model.embed(part, query=exact) for part in parts])


def _run(
    collection: Dataset, owners: list[str], vectors: Vectors, queries: Vectors
) -> dict[str, dict[str, float]]:
    run: dict[str, dict[str, float]] = {}
    for query, similarities in zip(collection.queries, queries @ vectors.T, strict=True):
        best: dict[str, float] = {}
        for owner, similarity in zip(owners, similarities.tolist(), strict=True):
            best[owner] = max(similarity, best.get(owner, -1.0))
        run[query] = dict(sorted(best.items(), key=lambda pair: -pair[1])[:_FOUND])
    return run


if __name__ == "__main__":
    main()
