"""How often the language of a text is told, and how often wrongly, on XQuAD and on English collections.

    python -m benchmarks.language_detection DATA     # the folder with xquad, scifact, cisi and time

Prints for each set the share of texts whose language is told, the share that is told wrongly, and the share
that is certainly not in English.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from semsearch.language.detect import is_foreign, language_of

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=。)")


def texts_of(file: Path) -> list[str]:
    """The texts of a file of a collection, with their titles."""
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [f"{each.get('title', '')} {each['text']}" for each in lines]


def sets(data: Path) -> Iterator[tuple[str, str, list[str]]]:
    """The name, the language and the texts of each set."""
    for file in sorted((data / "xquad").glob("corpus.*.jsonl")):
        language, paragraphs = file.name.split(".")[1], texts_of(file)
        yield f"xquad {language} paragraphs", language, paragraphs
        sentences = (each for text in paragraphs for each in _SENTENCE.split(text))
        yield f"xquad {language} sentences", language, [each for each in sentences if len(each) > 20]
        yield f"xquad {language} questions", language, texts_of(file.with_name(f"queries.{language}.jsonl"))
    for name in ("scifact", "cisi", "time"):
        yield f"{name} texts", "en", texts_of(data / name / "corpus.jsonl")
        yield f"{name} queries", "en", texts_of(data / name / "queries.jsonl")


def main() -> None:
    data = Path(sys.argv[1])
    print(f"{'':24} {'texts':>6} {'told':>6} {'wrong':>6} {'foreign':>7} {'µs each':>8}")
    for name, language, texts in sets(data):
        start = time.perf_counter()
        found = [language_of(text) for text in texts]
        microseconds = (time.perf_counter() - start) / len(texts) * 1e6
        told = sum(each == language for each in found) / len(texts)
        wrong = sum(each not in (language, "") for each in found) / len(texts)
        foreign = sum(map(is_foreign, texts)) / len(texts)
        print(f"{name:24} {len(texts):6} {told:6.3f} {wrong:6.3f} {foreign:7.3f} {microseconds:8.0f}")


if __name__ == "__main__":
    main()
