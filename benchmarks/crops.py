"""Do vectors of a picture's parts, beside that of the whole picture, find more? And what do they cost?

    python -m benchmarks.crops DATA WORK [--model minilook]

DATA and WORK are as in benchmarks.picture_model. Each picture is embedded whole and in 14 parts, and sets of
these vectors are compared. "best": the similarity of a picture is that of its best vector. "0.7 + 0.3": seven
tenths of the whole picture's similarity plus three tenths of the best. "mean": one vector, the mean of all.
Composites are four photos in one picture, with the lines between them off the middle; the query is a caption
of one photo. Times are for one picture at a time on one core, with decoding.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.composites import Composites, composites, windows
from benchmarks.picture_model import K, precision
from benchmarks.picture_sets import Captioned, Labelled, caltech, flickr
from benchmarks.running import timed
from semsearch.models.catalogue import image_model, text_model
from semsearch.models.protocol import ImageEmbedder, Looks, TextEmbedder
from semsearch.pictures.decode import decode
from semsearch.records import Box, Vectors
from semsearch.search.picture_part import cropped
from semsearch.settings import Settings

_CENTRE = Box(1 / 6, 1 / 6, 5 / 6, 5 / 6)
VIEWS = [Box(0, 0, 1, 1), _CENTRE, *windows(2 / 3, 2), *windows(1 / 2, 3)]
# The number of the view that ingestion embeds. The others are cut from a picture with sides twice as long.
AS_TODAY = len(VIEWS)
_SETS = {
    "whole, as today": [AS_TODAY],
    "whole": [0],
    "+ centre of 2/3": [0, 1],
    "+ 4 corners of 2/3": [0, *range(2, 6)],
    "+ 2 x 2 of 1/2": [0, 6, 8, 12, 14],
    "+ 3 x 3 of 1/2": [0, *range(6, 15)],
}
_WAYS = ("best", "0.7 + 0.3", "mean")
_TIMED = 100

# The similarities of queries (rows) and pictures (columns).
Scores = npt.NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", default="minilook")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = text_model(Settings())
    with tempfile.TemporaryDirectory() as home:
        corrected = image_model(Settings(image_model=arguments.model, home=Path(home)))
    assert corrected is not None
    model = corrected.plain
    photos = flickr(arguments.data / "images")
    made = [
        captions(model, texts, photos),
        classes(model, texts, caltech(arguments.work / "pictures")),
        mixed(model, texts, composites(photos, even=False)),
    ]
    measures = [name for measure in made for name in measure["whole", "best"]]
    print(f"{'':20}{'':12}", *(f"{name:>17}" for name in [*measures, "vectors", "bytes", "ms"]))
    for name, views in _SETS.items():
        cost = milliseconds(model, photos.pictures[:_TIMED], views)
        for way in _WAYS if len(views) > 1 else _WAYS[:1]:
            figures = [value for measure in made for value in measure[name, way].values()]
            vectors = 1 if way == "mean" else len(views)
            size = 4 * vectors * (model.dims + model.semantic_dims)
            print(
                f"{name:20}{way:12}",
                *(f"{value:17.3f}" for value in figures),
                f"{vectors:17}{size:18}{cost:18.1f}",
            )


Measured = dict[tuple[str, str], dict[str, float]]


def captions(model: ImageEmbedder, texts: TextEmbedder, photos: Captioned) -> Measured:
    queries = texts.embed(photos.queries, query=True)
    _, semantic = views_of(model, photos.pictures)
    return {
        key: recalls(scores(queries, semantic, *key), np.array(photos.wanted), "Flickr8k")
        for key in _compared()
    }


def mixed(model: ImageEmbedder, texts: TextEmbedder, pictures: Composites) -> Measured:
    queries = texts.embed(pictures.queries, query=True)
    _, semantic = views_of(model, pictures.pictures)
    return {
        key: recalls(scores(queries, semantic, *key), pictures.wanted, "composites") for key in _compared()
    }


def classes(model: ImageEmbedder, texts: TextEmbedder, pictures: Labelled) -> Measured:
    names = texts.embed(pictures.names, query=True)
    visual, semantic = views_of(model, pictures.pictures)
    labels = np.array(pictures.labels)
    measured: Measured = {}
    for key in _compared():
        alike = scores(visual[0], visual, *key)  # the picture of the query is embedded whole
        np.fill_diagonal(alike, -np.inf)
        measured[key] = {
            "Caltech name P@10": precision(scores(names, semantic, *key), np.arange(len(names)), labels),
            "alike P@10": precision(alike, labels, labels),
        }
    return measured


def _compared() -> list[tuple[str, str]]:
    return [(name, way) for name, views in _SETS.items() for way in (_WAYS if len(views) > 1 else _WAYS[:1])]


def recalls(found: Scores, wanted: npt.NDArray[np.int64], name: str) -> dict[str, float]:
    own = found[np.arange(len(found)), wanted]
    before = (found > own[:, None]).sum(axis=1)
    return {f"{name} R@{k}": float((before < k).mean()) for k in (1, K)}


def scores(queries: Vectors, views: Sequence[Vectors], chosen: str, way: str) -> Scores:
    """The similarity of each query and picture, by a set of `views`: unit rows for each of VIEWS."""
    places = _SETS[chosen]
    if way == "mean":
        mean = np.sum([views[place] for place in places], axis=0)
        mean /= np.linalg.norm(mean, axis=1, keepdims=True)
        return queries @ mean.T
    nearest = queries @ views[places[0]].T
    for place in places[1:]:
        np.maximum(nearest, queries @ views[place].T, out=nearest)
    return nearest if way == "best" else 0.7 * (queries @ views[0].T) + 0.3 * nearest


def views_of(model: ImageEmbedder, files: Sequence[bytes]) -> tuple[list[Vectors], list[Vectors]]:
    """The visual and semantic vectors of all pictures, for each of VIEWS and for AS_TODAY."""
    looks = [(look(model, file, range(len(VIEWS))), look(model, file, [AS_TODAY])) for file in files]
    visual = [np.concatenate([each.visual for each in pair]) for pair in looks]
    semantic = [np.concatenate([words(each) for each in pair]) for pair in looks]
    return list(np.stack(visual, axis=1)), list(np.stack(semantic, axis=1))


def look(model: ImageEmbedder, file: bytes, views: Sequence[int]) -> Looks:
    if AS_TODAY in views:
        return model.look([decode(file, model.input_size).image])
    large = decode(file, 2 * model.input_size).image
    return model.look([cropped(large, VIEWS[view]) for view in views])


def words(looks: Looks) -> Vectors:
    if looks.semantic is None:
        raise SystemExit("this model finds nothing by words of the built-in text model")
    return looks.semantic


def milliseconds(model: ImageEmbedder, files: Sequence[bytes], views: Sequence[int]) -> float:
    """The median milliseconds for one picture."""
    return 1000 * statistics.median(timed(lambda file=file: look(model, file, views)) for file in files)


if __name__ == "__main__":
    main()
