"""How long does the preview of a hit take, and the picture of a page of a PDF?

    python -m benchmarks.previews [FOLDER]

Ingests FOLDER (the samples) into a home of its own, starts `semsearch serve`, and asks for the previews of
the first hits of some queries, one after the other, each three times. Prints the milliseconds for each kind
of preview: the first time, in which the sentence that answers is looked for, and later.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from pathlib import Path

from benchmarks.running import Installation, installation, median, percentile

SAMPLES = Path(__file__).parents[1] / "samples" / "library"
_QUERIES = (
    "how to mend a flat tyre",
    "brakes that squeak",
    "feeding a sourdough starter",
    "days since the last new moon",
    "a lighthouse in a storm",
    "what helps against hay fever",
    "ferries between islands",
    "pruning tomatoes",
)
_HITS, _TIMES = 5, 3
_SHEET = re.compile(r'src="(/page/[^"]*)"')


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, installation(Path(home), SEMSEARCH_OCR="off") as made:
        made.run("ingest", str(options.folder))
        with made.serving(quiet=True):
            _report(made)


def _report(made: Installation) -> None:
    times: dict[str, list[float]] = defaultdict(list)
    for address, kind in _previews(made):
        content = _measured(made, address, kind, times)
        for page in _SHEET.findall(content):
            _measured(made, page, "picture of a page", times)
    for name, taken in sorted(times.items()):
        shown = [each * 1000 for each in taken]
        middle, slow = median(shown), percentile(shown, 95)
        print(f"{name:<32} {len(shown):>4}   median {middle:>6.0f} ms   p95 {slow:>6.0f} ms")


def _measured(made: Installation, address: str, kind: str, times: dict[str, list[float]]) -> str:
    """What is at an address; adds the times it takes."""
    content = ""
    for n in range(_TIMES):
        started = time.perf_counter()
        content = _text(made, address)
        times[f"{kind}, {'again' if n else 'first'}"].append(time.perf_counter() - started)
    return content


def _previews(made: Installation) -> list[tuple[str, str]]:
    """The addresses of previews, with the kind of each: the ending of its file."""
    found: dict[str, str] = {}
    for query in _QUERIES:
        for hit in made.get("/api/search", q=query, limit=_HITS)["hits"]:
            passage = {"passage": hit["passages"][0]["n"]} if hit["passages"] else {}
            address = f"/doc/{hit['doc']}/preview?{urllib.parse.urlencode({'q': query, **passage})}"
            found[address] = Path(hit["path"]).suffix
    return list(found.items())


def _text(made: Installation, address: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{made.port}{address}") as reply:
        content: bytes = reply.read()
        return content.decode("utf-8", "replace")


if __name__ == "__main__":
    main()
