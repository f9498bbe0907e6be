"""Whoever reads a page: what the texts, dates and numbers of the page look like in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from markupsafe import Markup

from semsearch.message import Message
from web.languages.catalogue import translations

# The units of sizes, as powers of 1,000, with the form of their names.
_SIZES = (
    ("digital-byte", "long"),
    ("digital-kilobyte", "short"),
    ("digital-megabyte", "short"),
    ("digital-gigabyte", "short"),
    ("digital-terabyte", "short"),
)


@cache
def _names_of_languages(language: str) -> Mapping[str, str]:
    """The names of languages in one of them, by code."""
    return dict(Locale.parse(language).languages)


@dataclass(frozen=True, slots=True)
class Reader:
    """The language of the texts, one of `languages()`, and the locale of dates and numbers.

    They differ for a reader whose language has no catalogue yet: then the texts are in English.
    """

    language: str
    locale: Locale

    @property
    def direction(self) -> str:
        """In which direction the texts are written: "ltr" or "rtl"."""
        return str(Locale.parse(self.language).text_direction)

    def text(self, text: str) -> str:
        """A message in the language of the reader. Any other text stays as it is."""
        if not isinstance(text, Message):
            return text
        return self._template(text).format_map(self._values(text))

    def markup(self, message: Message) -> Markup:
        """Like `text`, for a template that is HTML. The values are escaped."""
        return Markup(self._template(message)).format_map(self._values(message))

    def phrase(self, text: str) -> str:
        """A text from a table of the core, such as the name of a format, in the language of the reader."""
        return translations(self.language).gettext(text) if text else ""

    def number(self, number: float, digits: int = 1) -> str:
        """12345 as 12,345, 12.345 or 12 345; a float with this number of digits after the point."""
        pattern = f"#,##0.{'0' * digits}" if isinstance(number, float) else "#,##0"
        return format_decimal(number, pattern, locale=self.locale)

    def percent(self, share: float) -> str:
        """A share as a percentage from 0% to 100%; one outside of these is shown as the nearest of them."""
        return format_percent(max(0.0, min(1.0, share)), locale=self.locale)

    def size(self, size: int) -> str:
        """A number of bytes: 1 byte, 512 bytes, 2.5 kB."""
        shown, power = float(size), 0
        while round(shown, 1) >= 1000 and power + 1 < len(_SIZES):
            shown, power = shown / 1000, power + 1
        unit, length = _SIZES[power]
        return format_unit(shown, unit, length, "#,##0.#", self.locale)  # type: ignore[arg-type]

    def day(self, moment: date, length: str = "long") -> str:
        """The day of a moment, in local time if it has a zone. `length` is "long" or "medium"."""
        if isinstance(moment, datetime) and moment.tzinfo:
            moment = moment.astimezone()
        return format_date(moment, length, self.locale)

    def month(self, moment: date) -> str:
        """The name of a month: March."""
        return format_date(moment, "LLLL", self.locale)

    def month_of_year(self, moment: date) -> str:
        """A month with its year: March 2019."""
        return format_skeleton("yMMMM", moment, locale=self.locale)

    def moment(self, moment: datetime) -> str:
        """The day of a moment and the time, in local time if it has a zone."""
        local = moment.astimezone() if moment.tzinfo else moment
        return f"{self.day(local, 'medium')}, {format_time(local.time(), 'short', locale=self.locale)}"

    def name_of_language(self, code: str) -> str:
        """The name of a language: "de" is German, or Deutsch. An unknown code stays as it is."""
        name = _names_of_languages(self.language).get(code)
        return name[:1].upper() + name[1:] if name else code

    def _template(self, message: Message) -> str:
        known = translations(self.language)
        if message.plural:
            number = message.values["number"]
            assert isinstance(number, int)
            return known.ngettext(message.template, message.plural, number)
        return known.gettext(message.template)

    def _values(self, message: Message) -> dict[str, object]:
        return {name: self._shown(value) for name, value in message.values.items()}

    def _shown(self, value: object) -> object:
        if isinstance(value, Message):
            return self.text(value)
        if type(value) is int or isinstance(value, float):
            return self.number(value)
        return self.moment(value) if isinstance(value, datetime) else value
