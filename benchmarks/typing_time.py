"""How long does it take from the last key to the results, and from a key to suggestions?

    python -m benchmarks.typing_time [--documents 10000] [--queries 30]

Makes a library of texts out of the sentences of the sample library, serves it, and types queries into the
page in Chromium, a key every 150 ms. Printed are the times from the last key of a query until its results are
painted, beginning on the first page and on a page of results, and those of /api/suggest over HTTP, for each
beginning of the queries.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.running import installation
from tests.e2e.conftest import FLAGS, NAMES

_SAMPLES = Path(__file__).parents[1] / "samples" / "library"
_BETWEEN_KEYS_MS = 150
_SENTENCES = 6
_STARTS = {"on the first page": "", "on a page of results": "?q=water"}
# The time of the latest key, and that of the frame in which the results for all of the text are painted.
_WATCH = """
document.addEventListener("input", () => {
  window.pressed = performance.now();
  window.painted = null;
}, true);
document.addEventListener("semsearch:renewed", () => {
  const box = document.querySelector("#q");
  if (box.defaultValue === box.value.trim())
    requestAnimationFrame(() => setTimeout(() => (window.painted = performance.now())));
});
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=30)
    options = parser.parse_args()
    sentences = list(_sentences())
    drawn = random.Random(17)
    queries = [_query(drawn.choice(sentences), drawn) for _ in range(options.queries)]
    with (
        tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary,
        installation(Path(temporary), SEMSEARCH_OCR="off", SEMSEARCH_TEXT_MODEL="minilm") as semsearch,
    ):
        folder = Path(temporary, "texts")
        folder.mkdir()
        for number in range(options.documents):
            text = " ".join(drawn.sample(sentences, _SENTENCES))
            (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
        semsearch.run("ingest", str(folder))
        with semsearch.serving(quiet=True):
            address = f"http://127.0.0.1:{semsearch.port}/"
            print(f"{options.documents:,} documents, {len(queries)} queries\n")
            print("| from | median | p90 |\n|---|---|---|")
            _print("a key to suggestions", _suggested(address, queries))
            for name, times in _typed(address, queries).items():
                _print(f"the last key to results, {name}", times)


def _sentences() -> Iterator[str]:
    for file in sorted(_SAMPLES.rglob("*.md")):
        for sentence in re.findall(r"[A-Z][^.!?#|]{30,200}[.!?]", file.read_text(encoding="utf-8")):
            yield " ".join(sentence.split())


def _query(sentence: str, drawn: random.Random) -> str:
    """Three words in a row of a sentence."""
    words = re.findall(r"\w+", sentence)
    start = drawn.randrange(max(1, len(words) - 2))
    return " ".join(words[start : start + 3]).lower()


def _suggested(address: str, queries: Sequence[str]) -> list[float]:
    times = []
    for query in queries:
        for end in range(3, len(query) + 1):
            started = time.perf_counter()
            with urllib.request.urlopen(f"{address}api/suggest?{urlencode({'q': query[:end]})}") as reply:
                reply.read()
            times.append(1000 * (time.perf_counter() - started))
    return times


def _typed(address: str, queries: Sequence[str]) -> dict[str, list[float]]:
    """The times of the queries by where they are typed.

    A server answers a query faster the second time. So each start has the first turn for every second query.
    """
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, NAMES)), None)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    times: dict[str, list[float]] = {name: [] for name in _STARTS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(_WATCH)
        for n, query in enumerate(queries):
            for name in sorted(_STARTS, reverse=n % 2 == 1):
                page.goto(address + _STARTS[name])
                box = page.get_by_label("Search by meaning")
                box.fill("")
                box.press_sequentially(query, delay=_BETWEEN_KEYS_MS)
                page.wait_for_function("() => window.painted")
                times[name].append(page.evaluate("window.painted - window.pressed"))
        browser.close()
    return times


def _print(name: str, times: Sequence[float]) -> None:
    print(f"| {name} | {statistics.median(times):.0f} ms | {statistics.quantiles(times, n=10)[-1]:.0f} ms |")


if __name__ == "__main__":
    main()
