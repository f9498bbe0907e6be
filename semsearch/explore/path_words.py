"""Words of paths that say what pictures show: people name their folders and files.

A name is believed where the pictures bear it out: those that have it in their paths are more like each other
than others are like them, and most of them are in one group. So no picture needs to be understood, and the
names can be in any language. The names that cameras and programs give are left out, and so are dates.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from semsearch.explore.neighbours import Numbers
from semsearch.language.date_words import MONTHS
from semsearch.language.function_words import languages_by_word
from semsearch.language.terms import parted, terms
from semsearch.language.words import UNSPACED, WORD
from semsearch.members import split_address
from semsearch.models.vectors import unit
from semsearch.records import Vectors
from semsearch.text import normal

# A name has at most this many words. One that is taken by itself has at least so many characters.
_MOST_WORDS, _SHORT = 3, 3
# A name is believed if it is in the paths of so many pictures, at least this share of which are in the group.
_FEWEST, _HERE = 3, 0.5
# The probability that a picture with the name is more like the others with it than a picture without it is.
_ALIKE = 0.9
# A picture looks like those with a name if it is as like them as this share of them is not.
_LIKE = 0.5
# So many names of a group are tested, beside a sample of so many pictures: where every event has its folder,
# there are as many names as pictures, and to compare all with all takes minutes.
_TESTED, _SAMPLE = 20, 2000
# What cameras, telephones and programs call files and folders.
_GIVEN = frozenset(
    WORD.findall(
        """album albums app apps archive aufnahme aufnahmen backup bild bilder burst cam camera cameras canon
        capture cimg copies copy dcim default desktop digital dji document documents download downloads
        dsc dscf dscn edit edited export exports facebook favorites favourites file files folder folders
        foto fotos gallery gopr gopro imag image imagem imagen imagens images img imgp immagine immagini
        imported imágenes instagram iphone item items jpeg jpg kamera kopie large media medium messenger
        misc mobile movie movies mvi mvimg nikon ordner original originals page pages pano panorama phone
        photo photograph photographie photographs photos pic pics pict picture pictures png pxl received
        resized roll samsung scan scans screen screenshot screenshots small sony source src temp thumb
        thumbnail thumbnails thumbs tmp unknown unnamed unsorted unsplash untitled upload uploads vid
        video videos whats whatsapp www"""
    )
)
_VOWEL = re.compile("[aeiouy]")


@dataclass(frozen=True, slots=True, eq=False)
class PathWord:
    """A name in paths: the numbers of the pictures that have it, and of others that look like these.

    The others are in the group for which the name was found.
    """

    name: str
    having: Numbers
    like: Numbers


def believed(paths: Sequence[str], pictures: Vectors, groups: Sequence[Numbers]) -> list[list[PathWord]]:
    """The names for each group in the paths of pictures, whose vectors are unit rows.

    A group is the numbers of its pictures.
    """
    named, forms = _named(paths)
    turned = unit(pictures - pictures.mean(axis=0))
    sample = np.random.default_rng(0).permutation(len(paths))[:_SAMPLE]
    found = []
    for group, keys in zip(groups, _tested(named, groups), strict=True):
        having = [np.array(named[key], np.intp) for key in keys]
        likes = _likes(having, group, turned, sample) if keys else []
        found.append(
            [
                PathWord(_commonest(forms[key]), rows, like)
                for key, rows, like in zip(keys, having, likes, strict=True)
                if like is not None
            ]
        )
    return found


def _tested(named: Mapping[str, Sequence[int]], groups: Sequence[Numbers]) -> Iterator[list[str]]:
    """The names that most pictures of each group have, and that few others have; the longest first."""
    of_picture = defaultdict(list)
    for key, rows in named.items():
        if len(rows) >= _FEWEST:
            for row in rows:
                of_picture[row].append(key)
    for group in groups:
        here = Counter(key for row in group for key in of_picture[int(row)])
        most = [key for key, count in here.items() if count >= _HERE * len(named[key])]
        most.sort(key=lambda key: (-here[key], -len(key), key))
        # The longest says most.
        yield sorted(most[:_TESTED], key=lambda key: (-len(key), key))


def names_in(path: str) -> Iterator[str]:
    """What the parts of a path are called, without numbers, and the single words of that."""
    for part in _parts(path):
        said = [word for word in WORD.findall(parted(part)) if _is_said(word)]
        if 0 < len(said) <= _MOST_WORDS:
            yield " ".join(said)
        if len(said) > 1:
            yield from (
                word for word in said if len(word) >= _SHORT and word.lower() not in languages_by_word()
            )


def _parts(path: str) -> Iterator[str]:
    """The names of folders, and of an archive and a file without what tells their format."""
    for each in split_address(path):
        *folders, file = normal(each).split("/")
        yield from (*folders, PurePosixPath(file).stem)


def _is_said(word: str) -> bool:
    """Whether a person may have chosen a word, and it is no date."""
    lower = word.lower()
    if lower in _GIVEN or lower in MONTHS or any(map(str.isdigit, word)):
        return False
    return bool(UNSPACED.search(word)) or (
        len(word) > 1 and not (word.isascii() and not _VOWEL.search(lower))
    )


def _named(paths: Sequence[str]) -> tuple[dict[str, list[int]], dict[str, Counter[str]]]:
    """The numbers of the paths that have each name, and its forms. A name is known by its terms."""
    rows: dict[str, list[int]] = {}
    forms: dict[str, Counter[str]] = {}
    for row, path in enumerate(paths):
        for key, form in {key_of(name): name for name in names_in(path)}.items():
            rows.setdefault(key, []).append(row)
            forms.setdefault(key, Counter())[form] += 1
    return rows, forms


def key_of(name: str) -> str:
    """What is the same in the forms of a name."""
    return " ".join(terms(name))


def _commonest(forms: Counter[str]) -> str:
    return max(forms, key=lambda form: (forms[form], form))


def _likes(
    having: Sequence[Numbers], group: Numbers, turned: Vectors, sample: Numbers
) -> list[Numbers | None]:
    """The others in a group that look like the pictures that have each name; None where these are not alike.

    `turned` are unit rows, counted from the mean of all pictures. The sample stands for all others.
    """
    totals = np.stack([turned[rows].sum(axis=0) for rows in having])
    middles = unit(totals)
    # One product for all names: many small ones wait for each other's threads.
    near, sampled = turned[group] @ middles.T, turned[sample] @ middles.T
    found: list[Numbers | None] = []
    for n, (rows, total) in enumerate(zip(having, totals, strict=True)):
        # A picture is not compared with itself.
        own = np.einsum("ij,ij->i", turned[rows], unit(total - turned[rows]))
        others = np.sort(sampled[~np.isin(sample, rows), n])
        alike = len(others) and np.searchsorted(others, own).mean() >= _ALIKE * len(others)
        like = group[near[:, n] >= np.quantile(own, _LIKE)]
        found.append(np.setdiff1d(like, rows) if alike else None)
    return found
