"""Charts, screenshots and pages that are drawn to learn from, and what the shipped model makes of others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import semsearch.models
from semsearch.errors import ModelError
from semsearch.models.catalogue import image_model, text_model
from semsearch.models.folder import read_folder
from semsearch.models.network import PictureNetwork
from semsearch.settings import Settings
from tests.picture_models import tiny_graph
from tools.minilook.graphics import graphics
from tools.minilook.graphics_head import places, taught

FOLDER = Path(semsearch.models.__path__[0]) / "minilook"
PICTURES = Path(__file__).parents[3] / "samples/library/pictures"
THINGS = ("a sailing boat", "rescue at sea", "a horse", "a bus", "a rose", "an elephant", "a dog on a beach")


def test_the_same_seed_draws_the_same_graphics() -> None:
    one, other = list(graphics(24, seed=5)), list(graphics(24, seed=5))
    assert [image.tobytes() for image, _ in one] == [image.tobytes() for image, _ in other]
    assert [names for _, names in one] == [names for _, names in other]
    assert len({image.tobytes() for image, _ in one}) == 24


def test_the_shipped_model_knows_graphics_that_it_has_not_learned_from() -> None:
    model, text = image_model(Settings()), text_model(Settings())
    assert model is not None
    drawn, names = zip(*graphics(120, seed=99), strict=True)
    vectors = model.plain.look(drawn).semantic
    assert vectors is not None
    first = sorted({each[0] for each in names})
    told = vectors @ text.embed(first, query=True).T
    right = np.mean([first[place] == each[0] for place, each in zip(told.argmax(axis=1), names, strict=True)])
    assert right > 0.6  # chance is .08
    things = vectors @ text.embed(THINGS, query=True).T
    assert (told.max(axis=1) > things.max(axis=1)).mean() > 0.95


def test_what_is_taught_moves_and_other_pictures_stay() -> None:
    graph = read_folder(FOLDER)
    before = PictureNetwork(graph)
    photos = [Image.open(path).convert("RGB") for path in sorted(PICTURES.glob("*.png"))]
    stripes = [
        Image.fromarray(np.tile(np.uint8([[[n, 0, 0], [0, n, 0]]]), (40, 20, 1))) for n in range(60, 255, 9)
    ]
    [wanted] = text_model(Settings()).embed(["zebra crossing"])
    known, new = before.features(photos * 40)[0], before.features(stripes)[0]
    after = PictureNetwork(
        replace(graph, graph=taught(graph.graph, known, new, np.tile(wanted, (len(new), 1))))
    )

    def moved(pictures: list[Image.Image]) -> float:
        pairs = before.look(pictures).semantic, after.look(pictures).semantic
        assert pairs[0] is not None
        assert pairs[1] is not None
        return float((pairs[0] * pairs[1]).sum(axis=1).mean())

    semantic = after.look(stripes).semantic
    assert semantic is not None
    assert (semantic @ wanted).mean() > 0.8
    assert moved(photos) > 0.95 > moved(stripes)


def test_names_of_a_graphic_meet_in_their_middle() -> None:
    text = text_model(Settings())
    [place] = places([("a chart", "a graph")], text)
    near = text.embed(["a chart", "a graph", "a horse"]) @ place
    assert np.linalg.norm(place) == pytest.approx(1)
    assert min(near[:2]) > 0.8 > 0.5 > near[2]


def test_a_network_of_others_is_not_taught() -> None:
    nothing = np.zeros((1, 4), np.float32)
    with pytest.raises(ModelError, match=r"no network of tools\.minilook"):
        taught(tiny_graph(), nothing, nothing, nothing)
