"""Collect drawings with names: clip art, stamps, emoji and icons from Debian packages (see `debian.py`)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import resvg_py
from PIL import Image, ImageDraw, ImageFont

from tools.minilook.examples import Example, chance

# Some clip art is larger than Pillow's limit against decompression bombs. These packages hold no bombs.
Image.MAX_IMAGE_PIXELS = None

# The share of the series that is held out for measuring.
_HELD_OUT = 0.15
_SIDE = 160  # pixels of a drawing that is rendered here: more than the student sees
_LARGEST = 320  # pixels of a drawing that is copied: some clip art is huge
# If the names of this many different drawings end in the same two words, these are their author.
_AUTHOR_OF = 4
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
# Words in the names of icons that say how an icon is drawn, not what it shows.
_NOISE = {
    "symbolic",
    "gtk",
    "kde",
    "stock",
    "gnome",
    "x",
    "mo",
    "v",
    "svg",
    "png",
    "theme",
    "rg",
    "ll",
    "jp",
    "ganson",
}


def drawings(share: Path, folder: Path) -> Iterator[Example]:
    """Copy or render every drawing of `share` (Debian's `/usr/share`) into `folder`."""
    for source in (clipart, stamps, emoji, icons):
        for example in source(share, folder):
            if example is not None:
                yield example


def _example(image: str, captions: tuple[str, ...], source: str, series: str) -> Example:
    return Example(image, captions, source, series, chance(f"{source}:{series}") < _HELD_OUT)


def words(name: str) -> list[str]:
    """The words of a file name, without digits: `dino-03_green` gives "dino", "green"."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return [word for word in re.findall(r"[a-z]+", spaced.lower()) if word not in _NOISE and len(word) > 1]


def clipart(share: Path, folder: Path) -> Iterator[Example | None]:
    """openclipart: the folder is the subject, the name says more, and often ends in the author."""
    root = share / "openclipart" / "png"
    files = [file for file in sorted(root.rglob("*.png")) if not file.is_symlink()]
    named = {file: words(file.stem) for file in files}
    heads: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name in named.values():
        if len(name) > 2:
            heads[tuple(name[-2:])].add(name[0])
    for place, file in enumerate(files):
        name = named[file]
        if len(name) > 2 and len(heads[tuple(name[-2:])]) >= _AUTHOR_OF:
            name = name[:-2]
        if not name:
            continue
        shelf = words(file.parent.name)
        title = " ".join(name)
        captions = (title, f"{title}, {' '.join(shelf)}") if shelf and "unsorted" not in shelf else (title,)
        yield _copied(
            file,
            folder,
            f"openclipart/{place:05}.png",
            captions,
            "openclipart",
            f"{file.parent.name}/{name[0]}",
        )


def stamps(share: Path, folder: Path) -> Iterator[Example | None]:
    """Tux Paint: beside each stamp is a file with a sentence about it, in English on the first line."""
    root = share / "tuxpaint" / "stamps"
    for place, text in enumerate(sorted(root.rglob("*.txt"))):
        title = text.read_text(encoding="utf-8", errors="replace").splitlines()[0].strip().rstrip(".")
        picture = next(
            (text.with_suffix(suffix) for suffix in (".png", ".svg") if text.with_suffix(suffix).exists()),
            None,
        )
        if picture is None or not title:
            continue
        captions = (title, " ".join([*words(picture.stem), *words(picture.parent.name)]))
        series = f"{picture.parent.name}/{(words(picture.stem) or [picture.stem])[0]}"
        yield _copied(picture, folder, f"stamps/{place:05}.png", captions, "stamps", series)


def emoji(share: Path, folder: Path) -> Iterator[Example | None]:
    """Every emoji with an English name, in colour and in black. Skin tones are variants of one series."""
    fonts = {
        "noto": ImageFont.truetype(str(share / "fonts/truetype/noto/NotoColorEmoji.ttf"), 109),
        "symbola": ImageFont.truetype(str(share / "fonts/truetype/ancient-scripts/Symbola_hint.ttf"), 109),
    }
    blank = {name: _drawn("\U0010fffd", font) for name, font in fonts.items()}
    names: dict[str, str] = {}
    keywords: dict[str, list[str]] = defaultdict(list)
    for table in ("annotations", "annotationsDerived"):
        tree = ElementTree.parse(share / "unicode" / "cldr" / "common" / table / "en.xml")
        for node in tree.iter("annotation"):
            said = (node.text or "").strip()
            if node.get("type") == "tts":
                names[node.get("cp", "")] = said
            else:
                keywords[node.get("cp", "")] = said.split(" | ")
    for signs, name in sorted(names.items()):
        plain = _SKIN_TONES.sub("", signs)
        if plain != signs and chance(signs) > 0.1:  # a few of the many tones are enough
            continue
        for style, font in fonts.items():
            # A font without colours draws a sequence as several signs side by side.
            if style == "symbola" and len(plain.replace("\ufe0f", "")) > 1:
                continue
            drawn = _drawn(signs, font)
            if drawn is None or drawn == blank[style]:
                continue
            image = f"emoji/{style}-{'-'.join(f'{ord(sign):x}' for sign in signs)}.png"
            (folder / "emoji").mkdir(parents=True, exist_ok=True)
            drawn.save(folder / image)
            captions = (name.replace(":", ","), *keywords[plain][:4])
            yield _example(image, captions, "emoji", plain.replace("\ufe0f", ""))


def _drawn(signs: str, font: ImageFont.FreeTypeFont) -> Image.Image | None:
    canvas = Image.new("RGBA", (400, 200))
    ImageDraw.Draw(canvas).text((20, 20), signs, font=font, fill="black", embedded_color=True)
    box = canvas.getbbox()
    if box is None or box[2] - box[0] > 160:  # nothing, or several signs that should have been one
        return None
    return canvas.crop(box)


def icons(share: Path, folder: Path) -> Iterator[Example | None]:
    """The largest icon of each name in five themes. Icons of programs in papirus are left out, because their
    names are brands.
    """
    themes = {
        "gnome": (share / "icons/gnome", "256x256/*/*.png"),
        "oxygen": (share / "icons/oxygen", "base/128x128/*/*.png"),
        "tango": (share / "icons/Tango", "scalable/*/*.svg"),
        "breeze": (share / "icons/breeze", "*/*/*.svg"),
        "papirus": (share / "icons/Papirus/64x64", "*/*.svg"),
    }
    for theme, (root, pattern) in themes.items():
        seen: set[str] = set()
        largest_first = sorted(root.glob(pattern), key=lambda file: (-_size(file), file.as_posix()))
        for file in largest_first:
            name = words(file.stem)
            if (
                file.is_symlink()
                or not name
                or file.stem in seen
                or (theme == "papirus" and file.parent.name == "apps")
            ):
                continue
            seen.add(file.stem)
            image = f"icons/{theme}-{len(seen):05}.png"
            title = " ".join(name)
            shelf = {"mimetypes": "file", "places": "folder or place", "devices": "device"}.get(
                file.parent.name
            )
            captions = (title, f"{title} {shelf}") if shelf else (title,)
            yield _copied(file, folder, image, captions, "icons", name[0])


def _size(file: Path) -> int:
    return max((int(number) for number in re.findall(r"\d+", "/".join(file.parts[-4:-1]))), default=1000)


def _copied(
    file: Path, folder: Path, image: str, captions: tuple[str, ...], source: str, series: str
) -> Example | None:
    """Copy or render a drawing. None for the few drawings without a size, which cannot be rendered."""
    target = folder / image
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == ".svg":
        try:
            target.write_bytes(bytes(resvg_py.svg_to_bytes(svg_path=str(file), width=_SIDE)))
        except ValueError:
            return None
    else:
        with Image.open(file) as picture:
            drawing = picture.convert("RGBA")
        drawing.thumbnail((_LARGEST, _LARGEST), reducing_gap=2.0)
        drawing.save(target)
    return _example(image, captions, source, series)
