import io
import json
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from semsearch.errors import FolderError, ModelError
from semsearch.finetune.train_pictures import Trained, train_pictures
from semsearch.models.catalogue import image_model, text_model, text_model_id
from semsearch.models.protocol import ImageEmbedder
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.pictures.decode import decode
from semsearch.settings import Settings
from tests.picture_models import tiny_folder

pytestmark = pytest.mark.usefixtures("one_thread")

COLOURS = ("red", "green", "blue", "yellow", "purple", "white", "brown", "pink")
FRUIT = dict(zip(COLOURS, "strawberry lime blueberry lemon plum coconut date peach".split(), strict=True))


def shape(colour: str, small: bool, rng: random.Random) -> Image.Image:
    """A disc at a random place on a grey ground."""
    shade = rng.randrange(90, 150)
    picture = Image.new("RGB", (72, 64), (shade, shade, shade))
    radius = rng.randint(8, 11) if small else rng.randint(24, 30)
    x, y = rng.randint(radius, 72 - radius), rng.randint(radius, 64 - radius)
    ImageDraw.Draw(picture).ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return picture


def caption(colour: str, small: bool) -> str:
    return f"a {'small' if small else 'large'} {colour} circle"


def draw(folder: Path, count: int, *, fruit: bool = False) -> Path:
    """Pictures of discs with captions in a listing, which call them circles or fruit."""
    folder.mkdir()
    rng = random.Random(count)
    with (folder / "captions.jsonl").open("w") as listing:
        for number in range(count):
            colour, small = rng.choice(COLOURS), rng.random() < 0.5
            shape(colour, small, rng).save(folder / f"{number}.png")
            captions = [FRUIT[colour]] if fruit else [caption(colour, small), f"{colour} disc"]
            entry = {"image": f"{number}.png", "captions": captions}
            listing.write(json.dumps(entry) + "\n")
    return folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def discs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("pictures") / "discs", 300)


@pytest.fixture(scope="module")
def base(settings: Settings) -> Path:
    """A model folder whose semantic vectors are random."""
    return tiny_folder(settings.home / "base", text_model_id(settings))


@pytest.fixture(scope="module")
def trained(settings: Settings, discs: Path, base: Path) -> Trained:
    return train_pictures(settings, discs, str(base))


def loaded(settings: Settings, folder: Path) -> ImageEmbedder:
    model = image_model(settings.model_copy(update={"image_model": str(folder)}))
    assert model is not None
    return model


def test_training_raises_what_words_find(trained: Trained) -> None:
    assert (trained.pictures, trained.held_out, trained.problems) == (300, 30, ())
    assert trained.before is not None
    assert trained.after.recall_10 > trained.before.recall_10 + 0.2
    assert trained.after.recall_1 > trained.before.recall_1 + 0.3
    assert trained.after.median_rank < trained.before.median_rank


def test_the_new_model_finds_pictures_it_never_saw(trained: Trained, settings: Settings) -> None:
    model, rng = loaded(settings, trained.output), random.Random("new")
    wanted = [(colour, small) for colour in COLOURS for small in (False, True)]
    new = [decode(_bytes(shape(*kind, rng)), model.input_size).image for kind in wanted]
    asked = model.asked(text_model(settings).embed([caption(*kind) for kind in wanted], query=True))

    places = model.look(new).semantic

    assert model.semantic_space == text_model_id(settings)
    assert places is not None
    nearest = (asked @ places.T).argmax(axis=1)
    assert np.mean(nearest == np.arange(len(wanted))) > 0.6


