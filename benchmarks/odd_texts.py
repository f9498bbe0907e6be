"""What do texts cost that are no prose, compared with English of the same size?

    python -m benchmarks.odd_texts [--characters 2300000]

Makes a text of each kind, and cuts it as `semsearch ingest` does for the built-in model. Prints the seconds
that cutting takes, and the passages and tokens that are left to embed: the time of embedding grows with them.
"""

from __future__ import annotations

import argparse
import base64
import random
import time
from collections.abc import Callable, Mapping

from ingest.prepare import text_chunks
from ingest.readers.text import read_text
from semsearch.models.catalogue import text_model
from semsearch.settings import Settings

_PROSE = "the ship sails by night over the cold sea while owls hunt mice in long grass near the old mill"
_SIGNS = "!?.,;:-_"

chance = random.Random(1)


def english(size: int) -> str:
    sentences = (" ".join(chance.choices(_PROSE.split(), k=14)).capitalize() for _ in range(size // 50))
    return "".join(sentence + chance.choice([". ", ". ", ".\n\n"]) for sentence in sentences)[:size]


def drawn(characters: str) -> Callable[[int], str]:
    return lambda size: "".join(chance.choices(characters, k=size))


def repeated(part: str) -> Callable[[int], str]:
    return lambda size: part * (size // len(part))


KINDS: Mapping[str, Callable[[int], str]] = {
    "English": english,
    "signs": drawn(_SIGNS),
    "signs and spaces": drawn(f"{_SIGNS} "),
    "signs and lines": drawn(f"{_SIGNS}      \n"),
    "dots": repeated("."),
    "dots and spaces": repeated(". "),
    "equals signs": repeated("="),
    "rulers": repeated("-" * 79 + "\n"),
    "empty table": repeated("| | |\n"),
    "boxes": repeated("│┌─┐└─┘├┤┼" * 7 + "\n"),
    "drawing of characters": drawn("/\\|_-()'`.       \n"),
    "base64, one line": lambda size: base64.b64encode(chance.randbytes(size * 3 // 4)).decode(),
    "base64, lines": lambda size: base64.encodebytes(chance.randbytes(size * 3 // 4)).decode(),
    "hexadecimal": lambda size: chance.randbytes(size // 2).hex(),
    "one letter": repeated("a"),
    "emoji": drawn("😀🎉🚢🦉"),
    "numbers": lambda size: " ".join(str(chance.randrange(100_000)) for _ in range(size // 6)),
    "short words": repeated("a. "),
    "Chinese": drawn("海上的船在夜里航行猫头鹰在草地上捕鼠。，"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--characters", type=int, default=2_300_000)
    options = parser.parse_args()
    model = text_model(Settings())
    print("| kind | cutting | passages | tokens |\n|---|---|---|---|")
    for name, make in KINDS.items():
        document = read_text(make(options.characters).encode(), "a.txt", "text/plain")
        started = time.perf_counter()
        chunks = text_chunks(document, model)
        seconds = time.perf_counter() - started
        print(f"| {name} | {seconds:.1f} s | {len(chunks):,} | {sum(each.tokens for each in chunks):,} |")


if __name__ == "__main__":
    main()
