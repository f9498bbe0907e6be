"""Other forms in which the words of a text may be typed, and its emoji.

"e-mail" is also email, "1,250.00" is also 1250, and "getUserName" is also get, user and name. The index has
these forms after the words of a passage, so that words that stand side by side still do: a phrase is compared
word by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from semsearch.language.words import RUN, Spelled

# A longer run of words with hyphens is a sentence in an address, or data.
_MOST_PARTS, _LONGEST = 6, 40

# What joins words: hyphens, at which a line may break or not, and what stands for no space in Persian.
_JOINER = re.compile("[-\u2010\u2011\u200c](?=[^\\W_])")
_JOINED = re.compile("[^\\W_]++(?:[-\u2010\u2011\u200c][^\\W_]++)++")
# A whole number with separators between its thousands: 1,250 or 1.250 or 1'250 or, in India, 1,25,000. In a
# query, its decimals belong to it. What stands before the first digit is checked after it, which is faster.
_GROUPS = r"\d{0,2}(?:(?P<mark>[.,'’])\d{3}(?:(?P=mark)\d{3})*|(?:,\d\d)+,\d{3})"
_AFTER = r"(?![\w]|[.,'’]\d)"
_FIRST = r"[1-9](?<![\w.,'’][1-9])"
_THOUSANDS = re.compile(rf"(?P<whole>{_FIRST}{_GROUPS})(?:[.,]\d{{1,2}})?{_AFTER}", re.ASCII)
_SPACED = re.compile(
    r"[1-9](?<![\w.,'’-][1-9])(?<!\d [1-9])\d{0,2}(?: \d{3})+(?![\w]|[.,'’-]\d{3})", re.ASCII
)
# A number without cents. Years and hours are shorter, or have other digits behind the point.
_WITHOUT_CENTS = re.compile(rf"(?P<whole>{_FIRST}\d{{2,}})[.,]00{_AFTER}", re.ASCII)
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")

# Numbers of telephones and accounts, which people write in groups or in one: (020) 7946 0958, 06 12 34 56 78,
# +49 30 1234-56, 555.867.5309, DE89 3704 0044 0532 0130 00. A date has fewer digits.
_GROUPED = re.compile(
    r"""(?:(?:\+[1-9]\d{0,3}(?:[ ]?\(\d{1,4}\)\d{0,4})?|0(?<![\w.,:/-]0)\d{1,5}|\(0?\d{2,5}\))
          (?:(?:\.\d{1,8}){1,6}|(?:[ ]?[ /-][ ]?\d{1,8}){1,6})
        |\d(?<![\w.,:/-]\d)\d\d[ .]\d{3}[.-]\d{4}
        |[A-Z](?<!\w[A-Z])[A-Z]\d\d(?:[ ][A-Z\d]{4}){2,7}(?:[ ][A-Z\d]{1,3})?
        )(?!\w|[.,:/-]\d)""",
    re.ASCII | re.VERBOSE,
)
# In +49 (0)30 1234, it is typed only without the number of the country.
_WITHIN_COUNTRY = "(0)"
_LEAST_DIGITS, _MOST_DIGITS = 9, 34
# Numbers with zeros before them, as those of invoices.
_PADDED = re.compile(r"0(?<![\w.,:/-]0)0*(?P<number>[1-9]\d{2,})(?!\w|[.,:/-]\d)", re.ASCII)
# A code of capitals and a number beside them: BWV 1007, ISO 9001.
_CODE = re.compile(r"[A-Z](?<!\w[A-Z])[A-Z]{1,5} \d{1,6}(?!\w|[.,:/-]\d)", re.ASCII)
# A size: 10 x 15, 1920×1080.
_SIZE = re.compile(r"\d(?<![\w.,]\d)\d{0,4} ?[x×] ?\d{1,5}(?![\w]|[.,]\d)", re.ASCII)
# The apostrophe of a name, which has a capital after it: O'Brien, D'Angelo.
_ELISION = re.compile(r"['’](?<=\b[^\W\d_]['’])(?=[^\W\d_]{3})")

# The capital with which a part of a compound word begins. A longer word is encoded data.
_SEAM = re.compile("[A-Z](?<=[a-z][A-Z])")
_COMPOUND = re.compile(r"[^\W_]+")
_LONGEST_COMPOUND = 64

# A flag is two letters. Skin tones, variants and joiners between emoji do not count.
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[\u231a\u231b\u23e9-\u23fa\u25fd\u25fe\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)


def other_forms(text: str) -> Iterator[Spelled]:
    """Each other form of the words of a text, with the stretch of the text that it stands for."""
    yield from parts_of_compounds(text)
    yield from typed_in_one(text)
    yield from emoji(text)


def forms_without_digits(text: str) -> Iterator[Spelled]:
    """The other forms of a text except those of its numbers and emoji: all that may have no digit."""
    yield from parts_of_compounds(text)
    yield from joined_words(text)
    yield from joined_names(text)


def typed_in_one(text: str) -> Iterator[Spelled]:
    """The forms that have no spaces and signs in them, as a person may type them."""
    yield from joined_words(text)
    yield from joined_names(text)
    yield from joined_numbers(text)
    yield from joined_groups(text)
    yield from joined_codes(text)


def parts_of_compounds(text: str) -> Iterator[Spelled]:
    """The parts of each compound word: "getUserName" gives get, user, name."""
    done = 0
    for seam in _SEAM.finditer(text):
        if seam.start() < done:
            continue
        start = seam.start() - _letters_before(text, seam.start())
        match = _COMPOUND.match(text, start)
        assert match is not None, "a seam lies between two letters"
        done = match.end()
        if done - start <= _LONGEST_COMPOUND:
            for run in RUN.finditer(text, start, done):
                parts = _SEAM.sub(r" \g<0>", run[0]).split()
                yield from (Spelled(*run.span(), part.lower()) for part in parts if len(parts) > 1)


def joined_words(text: str) -> Iterator[Spelled]:
    """Each word with hyphens, without them: "e-mail" gives email, and "AB-12-X" gives ab12x.

    Three and more parts are joined only where one of them has a digit: nobody writes "stateoftheart".
    """
    done = 0
    for joiner in _JOINER.finditer(text):
        start = joiner.start() - _letters_before(text, joiner.start())
        match = _JOINED.match(text, start) if joiner.start() >= done else None
        if match is None:
            continue
        done = match.end()
        parts = _JOINER.sub(" ", match[0]).split(" ")
        whole = "".join(parts)
        if len(whole) <= _LONGEST and (
            len(parts) == 2 or (len(parts) <= _MOST_PARTS and not whole.isalpha())
        ):
            yield Spelled(start, done, whole.lower())


def joined_names(text: str) -> Iterator[Spelled]:
    """Each name with an apostrophe after its first letter, without it: "O'Brien" gives obrien."""
    for apostrophe in _ELISION.finditer(text):
        match = _COMPOUND.match(text, apostrophe.end())
        if match is not None and match[0][0].isupper() and len(match[0]) < _LONGEST:
            start = apostrophe.start() - 1
            yield Spelled(start, match.end(), (text[start] + match[0]).lower())


def joined_numbers(text: str) -> Iterator[Spelled]:
    """Each number with separators between its thousands, without them: "1,250.50" gives 1250, 50.

    Zeros after the point do not count.
    """
    for match in _THOUSANDS.finditer(text):
        if not _ADDRESS.fullmatch(match["whole"]):
            yield Spelled(*match.span(), _digits(match["whole"]))
            if (decimals := _decimals(match)).strip("0"):
                yield Spelled(*match.span(), decimals)
    for match in _SPACED.finditer(text):
        yield Spelled(*match.span(), _digits(match[0]))


def joined_groups(text: str) -> Iterator[Spelled]:
    """Each number in groups, in one: "(020) 7946 0958" gives 02079460958; and "0004217" gives 4217."""
    for match in _GROUPED.finditer(text):
        whole = "".join(filter(str.isalnum, match[0].replace(_WITHIN_COUNTRY, "")))
        if _LEAST_DIGITS <= len(whole) <= _MOST_DIGITS and not _JOINED.fullmatch(match[0]):
            yield Spelled(*match.span(), whole.lower())
    for match in _PADDED.finditer(text):
        yield Spelled(*match.span(), match["number"])


def joined_codes(text: str) -> Iterator[Spelled]:
    """Each code and each size in one: "BWV 1007" gives bwv1007, and "10 × 15" gives 10x15."""
    for match in _CODE.finditer(text):
        yield Spelled(*match.span(), match[0].replace(" ", "").lower())
    for match in _SIZE.finditer(text):
        if not match[0].isalnum():  # else it is in one as it stands
            yield Spelled(*match.span(), match[0].replace(" ", "").replace("×", "x"))


def plain_numbers(text: str) -> str:
    """A query with its numbers as `joined_numbers` has them: "1,250.00" becomes "1250"."""

    def plain(match: re.Match[str]) -> str:
        if _ADDRESS.fullmatch(match["whole"]):
            return match[0]
        decimals = _decimals(match)
        return f"{_digits(match['whole'])} {decimals}" if decimals.strip("0") else _digits(match["whole"])

    return _WITHOUT_CENTS.sub(r"\g<whole>", _THOUSANDS.sub(plain, text))


def emoji(text: str) -> Iterator[Spelled]:
    """The emoji of a text, each as a word that no text has: its code point, after a letter."""
    if not text.isascii():
        for match in _EMOJI.finditer(text):
            yield Spelled(*match.span(), "u" + "u".join(f"{ord(each):x}" for each in match[0]))


def _decimals(match: re.Match[str]) -> str:
    return match[0][len(match["whole"]) + 1 :]


def _digits(number: str) -> str:
    return "".join(each for each in number if each.isdigit())


def _letters_before(text: str, end: int) -> int:
    """The number of letters and digits before a place in a text, as far as it matters."""
    start = end
    while start and end - start <= _LONGEST_COMPOUND and text[start - 1].isalnum():
        start -= 1
    return end - start
