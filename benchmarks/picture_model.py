"""Compare picture models: how well words and pictures find pictures that no training used.

    python -m benchmarks.picture_model DATA WORK [MODEL ...] [--json]

DATA is the folder with images/ (docs/picture-model.md says which), WORK the folder of `python -m
tools.minilook collect`. Each MODEL is a value of SEMSEARCH_IMAGE_MODEL; the default is the built-in model.
The time is for one picture at a time on one core, and for the network alone: see picture_speed for the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.picture_sets import Captioned, Labelled, caltech, drawings, flickr
from benchmarks.running import timed
from semsearch.models.catalogue import image_model, text_model
from semsearch.models.protocol import ImageEmbedder, Looks, TextEmbedder
from semsearch.pictures.decode import decode
from semsearch.records import Vectors
from semsearch.settings import Settings

K = 10
_TIMED = 200


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("models", nargs="*", default=["minilook"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = text_model(Settings())
    photos, classes = flickr(arguments.data / "images"), caltech(arguments.work / "pictures")
    drawn = drawings(arguments.work / "pictures", texts.tokenizer)
    table = {}
    for name in arguments.models:
        with tempfile.TemporaryDirectory() as home:
            model = image_model(Settings(image_model=name, home=Path(home)))
            assert model is not None
            table[name] = {
                "Flickr8k dev, caption to picture, R@10": found(model, texts, photos),
                **labelled(model, texts, classes),
                f"{len(drawn.queries)} drawings' names among {len(drawn.pictures):,}, R@10": found(
                    model, texts, drawn
                ),
                "one picture on one core, ms": one_at_a_time(model, photos.pictures[:_TIMED]),
            }
    if arguments.json:
        print(json.dumps(table, indent=2))
        return
    width = max(len(measure) for measure in next(iter(table.values())))
    print(" " * width, *(f"{name[-24:]:>24}" for name in table))
    for measure in next(iter(table.values())):
        print(f"{measure:{width}}", *(f"{table[name][measure]:>24.3f}" for name in table))


def found(model: ImageEmbedder, texts: TextEmbedder, pictures: Captioned) -> float:
    """The share of queries whose picture is among the K nearest."""
    scores = (
        model.asked(texts.embed(pictures.queries, query=True)) @ semantic(look(model, pictures.pictures)).T
    )
    own = scores[np.arange(len(scores)), pictures.wanted]
    return float(((scores > own[:, None]).sum(axis=1) < K).mean())


def labelled(model: ImageEmbedder, texts: TextEmbedder, pictures: Labelled) -> dict[str, float]:
    """The mean share of the K nearest that show the right class: for its name, and for a picture of it."""
    looks, labels = look(model, pictures.pictures), np.asarray(pictures.labels)
    named = model.asked(texts.embed(pictures.names, query=True)) @ semantic(looks).T
    alike = looks.visual @ looks.visual.T
    np.fill_diagonal(alike, -np.inf)
    return {
        "Caltech-101, class name to picture, P@10": precision(named, np.arange(len(named)), labels),
        "Caltech-101, picture to picture, P@10": precision(alike, labels, labels),
    }


def precision(scores: Vectors, wanted: npt.NDArray[np.int64], labels: npt.NDArray[np.int64]) -> float:
    nearest = np.argpartition(-scores, K, axis=1)[:, :K]
    return float((labels[nearest] == wanted[:, None]).mean())


def look(model: ImageEmbedder, files: list[bytes]) -> Looks:
    return model.look([decoded(file, model) for file in files])


def decoded(file: bytes, model: ImageEmbedder) -> Image.Image:
    return decode(file, model.input_size).image


def semantic(looks: Looks) -> Vectors:
    if looks.semantic is None:
        raise SystemExit("this model finds nothing by words of the built-in text model")
    return looks.semantic


def one_at_a_time(model: ImageEmbedder, files: list[bytes]) -> float:
    """The median milliseconds for one picture."""
    pictures = [decoded(file, model) for file in files]
    return 1000 * statistics.median(
        timed(lambda picture=picture: model.look([picture])) for picture in pictures
    )


if __name__ == "__main__":
    main()
