"""Helpers of the search tests: a picture to search with, and the paths of the hits."""

import io

from PIL import Image

from semsearch.results import Results


def paths(results: Results) -> list[str]:
    return [hit.path for hit in results.hits]


def png(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (30, 30), colour).save(file, "PNG")
    return file.getvalue()
