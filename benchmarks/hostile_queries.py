"""Does any query break the search? Each line of a list of naughty strings, and generated queries.

    python -m benchmarks.hostile_queries URL LIST [--count 10000] [--path FOLDER]

URL is the address of a running server, LIST a text file (big-list-of-naughty-strings). Each query is sent to
the API, and every tenth also to the page, limited to FOLDER if it is given. Prints how many queries were
answered, how many refused with a reason (too long, empty), and how many answered wrongly: by an error of the
server, or with a hit outside FOLDER.
"""

from __future__ import annotations

import argparse
import json
import random
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

# Syntax of query languages, shells, browsers and databases, and characters that are hard to display.
_PARTS = (
    *"\"'`-@{}()|~*%$[]\\:;,.<>=!?#&+/^_ \t\n",
    *(
        "@terms:",
        "@doc:{",
        "=>[KNN 10 @vector $v]",
        "=>{$weight: 9}",
        "DIALECT",
        "ismissing(",
        "w'*'",
        "$vector",
    ),
    *("\0", "\x1f", "\ud800", "\u202e", "\u0301", "ﷺ", "𝕏", "東京", "İ", "ß", "🤖", "zero\u200bwidth"),
    *("cat", "night", "the", "ships", "2019", "-night", '"at night"', "OR", "NOT", "a" * 300),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url")
    parser.add_argument("strings", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--path", default="")
    options = parser.parse_args()
    lines = options.strings.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    outcomes: Counter[str] = Counter()
    for n, text in enumerate([*filter(None, lines), *_generated(options.count)]):
        asked = {"q": text.encode("utf-8", "surrogatepass"), "path": options.path}
        outcome = _answer(f"{options.url}/api/search?{urlencode(asked)}", options.path)
        outcomes[outcome] += 1
        if outcome.startswith("WRONG"):
            print(f"{outcome}: {text!r}")
        if n % 10 == 0:
            page = _answer(f"{options.url}/?{urlencode(asked)}", "")
            outcomes[f"page {page}"] += 1
            if page.startswith("WRONG"):
                print(f"page {page}: {text!r}")
    for outcome, count in outcomes.most_common():
        print(f"{count:7,} {outcome}")


def _generated(count: int) -> Iterator[str]:
    chance = random.Random(0)
    for _ in range(count):
        yield "".join(chance.choice(_PARTS) for _ in range(chance.randint(1, 25)))


def _answer(url: str, path: str) -> str:
    try:
        with urllib.request.urlopen(url) as reply:
            body = reply.read().decode()
    except urllib.error.HTTPError as error:
        return f"refused with {error.code}" if error.code == 400 else f"WRONG: status {error.code}"
    if "syntax error" in body.lower():
        return "WRONG: a server's syntax error"
    if path and any(not hit["path"].startswith(path) for hit in json.loads(body)["hits"]):
        return "WRONG: a hit outside the filter"
    return "answered"


if __name__ == "__main__":
    main()
