"""Reasons that Redis keeps in English are shown in the language of the reader."""

from __future__ import annotations

from string import Formatter

import pytest

from semsearch.message import Message, say
from web.languages.catalogue import templates
from web.languages.choice import reader_of
from web.languages.retelling import retold

GERMAN = reader_of("de")


@pytest.mark.parametrize(
    ("reason", "german"),
    [
        ("empty file", "leere Datei"),
        ("damaged: it has no end of file", "beschädigt: end of file fehlt"),
        ("damaged: word/document.xml: syntax error", "beschädigt: word/document.xml: syntax error"),
        ("larger than 200 MB: 1,234 MB", "größer als 200 MB: 1.234 MB"),
        (
            "not a Word document, whatever its name says: this is a PDF",
            "nicht ein Word-Dokument, was der Name auch sagt: Dies ist ein PDF",
        ),
        (
            "tried 3 times by workers: took longer than 2.5 s",
            "3-mal von Arbeitsprozessen versucht: dauerte länger als 2,5 s",
        ),
        (
            "of a .zip itself, only the name is searched; not read in it: a.zip",
            "von einer .zip-Datei selbst wird nur der Name durchsucht; darin nicht gelesen: a.zip",
        ),
        (
            "pages 1, 2 and 5 could not be read: empty file",
            "nicht lesbar: Seiten 1, 2 und 5, und zwar: leere Datei",
        ),
        (
            "the first 20 of 31 million characters were read",
            "die ersten 20 von 31 Millionen Zeichen wurden gelesen",
        ),
        ("damaged", "beschädigt"),  # what the reasons of several files have in common
        ("encrypted PDF", "verschlüsseltes PDF"),
    ],
)
def test_a_stored_reason_is_told_in_german(reason: str, german: str) -> None:
    assert retold(reason, GERMAN) == german


@pytest.mark.parametrize("text", ["", "what another program said: 12 and 13", "page"])
def test_a_text_that_no_template_made_stays_as_it_is(text: str) -> None:
    assert retold(text, GERMAN) == text
    assert retold("damaged: CRC", reader_of("en")) == "damaged: CRC"


def sentences() -> list[Message]:
    """A sentence of each template that says enough by itself."""
    found = []
    for template in templates("de"):
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
        letters = sum(map(str.isalpha, "".join(literal for literal, _, _, _ in Formatter().parse(template))))
        if letters >= 4 and all(map(str.isidentifier, names)):
            found.append(say(template, **dict.fromkeys(names, "Qx")))
    return found


def test_each_sentence_is_told_as_if_its_template_were_known() -> None:
    differing = [each for each in sentences() if retold(str(each), GERMAN) != GERMAN.text(each)]
    assert differing == []
