"""How large is a page of results, how much of it is in sight, and does it shift or hold up the browser?

    python -m benchmarks.results_page FOLDER [--query WORDS] [--hits 60]

Ingests FOLDER, serves it, and prints the size of a page with that many hits, of its style sheets and of its
scripts, each compressed with gzip as a server sends it. Chromium then opens the page in windows of two sizes,
with hits of texts only. Printed are the hits that are whole in the window, the cumulative layout shift, and
the tasks of more than 50 ms after the page has loaded.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import tempfile
import urllib.request
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

from benchmarks.running import installation
from tests.e2e.conftest import FLAGS, NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_WINDOWS = ((1440, 900), (390, 844))
# Counts, from the beginning of a page, by how much it shifts, and its tasks of more than 50 ms.
WATCH = """
window.shift = 0;
window.long = [];
const watch = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({type, buffered: true});
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) window.shift += entry.value; });
watch("longtask", (entry) => window.long.push(entry));
"""
_SEEN = """() => {
  const isWhole = ({top, bottom}) => top >= 0 && bottom <= innerHeight;
  const hits = [...document.querySelectorAll(".hit.text")].filter((hit) => hit.checkVisibility());
  const [{loadEventEnd}] = performance.getEntriesByType("navigation");
  return {
    whole: hits.filter((hit) => isWhole(hit.getBoundingClientRect())).length,
    shift: window.shift,
    long: window.long.filter(({startTime}) => startTime > loadEventEnd).map(({duration}) => duration),
  };
}"""
# The time in which a page is watched: answers in snippets and the pane come after it has loaded.
WATCHED_MS = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--query", default="water")
    parser.add_argument("--hits", type=int, default=60)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary,
        installation(Path(temporary), SEMSEARCH_OCR="off") as semsearch,
    ):
        semsearch.run("ingest", str(options.folder))
        with semsearch.serving(quiet=True):
            asked = urlencode({"q": options.query, "limit": options.hits})
            address = f"http://127.0.0.1:{semsearch.port}/?{asked}"
            _print_sizes(address)
            _print_seen(f"{address}&kind=text")


def _print_sizes(address: str) -> None:
    page = _fetched(address)
    text = page.decode()
    files = [unescape(each) for each in re.findall(r'(?:href|src)="([^"]+\.(?:css|js)\b[^"]*)"', text)]
    sent = {"HTML": [page], "CSS": [], "JS": []}
    for file in files:
        sent["CSS" if ".css" in file else "JS"].append(_fetched(urljoin(address, file)))
    hits = text.count('<li class="hit ')
    print(f"| {hits} hits | bytes | compressed |\n|---|---|---|")
    sums = [0, 0]
    for name, contents in sent.items():
        sizes = [sum(map(len, contents)), sum(len(gzip.compress(content, 6)) for content in contents)]
        sums = [a + b for a, b in zip(sums, sizes, strict=True)]
        print(f"| {name}, {len(contents)} | {sizes[0]:,} | {sizes[1]:,} |")
    print(f"| together | {sums[0]:,} | {sums[1]:,} |")


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address) as reply:
        content: bytes = reply.read()
        return content


def _print_seen(address: str) -> None:
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, NAMES)), None)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    print("\n| window | whole text hits | layout shift | tasks over 50 ms after load |\n|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        for width, height in _WINDOWS:
            seen = _seen(browser, address, width, height)
            tasks = ", ".join(f"{each:.0f} ms" for each in seen["long"]) or "none"
            print(f"| {width} x {height} | {seen['whole']} | {seen['shift']:.3f} | {tasks} |")
        browser.close()


def _seen(browser: Browser, address: str, width: int, height: int) -> dict[str, Any]:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_timeout(WATCHED_MS)
    seen: dict[str, Any] = page.evaluate(_SEEN)
    page.close()
    return seen


if __name__ == "__main__":
    main()
