"""Boxes of text in a picture, and the lines that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

# A box is tall from this ratio of its sides on.
_TALL = 1.5
# Boxes stand in one row when they share most of their height, and in one line when the gap between them is
# less than this many times their height.
_GAP = 1.2


@dataclass(frozen=True, slots=True)
class TextBox:
    """Some words, where they stand, in pixels, and how sure their `reader` is of them, from 0 to 1."""

    text: str
    score: float
    reader: str
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def at(
        cls, corners: npt.NDArray[np.float32], text: str = "", score: float = 0.0, reader: str = ""
    ) -> TextBox:
        """The upright box around `corners`, of shape (4, 2)."""
        across, down = corners.T.tolist()
        return cls(text, score, reader, min(across), min(down), max(across), max(down))

    def moved(self, right: float, down: float) -> TextBox:
        """The box, so many pixels further."""
        return replace(
            self,
            left=self.left + right,
            top=self.top + down,
            right=self.right + right,
            bottom=self.bottom + down,
        )

    def scaled(self, factor: float) -> TextBox:
        """The box in a picture whose sides are `factor` times as long."""
        left, top, right, bottom = (factor * edge for edge in self.edges)
        return replace(self, left=left, top=top, right=right, bottom=bottom)

    def covers(self, other: TextBox) -> bool:
        """Whether the middle of another box is in this one."""
        across = (other.left + other.right) / 2
        return self.left <= across <= self.right and self.top <= other.middle <= self.bottom

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def length(self) -> float:
        """The width in heights: some two letters, or one Chinese sign, to each."""
        return self.width / max(1.0, self.height)

    @property
    def is_tall(self) -> bool:
        return self.height >= _TALL * self.width


def lines(boxes: Sequence[TextBox]) -> list[str]:
    """Boxes to lines: those in one row stand in one line, unless they are far apart."""
    rows: list[list[TextBox]] = []
    for box in sorted(boxes, key=lambda box: box.middle):
        row = rows[-1] if rows else []
        if row and box.middle - row[-1].middle < min(box.height, row[-1].height) / 2:
            row.append(box)
        else:
            rows.append([box])
    found: list[str] = []
    for row in rows:
        end, height = -np.inf, 0.0
        for box in sorted(row, key=lambda box: box.left):
            if box.left - end < _GAP * min(box.height, height):
                found[-1] += f" {box.text}"
            else:
                found.append(box.text)
            end, height = box.right, box.height
    return found
