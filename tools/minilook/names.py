"""Texts that name what a picture shows: its captions, and the things in it with all their kinds.

A sorrel is a horse, an equine and an animal. A picture of one is right for each of these names, so none of
them may count as wrong for it; and a picture of "a horse" may show a sorrel, so that name says nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.minilook.examples import Example
from tools.minilook.photos import thing_of_class
from tools.minilook.wordnet import WordNet

Array = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

PHRASES = ("{}", "a {}", "a photo of a {}")
# How much less a name is drawn for each step up the chain, so that "horse" comes before "animal".
HIGHER = 0.75
# The share of a picture's captions among its texts; the rest are names of the things in it.
CAPTIONED = {
    "flickr": 0.75,
    "caltech": 0.4,
    "tinyimagenet": 0.3,
    "openclipart": 0.6,
    "stamps": 0.6,
    "emoji": 0.6,
    "icons": 1.0,
}
_AGREED = 2  # captions of a photo that must name a thing, because one caption alone may be wrong


@dataclass(frozen=True, slots=True)
class Names:
    """All texts as unit vectors, and the texts and kinds of each example: pictures, and then classes.

    Lists of different lengths are kept end to end: those of example i are `starts[i]` to `starts[i + 1]`.
    """

    vectors: Array  # (t, 384)
    kind: Rows  # (t,), what a text names: a noun, one photo, or the drawings with this caption
    text_starts: Rows
    texts: Rows
    chances: npt.NDArray[np.float64]  # how often a text is drawn, relative to the others of its example
    shown_starts: Rows
    shown: Rows  # the kinds that an example shows, with all they are kinds of
    below: npt.NDArray[np.bool_]  # (m, m): whether noun i is a kind of noun j; nouns are the first m kinds
    things_starts: Rows
    things: Rows  # the nouns that an example shows, without those above

    def save(self, path: Path) -> None:
        np.savez(path, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, path: Path) -> Names:
        with np.load(path) as arrays:
            return cls(**{name: arrays[name] for name in cls.__slots__})


def things(example: Example, wordnet: WordNet) -> list[int]:
    """The nouns that an example surely shows."""
    if example.source == "tinyimagenet":
        return [int(example.image.split("/")[1][1:])]
    if example.source == "caltech":
        found = [thing_of_class(caption, wordnet) for caption in example.captions]
        return [noun for noun in found if noun is not None]
    if example.source == "icons":  # named after programs and formats
        return []
    if example.source == "flickr":
        said = Counter(noun for caption in example.captions for noun in set(wordnet.shown(caption)))
        return [noun for noun, count in said.items() if count >= _AGREED]
    return list(dict.fromkeys(wordnet.shown(example.captions[0]))) if example.captions else []


def classes(path: Path) -> list[int]:
    """ImageNet's classes as nouns. The file has a class on each line, after its number in WordNet."""
    return [int(line[1:9]) for line in path.read_text(encoding="utf-8").splitlines()]


class Naming:
    """Collects texts and kinds, and numbers them."""

    def __init__(self, wordnet: WordNet) -> None:
        self._wordnet = wordnet
        self._kinds: dict[int | str, int] = {}
        self._texts: dict[str, int] = {}
        self._kind_of_text: list[int] = []

    def __call__(
        self, examples: Sequence[Example], classes: Sequence[int], embed: Callable[[list[str]], Array]
    ) -> Names:
        own = [things(example, self._wordnet) for example in examples] + [[noun] for noun in classes]
        chains = {noun: self._wordnet.chain(noun) for nouns in own for noun in nouns}
        nouns = sorted({upper for chain in chains.values() for upper in chain} | set(chains))
        for noun in nouns:
            self._kinds[noun] = len(self._kinds)
        named = {noun: self._names(noun, set(nouns)) for noun in nouns}
        drawn, shown = [], []
        for place, its in enumerate(own):
            share: Counter[int] = Counter()
            kinds = {self._kinds[upper] for noun in its for upper in chains[noun]}
            for noun in its:
                for upper, steps in chains[noun].items():
                    self._add(share, named[upper], HIGHER**steps * self._common(upper) / len(its))
            captions: dict[int, float] = {}
            if place < len(examples):
                captions = self._captions(examples[place])
            kinds |= {self._kind_of_text[text] for text in captions}
            weight = CAPTIONED[examples[place].source] if place < len(examples) else 0.0
            drawn.append(_mixed(captions, share, weight))
            shown.append(sorted(kinds))
        below = np.zeros((len(nouns), len(nouns)), bool)
        for noun in nouns:
            for upper in self._wordnet.chain(noun):
                below[self._kinds[noun], self._kinds[upper]] = upper != noun
        return Names(
            embed(list(self._texts)),
            np.asarray(self._kind_of_text),
            _starts(drawn),
            np.array([text for texts in drawn for text in texts], np.int64),
            np.array([weight for texts in drawn for weight in texts.values()]),
            _starts(shown),
            np.array([kind for kinds in shown for kind in kinds], np.int64),
            below,
            _starts(own),
            np.array([self._kinds[noun] for its in own for noun in its], np.int64),
        )

    def _text(self, text: str, kind: int | str) -> int:
        """The number of a text. A text that is there already keeps its kind."""
        if text not in self._texts:
            self._texts[text] = len(self._texts)
            self._kind_of_text.append(self._kinds.setdefault(kind, len(self._kinds)))
        return self._texts[text]

    def _names(self, noun: int, known: set[int]) -> dict[int, float]:
        """The texts that name a noun. A name stands for its most common meaning only."""
        found: dict[int, float] = {}
        for name in self._wordnet.names[noun]:
            means = next((each for each in self._wordnet.senses.get(name, ()) if each in known), noun)
            if means == noun:
                weight = 1 + math.log1p(self._wordnet.uses.get((name, noun), 0))
                for phrase in PHRASES:
                    found[self._text(_article(phrase.format(name)), noun)] = weight
        if not found:  # all its names mean something more common
            upper = next((each for each in self._wordnet.chain(noun) if each != noun), noun)
            both = f"{self._wordnet.names[noun][0]}, {self._wordnet.names[upper][0]}"
            found[self._text(both, noun)] = 1.0
        return found

    def _captions(self, example: Example) -> dict[int, float]:
        private = example.image if example.source == "flickr" else ""
        return {self._text(caption, private or caption): 1.0 for caption in example.captions}

    def _common(self, noun: int) -> float:
        return 1 + math.log1p(
            max(self._wordnet.uses.get((name, noun), 0) for name in self._wordnet.names[noun])
        )

    @staticmethod
    def _add(share: Counter[int], texts: Mapping[int, float], weight: float) -> None:
        total = sum(texts.values())
        for text, its in texts.items():
            share[text] += weight * its / total  # type: ignore[assignment]


def _mixed(captions: Mapping[int, float], names: Mapping[int, float], share: float) -> dict[int, float]:
    """The captions with this share of the weight, and the names with the rest."""
    if not names or not captions:
        share = float(not names)
    mixed: Counter[int] = Counter()
    for texts, part in ((captions, share), (names, 1 - share)):
        total = sum(texts.values())
        for text, weight in texts.items():
            if part:
                mixed[text] += part * weight / total  # type: ignore[assignment]
    return dict(mixed)


def _article(phrase: str) -> str:
    words = phrase.split()
    return " ".join(
        "an" if word == "a" and after[:1] in "aeiou" else word
        for word, after in zip(words, [*words[1:], "."], strict=True)
    )


def _starts(lists: Sequence[Sequence[int] | Mapping[int, float]]) -> Rows:
    return np.cumsum([0, *map(len, lists)])
