"""Text in pictures, read by PaddleOCR's models as rapidocr carries them.

Pictures that lie on their side or stand on their head are turned. rapidocr's model that turns single lines is
left out, because it would leave the lines in the wrong order. benchmarks/ocr.py has the figures.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL.Image import Image, Transpose

from semsearch.errors import ModelError
from semsearch.models.other_scripts import OtherScripts, is_worth_a_look, unread
from semsearch.models.text_boxes import TextBox, lines

_READER = "rapidocr"
# Models in rapidocr's wheel, named as files: by anything else it would look for them in the network.
_DETECTION, _RECOGNITION = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
# How sure it must be of a line, on average of its letters. With less, shapes in drawings and photos are taken
# for letters, Chinese ones among them. benchmarks/ocr reads as many words as with rapidocr's own .5.
_SURE = 0.8
# Fewer letters than this part in lines that it is sure of: the picture may stand on its head.
_READ_WELL = 0.6
# The longest lines, by which the way to turn a picture is found, and how much surer they must be when turned.
_SAMPLE, _SURER = 4, 0.1
# Lines of Chinese and Japanese may run down the page.
_RUNS_DOWN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_TURNED = {
    1: Transpose.ROTATE_90,
    2: Transpose.ROTATE_180,
    3: Transpose.ROTATE_270,
}
# A picture without a word of two letters or digits has no text: a star or a cross is taken for a letter.
_WORD = re.compile(r"[^\W_]{2}")
# The model makes spaces and dots of letters that it does not know.
_LETTER = re.compile(r"[^\W_]")

# Threads that wait for others spin: on a machine with many cores, most of the processor time would be lost.
_MOST_THREADS = 4
# A picture is looked at as a whole in this size first: most photos have no text, and are done with then.
_GLANCE = 960
# Text is read in pieces of this size, in pixels, which overlap by a few lines.
_TILE, _OVERLAP = 2_000, 160


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines of text in a picture, top to bottom; `text` is empty when there is none.

    `readers` names the programs that have read it. `unread` says why other lines could not be read.
    """

    text: str = ""
    readers: tuple[str, ...] = ()
    unread: str = ""


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
        self._others = OtherScripts()

    def read(self, picture: Image) -> Reading:
        """Read the lines of text in a picture, those in other scripts with Tesseract."""
        glanced = self._glance(picture)
        if not glanced:
            return Reading()
        if sum(box.height for box in glanced if box.is_tall) > sum(box.width for box in glanced):
            turn = self._turn(picture, glanced, (1, 3))
            picture = picture.transpose(_TURNED[turn]) if turn else picture
            glanced = self._glance(picture) if turn else glanced
        boxes = self._over_tiles(picture, self._boxes)
        letters = sum(len(box.text) for box in boxes)
        if sum(len(box.text) for box in boxes if box.score >= _SURE) < _READ_WELL * letters:
            turn = self._turn(picture, boxes, (2,))
            picture = picture.transpose(_TURNED[turn]) if turn else picture
            boxes = self._over_tiles(picture, self._boxes) if turn else boxes
            glanced = self._glance(picture) if turn else glanced
        sure = [box for box in boxes if box.score >= _SURE]
        if not is_worth_a_look(unread(glanced, sure)):
            return _reading(sure)
        found = self._over_tiles(picture, self._places)
        others = self._others.read(picture, sure, unread(found, sure))
        return replace(_reading(others.boxes), unread=others.unread)

    def _over_tiles(self, picture: Image, boxes_of: Callable[[Image], list[TextBox]]) -> list[TextBox]:
        """The boxes in a picture, which is looked at in pieces."""
        boxes = []
        for left in _starts(picture.width):
            for top in _starts(picture.height):
                right, bottom = min(left + _TILE, picture.width), min(top + _TILE, picture.height)
                boxes += [
                    box
                    for box in (
                        each.moved(left, top) for each in boxes_of(picture.crop((left, top, right, bottom)))
                    )
                    if _is_of(left, picture.width, (box.left + box.right) / 2)
                    and _is_of(top, picture.height, box.middle)
                ]
        return boxes

    def _turn(self, picture: Image, boxes: Sequence[TextBox], turns: Sequence[int]) -> int:
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
        text = found.txts[0]
        return text, float(found.scores[0]) if _LETTER.search(text) else 0.0

    def _glance(self, picture: Image) -> list[TextBox]:
        """The places where there seems to be any text."""
        small = picture.copy()
        small.thumbnail((_GLANCE, _GLANCE))
        return [box.scaled(picture.width / small.width) for box in self._places(small)]

    def _places(self, picture: Image) -> list[TextBox]:
        """The places of lines, which are not read."""
        found = self._engine(_pixels(picture), use_det=True, use_rec=False)
        return [TextBox.at(corners) for corners in found.boxes] if len(found) else []

    def _boxes(self, picture: Image) -> list[TextBox]:
        """All words that are found, whether the model is sure of them or not."""
        found = self._engine(_pixels(picture), use_det=True, use_rec=True)
        if not len(found):
            return []
        return [
            TextBox.at(corners, text, float(score), _READER)
            for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ]


def _reading(boxes: Sequence[TextBox]) -> Reading:
    text = "\n".join(lines([box for box in boxes if _LETTER.search(box.text)]))
    if not _WORD.search(text):
        return Reading()
    return Reading(text, tuple(sorted({box.reader for box in boxes})))


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
