"""Make the bank of other queries for the built-in text model: banks/minilm.npz, and its names.

    python -m tools.bank --data DATA --work WORK [--output FILE]

DATA and WORK are those of tools.minilook, after its step `collect`. The names are nouns of WordNet (Debian's
wordnet-base, which is unpacked into WORK) that stand for visible things, and the names of ImageNet's classes.
The sentences are captions of Flickr8k's training photos; only means of clusters of their vectors are kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from semsearch.models.bank import SHIPPED, Bank, save_bank
from semsearch.models.catalogue import text_model
from semsearch.models.nouns import names_file
from semsearch.models.protocol import TextEmbedder
from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors
from semsearch.settings import Settings
from tools.minilook.debian import unpack
from tools.minilook.examples import read

# Files of WordNet's senses, by number: animals, artifacts, parts of the body, food, natural objects, plants.
_VISIBLE = {"05", "06", "08", "13", "17", "20"}
_NOUN = "1"
# How a name is typed.
_PHRASES = ("{}", "a {}", "a photo of a {}")
_SENTENCES, _CLUSTERS, _PASSES = 6000, 512, 10
_TEMPERATURE = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=SHIPPED / "minilm.npz")
    options = parser.parse_args()
    model, random = text_model(Settings()), np.random.default_rng(0)
    wordnet = unpack(options.work / "debian", ["wordnet-base"]) / "wordnet"
    classes = (options.data / "weights" / "imagenet_classes.txt").read_text(encoding="utf-8").splitlines()
    first = [line.split(" ", 1)[1].partition(",")[0] for line in classes]
    names = sorted({*first, *nouns(wordnet, model)})
    captions = sorted(
        {
            text
            for each in read(options.work / "pictures")
            if each.source == "flickr"
            for text in each.captions
        }
    )
    chosen = random.permutation(len(captions))[:_SENTENCES]
    sentences = model.embed([captions[place] for place in sorted(chosen)], query=True)
    means, shares = clusters(sentences, random)
    typed = [phrase.format(name) for name in names for phrase in _PHRASES]
    towards_names = separated(model.embed(typed, query=True), sentences)
    bank = Bank(model.embed(names, query=True), means, shares, towards_names, _TEMPERATURE)
    save_bank(bank, options.output, model.id)
    names_file(options.output).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    size = options.output.stat().st_size
    sys.stdout.write(
        f"{options.output}: {len(names):,} names, {len(means):,} clusters of sentences, {size:,} bytes\n"
    )


def nouns(wordnet: Path, model: TextEmbedder) -> Iterator[str]:
    """Common nouns that mostly stand for a visible thing.

    Common are those that are one token of the text model, or occur in the texts that WordNet counted.
    """
    vocabulary = set(model.tokenizer.get_vocab())
    visible = {line[:8] for line in _lines(wordnet / "data.noun") if line.split(" ", 2)[1] in _VISIBLE}
    counted = set()
    for line in _lines(wordnet / "cntlist.rev"):
        key, number, count = line.split()
        name, _, sense = key.partition("%")
        if sense.startswith(_NOUN) and number == "1" and int(count):
            counted.add(name)
    for line in _lines(wordnet / "index.noun"):
        fields = line.split()
        name, first = fields[0], fields[-int(fields[2])]
        if first in visible and len(name) > 2 and (name in vocabulary or name in counted):
            yield name.replace("_", " ")


def _lines(path: Path) -> Iterator[str]:
    """The lines of a file, without its licence, whose lines are indented."""
    with path.open(encoding="utf-8") as file:
        yield from (line for line in file if not line.startswith("  "))


def clusters(vectors: Vectors, random: np.random.Generator) -> tuple[Vectors, Vector]:
    """The means of clusters of unit rows, and the share of the rows in each."""
    centres = vectors[random.permutation(len(vectors))[:_CLUSTERS]]
    for _ in range(_PASSES):
        means, _ = _means(vectors, centres)
        centres = unit(means)
    return _means(vectors, centres)


def _means(vectors: Vectors, centres: Vectors) -> tuple[Vectors, Vector]:
    nearest = (vectors @ centres.T).argmax(axis=1)
    filled = np.unique(nearest)
    means = np.stack([vectors[nearest == place].mean(axis=0) for place in filled])
    return means, np.array([(nearest == place).mean() for place in filled], np.float32)


def separated(names: Vectors, sentences: Vectors, weight: float = 1.0, passes: int = 30) -> Vector:
    """The weights of a logistic regression that tells names from sentences, and its constant at the end.

    Both sorts count the same, however many there are. `weight` keeps the weights small.
    """
    rows = np.concatenate([names, sentences]).astype(np.float64)
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    wanted = np.repeat([1.0, 0.0], [len(names), len(sentences)])
    counts = np.where(wanted == 1, len(rows) / 2 / len(names), len(rows) / 2 / len(sentences))
    weights = np.zeros(rows.shape[1])
    for _ in range(passes):
        said = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (said - wanted)) + weight * weights
        bend = (rows * (counts * said * (1 - said))[:, None]).T @ rows + weight * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights.astype(np.float32)


if __name__ == "__main__":
    main()
