"""Split a text into words, and words into the terms by which they are compared: "hunting" gives hunt.

The stemmer of Redis is not used. It scores a word and its stem as two words, which finds less
(docs/search.md), and it keeps accents. So this module makes the terms, for the index and for queries alike.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer

# The characters of a word that count. A longer run is encoded data, which nobody types in full.
_LONGEST = 64

# The most repetitions of a term in a query: each costs Redis as much as another term.
_REPEATED = 4

_WORD = re.compile(r"[^\W_]+")
# Where a compound word has a seam: in "CamelCase" and, for the second pattern, also in "scan2019".
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
# Accents and other marks above and below Latin, Greek and Cyrillic letters.
_ACCENT = re.compile("[\u0300-\u036f]")
# Scripts without spaces between words: Thai to Myanmar, Khmer, kana, Chinese characters.
_UNSPACED = re.compile("[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")

# English function words: they are in nearly every text, so they do not tell texts apart.
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
    """The runs of letters and digits, in lower case: "IMG_0412.jpg" gives img, 0412, jpg."""
    # Lower case first: a few capitals become two characters, and one of the two is not a letter.
    return _WORD.findall(text.lower())


def name_words(path: str) -> str:
    """The words of a file's name, then the parts of compound words in it."""
    name = path.rpartition("/")[2]
    found = words(name)
    parts = [part for word in _WORD.findall(name) for part in words(_SEAM.sub(" ", word))]
    return " ".join(dict.fromkeys(found + parts))


def terms(text: str) -> list[str]:
    """The terms of a text in order: stemmed, without accents; characters and pairs in unspaced scripts."""
    return [term for word in words(text) for term in _terms_of(word)]


def line_of(text: str) -> str:
    """The terms of a text as the index stores them. Each compound word is followed by its parts."""
    return " ".join(terms(_with_parts(text) if _CAPITAL.search(text) else text))


def head_line(path: str, title: str) -> str:
    """The terms of a document's folders, file name and title, as the index stores them."""
    folders = path.rpartition("/")[0]
    return " ".join([*terms(folders), *terms(name_words(path)), *terms(title)])


def query_terms(text: str) -> list[str]:
    """The terms of a query, without function words unless it has no others.

    A term is repeated as often as its words are, up to a few times: repetition shows what a long query is
    about.
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
    """The [start, end) of the words in `text` that have a term in `wanted`."""
    looked_for = frozenset(wanted)
    # Stemming keeps the first letter, so in ASCII text only words with one of these letters can match.
    pattern = _beginning("".join(sorted({term[0] for term in looked_for}))) if text.isascii() else _WORD
    spans: list[tuple[int, int]] = []
    for match in pattern.finditer(text) if looked_for else ():
        word = match.group()
        if not looked_for.isdisjoint(_terms_of(word.lower())):
            spans += _pairs_in(word, match.start(), looked_for) if _UNSPACED.search(word) else [match.span()]
    return spans


@lru_cache(1000)
def _beginning(letters: str) -> re.Pattern[str]:
    """The pattern for words of ASCII text that begin with one of these letters, small or capital."""
    either = re.escape(letters + letters.upper())
    return re.compile(rf"(?<![A-Za-z0-9])[{either}][A-Za-z0-9]*")


def _pairs_in(run: str, start: int, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The spans of wanted pairs and characters in a run of a script without spaces."""
    covered = 0
    for at in range(len(run)):
        for length in (2, 1):
            if at >= covered and run[at : at + length] in wanted:
                yield start + at, start + at + length
                covered = at + length


def _with_parts(text: str) -> str:
    """The text with each compound word followed by its parts, so that "user name" finds "getUserName"."""
    return _WORD.sub(lambda match: _parted(match.group()), text)


def _parted(word: str) -> str:
    parts = _CAPITAL.sub(" ", word)
    return word if parts == word else f"{word} {parts}"


@lru_cache(100_000)
def _terms_of(word: str) -> tuple[str, ...]:
    """The terms of a word in lower case: empty when it has no letter or digit without its accents."""
    if not word.isascii():
        plain = _ACCENT.sub("", unicodedata.normalize("NFKD", word))
        # Normalisation can split a word: "½" becomes "1⁄2".
        folded = words(unicodedata.normalize("NFC", plain))
        if folded != [word]:
            return tuple(term for part in folded for term in _terms_of(part)) if word not in folded else ()
        if _UNSPACED.search(word):
            return tuple(_unspaced(word))
    return (_stemmer().stemWord(word[:_LONGEST]),)


def _unspaced(word: str) -> Iterator[str]:
    """Each character and each pair: most words have two characters, but a query may have one."""
    for at in range(len(word)):
        yield word[at]
        if at + 1 < len(word):
            yield word[at : at + 2]


_kept = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    """The stemmer of this thread: threads cannot share one."""
    if not hasattr(_kept, "stemmer"):
        _kept.stemmer = Stemmer.Stemmer("english")
    found: Stemmer.Stemmer = _kept.stemmer
    return found
