"""How common is each pair of letters, and how well are texts with the wrong letters told by their pairs?

    python -m benchmarks.letter_pairs /usr/share/locale

The folder holds messages of programs in many languages, as Debian's does. Each language that is written in
Latin letters and has enough messages counts alike. Prints the table of `ingest/readers/pdf/glyph_soup.py`.
Then it prints, for texts of several lengths, the share that is called glyph soup: of the texts as they are,
and of the same texts with each letter exchanged for another one, or moved in the alphabet.
"""

from __future__ import annotations

import argparse
import contextlib
import gettext
import math
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from ingest.readers.pdf.glyph_soup import is_glyph_soup

# Characters of one language. Those with fewer than the least are left out.
MOST, LEAST = 400_000, 15_000
# Characters of the texts that are tried, and how many are drawn from each language.
LENGTHS, DRAWN = (100, 200, 400, 1_500), 100
# Lists of names are no sentences.
NAMES = ("iso_639", "iso_3166-2", "xkeyboard-config")
MARKUP = re.compile(r"%[-\w.]*|--?[\w-]+|<[^>]*>|\\\w|_(?=\w)|\S*[/_=]\S*")
LATIN = re.compile("[a-z]", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{3,}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    texts = [messages(folder / "fr", originals=True), *map(messages, sorted(folder.iterdir()))]
    latin = [text for text in texts if len(text) >= LEAST and len(LATIN.findall(text)) > len(text) / 2]
    shares = dict.fromkeys(map("".join, product(ascii_lowercase, repeat=2)), 0.0)
    for counts in (Counter(pairs(text)) for text in latin):
        for pair, count in counts.items():
            shares[pair] += count / counts.total() / len(latin)
    print(f"{len(latin)} languages")
    for first in ascii_lowercase:
        print("".join(digit(shares[first + second]) for second in ascii_lowercase))
    print("\n| characters | as they are | letters exchanged | letters moved |\n|---|---|---|---|")
    for length in LENGTHS:
        print(f"| {length} | " + " | ".join(f"{share:.3f}" for share in called_soup(latin, length)) + " |")


def called_soup(texts: Sequence[str], length: int) -> list[float]:
    """The shares of texts of this length, and of their changed copies, that are called glyph soup."""
    draw = random.Random(length)
    pieces = [
        text[at : at + length] for text in texts for at in draw.sample(range(len(text) - length), DRAWN)
    ]
    found = [0, 0, 0]
    for piece in pieces:
        moved = draw.randrange(1, 26)
        alphabets = (
            ascii_lowercase,
            "".join(draw.sample(ascii_lowercase, 26)),
            ascii_lowercase[moved:] + ascii_lowercase[:moved],
        )
        for n, letters in enumerate(alphabets):
            found[n] += is_glyph_soup(piece.lower().translate(str.maketrans(ascii_lowercase, letters)))
    return [count / len(pieces) for count in found]


def messages(language: Path, originals: bool = False) -> str:
    """Translated messages, or the English originals, in random order, without marks of programs."""
    found = []
    for path in sorted(language.glob("LC_MESSAGES/*.mo")):
        if path.name.startswith(NAMES):
            continue
        with path.open("rb") as file, contextlib.suppress(ValueError, IndexError):
            catalogue: dict[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            both = [(key[0] if isinstance(key, tuple) else key, text) for key, text in catalogue.items()]
            found += [MARKUP.sub("", key if originals else text) for key, text in both if key and text != key]
    random.Random(1).shuffle(found)
    return " ".join(found)[:MOST]


def pairs(text: str) -> Iterator[str]:
    letters = "".join(
        each for each in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(each)
    )
    for word in WORD.findall(letters):
        if word.isascii():
            yield from map("".join, pairwise(word))


def digit(share: float) -> str:
    """9 for a pair in 64 or more, 8 for one in 128, and so on."""
    return str(max(0, min(9, round(15 + math.log2(share))))) if share else "0"


if __name__ == "__main__":
    main()
