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
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.settings import Settings
from tools.minilook import __main__ as commands
from tools.minilook import distil, drawings, examples, imitate, photos, views
from tools.minilook.examples import Example
from tools.minilook.mobilenet import standardised
from tools.minilook.run import Run
from tools.minilook.student import Glance, Student
from tools.minilook.teacher import Lessons, Teacher

mend_torchvision()

from torchvision import models  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_thread")

COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")
SHAPES = ("circle", "square", "line")


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Batches of few small pictures: the steps are the same, and quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imitate, "BATCH", 8)
        patch.setattr(imitate, "SIDE", 64)
        patch.setattr(distil, "BATCH", 16)
        patch.setattr(distil, "SIDES", ((0.7, 64), (1.0, 96)))
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
    teacher = models.mobilenet_v2(weights=None)
    for module in teacher.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # the statistics become the mean over the next batches
    shown = [views.on_paper(drawing(colour, shape), None) for colour in COLOURS for shape in SHAPES]
    pixels = torch.from_numpy(np.array([np.asarray(picture.resize((96, 96))) for picture in shown]))
    with torch.no_grad():
        teacher(standardised(pixels.permute(0, 3, 1, 2)))
    state = teacher.state_dict()
    np.savez(
        folder / "weights" / "mobilenet_v2_imagenet.npz",
        **{key: value.numpy() for key, value in state.items()},
    )
    names = "\n".join(f"n{number:08} thing {number}, stuff" for number in range(1000))
    (folder / "weights" / "imagenet_classes.txt").write_text(names)
    return folder


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


def test_a_short_run_writes_a_model_that_semsearch_loads(made: Path, work: Path, tmp_path: Path) -> None:
    model = image_model(Settings(home=tmp_path, image_model=str(made)))
    assert model is not None
    assert model.semantic_space == text_model(Settings()).id
    picture = views.on_paper(Image.open(work / "pictures" / "red-circle.png"), None)
    looks = model.look([picture])
    state = torch.load(work / "student.pt", weights_only=True)["average"]
    student = Student().eval()
    student.load_state_dict(state)
    pixels = np.array(views.whole_square(picture, Glance.SIDE))
    with torch.inference_mode():
        visual, semantic, _ = Glance(student)(torch.from_numpy(pixels)[None])
    for ours, theirs in ((looks.visual, visual), (looks.semantic, semantic)):
        assert ours is not None
        assert ours[0] @ (theirs[0] / theirs[0].norm()).numpy() > 0.999  # the weights have 16 bits


def test_the_model_is_small_enough_for_the_wheel(made: Path) -> None:
    assert sum(file.stat().st_size for file in made.iterdir()) < 8e6


@pytest.mark.usefixtures("made")
def test_an_interrupted_run_goes_on_as_if_nothing_had_been(data: Path, work: Path, tmp_path: Path) -> None:
    targets, weights = commands.targets(data, work), data / "weights" / "mobilenet_v2_imagenet.npz"

    def imitation(checkpoint: Path) -> Run:
        return imitate.Imitation(targets.pixels, weights, checkpoint, 4 * imitate.BATCH)

    def distillation(checkpoint: Path) -> Run:
        return distil.Distillation(targets, work / "blocks.pt", checkpoint, 4 * distil.BATCH)

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
    lessons = Lessons(work / "lessons", work / "pictures")
    weights = data / "weights" / "mobilenet_v2_imagenet.npz"
    imitation = imitate.Imitation(lessons.pixels, weights, tmp_path / "blocks.pt", 60 * imitate.BATCH)
    before = imitation._errors(np.random.default_rng(0))
    list(imitation())
    after = imitation._errors(np.random.default_rng(0))
    assert len(before) == 19
    assert np.mean(after) < np.mean(before) / 2


@pytest.mark.usefixtures("made")
def test_the_student_begins_with_its_blocks_and_the_teachers_view_of_them(
    data: Path, work: Path, tmp_path: Path
) -> None:
    targets = commands.targets(data, work)
    begun = distil.Distillation(targets, work / "blocks.pt", tmp_path / "none.pt", distil.BATCH).average
    blocks = torch.load(work / "blocks.pt", weights_only=True)["blocks"]
    torch.testing.assert_close(begun.blocks.state_dict(), blocks)
    features = torch.from_numpy(targets.features.astype(np.float32))
    shown = torch.nn.functional.normalize(begun.semantic(features), dim=1).numpy()
    own = (shown * targets.semantic).sum(axis=1)
    others = shown @ targets.semantic.T.astype(np.float32)
    assert own.mean() > others.mean() + 0.1


def test_the_teacher_goes_on_where_it_was_interrupted(
    data: Path, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.minilook.teacher._CHUNK", 16)
    teacher = Teacher(data / "weights" / "mobilenet_v2_imagenet.npz")
    lessons = Lessons(tmp_path, work / "pictures")
    next(iter(lessons.make(teacher)))
    again = Lessons(tmp_path, work / "pictures")
    assert again.done == 16
    *_, (done, total) = again.make(teacher)
    assert done == total == 60  # four views of each of the 15 drawings that are not red
    whole = Lessons(work / "lessons", work / "pictures")
    run("teach", "--data", data, "--work", work)
    np.testing.assert_allclose(again.features, whole.features, atol=0.05)
    np.testing.assert_array_equal(again.pixels, whole.pixels)


def test_what_is_held_out_is_never_learned_from(work: Path) -> None:
    listed = list(examples.read(work / "pictures"))
    planned = {listed[place].image for place, _ in views.plan(listed)}
    assert planned == {example.image for example in listed if not example.image.startswith("red")}


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


def test_transparent_drawings_lie_on_white_paper() -> None:
    picture = views.on_paper(Image.new("RGBA", (4, 2)), None)
    assert picture.size == (4, 4)
    assert picture.getpixel((0, 0)) == (255, 255, 255)


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
