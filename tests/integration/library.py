"""Helpers of the search tests: a picture file, a query picture, and the paths of the hits."""

import io

from PIL import Image

from semsearch.results import Results
from tests.fakes import Colours


def paths(results: Results) -> list[str]:
    return [hit.path for hit in results.hits]


def png(colour: str) -> bytes:
    """A picture file of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (30, 30), colour).save(file, "PNG")
    return file.getvalue()


def shown(colour: str) -> Image.Image:
    """A query picture of one colour, in the size that the fake model takes."""
    return Image.new("RGB", (Colours.input_size, Colours.input_size), colour)
