"""Split a text into words, and words into the terms by which they are compared: "hunting" gives hunt.

The stemmer of Redis is not used. It scores a word and its stem as two words, which finds less
(docs/search.md), and it keeps accents. So this module makes the terms, for the index and for queries alike.
A text has terms by the rules of its language; by those of English if that is not known, or has no stemmer.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from semsearch.language.forms import emoji, forms_without_digits, other_forms, plain_numbers, typed_in_one
from semsearch.language.function_words import function_words
from semsearch.language.stems import has_stems, stem
from semsearch.language.words import MARKS, RUN, UNSPACED, WORD, signed, spelled_out, words
from semsearch.text import normal

# The characters of a word that count. A longer run is encoded data, which nobody types in full.
_LONGEST = 64

# The most repetitions of a term in a query: each costs Redis as much as another term.
_REPEATED = 4

_DIGIT = re.compile(r"\d")

# Two words that may be one elsewhere: "light bulb".
_TWO_WORDS = re.compile(r"\s*[^\W\d_]{3,20} [^\W\d_]{3,20}\s*")

# Where the parts of a word in a file's name meet: "CamelCase" and "scan2019".
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
# What makes no other word of one: joiners, the stroke that makes an Arabic word longer, and all marks except
# the vowels of Indian scripts.
_VOWELS = range(0x900, 0xE00)
_MARK = re.compile("[\u200c\u200d\u0640" + "".join(each for each in MARKS if ord(each) not in _VOWELS) + "]")
# Letters that no accent makes of others, and the letters that people type for them.
_ALIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
# Languages in which I is the capital of ı, and İ that of i.
_DOTLESS = frozenset({"az", "tr"})
_CAPITALS = str.maketrans({"I": "ı", "İ": "i"})


@lru_cache(1000)  # a document that is written needs them more than once
def name_words(path: str) -> str:
    """The words of a file's name, then the parts of compound words in it, and other forms of its words."""
    name = normal(path.rpartition("/")[2])
    found = words(name)
    parts = [part for word in WORD.findall(spelled_out(name)) for part in words(parted(word))]
    return " ".join(dict.fromkeys([*found, *parts, *(form.word for form in other_forms(name))]))


def parted(name: str) -> str:
    """A name with spaces where the parts of its words meet: "scan2019" gives "scan 2019"."""
    return _SEAM.sub(" ", name)


def terms(text: str, language: str = "") -> list[str]:
    """The terms of a text in order: stemmed, without accents; characters and pairs in unspaced scripts."""
    return [term for word in words(_dotted(text, language)) for term in _terms_of(word, language)]


def line_of(text: str, language: str = "") -> str:
    """The terms of a text as the index stores them: those of its words, then other forms of them."""
    return " ".join([*terms(text, language), *_terms_of_forms(text, language)])


@lru_cache(1000)
def head_line(path: str, title: str, language: str = "") -> str:
    """The terms of a document's folders, file name and title, as the index stores them."""
    folders = path.rpartition("/")[0]
    named = [*terms(folders, language), *terms(name_words(path), language), *terms(title, language)]
    return " ".join([*named, *_terms_of_forms(folders, language), *_terms_of_forms(title, language)])


def query_terms(text: str, language: str = "", spoken: str = "") -> list[str]:
    """The terms of a query for texts in a language, without function words unless it has no others.

    The function words are those of `language`, and of the language `spoken` in the query: English if it
    cannot be told.

    A term is repeated as often as its words are, up to a few times: repetition shows what a long query is
    about. A number counts as `plain_numbers` has it, and an emoji is a word.
    """
    found = [*words(plain_numbers(_dotted(text, language))), *(form.word for form in emoji(text))]
    often: Counter[str] = Counter()
    kept = []
    for term in (term for word in _telling(found, language, spoken) for term in _terms_of(word, language)):
        often[term] += 1
        if often[term] <= _REPEATED:
            kept.append(term)
    return kept


def query_forms(text: str, language: str = "", spoken: str = "") -> list[str]:
    """The terms of other forms of a query's words: what has them is found, but nothing need have them.

    The words are those of `query_terms`.
    """
    forms = [form.word for form in typed_in_one(text)]
    if _TWO_WORDS.fullmatch(text):
        forms.append("".join(text.lower().split()))
    found = [term for form in forms for term in _terms_of(form, language)]
    telling = _telling(words(_dotted(text, language)), language, spoken)
    found += [term for word in telling for term in _without_accents(word, language)]
    return list(dict.fromkeys(found))


def _telling(found: list[str], language: str, spoken: str) -> list[str]:
    """The words of a query that count."""
    common = function_words(language or "en") | function_words(spoken or "en")
    return [word for word in found if word not in common] or found


def plain_letters(word: str) -> str:
    """A word without accents and other marks, in the letters that people type for those of its language."""
    plain = _MARK.sub("", unicodedata.normalize("NFKD", word.casefold().translate(_ALIKE)))
    return unicodedata.normalize("NFC", plain)


