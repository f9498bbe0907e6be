"""How much of the text in pictures is read, and what does it cost?

    python -m benchmarks.ocr [--lines 10] [--font DejaVuSans.ttf]

Draws the screenshots and charts of the sample library again, noting the words in them, and pages of
sentences of that library in Pillow's own font, in several sizes, dark on light and light on dark; and
sentences in eleven languages. Those need a font with their letters, which Pillow's own has not: DejaVu
Sans, found by its name (Debian: fonts-dejavu-core; it is also in the wheel of matplotlib), or the file that
--font names. Each picture is read by semsearch's reader (with Tesseract for Russian, where it is installed)
and by rapidocr as it comes, in turns. A word is right when it is read as it was written, whatever its case
and the marks around it. Prints two Markdown tables: the share of words that are right, and of those read
that were there; seconds a picture; and the share of words that are right in each language.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.running import median
from semsearch.models.ocr import TextReader

ROOT = Path(__file__).parent.parent
_SIZES = (12, 14, 18, 26)
_SIDE = (1000, 700)
_PAPERS = (("white", "#222222"), ("#f4f1e8", "#333344"), ("#20242b", "#dddddd"))
# Of the sample library: what looks like the screen of a computer or a phone.
_SCREENS = ("Screenshot_0231.png", "Screenshot_0232.png", "settings-dialog.png", "presentation-slide.png")
_LANGUAGES = {
    "English": (
        "The ferry to the island leaves at half past nine.",
        "Her neighbour's dog sleeps under the kitchen table.",
        "We painted the boat green before the first frost.",
    ),
    "German": (
        "Der Bäcker öffnet früh, doch samstags schließt er um zwölf.",
        "Für die Straße nach Köln brauchen müde Füße länger.",
        "Möchten Sie Käse, Grüße aus Österreich oder weiße Mäuse?",
    ),
    "French": (
        "Le garçon a déjà mangé à la crêperie près du château.",
        "Où êtes-vous allés cet été, et à quelle hôtesse écrit-il ?",
        "Sa sœur préfère le goût du maïs grillé et des pâtes fraîches.",
    ),
    "Spanish": (
        "El niño pequeño comió una piña en el jardín de su tía.",
        "Mañana llegará el último tren a la estación de Córdoba.",
        "La cigüeña voló según el viento y jamás volvió aquí.",
    ),
    "Portuguese": (
        "O avô não comprou pão nem maçãs na estação de Évora.",
        "As crianças já estão à espera do próximo avião.",
        "Três irmãs põem açúcar e limões sobre a mesa de jantar.",
    ),
    "Polish": (
        "Źrebię biegło wzdłuż ścieżki, gdy słońce zachodziło.",
        "Mój młodszy brat zjadł świeżą bułkę i żółty ser.",
        "Książka leży na półce obok zdjęć z Łodzi i Gdańska.",
    ),
    "Czech": (
        "Příliš žluťoučký kůň pil vodu z říčky pod mostem.",
        "Děti šly včera večer s babičkou na náměstí.",
        "Můj přítel koupil čerstvý chléb a ještě dvě růže.",
    ),
    "Turkish": (
        "İstanbul'da güneş doğarken balıkçılar köprüde çay içiyor.",
        "Küçük çocuğun şapkası rüzgârda uçtu ve denize düştü.",
        "Bugün öğleden sonra ağaçların altında kitap okuyacağız.",
    ),
    "Swedish": (
        "Båten går från ön klockan åtta på lördag förmiddag.",
        "Äldre människor älskar blåbär, smör och färskt bröd.",
        "Vi såg två älgar vid sjön när vädret äntligen blev kallt.",
    ),
    "Hungarian": (
        "A hűtőszekrény mögött egy szürke egér aludt reggelig.",
        "Szőke húgom tűzpiros cipőt vett az őszi vásárban.",
        "Az erdő szélén öreg tölgyek és sűrű bokrok nőnek.",
    ),
    "Russian": (
        "Вечером дети слушали сказку о рыбаке и золотой рыбке.",
        "Поезд в Москву отправляется с третьего пути в полдень.",
        "На столе лежит старая книга с жёлтыми страницами.",
    ),
}
_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_Reader = Callable[[Image.Image], str]


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

    @property
    def recall(self) -> float:
        return self.right / self.there

    def __str__(self) -> str:
        precision = self.right / max(1, self.read)
        return f"{self.recall:.3f} / {precision:.3f} | {median(self.seconds):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=10, help="on each page of sentences")
    parser.add_argument("--font", default="DejaVuSans.ttf", help="with the letters of all languages")
    options = parser.parse_args()
    readers: dict[str, _Reader] = {"rapidocr as it comes": _plain(), "semsearch": _ours()}
    languages = {name: list(_translated(lines, options.font)) for name, lines in _LANGUAGES.items()}
    samples = dict(_samples())
    sets = {
        "screenshots of the samples": [samples[name] for name in _SCREENS],
        "all samples with text": list(samples.values()),
        **{f"sentences, {size} px": list(_pages(size, options.lines)) for size in _SIZES},
    }
    print("| pictures | reader | words right / read that were there | s a picture |\n|---|---|---|---|")
    for what, pictures in sets.items():
        for name, score in _scores(readers, pictures).items():
            print(f"| {what} ({len(pictures)}) | {name} | {score} |", flush=True)
    print(f"\n| language | {' | '.join(readers)} |\n|---|{'---|' * len(readers)}")
    for language, pictures in languages.items():
        shares = (f"{score.recall:.2f}" for score in _scores(readers, pictures).values())
        print(f"| {language} | {' | '.join(shares)} |", flush=True)


def _scores(readers: Mapping[str, _Reader], pictures: Iterable[tuple[Image.Image, str]]) -> dict[str, Score]:
    scores = {name: Score() for name in readers}
    for picture, written in pictures:
        for name, read in readers.items():
            started = time.perf_counter()
            found = read(picture)
            scores[name].seconds.append(time.perf_counter() - started)
            scores[name].add(written, found)
    return scores


def _ours() -> _Reader:
    reader = TextReader()
    return lambda picture: reader.read(picture).text


def _plain() -> _Reader:
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(params={"Global.log_level": "error"})

    def read(picture: Image.Image) -> str:
        found = engine(np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1]))
        return "\n".join(found.txts or ())

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
    for paper, ink in _PAPERS:
        chosen = [_fitting(" ".join(chance.choice(sentences).split()), font) for _ in range(lines)]
        yield _page(chosen, size, font, paper, ink), "\n".join(chosen)


def _translated(lines: Sequence[str], name: str) -> Iterator[tuple[Image.Image, str]]:
    """These lines in several sizes, on paper and on a dark screen."""
    for size in _SIZES:
        try:
            font = ImageFont.truetype(name, size)
        except OSError:
            sys.exit(
                f"There is no font {name}: apt-get install fonts-dejavu-core, or name a file with --font"
            )
        for paper, ink in _PAPERS:
            yield _page(lines, size, font, paper, ink), "\n".join(lines)


def _page(lines: Sequence[str], size: int, font: _Font, paper: str, ink: str) -> Image.Image:
    picture = Image.new("RGB", _SIDE, paper)
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((20, 20 + number * 2 * size), line, ink, font)
    return picture


def _fitting(line: str, font: _Font) -> str:
    while font.getlength(line) > _SIDE[0] - 40:
        line = line.rpartition(" ")[0]
    return line


def _words(text: str) -> list[str]:
    # Folded after they are parted: folding makes two signs of a capital I with a dot.
    return [word.casefold() for word in re.findall(r"[\w']+", text)]


if __name__ == "__main__":
    main()
