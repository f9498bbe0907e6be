"""WordNet's nouns: their names, how common these are, and what each noun is a kind of.

The files are those of Princeton's WordNet 3.0, whose numbers ImageNet uses: n02389026 is the sorrel, a horse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The files of senses, by number, that hold visible things.
_VISIBLE = {5: "animal", 6: "artifact", 8: "body", 13: "food", 17: "object", 18: "person", 20: "plant"}
_NOUN = "1"  # the sign of nouns in keys of senses
_UP = ("@", "@i")  # the pointers to what a noun is a kind of, or an instance of
_ENDINGS = (
    ("s", ""),
    ("ses", "s"),
    ("xes", "x"),
    ("zes", "z"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("men", "man"),
)
# Kinds that almost every picture shows, or that say nothing about it.
_EMPTY = {
    "entity", "physical entity", "object", "whole", "artifact", "living thing", "organism", "matter",
    "substance", "instrumentality", "causal agent", "thing", "unit", "solid", "relation", "part",
    "abstraction", "group", "attribute", "psychological feature", "measure", "body part", "natural object",
    "foodstuff", "nutriment", "chordate", "covering", "implement", "device", "way", "surface",
    "container",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordNet:
    """The nouns, each by its number."""

    names: dict[int, tuple[str, ...]]  # the first is the usual one
    above: dict[int, tuple[int, ...]]  # what the noun is directly a kind of
    visible: frozenset[int]
    senses: dict[str, tuple[int, ...]]  # the nouns of a name, the most common first
    uses: dict[tuple[str, int], int]  # how often a name stands for a noun in the texts that WordNet counted
    elsewhere: dict[str, int]  # how often a word is a verb, an adjective or an adverb in these texts
    plurals: dict[str, str]  # irregular ones

    def chain(self, noun: int) -> dict[int, int]:
        """The noun and everything it is a kind of, with the number of steps. Empty kinds are left out."""
        steps, edge = {noun: 0}, [noun]
        while edge:
            edge = [
                upper
                for lower in edge
                for upper in self.above.get(lower, ())
                if upper not in steps and steps.setdefault(upper, steps[lower] + 1)
            ]
        return {each: step for each, step in steps.items() if self.names[each][0] not in _EMPTY}

    def shown(self, text: str) -> Iterator[int]:
        """The visible things that a text names: names of two words before names of one."""
        words = [word.strip(".,;:!?()\"'") for word in text.lower().replace("-", " ").split()]
        place = 0
        while place < len(words):
            for length in (2, 1):
                noun = self.thing(" ".join(words[place : place + length]))
                if noun is not None and place + length <= len(words):
                    yield noun
                    place += length
                    break
            else:
                place += 1

    def thing(self, name: str) -> int | None:
        """The noun that a name stands for, when it is a visible thing and the name is mostly a noun."""
        for form in self._forms(name):
            if form in self.senses:
                noun = self.senses[form][0]
                mostly = self.uses.get((form, noun), 0) >= self.elsewhere.get(form, 0)
                return noun if mostly and noun in self.visible else None
        return None

    def _forms(self, name: str) -> Iterator[str]:
        yield name
        if name in self.plurals:
            yield self.plurals[name]
        for ending, instead in _ENDINGS:
            if name.endswith(ending) and len(name) > len(ending) + 1:
                yield name.removesuffix(ending) + instead


def read(folder: Path) -> WordNet:
    """Read the nouns from a folder with WordNet's files."""
    names: dict[int, tuple[str, ...]] = {}
    above: dict[int, tuple[int, ...]] = {}
    visible = set()
    for line in _lines(folder / "data.noun"):
        fields = line.split(" | ")[0].split()
        noun, count = int(fields[0]), int(fields[3], 16)
        names[noun] = tuple(word.replace("_", " ").lower() for word in fields[4 : 4 + 2 * count : 2])
        links = fields[5 + 2 * count :]
        above[noun] = tuple(int(links[at + 1]) for at in range(0, len(links) - 3, 4) if links[at] in _UP)
        if int(fields[1]) in _VISIBLE:
            visible.add(noun)
    senses = {}
    for line in _lines(folder / "index.noun"):
        fields = line.split()
        senses[fields[0].replace("_", " ")] = tuple(map(int, fields[-int(fields[2]) :]))
    uses, elsewhere = _uses(folder / "cntlist.rev", senses)
    plurals = dict(
        line.replace("_", " ").split()[:2] for line in _lines(folder / "noun.exc") if "_" not in line
    )
    return WordNet(names, above, frozenset(visible), senses, uses, elsewhere, plurals)


def _uses(
    path: Path, senses: dict[str, tuple[int, ...]]
) -> tuple[dict[tuple[str, int], int], dict[str, int]]:
    uses: dict[tuple[str, int], int] = {}
    elsewhere: dict[str, int] = defaultdict(int)
    for line in _lines(path):
        key, number, count = line.split()
        word, _, rest = key.partition("%")
        word = word.replace("_", " ")
        if not rest.startswith(_NOUN):
            elsewhere[word] += int(count)
        elif word in senses and int(number) <= len(senses[word]):
            uses[word, senses[word][int(number) - 1]] = int(count)
    return uses, dict(elsewhere)


def _lines(path: Path) -> Iterator[str]:
    """The lines of a file, without its licence, whose lines are indented."""
    with path.open(encoding="utf-8") as file:
        yield from (line for line in file if not line.startswith("  "))
