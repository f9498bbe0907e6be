"""Text in pictures, read by PaddleOCR's models as rapidocr carries them.

Pictures that lie on their side or stand on their head are turned. rapidocr's model that turns single lines is
left out, because it would leave the lines in the wrong order. benchmarks/ocr.py has the figures.
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
from PIL.Image import Image, Transpose

from semsearch.errors import ModelError

# Models in rapidocr's wheel, named as files: by anything else it would look for them in the network.
_DETECTION, _RECOGNITION = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
# How sure it must be of a line, on average of its letters. With less, shapes in drawings and photos are taken
# for letters, Chinese ones among them. benchmarks/ocr reads as many words as with rapidocr's own .5.
_SURE = 0.8
# Fewer letters than this part in lines that it is sure of: the picture may stand on its head.
_READ_WELL = 0.6
# The longest lines, by which the way to turn a picture is found, and how much surer they must be when turned.
_SAMPLE, _SURER = 4, 0.1
# A box is tall from this ratio of its sides on. Lines of Chinese and Japanese may run down the page.
_TALL = 1.5
_RUNS_DOWN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_TURNED = {
    1: Transpose.ROTATE_90,
    2: Transpose.ROTATE_180,
    3: Transpose.ROTATE_270,
}
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
    """Some words, where they stand, in pixels, and how sure the model is of them, from 0 to 1."""

    text: str
    score: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

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
            "Global.text_score": 0.0,
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
        glanced = self._glance(picture)
        if not glanced:
            return ""
        if sum(box.height for box in glanced if _is_tall(box)) > sum(box.width for box in glanced):
            turn = self._turn(picture, glanced, (1, 3))
            picture = picture.transpose(_TURNED[turn]) if turn else picture
        boxes = self._read(picture)
        letters = sum(len(box.text) for box in boxes)
        if sum(len(box.text) for box in boxes if box.score >= _SURE) < _READ_WELL * letters:
            turn = self._turn(picture, boxes, (2,))
            boxes = self._read(picture.transpose(_TURNED[turn])) if turn else boxes
        text = "\n".join(_lines([box for box in boxes if box.score >= _SURE]))
        return text if _WORD.search(text) else ""

    def _read(self, picture: Image) -> list[_Box]:
        """All words that are found, whether the model is sure of them or not."""
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
        return boxes

    def _turn(self, picture: Image, boxes: Sequence[_Box], turns: Sequence[int]) -> int:
        """The one of `turns`, in quarters, after which the longest lines are read well; 0 if none is."""
        longest = sorted(boxes, key=lambda box: -max(box.width, box.height))[:_SAMPLE]
        lines = [picture.crop((box.left, box.top, box.right, box.bottom)) for box in longest]
        best, most = 0, max(_SURE, _mean([box.score for box in boxes]) + _SURER)
        for turn in turns:
            read = [self._line(line.transpose(_TURNED[turn])) for line in lines]
            score = _mean([score for _, score in read])
            if score > most and not any(_RUNS_DOWN.search(text) for text, _ in read):
                best, most = turn, score
        return best

    def _line(self, line: Image) -> tuple[str, float]:
        """The text of a picture of one line, and how sure the model is of it."""
        found = self._engine(_pixels(line), use_det=False, use_rec=True)
        return found.txts[0], float(found.scores[0])

    def _glance(self, picture: Image) -> list[_Box]:
        """The places where there seems to be any text."""
        small = picture.copy()
        small.thumbnail((_GLANCE, _GLANCE))
        scale = picture.width / small.width
        found = self._engine(_pixels(small), use_det=True, use_rec=False)
        boxes = found.boxes if len(found) else ()
        return [_box("", 0.0, corners * scale) for corners in boxes]

    def _boxes(self, tile: Image, left: int, top: int) -> list[_Box]:
        found = self._engine(_pixels(tile), use_det=True, use_rec=True)
        if not len(found):
            return []
        return [
            _box(text, float(score), corners + np.array([left, top]))
            for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ]


def _box(text: str, score: float, corners: npt.NDArray[np.float32]) -> _Box:
    across, down = corners.T.tolist()
    return _Box(text, score, min(across), min(down), max(across), max(down))


def _is_tall(box: _Box) -> bool:
    return box.height >= _TALL * box.width


def _mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0


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
