"""How often does a search find the part of a picture that matches, if only the picture is stored?

    python -m benchmarks.picture_parts DATA

DATA is as in benchmarks.picture_model. Each picture is four photos, with the lines between them in the middle
("even") or off it; the query is a caption of one photo. A part is right if it shows more of that photo than
of any other. "Crops" embeds parts of the picture, as semsearch does. "Map" takes the parts from the last
layer of the built-in model, at that many pixels. At the end, prints how often a part is shown at all. Times
are for one picture on one core, without decoding.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, helper, numpy_helper
from PIL import Image

from benchmarks.composites import Composites, composites, overlap, windows
from benchmarks.crops import words
from benchmarks.picture_sets import Captioned, flickr
from semsearch.models.catalogue import image_model, picture_graph, text_model
from semsearch.models.framing import whole_square
from semsearch.models.network import FEATURES, PIXELS, SEMANTIC
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.models.session import Session
from semsearch.models.vectors import unit
from semsearch.pictures.decode import decode
from semsearch.records import Box, Vectors
from semsearch.search.picture_part import PARTS, clearest, cropped
from semsearch.settings import Settings
from semsearch.store.statistics import Calibration

_MODEL = "minilook"
_WHOLE = Box(0, 0, 1, 1)
_PLAIN = 300

# Returns the vectors of parts of a picture, as unit rows.
Look = Callable[[Image.Image, Sequence[Box]], Vectors]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    settings = Settings(image_model=_MODEL)
    texts, model = text_model(settings), image_model(settings)
    assert model is not None
    photos = flickr(arguments.data / "images")
    layouts = [composites(photos, even=even) for even in (True, False)]

    crops: Look = lambda picture, boxes: words(model.look([cropped(picture, box) for box in boxes]))  # noqa: E731
    ways: dict[str, tuple[Look, Sequence[Box]]] = {
        "crops, 3 x 3 of 1/2": (crops, PARTS),
        "crops, 2 x 2 of 1/2": (crops, windows(1 / 2, 2)),
        "crops, 4 x 4 of 2/5": (crops, windows(2 / 5, 4)),
        "map of 128, 3 x 3 of 1/2": (mapped(128), PARTS),
        "map of 256, 3 x 3 of 1/2": (mapped(256), PARTS),
    }
    print(f"{'':26}{'even':>8}{'chance':>8}{'uneven':>8}{'chance':>8}{'ms':>8}")
    for name, (look, boxes) in ways.items():
        found = [right(look, boxes, layout, texts, model.input_size) for layout in layouts]
        figures = "".join(f"{hits:8.3f}{chance:8.3f}" for hits, chance, _ in found)
        print(f"{name:26}{figures}{found[1][2]:8.1f}", flush=True)
    when_shown(crops, layouts[1], photos, texts, model)


def right(
    look: Look, boxes: Sequence[Box], pictures: Composites, texts: TextEmbedder, size: int
) -> tuple[float, float, float]:
    """The share of queries whose nearest part is right, the share of right parts, and ms a picture."""
    questions = texts.embed(pictures.queries, query=True)
    took, vectors = [], []
    for file in pictures.pictures:
        picture = decode(file, 2 * size).image
        started = time.perf_counter()
        vectors.append(look(picture, boxes))
        took.append(time.perf_counter() - started)
    similarities = np.einsum("qd,qbd->qb", questions, np.stack(vectors)[pictures.wanted])
    fits = fitting(boxes, pictures)
    hits = fits[np.arange(len(fits)), similarities.argmax(axis=1)]
    return float(hits.mean()), float(fits.mean()), 1000 * statistics.median(took)


def fitting(boxes: Sequence[Box], pictures: Composites) -> npt.NDArray[np.bool_]:
    """Whether each part is right for each query: of shape (queries, boxes)."""
    shared = np.array(
        [[[overlap(box, tile) for tile in tiles] for box in boxes] for tiles in pictures.tiles]
    )[pictures.wanted]
    meant = np.eye(shared.shape[2], dtype=bool)[pictures.meant][:, None, :]
    own = np.where(meant, shared, 0).sum(axis=2)
    others = np.where(meant, 0, shared).max(axis=2)
    return np.asarray(own > others + 1e-9)


def when_shown(
    look: Look, mixed: Composites, photos: Captioned, texts: TextEmbedder, model: ImageEmbedder
) -> None:
    """Print how often a part is shown by the rule in use, with the scale of an uncalibrated index."""
    scale = Calibration().similarity
    boxes = [_WHOLE, *PARTS]

    def views(files: Sequence[bytes]) -> Vectors:
        return np.stack([look(decode(file, 2 * model.input_size).image, boxes) for file in files])

    def chosen(looks: Vectors, queries: Sequence[str], places: npt.NDArray[np.int64]) -> list[Box | None]:
        questions = texts.embed(list(queries), query=True)
        similarities = np.einsum("qd,qbd->qb", questions, looks[places])
        return [clearest(row, scale) for row in similarities.tolist()]

    parts = chosen(views(mixed.pictures), mixed.queries, mixed.wanted)
    fits = fitting(PARTS, mixed)
    hits = [fits[number, PARTS.index(part)] for number, part in enumerate(parts) if part]
    print(f"uneven: shown for {len(hits) / len(parts):.2f} of the queries, right {np.mean(hits):.2f}")

    plain = views(photos.pictures[:_PLAIN])
    asked = [
        (query, place) for query, place in zip(photos.queries, photos.wanted, strict=True) if place < _PLAIN
    ]
    queries = [query for query, _ in asked]
    places = np.array([place for _, place in asked])
    for what, where in (("its own", places), ("another's", (places + _PLAIN // 2) % _PLAIN)):
        shown = np.mean([part is not None for part in chosen(plain, queries, where)])
        print(f"one photo, {what} caption: shown for {shown:.2f}")


def mapped(side: int) -> Look:
    """Embed parts of the built-in model's feature map: each is averaged and mapped by the head."""
    graph = picture_graph(Settings(), _MODEL)
    assert graph is not None
    model = ModelProto.FromString(graph.graph)
    nodes = {output: node for node in model.graph.node for output in node.output}
    weights = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    layer = nodes[FEATURES].input[0]
    weight, bias = (weights[nodes[name].input[0]].astype(np.float32) for name in nodes[SEMANTIC].input[1:])
    for dimension in model.graph.input[0].type.tensor_type.shape.dim[1:3]:
        dimension.dim_value = side
    model.graph.output.append(helper.make_tensor_value_info(layer, 1, None))
    session = Session(_MODEL, model.SerializeToString())

    def look(picture: Image.Image, boxes: Sequence[Box]) -> Vectors:
        [[seen]] = session.run({PIXELS: np.asarray(whole_square(picture, side))[None]}, layer)
        cells = seen.shape[1]
        pooled = [
            seen[
                :,
                round(box.top * cells) : round(box.bottom * cells),
                round(box.left * cells) : round(box.right * cells),
            ].mean(axis=(1, 2))
            for box in boxes
        ]
        return unit(np.stack(pooled) @ weight.T + bias)

    return look


if __name__ == "__main__":
    main()