def spans_of(text: str, wanted: Iterable[str], language: str = "") -> list[tuple[int, int]]:
    """The [start, end) of the words in `text` that have a term in `wanted`, in one form or another.

    The terms are those of texts in `language`. Several with spaces between them are words in this order.
    """
    looked_for = frozenset(wanted)
    if not looked_for:
        return []
    # Most texts are plain, and a page of hits has dozens of them to mark.
    is_plain = text.isascii() and not has_stems(language)
    spans = list((_plain_spans if is_plain else _spans)(text, looked_for, language))
    # The forms of numbers have digits, and the terms of words with digits keep these.
    forms = other_forms if any(map(_DIGIT.search, looked_for)) else forms_without_digits
    for form in chain(signed(text), forms(text)):
        if not looked_for.isdisjoint(_terms_of(form.word, language)):
            spans.append((form.start, form.end))
    phrases = [each.split(" ") for each in looked_for if " " in each]
    return _outermost([*spans, *_phrase_spans(text, phrases, language)] if phrases else spans)


def _phrase_spans(text: str, phrases: list[list[str]], language: str) -> Iterator[tuple[int, int]]:
    """The spans of words with the terms of a phrase, in order and beside each other."""
    placed = [
        (term, match.span())
        for match in WORD.finditer(text)
        for term in _terms_of(_dotted(match[0], language).lower(), language)
    ]
    line = [term for term, _ in placed]
    for phrase in phrases:
        for at in range(len(line) - len(phrase) + 1):
            if line[at : at + len(phrase)] == phrase:
                yield placed[at][1][0], placed[at + len(phrase) - 1][1][1]


def _plain_spans(text: str, wanted: frozenset[str], language: str) -> Iterator[tuple[int, int]]:
    """The spans of wanted words in ASCII text with the stems of English.

    These keep the first letter, so only words with one of these letters can match.
    """
    for match in _beginning("".join(sorted({term[0] for term in wanted}))).finditer(text):
        if not wanted.isdisjoint(_terms_of(match[0].lower(), language)):
            yield match.span()


def _spans(text: str, wanted: frozenset[str], language: str) -> Iterator[tuple[int, int]]:
    """The spans of wanted words in any text."""
    for match in WORD.finditer(text):
        word = match.group()
        lower = _dotted(word, language).lower()
        if not wanted.isdisjoint((*_terms_of(lower, language), *_without_accents(lower, language))):
            yield from _spans_in(word, match.start(), wanted) if UNSPACED.search(word) else [match.span()]


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, without those that lie in another one."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or kept[-1][1] < end:
            kept.append((start, end))
    return kept


@lru_cache(1000)
def _beginning(letters: str) -> re.Pattern[str]:
    """The pattern for words of ASCII text that begin with one of these letters, small or capital."""
    either = re.escape(letters + letters.upper())
    return re.compile(rf"(?<![A-Za-z0-9])[{either}][A-Za-z0-9]*")


def _spans_in(word: str, start: int, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The spans of wanted terms in a word that has characters of a script without spaces."""
    for run in RUN.finditer(word):
        if UNSPACED.match(run[0]):
            yield from _pairs_in(run[0], start + run.start(), wanted)
        elif not wanted.isdisjoint(_terms_of(run[0].lower())):
            yield start + run.start(), start + run.end()


def _pairs_in(run: str, start: int, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The spans of wanted pairs and characters in a run of a script without spaces."""
    covered = 0
    for at in range(len(run)):
        for length in (2, 1):
            if at >= covered and run[at : at + length] in wanted:
                yield start + at, start + at + length
                covered = at + length


def _dotted(text: str, language: str) -> str:
    """A text whose capital I has the small letter that it has in its language."""
    return text.translate(_CAPITALS) if language in _DOTLESS else text


def _terms_of_forms(text: str, language: str) -> list[str]:
    found = [term for form in other_forms(normal(text)) for term in _terms_of(form.word, language)]
    return [*found, *_terms_without_accents(text, language)]


def _terms_without_accents(text: str, language: str) -> list[str]:
    """The terms of a text typed without accents, where a stemmer that needs them gives others."""
    if text.isascii() or not has_stems(language):
        return []
    lower = words(_dotted(text, language))
    return [term for word in lower for term in _without_accents(word, language)]


@lru_cache(100_000)
def _without_accents(word: str, language: str) -> tuple[str, ...]:
    if word.isascii() or not has_stems(language):
        return ()
    known, plain = _terms_of(word, language), words(plain_letters(word))
    return tuple(term for each in plain for term in _terms_of(each, language) if term not in known)


@lru_cache(100_000)
def _terms_of(word: str, language: str = "") -> tuple[str, ...]:
    """The terms of a word in lower case: empty when it has no letter or digit without its accents."""
    if not word.isascii():
        if has_stems(language) and not UNSPACED.search(word):
            # Before accents are removed: a stemmer knows the endings of its language by them.
            return tuple(words(plain_letters(stem(word[:_LONGEST], language))))
        # This can split a word: "½" becomes "1⁄2".
        folded = words(plain_letters(word))
        if folded != [word]:
            parts = folded if word not in folded else ()
            return tuple(term for part in parts for term in _terms_of(part, language))
        if UNSPACED.search(word):
            return tuple(term for run in RUN.findall(word) for term in _terms_of_run(run))
    return (stem(word[:_LONGEST], language),)


def _terms_of_run(run: str) -> Iterator[str]:
    """Each character and each pair in a script without spaces; the stem in others.

    Most words have two characters, but a query may have one.
    """
    if not UNSPACED.match(run):
        yield stem(run[:_LONGEST])
        return
    for at in range(len(run)):
        yield run[at]
        if at + 1 < len(run):
            yield run[at : at + 2]
