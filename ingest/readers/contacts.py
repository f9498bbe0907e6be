"""Contact cards (vCard 2.1 to 4): each contact below a heading with its name."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.readers.assembly import Assembly
from ingest.readers.content_lines import ContentLine, content_lines
from ingest.readers.documents import TextDocument
from semsearch.errors import FileError
from semsearch.message import say

# What is read of a card, and what it is called. All else is for programs, or a picture.
_LABELS = {
    "NICKNAME": "Nickname",
    "ORG": "Organization",
    "TITLE": "Position",
    "ROLE": "Role",
    "TEL": "Phone",
    "EMAIL": "E-mail",
    "IMPP": "Messenger",
    "URL": "Web page",
    "ADR": "Address",
    "LABEL": "Address",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "CATEGORIES": "Categories",
    "RELATED": "Related",
    "NOTE": "Note",
}
# Types that most lines have, and that say nothing.
_USUAL = frozenset({"voice", "internet", "pref", "text", "x-internet"})


def read_contacts(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read the cards. The title of a single one is its name. Raises FileError when there is no card."""
    cards = list(_cards(data))
    if not cards:
        raise FileError(say("not a contact card: it has no line BEGIN:VCARD"))
    out = Assembly()
    names = [_name_of(card) for card in cards]
    for name, card in zip(names, cards, strict=True):
        out.heading(name or "(no name)")
        for number, line in enumerate(_lines_of(card)):
            out.add(line, "\n" if number else "\n\n")
    return out.document(media_type, path, names[0] if len(cards) == 1 else "")


def _cards(data: bytes) -> Iterator[list[ContentLine]]:
    """The lines of each card. A card inside of another, as version 2.1 allows, counts as one of its own."""
    card: list[ContentLine] | None = None
    for line in content_lines(data):
        mark = line.name, line.value.strip().upper()
        if mark == ("BEGIN", "VCARD"):
            card = []
        elif mark == ("END", "VCARD"):
            if card:
                yield card
            card = None
        elif card is not None:
            card.append(line)
    if card:  # the end is missing
        yield card


def _name_of(card: list[ContentLine]) -> str:
    for wanted in ("FN", "N", "ORG", "NICKNAME", "EMAIL", "TEL"):
        for line in card:
            if line.name == wanted and (parts := line.parts):
                # Family name, given name, others, titles before and after.
                ordered = [*parts[1:2], *parts[:1]] if wanted == "N" else parts
                return " ".join(" ".join(ordered).split())
    return ""


def _lines_of(card: list[ContentLine]) -> Iterator[str]:
    seen = set[str]()
    for line in card:
        label = _LABELS.get(line.name)
        words = ", ".join(line.parts).replace("\n", ", " if line.name in ("ADR", "LABEL") else "\n")
        if label is None or not words or line.parameters.get("ENCODING", "").lower() in ("b", "base64"):
            continue
        kinds = [each.lower() for each in line.parameters.get("TYPE", "").split(",")]
        shown = ", ".join(each for each in kinds if each and each not in _USUAL)
        words = words.removeprefix("tel:").removeprefix("mailto:")
        text = f"{label} ({shown}): {words}" if shown else f"{label}: {words}"
        if text not in seen:
            seen.add(text)
            yield text
