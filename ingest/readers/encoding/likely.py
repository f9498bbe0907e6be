"""The likeliest encoding of bytes that are not UTF-8."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from ingest.readers.encoding import east_asia
from ingest.readers.encoding.cost import word_bits
from ingest.readers.encoding.languages import LATIN, code_pages, rarity

# Lines with bytes above 127 tell encodings apart. This much of them is enough.
_SAMPLE = 4_096
_LONGEST_LINE = 1_000
_SEARCHED = 2_000_000
# The bits by which the best encoding must be better than the next one that gives another text. With fewer,
# a short text of a test was read wrongly now and then.
_SURE = 8.0
# What is between signs of ASCII, the same in all encodings that have one byte for a letter.
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
# The bits of a letter of ASCII among characters of East Asia.
_ASCII_LETTER, _LETTER = re.compile(r"[A-Za-z]"), 5.0
# The most words that are compared, and the bits that it costs to write one in another language than the text.
_WORDS, _FOREIGN_WORD = 120, 8.0


def likely(data: bytes) -> tuple[str, bool]:
    """Return the likeliest encoding, and whether it is clearly likelier than all others."""
    sample = _sample(data)
    costs = _costs(sample)
    texts = {encoding: sample.decode(encoding, "replace") for encoding in costs}
    best = texts[min(costs, key=costs.__getitem__)]
    # Where several give the same text, it is called after the commonest of them.
    encoding = min((each for each in costs if texts[each] == best), key=rarity)
    rival = min(costs[each] for each in costs if texts[each] != best)
    return encoding, rival - min(costs.values()) >= _SURE


def _costs(sample: bytes) -> dict[str, float]:
    """The bits of the sample in each encoding."""
    words = Counter(_WORD.findall(sample))
    ascii_words = Counter({word: count for word, count in words.items() if word.isascii()})
    marked = (words - ascii_words).most_common(_WORDS)
    plain = _plain_costs(ascii_words.most_common(_WORDS))
    found = {page: rarity(page) + _cost(marked, page, names, plain) for page, names in code_pages().items()}
    # A text with few bytes above 127 has letters of Latin script between them.
    if len(sample.translate(None, bytes(range(128)))) > 0.3 * len(sample):
        counted = min(plain.values()) - _LETTER * sum(len(word) * n for word, n in ascii_words.items())
        for encoding in east_asia.ENCODINGS:
            text = sample.decode(encoding, "replace")
            letters = len(_ASCII_LETTER.findall(text))
            found[encoding] = counted + _LETTER * letters + east_asia.cost_of(text, encoding)
    return found


def _plain_costs(words: list[tuple[bytes, int]]) -> dict[str, float]:
    """The bits of words of ASCII, which are the same in all encodings, in each language of Latin script."""
    costs = dict.fromkeys(LATIN, 0.0)
    for word, count in words:
        bits = word_bits(word.decode())
        for language in LATIN:
            costs[language] += count * bits(language)
    return costs


def _cost(
    marked: list[tuple[bytes, int]], page: str, languages: list[str], plain: Mapping[str, float]
) -> float:
    """The bits of words with bytes above 127 in the likeliest language. Some may be of another one."""
    costs = {language: plain.get(language, min(plain.values())) for language in languages}
    for word, count in marked:
        bits = list(map(word_bits(word.decode(page, "replace")), languages))
        foreign = min(bits) + _FOREIGN_WORD
        for language, own in zip(languages, bits, strict=True):
            costs[language] += count * min(own, foreign)
    return min(costs.values())


def _sample(data: bytes) -> bytes:
    """Return lines that have bytes above 127, up to some thousand bytes of them."""
    lines: list[bytes] = []
    length = 0
    for line in data[:_SEARCHED].split(b"\n"):
        if not line.isascii():
            lines.append(line[:_LONGEST_LINE])
            length += len(lines[-1])
            if length >= _SAMPLE:
                break
    return b"\n".join(lines)
