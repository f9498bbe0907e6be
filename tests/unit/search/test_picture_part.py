"""The part of a picture that matches a query, with a fake model of colours and with the built-in model."""

import io
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from semsearch.errors import FileError
from semsearch.models.catalogue import image_model, text_model
from semsearch.models.protocol import ImageEmbedder
from semsearch.pictures.decode import decode
from semsearch.records import Box
from semsearch.search.picture_part import part_that_matches
from semsearch.search.relevance import Scale
from semsearch.settings import Settings
from semsearch.store.schema import SEMANTIC, VISUAL
from tests.fakes import BagOfWords, Colours

LIBRARY = Path(__file__).parents[3] / "samples/library/pictures"
SCALE = Scale(0.19, 0.046)


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def field_of(size: tuple[int, int], spot: tuple[int, int, int, int]) -> bytes:
    """A yellow picture with a blue spot."""
    image = Image.new("RGB", size, "yellow")
    image.paste("blue", spot)
    return png(image)


def part_in(picture: bytes, query: str, scale: Scale = SCALE) -> Box | None:
    vectors = BagOfWords().embed([query], query=True)
    return part_that_matches(partial(decode, picture), vectors, Colours(), SEMANTIC, scale)


def overlap(one: Box | None, other: Box) -> float:
    """The intersection of two parts, divided by their union."""
    assert one is not None
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(0.0, across) * max(0.0, down)
    areas = [(box.right - box.left) * (box.bottom - box.top) for box in (one, other)]
    return shared / (sum(areas) - shared)


@pytest.mark.parametrize(
    ("spot", "box"),
    [
        ((0, 0, 60, 50), Box(0, 0, 0.5, 0.5)),
        ((60, 50, 120, 100), Box(0.5, 0.5, 1, 1)),
        ((30, 25, 90, 75), Box(0.25, 0.25, 0.75, 0.75)),
        ((0, 0, 48, 100), Box(0, 0, 0.4, 1)),
        ((36, 0, 84, 40), Box(0.3, 0, 0.7, 0.4)),
    ],
)
def test_the_part_with_the_colour_of_the_query_is_framed(spot: tuple[int, int, int, int], box: Box) -> None:
    assert overlap(part_in(field_of((120, 100), spot), "blue"), box) > 0.5


def test_no_part_is_found_if_the_whole_picture_matches_as_well() -> None:
    assert part_in(field_of((120, 100), (0, 0, 120, 100)), "blue") is None


def test_no_part_is_found_for_a_query_that_the_picture_does_not_answer() -> None:
    assert part_in(field_of((120, 100), (0, 0, 60, 50)), "geese") is None


def test_a_part_must_be_clearly_above_the_scores_of_unrelated_queries() -> None:
    picture = field_of((120, 100), (0, 0, 60, 50))
    assert part_in(picture, "blue", Scale(0.25, 1.6)) is None
    assert part_in(picture, "blue", Scale(0.95, 0.2)) is None


def test_a_box_is_relative_to_the_whole_picture_even_if_the_ends_of_a_strip_are_not_decoded() -> None:
    strip = field_of((800, 100), (400, 50, 600, 100))  # only 200 to 600 is decoded
    assert overlap(part_in(strip, "blue"), Box(0.5, 0.5, 0.75, 1)) > 0.5


def test_a_box_is_relative_to_the_picture_turned_upright() -> None:
    file = io.BytesIO()
    image = Image.open(io.BytesIO(field_of((120, 100), (0, 0, 60, 50))))
    exif = image.getexif()
    exif[0x0112] = 6  # orientation: to be turned clockwise
    image.save(file, "PNG", exif=exif)
    assert overlap(part_in(file.getvalue(), "blue"), Box(0.5, 0, 1, 0.5)) > 0.5


def test_the_vector_of_a_model_of_words_and_pictures_is_compared_in_its_own_space() -> None:
    colours = Colours()
    blue = colours.embed([Image.new("RGB", (8, 8), "blue")], query=True)
    picture = field_of((120, 100), (60, 0, 120, 50))
    box = part_that_matches(partial(decode, picture), blue, colours, VISUAL, Scale(0.9, 0.02))
    assert overlap(box, Box(0.5, 0, 1, 0.5)) > 0.5


def test_a_file_that_is_not_a_picture_is_an_error() -> None:
    with pytest.raises(FileError, match="not a picture"):
        part_in(b"Owls hunt mice at night.", "blue")


@pytest.fixture(scope="module")
def model() -> ImageEmbedder:
    model = image_model(Settings(image_model="minilook"))
    assert model is not None
    return model.plain


@pytest.fixture(scope="module")
def four_pictures() -> bytes:
    sheet = Image.new("RGB", (600, 480))
    names = ("bicycle.png", "butterfly-on-flower.png", "sailing-boat.png", "cup-of-coffee.png")
    for number, name in enumerate(names):
        with Image.open(LIBRARY / name) as image:
            sheet.paste(image.convert("RGB").resize((300, 240)), (300 * (number % 2), 240 * (number // 2)))
    return png(sheet)


@pytest.mark.parametrize(
    ("query", "box"),
    [
        ("a bicycle", Box(0, 0, 0.5, 0.5)),
        ("a butterfly", Box(0.5, 0, 1, 0.5)),
        ("a sailing boat at sea", Box(0, 0.5, 0.5, 1)),
        ("a cup of coffee", Box(0.5, 0.5, 1, 1)),
    ],
)
def test_the_built_in_model_finds_one_of_four_pictures(
    model: ImageEmbedder, four_pictures: bytes, query: str, box: Box
) -> None:
    look = partial(
        part_that_matches, partial(decode, four_pictures), model=model, field=SEMANTIC, scale=SCALE
    )
    assert overlap(look(text_model(Settings()).embed([query], query=True)), box) > 0.5


def test_a_long_picture_has_more_cells(model: ImageEmbedder) -> None:
    cells = model.cells(Image.new("RGB", (1200, 300), "green"))
    assert cells is not None
    assert cells.visual.shape == (8, 22, model.dims)
