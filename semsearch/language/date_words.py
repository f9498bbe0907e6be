"""The words for dates, by language: what each means in English, in which semsearch.language.dates reads them.

Another language is another entry of LANGUAGES, with a test in tests/unit/language/test_dates.py.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Mapping
from dataclasses import dataclass, field

# Months as people call them in German, French, Spanish, Italian, Portuguese and Dutch, and "sept".
_CALLED = (
    "januar jänner janvier enero gennaio janeiro januari",
    "februar february février fevrier febrero febbraio fevereiro februari",
    "märz maerz mär mrz mars marzo março maart",
    "avril abril aprile",
    "mai mayo maggio maio mei",
    "juni juin junio giugno junho",
    "juli juillet julio luglio julho",
    "août aout agosto augustus",
    "sept septembre septiembre settembre setembro",
    "oktober okt octobre octubre ottobre outubro",
    "novembre noviembre novembro",
    "dezember dez décembre decembre diciembre dicembre dezembro",
)
MONTHS = {name: n for n, names in enumerate(_CALLED, 1) for name in names.split()} | {
    name.lower()[:length]: n for n, name in enumerate(month_name) for length in (3, 9) if n
}


@dataclass(frozen=True, slots=True)
class DateWords:
    """How a language says dates.

    `meant` has for English words, "" for none, those of the language. Then the `forms` bring what stands in
    another order into that of English: patterns, each with what takes its place.
    """

    meant: Mapping[str, str]
    forms: tuple[tuple[str, str], ...] = ()
    _english: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for english, words in self.meant.items():
            self._english.update(dict.fromkeys(words.split(), english))

    def in_english(self, text: str) -> str:
        """A text of lower-case words, as English says it."""
        english = " ".join(filter(None, (self._english.get(word, word) for word in text.split())))
        for pattern, meaning in self.forms:
            english = re.sub(pattern, meaning, english)
        return english


# How many days, weeks and so on: no year, and not "last".
_NUMBER = r"(?!\d{4}|this\b|last\b|previous\b)\w+"
_ENGLISH = DateWords({"": "the of in on during"})
_GERMAN = DateWords(
    {
        "": "der die das den dem des im in am während",
        "today": "heute",
        "yesterday": "gestern",
        "2 day ago": "vorgestern",
        "this": "diese diesen dieser dieses diesem",
        "last": "letzte letzten letzter letztes letztem",
        "previous": "vorige vorigen voriger voriges vergangene vergangenen vergangener vergangenes",
        "day": "tag tage tagen tages",
        "week": "woche wochen",
        "month": "monat monate monaten monats",
        "year": "jahr jahre jahren jahres",
        "monday": "montag",
        "tuesday": "dienstag",
        "wednesday": "mittwoch",
        "thursday": "donnerstag",
        "friday": "freitag",
        "saturday": "samstag sonnabend",
        "sunday": "sonntag",
        "spring": "frühling frühjahr",
        "summer": "sommer",
        "autumn": "herbst",
        "since": "seit ab",
        "from": "von vom",
        "after": "nach",
        "before": "vor",
        "until": "bis",
        "between": "zwischen",
        "and": "und",
        "one": "ein eine einem einen einer",
        "two": "zwei",
        "three": "drei",
        "four": "vier",
        "five": "fünf",
        "six": "sechs",
        "seven": "sieben",
        "eight": "acht",
        "nine": "neun",
        "ten": "zehn",
        "eleven": "elf",
        "twelve": "zwölf",
    },
    (
        (r"\b(\d{1,2})\. ", r"\1 "),
        (r"\b(\d{3}0)er\b(?: year)?", r"\1s"),
        (rf"^before ({_NUMBER} (?:day|week|month|year))$", r"\1 ago"),
        (rf"^since ({_NUMBER} (?:day|week|month|year))$", r"past \1"),
    ),
)
# English first: a text that it understands means in no other language anything else.
LANGUAGES = (_ENGLISH, _GERMAN)
