"""Text in pictures, read by PaddleOCR's models as rapidocr carries them.

Left out is the model that turns lines that stand on their heads: without it as much is read.
benchmarks/ocr.py has the figures.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from semsearch.errors import ModelError

# Models in rapidocr's wheel, named as files: by anything else it would look for them in the network.
_DETECTION, _RECOGNITION = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
# How sure it must be of a line, on average of its letters. With less, shapes in drawings and photos are taken
# for letters, Chinese ones among them. benchmarks/ocr reads as many words as with rapidocr's own .5.
_SURE = 0.8
# A picture without a word of two letters or digits has no text: a star or a cross is taken for a letter.
_WORD = re.compile(r"[^\W_]{2}")

# Threads that wait for others spin: on a machine with many cores, most of the processor time would be lost.
_MOST_THREADS = 4
# A picture is looked at as a whole in this size first: most photos have no text, and are done with then.
_GLANCE = 960
# Text is read in pieces of this size, in pixels, which overlap by a few lines.
_TILE, _OVERLAP = 2_000, 160
# Boxes stand in one row when they share most of their height, and in one line when the gap between them is
# less than this many times their height.
_GAP = 1.2


@dataclass(frozen=True, slots=True)
class _Box:
    """Some words, and where they stand, in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class TextReader:
    """Reads text in pictures. Loading takes a second and some 300 MB of memory."""

    def __init__(self) -> None:
        """Raises ModelError where rapidocr, or OpenCV that it needs, cannot be loaded."""
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise ModelError(
                f"text in pictures cannot be read: {error}. Install semsearch again, or set SEMSEARCH_OCR=off"
            ) from error
        models = files("rapidocr") / "models"
        options = {
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.text_score": _SURE,
            "Global.max_side_len": _TILE + _OVERLAP,
            "Det.model_path": str(models / _DETECTION),
            "Det.limit_type": "max",
            "Det.limit_side_len": _TILE,
            "Rec.model_path": str(models / _RECOGNITION),
            # When the number is not set, onnxruntime binds its threads to cores. They would then wait for
            # whatever else runs there.
            "EngineConfig.onnxruntime.intra_op_num_threads": min(os.cpu_count() or 1, _MOST_THREADS),
        }
        # Untyped, for what it returns is one of four classes, by what it was asked for.
        self._engine: Any = RapidOCR(params=options)

    def read(self, picture: Image) -> str:
        """The lines of text in a picture, top to bottom; empty when there is none."""
        if not self._glance(picture):
            return ""
        boxes = []
        for left in _starts(picture.width):
            for top in _starts(picture.height):
                tile = picture.crop(
                    (left, top, min(left + _TILE, picture.width), min(top + _TILE, picture.height))
                )
                boxes += [
                    box
                    for box in self._boxes(tile, left, top)
                    if _is_of(left, picture.width, (box.left + box.right) / 2)
                    and _is_of(top, picture.height, box.middle)
                ]
        text = "\n".join(_lines(boxes))
        return text if _WORD.search(text) else ""

    def _glance(self, picture: Image) -> bool:
        """Whether there seems to be any text."""
        small = picture.copy()
        small.thumbnail((_GLANCE, _GLANCE))
        return len(self._engine(_pixels(small), use_rec=False)) > 0

    def _boxes(self, tile: Image, left: int, top: int) -> list[_Box]:
        found = self._engine(_pixels(tile), use_rec=True)
        if not len(found):
            return []
        boxes = []
        for corners, text in zip(found.boxes, found.txts, strict=True):
            across, down = corners.T.tolist()
            boxes.append(_Box(text, left + min(across), top + min(down), left + max(across), top + max(down)))
        return boxes


def _pixels(picture: Image) -> npt.NDArray[np.uint8]:
    """As OpenCV has them: blue first."""
    return np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])


def _starts(length: int) -> list[int]:
    """Where the tiles of a side begin."""
    return list(range(0, max(1, length - _OVERLAP), _TILE - _OVERLAP)) if length > _TILE else [0]


def _is_of(start: int, length: int, middle: float) -> bool:
    """Whether what has its middle there belongs to the tile that starts at `start`, and to no other."""
    first = start + _OVERLAP / 2 if start else 0
    last = start + _TILE - _OVERLAP / 2 if start + _TILE < length else length + 1
    return first <= middle < last


def _lines(boxes: Sequence[_Box]) -> list[str]:
    """Boxes to lines: those in one row stand in one line, unless they are far apart."""
    rows: list[list[_Box]] = []
    for box in sorted(boxes, key=lambda box: box.middle):
        row = rows[-1] if rows else []
        if row and box.middle - row[-1].middle < min(box.height, row[-1].height) / 2:
            row.append(box)
        else:
            rows.append([box])
    lines: list[str] = []
    for row in rows:
        end, height = -np.inf, 0.0
        for box in sorted(row, key=lambda box: box.left):
            if box.left - end < _GAP * min(box.height, height):
                lines[-1] += f" {box.text}"
            else:
                lines.append(box.text)
            end, height = box.right, box.height
    return lines
