"""Tesseract, where it is installed: it reads lines of text in scripts that the built-in models do not know.

It is a program of the system (Apache-2.0). It gets pictures on stdin, and runs under the limits of the
process that reads pictures.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps

from semsearch.errors import FileError
from semsearch.program import output_of

_PROGRAM = "tesseract"
# Scripts as Tesseract names them, with the languages whose letters are enough to read them, commonest first.
LANGUAGES = {
    "Arabic": ("ara", "fas", "urd"),
    "Armenian": ("hye",),
    "Bengali": ("ben", "asm"),
    "Cyrillic": ("rus", "ukr", "bul", "srp", "bel", "mkd"),
    "Devanagari": ("hin", "mar", "nep", "san"),
    "Ethiopic": ("amh", "tir"),
    "Georgian": ("kat",),
    "Greek": ("ell", "grc"),
    "Gujarati": ("guj",),
    "Gurmukhi": ("pan",),
    "Hangul": ("kor",),
    "Hebrew": ("heb", "yid"),
    "Kannada": ("kan",),
    "Khmer": ("khm",),
    "Lao": ("lao",),
    "Malayalam": ("mal",),
    "Myanmar": ("mya",),
    "Oriya": ("ori",),
    "Sinhala": ("sin",),
    "Tamil": ("tam",),
    "Telugu": ("tel",),
    "Thai": ("tha",),
}
# Each language takes as long again.
_MOST_LANGUAGES = 3
# Limits for one sheet of lines: seconds of processor time, and seconds on the clock, which say little where
# all other work comes first. A line takes a tenth of a second.
_PROCESSOR, _SECONDS = 60, 900.0
# Lines are scaled to this height, in pixels, at which Tesseract reads best, with room around them.
_HEIGHT, _ROOM = 40, 20
_LONGEST = 6_000
# Fewer letters do not tell the script.
_LEAST_LETTERS = 8
_SCRIPT = re.compile(r"^Script: (\w+)$", re.MULTILINE)
# The columns of a row of its table: the last are the top and the height of a word, how sure it is, from 0 to
# 100, and the word. -1 is of a row without a word.
_TOP, _TALL, _SURE, _WORD = 7, 9, 10, 11


@dataclass(frozen=True, slots=True)
class Line:
    """The text of a line, and how sure Tesseract is of it, from 0 to 1."""

    text: str
    score: float


class Tesseract:
    """Tells the script of lines, and reads them in the languages that are installed."""

    def __init__(self) -> None:
        """Look for the program. `languages` is empty when it is not there, or has none."""
        self._path = shutil.which(_PROGRAM)
        self.languages = self._installed() if self._path else frozenset()

    def script_of(self, lines: Sequence[Image.Image]) -> str:
        """Return the script of these lines, a key of LANGUAGES or another one; "" when it cannot be told."""
        try:
            found = _SCRIPT.search(
                self._run(_sheet(lines), "--psm", "0", "-c", f"min_characters_to_try={_LEAST_LETTERS}")
            )
        except FileError:  # it ends so when there are too few letters
            return ""
        return found[1] if found else ""

    def languages_of(self, script: str) -> tuple[str, ...]:
        """Return the installed languages of a script."""
        known = (*LANGUAGES.get(script, ()), f"script/{script}")
        return tuple(each for each in known if each in self.languages)[:_MOST_LANGUAGES]

    def read(self, lines: Sequence[Image.Image], languages: Sequence[str]) -> list[Line]:
        """Read lines, one after the other. Raises FileError when Tesseract fails."""
        table = self._run(_sheet(lines), "-l", "+".join(languages), "--psm", "6", "tsv")
        words: dict[int, list[tuple[str, float]]] = defaultdict(list)
        for row in table.splitlines()[1:]:
            cells = row.split("\t")
            if len(cells) > _WORD and cells[_WORD].strip() and float(cells[_SURE]) >= 0:
                middle = int(cells[_TOP]) + int(cells[_TALL]) / 2
                words[int(middle // (_HEIGHT + _ROOM))].append((cells[_WORD], float(cells[_SURE]) / 100))
        return [_line(words[number]) for number in range(len(lines))]

    def _installed(self) -> frozenset[str]:
        try:
            listed = _output([str(self._path), "--list-langs"], b"")
        except FileError:
            return frozenset()
        return frozenset(listed.splitlines()[1:])

    def _run(self, picture: Image.Image, *options: str) -> str:
        data = f"P5 {picture.width} {picture.height} 255\n".encode() + picture.tobytes()
        command = [str(self._path), "stdin", "stdout", *options]
        return _output(command, data)


def _output(command: Sequence[str], data: bytes) -> str:
    # Its threads wait for each other by spinning.
    one_thread = {"OMP_THREAD_LIMIT": "1"}
    written = output_of(command, data, seconds=_SECONDS, processor=_PROCESSOR, environment=one_thread)
    return written.decode("utf-8", "replace")


def _sheet(lines: Sequence[Image.Image]) -> Image.Image:
    """Put pictures of lines below each other, dark on white and equally high."""
    scaled = [_dark_on_light(line) for line in lines]
    size = (max(line.width for line in scaled) + 2 * _ROOM, len(lines) * (_HEIGHT + _ROOM))
    sheet = Image.new("L", size, "white")
    for number, line in enumerate(scaled):
        sheet.paste(line, (_ROOM, number * (_HEIGHT + _ROOM) + _ROOM // 2))
    return sheet


def _dark_on_light(line: Image.Image) -> Image.Image:
    grey = ImageOps.autocontrast(line.convert("L"))
    histogram = grey.histogram()
    if 2 * sum(histogram[:128]) > sum(histogram):  # letters cover less than half
        grey = ImageOps.invert(grey)
    width = min(_LONGEST, max(1, round(line.width * _HEIGHT / line.height)))
    return grey.resize((width, _HEIGHT), Image.Resampling.BICUBIC)


def _line(words: Sequence[tuple[str, float]]) -> Line:
    letters = sum(len(word) for word, _ in words)
    score = sum(len(word) * sure for word, sure in words) / letters if letters else 0.0
    return Line(" ".join(word for word, _ in words), score)
