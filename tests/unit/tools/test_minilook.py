"""`python -m tools.minilook`: the steps that make the built-in picture model, run on a few drawings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from typer.testing import CliRunner

from semsearch.models.catalogue import image_model, text_model
from semsearch.models.framing import whole_square
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.settings import Settings
from tools.minilook import __main__ as commands
from tools.minilook import (
    augment,
    distil,
    drawings,
    examples,
    imitate,
    matching,
    names,
    photos,
    squares,
    teacher,
    wordnet,
)
from tools.minilook.augment import in_other_light, plain, views
from tools.minilook.examples import Example
from tools.minilook.graphics import graphics
from tools.minilook.graphics_head import places
from tools.minilook.matching import Matching
from tools.minilook.mobilenet import standardised
from tools.minilook.names import Names, Naming
from tools.minilook.run import Run
from tools.minilook.student import Glance, Student
from tools.minilook.wordnet import WordNet

mend_torchvision()

from torchvision import models  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_thread")

COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")
SHAPES = ("circle", "square", "line")


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Batches of few small pictures: the steps are the same, and quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "GRAPHICS", 24)
        patch.setattr(imitate, "BATCH", 8)
        patch.setattr(imitate, "SIDE", 64)
        patch.setattr(augment, "TEACHER_SIDE", 64)
        patch.setattr(distil, "BATCH", 16)
        patch.setattr(distil, "SIDE", 64)
        patch.setattr(distil, "BEGUN", 96)
        patch.setattr(commands, "LESSONS", 96)
        patch.setattr(teacher, "_RUN", 32)
        patch.setattr(matching, "OTHER_TEXTS", 256)
        yield


def drawing(colour: str, shape: str) -> Image.Image:
    canvas = Image.new("RGBA", (60, 60))
    draw = ImageDraw.Draw(canvas)
    getattr(draw, {"circle": "ellipse", "square": "rectangle", "line": "line"}[shape])(
        (10, 10, 50, 50), fill=colour
    )
    return canvas


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained teacher that still tells pictures apart, and its thousand classes."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "weights").mkdir()
    torch.manual_seed(1)  # the student has another seed
    network = models.mobilenet_v2(weights=None)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # the statistics become the mean over the next batches
    drawn = [squares.square(drawing(colour, shape)) for colour in COLOURS for shape in SHAPES]
    with torch.no_grad():
        network(standardised(in_other_light(plain(torch.from_numpy(np.array(drawn))), 96)))
    state = network.state_dict()
    np.savez(
        folder / "weights" / "mobilenet_v2_imagenet.npz",
        **{key: value.numpy() for key, value in state.items()},
    )
    lines = "\n".join(f"n{HORSE if number % 2 else SORREL:08} thing {number}" for number in range(1000))
    (folder / "weights" / "imagenet_classes.txt").write_text(lines)
    return folder


ANIMAL, HORSE, SORREL, BASS, FISH = 15388, 2374451, 2389026, 6876870, 1440161
NOUNS = f"""  1 This is a licence.
{ANIMAL:08} 05 n 02 animal 0 beast 0 000 | a living thing
{HORSE:08} 05 n 02 horse 0 Equus_caballus 0 001 @ {ANIMAL:08} n 0000 | it has hooves
{SORREL:08} 05 n 01 sorrel 0 001 @ {HORSE:08} n 0000 | a brown one
{BASS:08} 07 n 01 bass 0 000 | the lowest part
{FISH:08} 05 n 01 bass 1 001 @ {ANIMAL:08} n 0000 | it swims
"""
INDEX = f"""  1 This is a licence.
animal n 1 0 1 1 {ANIMAL:08}
beast n 1 0 1 1 {ANIMAL:08}
horse n 1 1 @ 1 1 {HORSE:08}
equus_caballus n 1 1 @ 1 0 {HORSE:08}
sorrel n 1 1 @ 1 0 {SORREL:08}
bass n 2 1 @ 2 1 {BASS:08} {FISH:08}
"""


def nouns(folder: Path) -> WordNet:
    """A few nouns in the files of WordNet."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.noun").write_text(NOUNS)
    (folder / "index.noun").write_text(INDEX)
    (folder / "cntlist.rev").write_text("animal%1:05:00:: 1 100\nhorse%1:05:00:: 1 50\nhorse%2:35:00:: 1 2\n")
    (folder / "noun.exc").write_text("oxen ox\n")
    return wordnet.read(folder)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder that has its pictures already, so that nothing is fetched."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "pictures").mkdir()
    listed = []
    for colour in COLOURS:
        for shape in SHAPES:
            drawing(colour, shape).save(folder / "pictures" / f"{colour}-{shape}.png")
            listed.append(
                Example(
                    f"{colour}-{shape}.png",
                    (f"a {colour} {shape}",),
                    "emoji",
                    shape,
                    held_out=colour == "red",
                )
            )
    examples.write(folder / "pictures", listed)
    nouns(folder / "debian" / "usr" / "share" / "wordnet")
    (folder / "debian" / ".wordnet-base").touch()
    return folder


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(commands.app, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def made(data: Path, work: Path) -> Path:
    """The model folder from a short run of all steps."""
    output = work / "made"
    short = ("--imitated", 4 * imitate.BATCH, "--distilled", 4 * distil.BATCH)
    run("everything", "--data", data, "--work", work, "--output", output, *map(str, short))
    return output


@pytest.mark.usefixtures("made")
def test_a_short_run_writes_a_model_that_semsearch_loads(work: Path, tmp_path: Path) -> None:
    run("finish", "--work", work, "--output", tmp_path / "model")
    model = image_model(Settings(home=tmp_path, image_model=str(tmp_path / "model")))
    assert model is not None
    assert model.semantic_space == text_model(Settings()).id
    picture = Image.new("RGB", (100, 80), "red")
    looks = model.look([picture])
    state = torch.load(work / "student.pt", weights_only=True)["average"]
    student = Student().eval()
    student.load_state_dict(state)
    pixels = np.array(whole_square(picture, Glance.SIDE))
    with torch.inference_mode():
        visual, semantic, _ = Glance(student)(torch.from_numpy(pixels)[None])
    for ours, theirs in ((looks.visual, visual), (looks.semantic, semantic)):
        assert ours is not None
        shown = torch.from_numpy(ours[0][: theirs.shape[1]])  # the numbers of the correction follow
        assert torch.cosine_similarity(shown, theirs[0], dim=0) > 0.999  # the weights have 16 bits


def test_the_last_step_teaches_graphics_and_says_so(made: Path, work: Path, tmp_path: Path) -> None:
    run("finish", "--work", work, "--output", tmp_path / "before")
    drawn, named = zip(*graphics(commands.GRAPHICS), strict=True)
    wanted = places(named, text_model(Settings()))
    near = []
    for folder in (tmp_path / "before", made):
        model = image_model(Settings(home=tmp_path, image_model=str(folder)))
        assert model is not None
        semantic = model.plain.look(drawn).semantic
        assert semantic is not None
        near.append((semantic * wanted).sum(axis=1).mean())
    assert near[1] > near[0]
    assert json.loads((made / "semsearch.json").read_text("utf-8"))["made"]["graphics"] == commands.GRAPHICS


def test_the_model_is_small_enough_for_the_wheel(made: Path) -> None:
    assert sum(file.stat().st_size for file in made.iterdir()) < 8e6


@pytest.mark.usefixtures("made")
def test_an_interrupted_run_goes_on_as_if_nothing_had_been(data: Path, work: Path, tmp_path: Path) -> None:
    school, weights = commands.school(data, work), data / "weights" / commands.WEIGHTS

    def imitation(checkpoint: Path) -> Run:
        return imitate.Imitation(school.pictures, weights, checkpoint, 4 * imitate.BATCH)

    def distillation(checkpoint: Path) -> Run:
        return distil.Distillation(school, work / "blocks.pt", checkpoint, 4 * distil.BATCH)

    for place, begin in enumerate((imitation, distillation)):
        through, parts = tmp_path / f"through-{place}.pt", tmp_path / f"parts-{place}.pt"
        list(begin(through)())
        for _ in begin(parts)(save_every_s=0):
            break  # after the first step, which was saved
        resumed = begin(parts)
        assert resumed.step == 1
        list(resumed())
        expected, actual = (torch.load(each, weights_only=True) for each in (through, parts))
        assert actual["step"] == 4
        for part in expected.keys() - {"step", "optimizer"}:
            for name, value in expected[part].items():
                torch.testing.assert_close(actual[part][name], value, rtol=1e-3, atol=1e-4)


@pytest.mark.usefixtures("made")
def test_blocks_come_nearer_to_the_teachers(data: Path, work: Path, tmp_path: Path) -> None:
    weights = data / "weights" / commands.WEIGHTS
    imitation = imitate.Imitation(
        commands.pictures(work), weights, tmp_path / "blocks.pt", 60 * imitate.BATCH
    )
    before = imitation._errors(np.random.default_rng(0))
    list(imitation())
    after = imitation._errors(np.random.default_rng(0))
    assert len(before) == 19
    assert after.mean() < before.mean() / 2


@pytest.mark.usefixtures("made")
def test_the_student_begins_with_its_blocks_and_the_teachers_view_of_them(
    data: Path, work: Path, tmp_path: Path
) -> None:
    school = commands.school(data, work)
    begun = distil.Distillation(school, work / "blocks.pt", tmp_path / "none.pt", distil.BATCH).average
    blocks = torch.load(work / "blocks.pt", weights_only=True)["blocks"]
    torch.testing.assert_close(begun.blocks.state_dict(), blocks)
    features, logits = school.teacher(plain(school.pictures.squares(torch.arange(15))))
    shown = torch.nn.functional.normalize(begun.semantic(features), dim=1)
    scores = shown @ school.meaning.semantic(features, logits).T
    assert scores.diagonal().mean() > scores.mean() + 0.1


def test_what_is_held_out_is_never_learned_from(work: Path) -> None:
    listed = {example.image for example in examples.read(work / "pictures")}
    assert {example.image for example in commands.learned(work)} == {
        image for image in listed if not image.startswith("red")
    }


def test_a_sorrel_is_a_horse_and_an_animal(tmp_path: Path) -> None:
    assert nouns(tmp_path).chain(SORREL) == {SORREL: 0, HORSE: 1, ANIMAL: 2}


def test_a_caption_names_visible_things_in_any_number(tmp_path: Path) -> None:
    found = nouns(tmp_path)
    assert list(found.shown("Two horses, one sorrel.")) == [HORSE, SORREL]
    assert list(found.shown("a bass")) == []  # first of all, it is the lowest part of music


def named(tmp_path: Path) -> tuple[Names, list[str]]:
    """The names for a photo of a horse, one of a sorrel, and three classes."""
    told: list[str] = []

    def embed(texts: list[str]) -> names.Array:
        told.extend(texts)
        return np.eye(len(texts), 384, dtype=np.float32)

    shown = [
        Example("flickr/1.jpg", ("A horse runs", "The horse is wet"), "flickr", "1", held_out=False),
        Example("tinyimagenet/n02389026/1.jpg", ("sorrel",), "tinyimagenet", "2", held_out=False),
    ]
    return Naming(nouns(tmp_path))(shown, [HORSE, SORREL, FISH], embed), told


def test_a_picture_is_called_by_its_captions_and_by_everything_it_shows(tmp_path: Path) -> None:
    found, told = named(tmp_path)
    texts = [told[text] for text in found.texts[found.text_starts[1] : found.text_starts[2]]]
    assert {"sorrel", "a photo of a horse", "an animal"} <= set(texts)
    assert "A horse runs" not in texts
    weights = dict(zip(texts, found.chances[found.text_starts[1] : found.text_starts[2]], strict=True))
    assert weights["horse"] > weights["animal"] > weights["beast"]


def test_a_name_stands_for_its_most_common_meaning(tmp_path: Path) -> None:
    found, told = named(tmp_path)
    assert "bass" in told  # of the two basses, only the fish is shown
    assert len(set(told)) == len(told) == len(found.vectors)


def test_no_right_name_counts_as_wrong(tmp_path: Path) -> None:
    found, told = named(tmp_path)
    maybe = Matching(found)._may_show(torch.tensor([0, 1]))
    right = {text: maybe[:, found.kind[place]].tolist() for place, text in enumerate(told)}
    assert right["a horse"] == right["an animal"] == [True, True]
    assert right["sorrel"] == [True, True]  # the horse of the first photo may be one
    assert right["A horse runs"] == [True, False]
    assert right["bass"] == [False, False]


def test_texts_are_drawn_from_those_of_the_example(tmp_path: Path) -> None:
    found, told = named(tmp_path)
    drawn = Matching(found).draw(torch.zeros(200, dtype=torch.int64))
    counts = {told[int(text)] for text in drawn}
    assert {"A horse runs", "The horse is wet", "horse"} <= counts
    assert "sorrel" not in counts


def test_views_keep_their_size_and_their_light_within_bounds() -> None:
    torch.manual_seed(0)
    drawn = torch.from_numpy(np.array([squares.square(drawing("red", "circle"))] * 8))
    shown = views(drawn)
    changed = in_other_light(shown, 64)
    assert shown.shape == (8, 3, 64, 64)
    assert changed.shape == (8, 3, 64, 64)
    assert changed.min() >= 0
    assert changed.max() <= 255
    assert (shown[:, 0] > shown[:, 2] + 50).flatten(1).any(1).all()  # each view shows some red


def test_a_series_is_held_out_whole_or_not_at_all() -> None:
    variants = [drawings._example(f"{n}.png", ("cat",), "openclipart", "animals/cat") for n in range(5)]
    assert len({variant.held_out for variant in variants}) == 1
    all_series = [drawings._example("x.png", ("x",), "emoji", f"series {n}") for n in range(2000)]
    assert 0.1 < np.mean([example.held_out for example in all_series]) < 0.2


def test_clip_art_is_named_by_its_file_without_digits_and_artists(tmp_path: Path) -> None:
    folder = tmp_path / "share" / "openclipart" / "png" / "animals"
    folder.mkdir(parents=True)
    for name in ("cat", "dog", "fox", "owl"):
        Image.new("RGBA", (4, 4)).save(folder / f"{name}_jane_doe_01.png")
    found = [example.captions for example in drawings.clipart(tmp_path / "share", tmp_path) if example]
    assert sorted(found) == [(name, f"{name}, animals") for name in ("cat", "dog", "fox", "owl")]


def test_a_drawing_fills_the_plain_view_and_lies_on_white_paper() -> None:
    square = squares.square(Image.new("RGBA", (40, 20), "blue"))
    shown = plain(torch.tensor(square)[None])[0].permute(1, 2, 0)
    torch.testing.assert_close(shown[32, 3], torch.tensor([0.0, 0.0, 255.0]))
    torch.testing.assert_close(shown[3, 32], torch.tensor([255.0, 255.0, 255.0]))


def test_folders_of_caltech_become_words() -> None:
    assert [photos.class_name(label) for label in ("Faces_easy", "sea_horse", "Motorbikes")] == [
        "face",
        "sea horse",
        "motorbikes",
    ]


def test_the_list_of_examples_survives_the_disk(tmp_path: Path) -> None:
    listed = [Example("a.png", ("ein Hund", "🐕"), "emoji", "dog", held_out=True)]
    examples.write(tmp_path, listed)
    assert list(examples.read(tmp_path)) == listed
    assert json.loads((tmp_path / examples.CAPTIONS).read_text("utf-8"))["captions"] == ["ein Hund", "🐕"]
