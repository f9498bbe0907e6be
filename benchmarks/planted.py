"""Is the end of a long text found as well as its beginning? Facts are planted at two depths of long texts.

    python -m benchmarks.planted FOLDER [--facts 25]     (BEIR layout: the texts to plant facts in)

Each text has 10,000 words (20 pages) from the collection's documents. Each fact is in two texts, after a
tenth of one and after nine tenths of the other, and the query asks for it in other words. Prints the recall
at 10 for each depth.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from benchmarks.running import installation
from semsearch.evaluation.datasets import load

_WORDS = 10_000
_DEPTHS = (0.1, 0.9)
_PLANTS = ("cactus", "fern", "orchid", "bonsai", "ivy", "palm", "moss", "lily", "tulip", "cedar")
_PLACES = ("Bergen", "Lisbon", "Quito", "Perth", "Osaka", "Tunis", "Oulu", "Graz", "Cork", "Lima")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--facts", type=int, default=25)
    options = parser.parse_args()
    chance = random.Random(0)
    documents = [text for _, text in load(options.folder).corpus.values()]
    pairs = [(plant, place) for plant in _PLANTS for place in _PLACES]
    facts = chance.sample(pairs, options.facts)
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        files = Path(temporary, "files")
        files.mkdir()
        for number, (plant, place) in enumerate(facts):
            fact = f"The {plant} in the hotel lobby of {place} is watered every Tuesday by the night porter."
            for depth in _DEPTHS:
                text = _planted(_filler(documents, chance), fact, depth)
                (files / f"{number}-{depth}.txt").write_text(text, encoding="utf-8")
        with installation(Path(temporary)) as semsearch:
            semsearch.run("ingest", str(files))
            with semsearch.serving():
                for mode in ("meaning", "hybrid"):
                    found = dict.fromkeys(_DEPTHS, 0)
                    for number, (plant, place) in enumerate(facts):
                        question = f"who takes care of the hotel's {plant} in {place}?"
                        hits = semsearch.get("/api/search", q=question, mode=mode, limit=10)["hits"]
                        paths = {hit["path"] for hit in hits}
                        for depth in _DEPTHS:
                            found[depth] += f"{number}-{depth}.txt" in paths
                    shares = [found[depth] / len(facts) for depth in _DEPTHS]
                    each = ", ".join(
                        f"{share:.2f} at {depth:.0%}" for depth, share in zip(_DEPTHS, shares, strict=True)
                    )
                    print(f"{mode:8} recall@10 {each}   ratio {shares[1] / shares[0]:.2f}")


def _filler(documents: list[str], chance: random.Random) -> list[str]:
    words: list[str] = []
    while len(words) < _WORDS:
        words += chance.choice(documents).split()
    return words[:_WORDS]


def _planted(words: list[str], fact: str, depth: float) -> str:
    """The text with the fact after the first sentence that ends at this depth or later."""
    at = round(len(words) * depth)
    while at < len(words) and not words[at - 1].endswith("."):
        at += 1
    return " ".join([*words[:at], fact, *words[at:]]) + "\n"


if __name__ == "__main__":
    main()
