"""Compare the built-in text model with SentenceTransformer.encode: speed and agreement.

    python benchmarks/text_model.py corpus.jsonl [--texts 300] [--rounds 3]

Each line of the corpus is a JSON object with "title" and "text" (BEIR's layout). Both models embed the same
texts, cut at 256 tokens, in turns. Prints medians. Other work on the machine shows in the spread: a run is
valid if its fastest and slowest rounds are within a tenth of each other.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

from semsearch.models.catalogue import text_model
from semsearch.models.identity import minilm_folder
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.settings import Settings

QUERIES = 200


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with arguments.corpus.open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in islice(lines, arguments.texts)]
    texts = [f"{entry['title']} {entry['text']}" for entry in entries]

    started = time.perf_counter()
    ours = text_model(Settings())
    print(f"load: {time.perf_counter() - started:.2f} s for the built-in model", end=", ")
    started = time.perf_counter()
    mend_torchvision()
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(minilm_folder()), device="cpu", local_files_only=True)
    print(f"{time.perf_counter() - started:.2f} s for sentence-transformers")

    def reference() -> None:
        theirs.encode(sorted(texts, key=len), batch_size=32, normalize_embeddings=True)

    rounds = [(seconds(reference), seconds(lambda: ours.embed(texts))) for _ in range(arguments.rounds)]
    report("sentence-transformers", [first for first, _ in rounds], len(texts))
    report("built-in", [second for _, second in rounds], len(texts))
    faster = statistics.median(first / second for first, second in rounds)
    agreement = (ours.embed(texts) * theirs.encode(texts, normalize_embeddings=True)).sum(axis=1)
    print(f"built-in is {faster:.2f} times as fast; lowest cosine between the two {agreement.min():.7f}")

    queries = [f"what is known about {entry['title'].split('.')[0][:60]}" for entry in entries[:QUERIES]]
    report_queries("sentence-transformers", theirs.encode_query, queries)
    report_queries("built-in", partial(ours.embed, query=True), queries)


def report_queries(name: str, embed: Callable[[list[str]], object], queries: list[str]) -> None:
    """Print the time for embedding one query at a time."""
    times = sorted(1000 * seconds(partial(embed, [query])) for query in queries)
    p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"one query, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def report(name: str, times: list[float], texts: int) -> None:
    median = statistics.median(times)
    spread = f"{min(times):.2f} to {max(times):.2f} s"
    print(f"{name}: {median:.2f} s for {texts} texts ({texts / median:.0f}/s; {spread})")


if __name__ == "__main__":
    main()
