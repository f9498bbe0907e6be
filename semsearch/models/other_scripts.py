"""Lines in scripts that the built-in models do not know: Tesseract reads them, or it is said what is missing.

The model of recognition makes spaces and dots of letters that it does not know, and is sure of them. It knows
Greek letters only as signs of mathematics, without accents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL.Image import Image

from semsearch.errors import FileError
from semsearch.message import say
from semsearch.models.tesseract import LANGUAGES, Tesseract
from semsearch.models.text_boxes import TextBox

# A line with fewer letters to each of its heights was not read. Latin lines have two, Chinese ones have one.
_FEWEST = 0.5
_LETTER, _GREEK, _LATIN = re.compile(r"[^\W_]"), re.compile("[\u0370-\u03ff]"), re.compile("[A-Za-z]")
# These letters look the same in Latin, Cyrillic and Greek: MOCKBA.
_ALIKE = re.compile(r"[ABCEHIKMNOPTXYZ\W\d]+")
_SHORTEST = 1.5
# Lines are worth a look when they are together this many times as long as high: some five letters.
_LEAST = 2.5
# Only such a length of lines is called text, and so many lines. The models find lines in photos of leaves and
# fences, too.
_TEXT, _LINES = 20.0, 2
# How sure Tesseract must be of a line, on average of its letters.
_SURE = 0.6
# Less than a word is made of leaves and edges in photos.
_FEWEST_LETTERS = 5
# Lines that Tesseract gets at once.
_SHEET = 40

_UNKNOWN = say(
    "text that could not be read: it seems to be in another script than Latin, Chinese and Japanese. "
    "Install Tesseract with its language, such as tesseract-ocr and tesseract-ocr-rus for Russian"
)


@dataclass(frozen=True, slots=True)
class Others:
    """The boxes that were read in the end; `unread` says why others were not, "" if there are none."""

    boxes: Sequence[TextBox]
    unread: str = ""


def unread(places: Iterable[TextBox], read: Sequence[TextBox]) -> list[TextBox]:
    """The places of lines that no box covers of which a text was made. Icons are too short to be lines."""
    well = [box for box in read if _is_read(box)]
    return [
        place
        for place in places
        if place.length >= _SHORTEST and not any(box.covers(place) or place.covers(box) for box in well)
    ]


def is_worth_a_look(lines: Sequence[TextBox]) -> bool:
    """Whether lines that were not read are long enough to be text."""
    return _length(lines) >= _LEAST


class OtherScripts:
    """Reads lines of which the built-in models have made no text."""

    def __init__(self) -> None:
        self._tesseract = Tesseract()

    def read(self, picture: Image, read: Sequence[TextBox], lines: Sequence[TextBox]) -> Others:
        """Read `lines` of a picture, besides the boxes that are `read`."""
        if not is_worth_a_look(lines):
            return Others(read)
        asked = [*lines, *_look_alikes(read, lines)]
        is_text = _length(lines) >= _TEXT and len(lines) >= _LINES
        if not self._tesseract.languages:
            return Others(read, _UNKNOWN if is_text else "")
        cut = [picture.crop(box.edges) for box in asked]
        script = self._tesseract.script_of(cut[:_SHEET])
        languages = self._tesseract.languages_of(script)
        if not languages:
            return Others(read, _missing(script) if is_text and script in LANGUAGES else "")
        try:
            texts = [
                line
                for start in range(0, len(cut), _SHEET)
                for line in self._tesseract.read(cut[start : start + _SHEET], languages)
            ]
        except FileError as error:
            return Others(
                read, say("text in {script} could not be read: {why}", script=script, why=str(error))
            )
        reader = f"Tesseract ({'+'.join(languages)})"
        made = [
            TextBox(line.text, line.score, reader, *box.edges)
            for line, box in zip(texts, asked, strict=True)
            if line.score >= _SURE
        ]
        if sum(len(box.text) for box in made) < _FEWEST_LETTERS:
            return Others(read)
        return Others([*(box for box in read if not any(map(box.covers, made))), *made])


def _is_read(box: TextBox) -> bool:
    letters = len(_LETTER.findall(box.text))
    is_greek = len(_GREEK.findall(box.text)) > len(_LATIN.findall(box.text))
    return letters >= _FEWEST * box.length and not is_greek


def _look_alikes(read: Sequence[TextBox], lines: Sequence[TextBox]) -> list[TextBox]:
    """The boxes that may be of another script too, unless most lines of the picture were read as Latin."""
    alike = [box for box in read if _ALIKE.fullmatch(box.text) and _is_read(box)]
    others = [box for box in read if box not in alike and _is_read(box)]
    return alike if _length(others) < _length(lines) else []


def _length(boxes: Iterable[TextBox]) -> float:
    return sum(box.length for box in boxes)


def _missing(script: str) -> str:
    package = f"tesseract-ocr-{LANGUAGES[script][0]}"
    return say("text in {script} script could not be read: install {package}", script=script, package=package)
