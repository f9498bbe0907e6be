"""Pictures that no training used, with the queries that should find them."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from tools.minilook.examples import Example, chance, read
from tools.minilook.photos import class_name

DRAWINGS = 1000
_NAMED = {"openclipart", "emoji", "stamps"}  # icons, named after programs and formats, are only candidates


@dataclass(frozen=True)
class Captioned:
    """Picture files, queries, and for each query the index of its picture."""

    pictures: list[bytes]
    queries: list[str]
    wanted: list[int]


@dataclass(frozen=True)
class Labelled:
    """Picture files, the index of the class of each, and the names of the classes."""

    pictures: list[bytes]
    labels: list[int]
    names: list[str]


def flickr(data: Path) -> Captioned:
    """Flickr8k's development split: 1,000 photos with five captions each."""
    records = [json.loads(line) for line in (data / "flickr8k_dev.jsonl").read_text("utf-8").splitlines()]
    with tarfile.open(data / "flickr8k_dev.tar") as tar:
        pictures = [_content(tar, record["image"]) for record in records]
    pairs = [(caption, place) for place, record in enumerate(records) for caption in record["captions"]]
    return Captioned(pictures, [caption for caption, _ in pairs], [place for _, place in pairs])


def caltech(work: Path) -> Labelled:
    """The 15 photos of each class of Caltech-101 that training leaves out."""
    held = [example for example in read(work) if example.held_out and example.source == "caltech"]
    labels = [example.image.split("/")[1] for example in held]
    known = sorted(set(labels))
    pictures = [(work / example.image).read_bytes() for example in held]
    return Labelled(pictures, [known.index(label) for label in labels], list(map(class_name, known)))


def drawings(work: Path, tokenizer: Tokenizer) -> Captioned:
    """1,000 drawings with distinct names, from series that training leaves out.

    A query is the name of one drawing of a series, if each of its words is a single token for the text model.
    Names of artists and file formats are not. The other drawings are wrong candidates.
    """
    held = [example for example in read(work) if example.held_out and example.source != "caltech"]
    held.sort(key=lambda example: chance(example.image))
    asked: dict[tuple[str, str], Example] = {}
    for example in held:
        pieces = tokenizer.encode(example.captions[0]).tokens
        if example.source in _NAMED and not any(piece.startswith("##") for piece in pieces):
            asked.setdefault((example.source, example.series), example)
    distinct: dict[str, Example] = {}
    for example in [*asked.values(), *held]:
        distinct.setdefault(example.captions[0].lower(), example)
    chosen = list(distinct.values())[:DRAWINGS]
    names = {example.captions[0].lower() for example in asked.values()}
    wanted = [place for place, example in enumerate(chosen) if example.captions[0].lower() in names]
    pictures = [(work / example.image).read_bytes() for example in chosen]
    return Captioned(pictures, [chosen[place].captions[0] for place in wanted], wanted)


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    assert member is not None
    return member.read()
