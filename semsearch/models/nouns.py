"""The nouns of a bank with their vectors: what pictures can be named by, without a model.

A bank has no words for people: they would correct nearly every picture of somebody. Such words have a file
of their own beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semsearch.errors import ModelError
from semsearch.models.bank import EXTRA, SHIPPED, load_bank
from semsearch.models.fingerprint import file_hash
from semsearch.models.vectors import unit
from semsearch.records import Vectors

# Names of more words, such as those of breeds, are rarer than what they would name.
_PARTS, _PART = 2, re.compile("[ -]")

# Nouns that nobody wants to read above a group of pictures.
_UNFIT = {
    *("ass", "bra", "brassiere", "breast", "butt", "buttocks", "cock", "groin", "nipple", "nude", "penis"),
    *("pussy", "rump", "slit", "teat", "tit", "womb"),
    # What nobody says of a dog, a fox or a flower.
    *("botanical", "canine", "domestic animal", "mammalian", "protoplasm", "vertebrate"),
    # People are said to be people.
    *("female", "human", "human being", "humans", "male"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Nouns:
    """Nouns, and their vectors (nouns, dims) as unit rows in the space of the text model of a bank."""

    names: tuple[str, ...]
    vectors: Vectors


def names_file(bank: Path) -> Path:
    """The file with the names of a bank, one a line, in the order of their vectors."""
    return bank.with_name(f"{bank.stem}_names.txt")


def people_file(bank: Path) -> Path:
    """The file with the words for people that go with a bank, one a line; their vectors are beside it."""
    return bank.with_name(f"{bank.stem}_people.txt")


def nouns_of(picture_model: str) -> Nouns | None:
    """The nouns of the bank that corrects a picture model, given by its id; None without one.

    Raises ModelError when the files of the bank do not fit together.
    """
    for path in sorted(SHIPPED.glob("*.npz")):
        if picture_model.endswith(f"+bank@{file_hash(path)}"):
            people = people_file(path)
            found = [
                _named(names_file(path), load_bank(path).names),
                _named(people, np.load(people.with_suffix(".npy"), allow_pickle=False)),
            ]
            names = [name for each in found for name in each.names]
            vectors = np.concatenate([each.vectors for each in found])
            fit = [
                n for n, name in enumerate(names) if len(_PART.split(name)) <= _PARTS and name not in _UNFIT
            ]
            return Nouns(tuple(names[n] for n in fit), unit(vectors[fit]))
    return None


def _named(file: Path, vectors: Vectors) -> Nouns:
    names = tuple(file.read_text(encoding="utf-8").splitlines())
    if len(names) != len(vectors):
        raise ModelError(f"{file} has {len(names):,} names, and there are {len(vectors):,} vectors")
    return Nouns(names, vectors.astype(np.float32))


def uncorrected(pictures: Vectors) -> Vectors:
    """Vectors of pictures (n, dims + EXTRA) as they were before the correction of a bank, as unit rows."""
    return unit(pictures[:, :-EXTRA])
