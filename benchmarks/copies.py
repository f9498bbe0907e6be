"""How many copies are folded, and how many different documents by mistake?

    python -m benchmarks.copies DATA [--pictures 1000]

DATA has `text/` with collections in BEIR layout, and `images/flickr8k_dev.tar`. The benchmark makes copies of
each document. The cases of different documents are: the documents of a collection, pages of print, a form
that is filled in differently, and two frames of one scene, in which the camera or a part of the picture has
moved.
"""

from __future__ import annotations

import argparse
import io
import random
import tarfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from semsearch.evaluation.datasets import load
from semsearch.language.terms import terms
from semsearch.pictures.decode import decode
from semsearch.search.copies import leaders, of_picture, of_terms

# The size for the built-in model.
_SIZE = 224
_PRINTED = 100

Picture = Image.Image
Terms = list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--pictures", type=int, default=1000)
    options = parser.parse_args()
    words: Terms = []
    for folder in sorted((options.data / "text").iterdir()):
        words += _texts(folder)
    with tarfile.open(options.data / "images" / "flickr8k_dev.tar") as tar:
        members = [member for member in tar if member.isfile()][: options.pictures]
        files = [tar.extractfile(member) for member in members]
        photos = [Image.open(io.BytesIO(file.read())).convert("RGB") for file in files if file]
    _pictures("photos", photos)
    _pictures("pages", [_page(words, random.Random(seed)) for seed in range(_PRINTED)])
    _speed(photos)


def _texts(folder: Path) -> Terms:
    dataset = load(folder)
    texts = [terms(f"{title}\n{text}") for title, text in dataset.corpus.values()]
    chance = random.Random(0)
    everything = [term for text in texts for term in text]
    signatures = [of_terms(text) for text in texts]
    print(f"{folder.name}: {len(texts):,} texts, {_folded(signatures):,} folded into others")
    long = [text for text in texts if len(text) >= 100][:1000]

    def changed(text: Terms, every: int) -> Terms:
        start = chance.randrange(every)
        return [chance.choice(everything) if at % every == start else word for at, word in enumerate(text)]

    _share("one word in 200 changed", long, lambda text: changed(text, 200), of_terms)
    _share("one word in 50 changed", long, lambda text: changed(text, 50), of_terms)
    _share("a header of ten words", long, lambda text: [*everything[:10], *text], of_terms)
    _share("words broken at the end of lines", long, _broken, of_terms)
    _share("(different) one word in 20 changed: a form", long, lambda text: changed(text, 20), of_terms)
    return everything[:50_000]


def _broken(text: Terms) -> Terms:
    """The text with every thirtieth word broken in two if it is long, and a page number every 300 words."""
    parts = (
        [word[:3], word[3:]] if at % 30 == 29 and len(word) > 5 else [word] for at, word in enumerate(text)
    )
    pages = (["page", str(at // 300)] if at % 300 == 299 else [] for at in range(len(text)))
    return [part for word, page in zip(parts, pages, strict=True) for part in (*word, *page)]


def _pictures(name: str, pictures: Sequence[Picture]) -> None:
    signatures = [_of(_saved(picture, "PNG")) for picture in pictures]
    print(f"{name}: {len(pictures):,}, {_folded(signatures):,} folded into others")
    made: dict[str, Callable[[Picture], bytes]] = {
        "JPEG of quality 40": lambda each: _saved(each, quality=40),
        "half the size": lambda each: _saved(each.resize((each.width // 2, each.height // 2))),
        "PNG": lambda each: _saved(each, "PNG"),
        "a tenth brighter": lambda each: _saved(ImageEnhance.Brightness(each).enhance(1.1)),
        "cropped by 1 %": lambda each: _saved(_cropped(each, 0.01)),
        "cropped by 2 %": lambda each: _saved(_cropped(each, 0.02)),
        "(different) cropped by 10 %": lambda each: _saved(_cropped(each, 0.1)),
        "(different) the camera moved by 2 %": lambda each: _saved(_panned(each, 0.02)),
        "(different) the camera moved by 4 %": lambda each: _saved(_panned(each, 0.04)),
    }
    for size in (0.1, 0.15, 0.25) if name == "photos" else ():
        made[f"(different) {size:.0%} of it moved"] = lambda each, size=size: _saved(_moved(each, size))
    for what, make in made.items():
        _share(what, pictures, make, _of, signatures)


T = TypeVar("T")
M = TypeVar("M")


def _share(
    what: str,
    originals: Sequence[T],
    make: Callable[[T], M],
    sign: Callable[[M], str],
    signatures: Sequence[str] = (),
) -> None:
    signed = signatures or [sign(each) for each in originals]  # type: ignore[arg-type]
    folded = sum(
        leaders([signature, sign(make(each))])[1] == 0
        for each, signature in zip(originals, signed, strict=True)
    )
    print(f"  {what:45} {folded / len(originals):6.1%}")


def _folded(signatures: Sequence[str]) -> int:
    return sum(place != at for at, place in enumerate(leaders(signatures)))


def _of(data: bytes) -> str:
    return of_picture(decode(data, _SIZE).image)


def _saved(picture: Picture, form: str = "JPEG", quality: int = 90) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, quality=quality)
    return file.getvalue()


def _cropped(picture: Picture, part: float) -> Picture:
    across, down = picture.width * part / 2, picture.height * part / 2
    return picture.crop(
        (round(across), round(down), round(picture.width - across), round(picture.height - down))
    )


def _panned(picture: Picture, part: float) -> Picture:
    """The picture shifted to the left. Its right edge stays, because the new part is not known."""
    by = round(picture.width * part)
    moved = picture.copy()
    moved.paste(picture.crop((by, 0, picture.width, picture.height)), (0, 0))
    return moved


def _moved(picture: Picture, size: float) -> Picture:
    """The picture with a part moved right by half its width. The area left of the part fills its place."""
    chance = random.Random(picture.width * picture.height + picture.getpixel((9, 9))[0])  # type: ignore[index]
    across, down = int(picture.width * size), int(picture.height * size * 1.5)
    x, y = chance.randrange(across, picture.width - 2 * across), chance.randrange(picture.height - down)
    part = picture.crop((x, y, x + across, y + down))
    moved = picture.copy()
    moved.paste(picture.crop((x - across, y, x, y + down)), (x, y))
    moved.paste(part, (x + across // 2, y))
    return moved


def _page(words: Sequence[str], chance: random.Random) -> Picture:
    """A page of printed words."""
    page = Image.new("RGB", (620, 877), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(11)
    for y in range(60, 820, 15):
        line = ""
        while draw.textlength(line, font=font) < 480:
            line += f"{chance.choice(words)} "
        draw.text((60, y), line, font=font, fill="black")
    return page


def _speed(photos: Sequence[Picture]) -> None:
    """Print the time of folding in a search: 400 texts and 200 pictures, all different."""
    chance = random.Random(0)
    texts = [of_terms([str(chance.random()) for _ in range(150)]) for _ in range(400)]
    signatures = [*texts, *(of_picture(photo) for photo in photos[:200])]
    took = []
    for _ in range(20):
        started = time.perf_counter()
        leaders(signatures)
        took.append((time.perf_counter() - started) * 1000)
    print(f"folding {len(signatures)} hits: {sorted(took)[len(took) // 2]:.1f} ms")


if __name__ == "__main__":
    main()
