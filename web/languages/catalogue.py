"""The translations of the page: for each language a catalogue of gettext, web/translations/<language>.po."""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parents[1] / "translations"
# The language of the texts in the code.
ENGLISH = "en"


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that the page speaks, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


@cache
def translations(language: str) -> NullTranslations:
    """The texts of the page in one of `languages()`.

    The catalogue is compiled in memory, once: so no compiled file can be out of date.
    """
    if language == ENGLISH:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, _read(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def templates(language: str) -> dict[str, str]:
    """The templates of all messages with their translations, without those that depend on a number."""
    if language == ENGLISH:
        return {}
    return {each.id: str(each.string) for each in _read(language) if each.id and isinstance(each.id, str)}


def _read(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)
