"""Collect photos with captions or labels from tar files: Flickr8k, Caltech-101 and Tiny ImageNet."""

from __future__ import annotations

import json
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tools.minilook.examples import Example, chance
from tools.minilook.wordnet import WordNet

# The photos of each class of Caltech-101 that are held out for measuring. The others are for training.
HELD_OUT_PER_CLASS = 15
# The classes of Caltech-101 whose own name means nothing to WordNet, or something else first, and a name by
# which it knows them. Some it does not know.
_KNOWN_AS = {
    "anchor": "ground tackle",
    "barrel": "cask",
    "bass": "sea bass",
    "beaver": "old world beaver",
    "binocular": "field glasses",
    "buddha": "statue",
    "ceiling fan": "electric fan",
    "cougar body": "cougar",
    "cougar face": "cougar",
    "crayfish": "crawfish",
    "crocodile head": "crocodile",
    "dolphin": "bottlenose dolphin",
    "emu": "dromaius novaehollandiae",
    "ferry": "ferryboat",
    "flamingo head": "flamingo",
    "garfield": "",
    "hedgehog": "erinaceus europaeus",
    "inline skate": "rollerblade",
    "leopards": "panthera pardus",
    "motorbikes": "motorcycle",
    "nautilus": "chambered nautilus",
    "pyramid": "great pyramid",
    "sea horse": "",
    "snoopy": "",
    "stop sign": "signboard",
    "tick": "acarine",
    "watch": "wristwatch",
    "water lilly": "water lily",
    "wild cat": "felis silvestris",
    "wrench": "spanner",
}


def photos(data: Path, folder: Path) -> Iterator[Example]:
    """Unpack the photos of `data` into `folder`, each with its captions or its class."""
    yield from flickr(data, folder)
    yield from caltech(data, folder)
    yield from tinyimagenet(data, folder)


def flickr(data: Path, folder: Path) -> Iterator[Example]:
    _unpack(data / "flickr8k_train.tar", folder / "flickr")
    for line in (data / "flickr8k_train.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        captions = tuple(caption.strip().rstrip(" .") for caption in record["captions"])
        yield Example(f"flickr/{record['image']}", captions, "flickr", record["image"], held_out=False)


def caltech(data: Path, folder: Path) -> Iterator[Example]:
    """The background class has no captions, because it shows anything."""
    _unpack(data / "caltech101_half.tar", folder / "caltech")
    classes: dict[str, list[str]] = defaultdict(list)
    for file in (folder / "caltech").glob("*/*.jpg"):
        classes[file.parent.name].append(file.name)
    for label, names in sorted(classes.items()):
        known = not label.startswith("BACKGROUND")
        captions = (class_name(label),) if known else ()
        series = sorted((f"{label}/{name}" for name in names), key=chance)
        for place, photo in enumerate(series):
            held_out = known and place < HELD_OUT_PER_CLASS
            yield Example(f"caltech/{photo}", captions, "caltech", photo, held_out)


def class_name(label: str) -> str:
    """The name of a Caltech-101 class, from its folder: `water_lilly` gives "water lilly"."""
    return {"Faces": "face", "Faces_easy": "face"}.get(label, label.replace("_", " ").lower())


def thing_of_class(name: str, wordnet: WordNet) -> int | None:
    """The noun that a class of Caltech-101 shows. None if WordNet has no word for it."""
    other = _KNOWN_AS.get(name)
    if other is None:
        return next(wordnet.shown(name), None)
    return next((noun for noun in wordnet.senses.get(other, ()) if noun in wordnet.visible), None)


def tinyimagenet(data: Path, folder: Path) -> Iterator[Example]:
    _unpack(data / "tinyimagenet_train.tar", folder / "tinyimagenet")
    lines = (data / "tinyimagenet_words.txt").read_text(encoding="utf-8").splitlines()
    words = dict(line.split("\t", 1) for line in lines if "\t" in line)
    for file in sorted((folder / "tinyimagenet").glob("*/*.JPEG")):
        names = words[file.parent.name].split(", ")
        yield Example(
            f"tinyimagenet/{file.parent.name}/{file.name}",
            tuple(names[:2]),
            "tinyimagenet",
            file.name,
            held_out=False,
        )


def _unpack(archive: Path, folder: Path) -> None:
    if not folder.exists():
        part = folder.with_name(folder.name + ".part")
        with tarfile.open(archive) as tar:
            tar.extractall(part, filter="data")
        part.rename(folder)
