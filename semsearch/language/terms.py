"""The words of a text, and the terms by which words are compared: "Geese's hunting" gives gees, hunt.

The search module's own stemmer is not used: it scores a word and its stem as two words, which finds
less (docs/search.md), and it keeps accents. So texts are cut here, for the index and for queries alike.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer

# Longer runs are no words, but encoded data; nobody types them whole.
_LONGEST = 64

# Each time costs the server as much as another word.
_REPEATED = 4

_WORD = re.compile(r"[^\W_]+")
# "CamelCase" and "scan2019": a capital after a small letter, or a change between letters and digits.
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
# Accents and other marks above and below Latin, Greek and Cyrillic letters.
_ACCENT = re.compile("[\u0300-\u036f]")
# Scripts that put no spaces between words: Thai to Myanmar, Khmer, kana, Chinese characters.
_UNSPACED = re.compile("[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")

# Words so common that they say nothing. Function words only, of English.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
        a about an and are as at be been but by can did do does for from had has have how i if in into is it
        its me my no not of on or our s so t that the their them then there these they this to was we were
        what when where which who why will with would you your
        """,
    )
)


def words(text: str) -> list[str]:
    """Runs of letters and digits, in lower case: "IMG_0412.jpg" gives img, 0412, jpg."""
    # Lower case first: a few capitals become two characters, of which one is no letter.
    return _WORD.findall(text.lower())


def name_words(path: str) -> str:
    """What the name of a file may be found by: its words, and the parts of compound ones."""
    name = path.rpartition("/")[2]
    found = words(name)
    parts = [part for word in _WORD.findall(name) for part in words(_SEAM.sub(" ", word))]
    return " ".join(dict.fromkeys(found + parts))


def terms(text: str) -> list[str]:
    """The terms of a text in their order: folded, stemmed, and in pairs where a script has no spaces."""
    return [term for word in words(text) for term in _terms_of(word)]


def line_of(text: str) -> str:
    """The terms of a text as they are indexed; compound words are followed by their parts."""
    return " ".join(terms(_with_parts(text) if _CAPITAL.search(text) else text))


def head_line(path: str, title: str) -> str:
    """The terms of a document's folders, name and title."""
    folders = path.rpartition("/")[0]
    return " ".join([*terms(folders), *terms(name_words(path)), *terms(title)])


def query_terms(text: str) -> list[str]:
    """The terms worth looking for: without words that are in every text, unless all are.

    A term is there as often as its words are, up to a few times: a long question says so what it is about.
    """
    found = words(text)
    telling = [word for word in found if word not in _COMMON] or found
    often: Counter[str] = Counter()
    kept = []
    for term in (term for word in telling for term in _terms_of(word)):
        often[term] += 1
        if often[term] <= _REPEATED:
            kept.append(term)
    return kept


def spans_of(text: str, wanted: Iterable[str]) -> list[tuple[int, int]]:
    """The [start, end) of the words in `text` that have one of the terms `wanted`."""
    looked_for = frozenset(wanted)
    # Stemming keeps the first letter, so of a plain text only words with one of these are looked at.
    pattern = _beginning("".join(sorted({term[0] for term in looked_for}))) if text.isascii() else _WORD
    spans: list[tuple[int, int]] = []
    for match in pattern.finditer(text) if looked_for else ():
        word = match.group()
        if not looked_for.isdisjoint(_terms_of(word.lower())):
            spans += _pairs_in(word, match.start(), looked_for) if _UNSPACED.search(word) else [match.span()]
    return spans


@lru_cache(1000)
def _beginning(letters: str) -> re.Pattern[str]:
    """Words of a plain text that begin with one of these, small or capital."""
    either = re.escape(letters + letters.upper())
    return re.compile(rf"(?<![A-Za-z0-9])[{either}][A-Za-z0-9]*")


def _pairs_in(run: str, start: int, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    """In a run without spaces, the pairs and characters that are wanted."""
    covered = 0
    for at in range(len(run)):
        for length in (2, 1):
            if at >= covered and run[at : at + length] in wanted:
                yield start + at, start + at + length
                covered = at + length


def _with_parts(text: str) -> str:
    """Compound words followed by their parts: "getUserName" is found as "user name" too."""
    return _WORD.sub(lambda match: _parted(match.group()), text)


def _parted(word: str) -> str:
    parts = _CAPITAL.sub(" ", word)
    return word if parts == word else f"{word} {parts}"


@lru_cache(100_000)
def _terms_of(word: str) -> tuple[str, ...]:
    """The terms of one word in lower case. None when it has no letter or digit after folding."""
    if not word.isascii():
        plain = _ACCENT.sub("", unicodedata.normalize("NFKD", word))
        # Compatibility forms may come apart: "½" is "1⁄2".
        folded = words(unicodedata.normalize("NFC", plain))
        if folded != [word]:
            return tuple(term for part in folded for term in _terms_of(part)) if word not in folded else ()
        if _UNSPACED.search(word):
            return tuple(_unspaced(word))
    return (_stemmer().stemWord(word[:_LONGEST]),)


def _unspaced(word: str) -> Iterator[str]:
    """Each character, and each pair: words of two are the most common, and a search may be for one."""
    for at in range(len(word)):
        yield word[at]
        if at + 1 < len(word):
            yield word[at : at + 2]


_kept = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    """One for each thread: they are not made to be shared."""
    if not hasattr(_kept, "stemmer"):
        _kept.stemmer = Stemmer.Stemmer("english")
    found: Stemmer.Stemmer = _kept.stemmer
    return found