def _bytes(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def test_pictures_are_found_by_pictures_as_before(trained: Trained, settings: Settings, base: Path) -> None:
    rng = random.Random(1)
    batch = [shape("red", False, rng), shape("blue", True, rng)]
    np.testing.assert_allclose(
        loaded(settings, trained.output).embed(batch), loaded(settings, base).embed(batch), atol=1e-6
    )


def test_the_folder_tells_what_it_was_made_of(trained: Trained, settings: Settings, base: Path) -> None:
    manifest = json.loads((trained.output / "semsearch.json").read_text())
    assert trained.output == settings.home / "models" / "discs-pictures"
    assert manifest["name"] == "discs-pictures"
    assert manifest["text_model"] == text_model_id(settings)
    assert manifest["made"]["base"] == loaded(settings, base).id
    assert (manifest["made"]["pictures"], manifest["made"]["captions"]) == (300, 600)
    assert manifest["made"]["after"]["recall_10"] == trained.after.recall_10


def test_a_trained_model_can_be_trained_further(trained: Trained, settings: Settings, tmp_path: Path) -> None:
    fruit = draw(tmp_path / "fruit", 90, fruit=True)
    again = train_pictures(settings, fruit, str(trained.output), tmp_path / "again")
    assert again.before is not None
    assert again.after.recall_1 > again.before.recall_1 + 0.3
    assert loaded(settings, tmp_path / "again").plain.semantic_dims == 384


def test_what_a_base_says_in_the_space_of_another_text_model_does_not_count(
    settings: Settings, discs: Path, tmp_path: Path
) -> None:
    foreign = tiny_folder(tmp_path / "foreign", "another text model")
    trained = train_pictures(settings, discs, str(foreign), tmp_path / "output")
    assert trained.before is None
    assert trained.base_share == 0
    assert loaded(settings, trained.output).semantic_space == text_model_id(settings)


def test_a_network_of_torchvision_keeps_its_way_to_look(settings: Settings, tmp_path: Path) -> None:
    mend_torchvision()
    import torch
    from torchvision.models import get_model

    torch.manual_seed(0)
    state = get_model("squeezenet1_1", weights=None).state_dict()
    weights = tmp_path / "weights.npz"
    np.savez(weights, **{key: value.numpy() for key, value in state.items() if "classifier" not in key})
    base = f"torchvision:squeezenet1_1={weights}"
    output = tmp_path / "output"

    trained = train_pictures(settings, draw(tmp_path / "few", 60), base, output, epochs=5)

    assert (trained.held_out, trained.before) == (20, None)
    expected = image_model(settings.model_copy(update={"image_model": base}))
    assert expected is not None
    model = loaded(settings, output)
    batch = [shape("red", False, random.Random(2)).resize(size) for size in ((400, 300), (300, 700))]
    np.testing.assert_allclose(model.embed(batch), expected.embed(batch), atol=1e-5)
    assert model.input_size == expected.input_size


def test_captions_that_fit_no_picture_gain_nothing_and_nothing_is_written(
    settings: Settings, base: Path, tmp_path: Path
) -> None:
    folder = draw(tmp_path / "noise", 40)
    Image.new("RGB", (64, 64), "gray").save(folder / "same.png")
    for picture in folder.glob("*.png"):
        picture.write_bytes((folder / "same.png").read_bytes())

    with pytest.raises(ModelError, match=r"Training gained nothing, so nothing was written: .* 13 pictures"):
        train_pictures(settings, folder, str(base), tmp_path / "output")
    assert not (tmp_path / "output").exists()


def test_unreadable_pictures_are_named_and_left_out(settings: Settings, base: Path, tmp_path: Path) -> None:
    folder = draw(tmp_path / "some", 80)
    (folder / "7.png").write_bytes(b"GIF89a but not for long")
    (folder / "8.png").unlink()

    trained = train_pictures(settings, folder, str(base), tmp_path / "output", epochs=1)

    assert trained.pictures == 78
    assert {Path(problem.what).name: problem.why.partition(":")[0] for problem in trained.problems} == {
        "7.png": "unreadable GIF",
        "8.png": "has captions in captions.jsonl, but there is no such file",
    }


def test_too_few_pictures_are_counted_before_and_after_they_are_read(
    settings: Settings, base: Path, tmp_path: Path
) -> None:
    folder = draw(tmp_path / "few", 20)
    (folder / "7.png").write_bytes(b"")
    with pytest.raises(
        FolderError, match=r"holds 19 captioned .* at least 20 are needed.*first .*7.png: empty file"
    ):
        train_pictures(settings, folder, str(base), tmp_path / "output")
    with pytest.raises(FolderError, match=r"holds 0 captioned .* read from captions.jsonl"):
        train_pictures(settings, tmp_path, str(base), tmp_path / "output")
    with pytest.raises(FolderError, match="there is no folder"):
        train_pictures(settings, tmp_path / "none", str(base), tmp_path / "output")


def test_a_model_without_features_is_no_base(settings: Settings, discs: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"--base is 'clip-ViT-B-32': .* can be trained"):
        train_pictures(settings, discs, "clip-ViT-B-32", tmp_path / "output")


def test_photos_in_the_place_of_the_output_are_safe(settings: Settings, discs: Path, base: Path) -> None:
    with pytest.raises(ModelError, match="is no model folder: choose another --output"):
        train_pictures(settings, discs, str(base), discs)


def test_an_interruption_leaves_nothing(settings: Settings, discs: Path, base: Path, tmp_path: Path) -> None:
    def interrupted(stage: str, done: int, total: int) -> None:
        if stage == "training" and done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_pictures(settings, discs, str(base), tmp_path / "output", watch=interrupted)
    assert list(tmp_path.iterdir()) == []
