"""Words that are divided at the end of a line: some lose their hyphen, others own it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

# The end of a line within a word. PDFium puts U+FFFE or U+0002 in place of a hyphen there, whether the hyphen
# belongs to the word or not. U+00AD never does. A hyphen of the writer's follows a letter.
_MARK = re.compile(r"(?:[\ufffe\x02\u00ad]|(?<=[^\W_])[-\u2010](?=[ \t]*\n[^\W_]))[ \t]*\n?")
_SOFT = "\u00ad"
# The part of a word before the mark, and the one after it.
_BEFORE = re.compile(r"[^\s\ufffe\x02\u00ad]*$")
_LAST_LETTERS = re.compile(r"[^\W_]*$")
_AFTER = re.compile(r"[^\W_]*")
_LONGEST = 60
_ENDS_DIVIDED = re.compile(r"(?:[\ufffe\x02\u00ad]|(?<=[^\W_])[-\u2010])\s*$")
_REST = re.compile(r"\s*[^\W\d_A-Z][^\W_]*")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_HYPHEN = re.compile("[-\u2010]")

# A longer part after another hyphen is mostly a divided word: "well-estab-lished", but "mother-in-law".
_LONGEST_INNER = 3
# "Haupt- und Nebensatz": the hyphen stands for the rest of the word.
_JOINTS = frozenset({"and", "und", "oder", "bzw", "och", "og"})
_NUMBERS = frozenset(
    re.findall(
        r"\w+",
        """
        one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred half
        first second third fourth fifth sixth seventh eighth ninth tenth thirds quarter quarters fifths
        deux trois quatre cinq sept huit neuf dix onze douze vingt vingts trente quarante cinquante soixante
        """,
    )
)
_COUNTED = frozenset(
    re.findall(
        r"\w+",
        """
        year years month months week weeks day days hour hours minute minutes page pages part person man way
        mile miles metre metres meter meters foot inch inches time times story storey bit digit dimensional
        """,
    )
)
# Parts that stand before or after a hyphen, and hardly ever end or begin the rest of a divided word.
_FIRST = frozenset({"self", "well", "half", "cross", "quasi"})
_ENDINGS = ("ish", "less", "ness", "hood")
_LAST = frozenset(
    re.findall(
        r"\w+",
        "based related oriented driven specific dependent friendly century made known term scale level",
    )
)


class DividedWords:
    """Joins divided words, with or without a hyphen: as the document writes them elsewhere, if it does."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """`texts` are those of the whole document. They are read only if a word is divided."""
        self._texts = texts
        self._counts: Counter[str] | None = None

    def joined(self, text: str) -> str:
        """The text with its divided words in one piece."""
        parts: list[str] = []
        start = 0
        for mark in _MARK.finditer(text):
            parts.append(text[start : mark.start()])
            start = mark.end()
            parts.append("" if mark[0][0] == _SOFT else self._hyphen(text, mark.start(), mark.end()))
        return "".join([*parts, text[start:]]) if parts else text

    def _hyphen(self, text: str, at: int, end: int) -> str:
        """What to put between the parts of the word that is divided there."""
        before = _BEFORE.search(text, max(0, at - _LONGEST), at)
        token = before[0] if before else ""
        letters = _LAST_LETTERS.search(token)
        left = letters[0] if letters else ""
        right = _AFTER.match(text, end, end + _LONGEST)[0]  # type: ignore[index]  # it matches nothing as well
        if not left or not right:
            return "-\n" if text[at:end].endswith("\n") else "-"
        if right in _JOINTS or (right in ("or", "to") and left.lower() in _NUMBERS):
            return "- "
        *before_left, _ = _HYPHEN.split(token.lower())
        if right.lower() in before_left:  # "day-to-day", where "today" may stand elsewhere
            return "-"
        is_part = bool(before_left) and (
            len(left) <= _LONGEST_INNER or self._are_words(left.lower(), right.lower())
        )
        owns = is_part or _is_compound(left, right) or bool(set("/@_") & set(token))
        return "-" if self._keeps(left.lower(), right.lower(), owns=owns) else ""

    def _keeps(self, left: str, right: str, *, owns: bool) -> bool:
        """Whether the document, or else the words themselves, say that the hyphen stays.

        `owns` says that the hyphen belongs to the word, unless the document has it only without one.
        """
        counts = self._counted()
        whole, hyphened = counts[left + right], counts[f"{left}-{right}"]
        if owns:
            return hyphened > 0 or not whole
        if whole != hyphened:
            return hyphened > whole
        if left in _NUMBERS:
            return right in _NUMBERS or right in _COUNTED
        if left in _FIRST:
            return not right.startswith(_ENDINGS)
        return right in _LAST and len(left) > 3 and left != "inter"

    def _are_words(self, left: str, right: str) -> bool:
        """Whether both are words of the document: "cost-benefit-analysis". The right one counts here too."""
        return self._counted()[left] > 0 and self._counted()[right] > 1

    def _counted(self) -> Counter[str]:
        """How often each word, and each pair of words with a hyphen between them, stands undivided."""
        if self._counts is None:
            words = Counter(word for text in self._texts for word in _WORD.findall(text.lower()))
            for word in [each for each in words if not each.isalpha()]:
                count = words.pop(word)
                for pair in pairwise(_HYPHEN.split(word)):
                    words["-".join(pair)] += count
            self._counts = words
        return self._counts


def completed(pages: Sequence[str]) -> list[str]:
    """The pages, where a word that is divided at the end of one has its rest from the next."""
    done = list(pages)
    last = None
    for number, page in enumerate(pages):
        rest = _REST.match(page)
        if last is not None and rest and _ENDS_DIVIDED.search(done[last][-3:]):
            done[last] = f"{done[last].rstrip()}\n{rest[0].strip()}"
            done[number] = page[rest.end() :].lstrip()
        if page.strip():
            last = number
    return done


def _is_compound(left: str, right: str) -> bool:
    """Whether digits, capitals or a single letter part two words: "COVID-19", "Jean-Luc", "X-ray"."""
    if left[-1].isdigit() or right[0].isdigit() or len(left) == 1:
        return True
    return left.isupper() != right.isupper() if left.isupper() else right[0].isupper()
