"""The texts that an alignment is learned from: captions, names, and translations, each with its English."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.minilook import examples

# The sources of texts. The last two have translations into many languages.
CAPTION, NAME, EMOJI, STAMP = "caption", "name", "emoji", "stamp"
# The most translations that are taken of one emoji and of one stamp.
MOST_OF_EMOJI, MOST_OF_STAMP = 14, 25
# WordNet's names that are taken.
_NAMES = 12_000
_MOST_WORDS = 3
# The languages that the multilingual model was trained on, among those that the sources have.
_LANGUAGES = frozenset(
    re.findall(
        r"\w+",
        """
        af am ar as az be bg bn bs ca cs cy da de el es et eu fa fi fil fr ga gl gu ha he hi hr hu hy id is it
        ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my ne nl nn no nb or pa pl ps pt pt_BR ro ru sd si sk sl
        so sq sr sv sw ta te th tr ug uk ur uz vi zh zh_CN zh_TW
        """,
    )
)
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
_TRANSLATION = re.compile(r"([\w@]+)\.utf8=(.*)")


class Pair(NamedTuple):
    """A text in some language, the same in English, and its source. Both are equal where it is English."""

    text: str
    english: str
    source: str


def captions(pictures: Path) -> Iterator[tuple[str, str]]:
    """The image and one caption each of the training photos that `python -m tools.minilook collect` lists."""
    for example in examples.read(pictures):
        if example.source == "flickr":
            yield from ((example.image, caption) for caption in example.captions)


def names(images: Path) -> Iterator[Pair]:
    """Names of things: the first of each of WordNet's sets of synonyms, without proper names."""
    lines = (images / "tinyimagenet_words.txt").read_text(encoding="utf-8").splitlines()
    firsts = dict.fromkeys(line.split("\t")[1].split(", ")[0] for line in lines)
    found = [name for name in firsts if name.islower() and len(name.split()) <= _MOST_WORDS]
    yield from (Pair(name, name, NAME) for name in sorted(found, key=examples.chance)[:_NAMES])


def emoji(share: Path) -> Iterator[Pair]:
    """The names of emoji in Unicode's CLDR, without skin tones, in English and in some other languages."""
    root = share / "unicode" / "cldr" / "common"
    english = _emoji_names(root, "en")
    others: dict[str, list[str]] = defaultdict(list)
    for language in sorted(_LANGUAGES):
        for signs, name in _emoji_names(root, language).items():
            others[signs].append(name)
    for signs, name in english.items():
        yield Pair(name, name, EMOJI)
        yield from (Pair(other, name, EMOJI) for other in _some(others[signs], MOST_OF_EMOJI))


def stamps(share: Path) -> Iterator[Pair]:
    """The sentences about Tux Paint's stamps, each in English and in some other languages."""
    for file in sorted((share / "tuxpaint" / "stamps").rglob("*.txt")):
        english, *lines = file.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
        found = [match.groups() for match in map(_TRANSLATION.match, lines) if match]
        others = [text.strip() for language, text in found if language in _LANGUAGES and text.strip()]
        if english.strip():
            yield Pair(english.strip(), english.strip(), STAMP)
            yield from (Pair(other, english.strip(), STAMP) for other in _some(others, MOST_OF_STAMP))


def _emoji_names(root: Path, language: str) -> dict[str, str]:
    found = {}
    for table in ("annotations", "annotationsDerived"):
        file = root / table / f"{language}.xml"
        if file.exists():
            for node in ElementTree.parse(file).iter("annotation"):
                signs, name = node.get("cp", ""), (node.text or "").strip()
                # CLDR writes an arrow where a name is that of another language.
                if node.get("type") == "tts" and name and "↑" not in name and not _SKIN_TONES.search(signs):
                    found[signs] = name
    return found


def _some(texts: list[str], most: int) -> list[str]:
    """Some of the texts, the same ones on every machine."""
    return sorted(texts, key=examples.chance)[:most]
