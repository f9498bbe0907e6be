"""How well does a search frame the part of a picture that matches, if only the picture is stored?

    python -m benchmarks.picture_parts DATA [--model minilook]

DATA is as in benchmarks.picture_model. There are two tests. "Boxes": part_boxes.tsv has a box, drawn by hand,
around the thing that a query names, in 88 photos that no training used (of Caltech-101 and Flickr8k's
development split). 60 were seen when the rule was chosen, and 28 were kept back. Intersection over union
compares the part with this box. "Composites": each picture is
four photos, with the lines between them in the middle ("even") or off it; the query is a caption of one
photo. A part is right if it shows more of that photo than of any other.

Prints both for the part that is found, shown or not, and then how often it is shown. "Nine parts" is what
semsearch did before. "Parts as cells" is what it does for a model without cells. Times are for one picture on
one core, without decoding.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.composites import Composites, composites, overlap, windows
from benchmarks.crops import words
from benchmarks.picture_sets import Captioned, flickr
from semsearch.models.catalogue import image_model, text_model
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.pictures.decode import decode
from semsearch.records import Box, Vector, Vectors
from semsearch.search.calibrate import probes
from semsearch.search.picture_part import clearest, cropped, framing, heat_of, parts_as_cells
from semsearch.search.relevance import fit_scale
from semsearch.settings import Settings
from semsearch.store.statistics import Scale

_BOXES = Path(__file__).with_name("part_boxes.tsv")
_WHOLE, _MIDDLE = Box(0, 0, 1, 1), Box(0.2, 0.2, 0.8, 0.8)
_NINE = windows(1 / 2, 3)
# By so many spreads, the nearest of nine parts had to be nearer than the whole picture.
_NEARER = 1.5
_PLAIN = 300
_OVERLAP = 0.5


@dataclass
class Way:
    """A way to find a part: what is seen of a picture, the part for a query, and that part if it is shown."""

    see: Callable[[Image.Image], Vectors]
    part: Callable[[Vectors, Vector], Box]
    shown: Callable[[Vectors, Vector], Box | None]
    took: list[float] = field(default_factory=list)

    def seen(self, file: bytes, size: int) -> Vectors:
        picture = decode(file, size).image
        started = time.perf_counter()
        vectors = self.see(picture)
        self.took.append(time.perf_counter() - started)
        return vectors


@dataclass(frozen=True)
class Marked:
    """A photo, a query, the box around what the query names, and whether it was kept back."""

    photo: bytes
    query: str
    box: Box
    kept: bool


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="minilook")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    settings = Settings(image_model=arguments.model)
    texts, corrected = text_model(settings), image_model(settings)
    assert corrected is not None
    model = corrected.plain
    images = arguments.data / "images"
    photos, marked = flickr(images), list(marks(images))
    sets = [[each for each in marked if each.kept is kept] for kept in (False, True)]
    layouts = [composites(photos, even=even) for even in (True, False)]
    print("| way | IoU | IoU ≥ .5 | shown | IoU | kept back: IoU | IoU ≥ .5 | shown | IoU "
          "| lines in the middle | shown | right | lines elsewhere | shown | right "
          "| own caption | another's | ms |\n|" + 18 * "---|")  # fmt: skip
    for name, box in (("the whole picture", _WHOLE), ("the middle, .6", _MIDDLE)):
        print(f"| {name} | {' | | | '.join(framed([box] * len(each), each) for each in sets)} |")
    for name, way in ways(model, chance(photos, texts, model)).items():
        figures = [on_boxes(way, each, texts, model) for each in sets]
        figures += [on(way, each, texts, model) for each in layouts]
        figures.append(on_photos(way, photos, texts, model))
        print(f"| {name} | {' | '.join(figures)} | {1000 * statistics.median(way.took):.0f} |", flush=True)


def chance(photos: Captioned, texts: TextEmbedder, model: ImageEmbedder) -> Scale:
    """The scale of a library of these photos: how near the nearest one is to each of the probes."""
    decoded = [decode(photo, model.input_size).image for photo in photos.pictures]
    nearest = texts.embed(list(probes()), query=True) @ words(model.look(decoded)).T
    return fit_scale(nearest.max(axis=1).tolist())


def ways(model: ImageEmbedder, scale: Scale) -> dict[str, Way]:
    def nine(picture: Image.Image) -> Vectors:
        return words(model.look([cropped(picture, box) for box in (_WHOLE, *_NINE)]))

    def nearest(seen: Vectors, query: Vector) -> Box:
        return _NINE[int((seen[1:] @ query).argmax())]

    def if_nearer(seen: Vectors, query: Vector) -> Box | None:
        whole, *parts = (seen @ query).tolist()
        clear = max(parts) >= max(scale.centre, whole + _NEARER * scale.spread)
        return nearest(seen, query) if clear else None

    def cells(picture: Image.Image) -> Vectors:
        found = model.cells(picture)
        if found is None or found.semantic is None:
            raise SystemExit("this model has no cells in the space of the built-in text model")
        return found.semantic

    def parts(picture: Image.Image) -> Vectors:
        found = parts_as_cells(picture, model).semantic
        assert found is not None
        return found

    def best(seen: Vectors, query: Vector) -> Box:
        return framing(heat_of(seen, query, scale))

    def clear(seen: Vectors, query: Vector) -> Box | None:
        return clearest(seen, query, scale)

    return {
        "nine parts": Way(nine, nearest, if_nearer),
        "cells": Way(cells, best, clear),
        "parts as cells": Way(parts, best, clear),
    }


def marks(images: Path) -> Iterator[Marked]:
    """The photos of part_boxes.tsv. A name with a folder is one of Caltech-101."""
    with (
        _BOXES.open(encoding="utf-8") as file,
        tarfile.open(images / "caltech101_half.tar") as caltech,
        tarfile.open(images / "flickr8k_dev.tar") as captioned,
    ):
        for row in csv.DictReader(file, delimiter="\t"):
            member = (caltech if "/" in row["photo"] else captioned).extractfile(row["photo"])
            assert member is not None
            edges = (float(row[edge]) for edge in ("left", "top", "right", "bottom"))
            yield Marked(member.read(), row["query"], Box(*edges), row["set"] == "kept")


def framed(parts: Sequence[Box], marked: Sequence[Marked]) -> str:
    """The mean intersection over union of parts and boxes, and the share of .5 or more."""
    found = [_union(part, each.box) for part, each in zip(parts, marked, strict=True)]
    return f"{statistics.mean(found):.3f} | {np.mean(np.array(found) >= _OVERLAP):.2f}"


def on_boxes(way: Way, marked: Sequence[Marked], texts: TextEmbedder, model: ImageEmbedder) -> str:
    """`framed`, the share that is shown, and the mean intersection over union of these."""
    queries = texts.embed([each.query for each in marked], query=True)
    seen = [way.seen(each.photo, _size(model)) for each in marked]
    parts = [way.part(*pair) for pair in zip(seen, queries, strict=True)]
    shown = [way.shown(*pair) for pair in zip(seen, queries, strict=True)]
    unions = [_union(part, each.box) for part, each in zip(shown, marked, strict=True) if part]
    return f"{framed(parts, marked)} | {len(unions) / len(marked):.2f} | {statistics.mean(unions):.3f}"


def on(way: Way, pictures: Composites, texts: TextEmbedder, model: ImageEmbedder) -> str:
    """The share of queries whose part is right, the share that is shown, and the share of those right."""
    queries = texts.embed(pictures.queries, query=True)
    seen = [way.seen(file, _size(model)) for file in pictures.pictures]
    pairs = [(seen[place], query) for place, query in zip(pictures.wanted, queries, strict=True)]
    parts, shown = [way.part(*pair) for pair in pairs], [way.shown(*pair) for pair in pairs]
    right = np.array([fits(part, pictures, number) for number, part in enumerate(parts)])
    told = np.array([part is not None for part in shown])
    return f"{right.mean():.3f} | {told.mean():.2f} | {right[told].mean():.2f}"


def fits(part: Box, pictures: Composites, query: int) -> bool:
    """Whether a part shows more of the photo that a query means than of any other."""
    shared = [overlap(part, tile) for tile in pictures.tiles[pictures.wanted[query]]]
    own = shared.pop(pictures.meant[query])
    return own > max(shared) + 1e-9


def on_photos(way: Way, photos: Captioned, texts: TextEmbedder, model: ImageEmbedder) -> str:
    """How often a part of one photo is shown for its own captions, and for those of another."""
    seen = [way.seen(file, _size(model)) for file in photos.pictures[:_PLAIN]]
    asked = [
        (query, place) for query, place in zip(photos.queries, photos.wanted, strict=True) if place < _PLAIN
    ]
    queries = texts.embed([query for query, _ in asked], query=True)
    places = np.array([place for _, place in asked])
    return " | ".join(
        f"{_shown(way, seen, queries, where):.2f}" for where in (places, (places + _PLAIN // 2) % _PLAIN)
    )


def _shown(way: Way, seen: Sequence[Vectors], queries: Vectors, places: npt.NDArray[np.int64]) -> float:
    parts = [way.shown(seen[place], query) for place, query in zip(places, queries, strict=True)]
    return sum(part is not None for part in parts) / len(parts)


def _size(model: ImageEmbedder) -> int:
    """The shorter side of a picture that has all pixels that any way can use."""
    return round(model.input_size / 0.4)


def _union(one: Box, other: Box) -> float:
    """Intersection over union."""
    shared = overlap(one, other)
    areas = sum((box.right - box.left) * (box.bottom - box.top) for box in (one, other))
    return shared / (areas - shared)


if __name__ == "__main__":
    main()
