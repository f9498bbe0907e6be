"""How much of the text in pictures is read, and what does it cost?

    python -m benchmarks.ocr [--lines 10]

Draws the screenshots and charts of the sample library again, noting the words in them, and pages of sentences
of that library in Pillow's own font, in several sizes, dark on light and light on dark. Each picture is read
by semsearch's reader and by rapidocr as it comes, in turns. A word is right when it is read as it was
written, whatever its case and the marks around it. Prints a Markdown table: the share of words that are
right, and of those read that were there; seconds a picture.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.running import median
from semsearch.models.ocr import TextReader

ROOT = Path(__file__).parent.parent
_SIZES = (12, 14, 18, 26)
_SIDE = (1000, 700)
# Of the sample library: what looks like the screen of a computer or a phone.
_SCREENS = ("Screenshot_0231.png", "Screenshot_0232.png", "settings-dialog.png", "presentation-slide.png")


@dataclass(slots=True)
class Score:
    """Words right, there and read, and the seconds of each picture."""

    right: int = 0
    there: int = 0
    read: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, written: str, found: str) -> None:
        there, read = Counter(_words(written)), Counter(_words(found))
        self.right += (there & read).total()
        self.there += there.total()
        self.read += read.total()

    def __str__(self) -> str:
        precision = self.right / max(1, self.read)
        return f"{self.right / self.there:.3f} / {precision:.3f} | {median(self.seconds):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=10, help="on each page of sentences")
    options = parser.parse_args()
    readers: dict[str, Callable[[Image.Image], str]] = {
        "rapidocr as it comes": _plain(),
        "semsearch": TextReader().read,
    }
    samples = dict(_samples())
    sets = {
        "screenshots of the samples": [samples[name] for name in _SCREENS],
        "all samples with text": list(samples.values()),
        **{f"sentences, {size} px": list(_pages(size, options.lines)) for size in _SIZES},
    }
    print("| pictures | reader | words right / read that were there | s a picture |\n|---|---|---|---|")
    for what, pictures in sets.items():
        scores = {name: Score() for name in readers}
        for picture, written in pictures:
            for name, read in readers.items():
                started = time.perf_counter()
                found = read(picture)
                scores[name].seconds.append(time.perf_counter() - started)
                scores[name].add(written, found)
        for name, score in scores.items():
            print(f"| {what} ({len(pictures)}) | {name} | {score} |", flush=True)


def _plain() -> Callable[[Image.Image], str]:
    from rapidocr_onnxruntime import RapidOCR

    engine = RapidOCR()

    def read(picture: Image.Image) -> str:
        found, _ = engine(np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1]))
        return "\n".join(text for _, text, _ in found or ())

    return read


def _samples() -> Iterator[tuple[str, tuple[Image.Image, str]]]:
    """The pictures of the sample library that have words, by name."""
    sys.path.insert(0, str(ROOT / "samples"))
    import draw  # noqa: F401 (it puts the pictures on the list)
    from drawing import canvas
    from drawing.registry import PICTURES, render

    written: list[str] = []
    text, typed = canvas.Canvas.text, canvas.Canvas.typed

    def noted_text(
        self: canvas.Canvas, x: float, y: float, words: str, *rest: object, **more: object
    ) -> None:
        written.append(words)
        text(self, x, y, words, *rest, **more)

    def noted_typed(self: canvas.Canvas, x: float, y: float, words: str, *rest: object) -> None:
        before = len(written)
        typed(self, x, y, words, *rest)
        written[before:] = [words]  # in place of its letters, which are drawn one by one

    canvas.Canvas.text, canvas.Canvas.typed = noted_text, noted_typed
    for name in PICTURES:
        written.clear()
        picture = render(name)
        if _words(" ".join(written)):
            yield name, (picture, "\n".join(written))


def _pages(size: int, lines: int) -> Iterator[tuple[Image.Image, str]]:
    """Sentences of the sample library, a line each, on paper and on a dark screen."""
    chance = random.Random(size)
    texts = sorted((ROOT / "samples" / "library").rglob("*.txt"))
    source = " ".join(path.read_text(encoding="utf-8") for path in texts)
    sentences = [each for each in re.split(r"(?<=[.!?])\s+", source) if 30 < len(each) < 110]
    font = ImageFont.load_default(size)
    for paper, ink in (("white", "#222222"), ("#f4f1e8", "#333344"), ("#20242b", "#dddddd")):
        picture = Image.new("RGB", _SIDE, paper)
        chosen = [_fitting(" ".join(chance.choice(sentences).split()), font) for _ in range(lines)]
        for number, line in enumerate(chosen):
            ImageDraw.Draw(picture).text((20, 20 + number * 2 * size), line, ink, font)
        yield picture, "\n".join(chosen)


def _fitting(line: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    while font.getlength(line) > _SIDE[0] - 40:
        line = line.rpartition(" ")[0]
    return line


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.casefold())


if __name__ == "__main__":
    main()
