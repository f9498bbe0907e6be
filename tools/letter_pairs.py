"""Write the pairs of letters by which encodings are told apart: ingest/readers/encoding/letter_pairs.txt.

Takes the folder of profiles of the package langdetect (Apache License 2.0), whose counts come from Wikipedia:
python -m tools.letter_pairs langdetect/profiles > ingest/readers/encoding/letter_pairs.txt
"""

from __future__ import annotations

import json
import math
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

_LATIN_LANGUAGES = "en de fr es pt it nl da no sv fi ca pl cs sk hu sl hr ro et lv lt tr"
_OTHERS = "ru uk bg mk el he ar fa th"
# Pairs as rare as this are left out.
_RAREST = 14
# langdetect writes the old letters of Romanian and the Arabic yeh for both yehs, as the code pages do.
_LATIN = "LATIN"


def line_of(language: str, counts: dict[str, int]) -> str:
    """The line of a language: its name, then for each level the pairs that have a share of 2 ** -level."""
    pairs: Counter[str] = Counter()
    script = "" if language in _OTHERS.split() else _LATIN
    for gram, count in counts.items():
        if len(gram) == 2 and all(_fits(char, script) for char in gram):
            pairs[gram.replace(" ", "_").replace("İ", "i").lower()] += count
    total = sum(pairs.values())
    levels: dict[int, list[str]] = defaultdict(list)
    for pair, count in pairs.most_common():
        levels[round(-math.log2(count / total))].append(pair)
    parts = (f"{level} {''.join(found)}" for level, found in sorted(levels.items()) if level <= _RAREST)
    return " ".join((language, *parts))


def _fits(char: str, script: str) -> bool:
    """Tell whether a character is a space, or a letter or mark of the script of the language."""
    if char == " ":
        return True
    is_latin = unicodedata.name(char, "").startswith(_LATIN)
    return unicodedata.category(char)[0] in "LM" and is_latin == bool(script)


def main() -> None:
    folder = Path(sys.argv[1])
    for language in f"{_LATIN_LANGUAGES} {_OTHERS}".split():
        counts = json.loads((folder / language).read_text(encoding="utf-8"))["freq"]
        sys.stdout.write(f"{line_of(language, counts)}\n")


if __name__ == "__main__":
    main()
