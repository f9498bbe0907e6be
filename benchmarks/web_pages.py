"""Is the main text of saved web pages kept, and nothing else? Compared with the text of a reader view.

    python -m benchmarks.web_pages PAGES --expected DIR

PAGES and DIR hold files of the same names, *.html: the pages, and their main text as HTML. Prints two shares
as "kept / noise" for each page and reader: the share of the expected words that were extracted, and the share
of the extracted words that were not expected. Words count as often as they occur. Other libraries are
compared if they are installed: trafilatura, readability-lxml, resiliparse.
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from benchmarks.running import timed
from ingest.readers.html.page import html_text


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--expected", type=Path, required=True)
    options = parser.parse_args()
    ways = {name: way for name, (module, way) in _WAYS.items() if find_spec(module)}
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
    print("| page | words | " + " | ".join(ways) + " |")
    print("|---|---|" + "---|" * len(ways))
    for path in sorted(options.pages.glob("*.html")):
        expected_html = options.expected / path.name
        if not expected_html.is_file():
            continue
        html = path.read_text("utf-8", errors="replace")
        expected = _words(_whole(expected_html.read_text("utf-8")))
        for name, way in ways.items():
            found: list[str] = []
            seconds = timed(lambda way=way, html=html, found=found: found.append(way(html)))
            results[name].append((*_kept_and_noise(_words(found[0]), expected), seconds))
        shown = " | ".join("{:.2f} / {:.2f}".format(*results[name][-1]) for name in ways)
        print(f"| {path.stem} | {expected.total()} | {shown} |")
    for title, average in (("mean", statistics.mean), ("median", statistics.median)):
        columns = [[average(column) for column in zip(*rows, strict=True)] for rows in results.values()]
        print(
            f"| {title} | | " + " | ".join(f"{kept:.3f} / {noise:.3f}" for kept, noise, _ in columns) + " |"
        )
        print(f"| {title}, ms | | " + " | ".join(f"{seconds * 1000:.1f}" for _, _, seconds in columns) + " |")


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def _kept_and_noise(found: Counter[str], expected: Counter[str]) -> tuple[float, float]:
    common = (found & expected).total()
    return common / max(1, expected.total()), 1 - common / found.total() if found else 0.0


def _whole(html: str) -> str:
    return html_text(html, whole=True).text


def _semsearch(html: str) -> str:
    return html_text(html, whole=False).text


def _trafilatura(html: str) -> str:
    from trafilatura import extract

    return extract(html, include_comments=False) or ""


def _readability(html: str) -> str:
    from readability import Document

    return _whole(Document(html).summary())


def _resiliparse(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False)


# Each way to read a page, with the module that it needs.
_WAYS: dict[str, tuple[str, Callable[[str], str]]] = {
    "all text": ("ingest", _whole),
    "semsearch": ("ingest", _semsearch),
    "trafilatura": ("trafilatura", _trafilatura),
    "readability-lxml": ("readability", _readability),
    "resiliparse": ("resiliparse", _resiliparse),
}

if __name__ == "__main__":
    main()
