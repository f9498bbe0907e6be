"""Bring the catalogues of translations up to date with the code: python scripts/messages.py [LANGUAGE]

Messages that are new in the code get an empty translation, and those that are gone are removed. With the code
of a language without catalogue, such as fr, its catalogue is begun. With --check nothing is written; the exit
code is 1 where a catalogue differs from the code, or a translation is missing or has other values in braces.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from semsearch.api.parameters import SEARCH  # noqa: E402 (the path comes first)
from semsearch.api.values import Choice  # noqa: E402
from semsearch.formats.table import FORMATS  # noqa: E402
from semsearch.formats.unread import NAMES  # noqa: E402
from semsearch.store.failures import SENTENCES  # noqa: E402
from web.languages.catalogue import FOLDER  # noqa: E402

# In which files the functions stand that say something, and which of their arguments are messages.
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
SAID = {"say": None, "say_many": (1, 2)}
# A catalogue begins with what a translator should know, and with what editors of catalogues need.
HEADER = """\
# The texts of the page. `make messages` adds those that are new in the code.
# Keep HTML, `commands` and what stands in {{braces}}; the order may change.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

"""


def extracted() -> Catalog:
    """All messages of the code, in the order of their files."""
    catalogue = Catalog()
    for package in ("web", "semsearch", "ingest"):
        for path, _, said, _, _ in extract_from_dir(ROOT / package, METHODS, keywords=SAID):
            catalogue.add(said, locations=[(f"{package}/{path}", 0)])
    for path, text in in_tables():
        if any(map(str.isalpha, text)):
            catalogue.add(text, locations=[(path, 0)])
    return catalogue


def in_tables() -> Iterator[tuple[str, str]]:
    """The texts that stand in tables of the core, each with the file of the table."""
    for each in SEARCH:
        labels = each.value.labels if isinstance(each.value, Choice) else ()
        for text in (each.label, each.chip, each.example, each.group, *labels):
            yield "semsearch/api/parameters.py", text
    for row in FORMATS.rows:
        yield "semsearch/formats/table.py", row.name
    for name in NAMES.values():
        yield "semsearch/formats/unread.py", name
    for sentence in SENTENCES.values():
        yield "semsearch/store/failures.py", sentence


def fields(text: str) -> set[str]:
    """The names of the values that a template shows."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def complaints(catalogue: Catalog, wanted: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, a line each."""
    for message in wanted:
        if message.id and message.id not in catalogue:
            yield f"is not in the catalogue: {message.id!r}"
    for message in catalogue:
        if not message.id:
            continue
        if message.id not in wanted:
            yield f"is in no file of the code any more: {message.id!r}"
        elif message.fuzzy or not all(as_tuple(message.string)):
            yield f"is not translated: {message.id!r}"
        elif wrong := list(with_other_fields(message)):
            yield f"does not show the values of {message.id!r}: {', '.join(wrong)}"


def with_other_fields(message: Message) -> Iterator[str]:
    """The translations that show other values than the message. One number alone may be left out."""
    known = [fields(each) for each in as_tuple(message.id)]
    for said in as_tuple(message.string):
        if fields(said) not in known and fields(said) | {"number"} not in known:
            yield repr(said)


def as_tuple(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def update(path: Path, wanted: Catalog) -> None:
    """Write a catalogue with the messages of the code and the translations that it has."""
    catalogue = read(path) if path.exists() else Catalog(path.stem)
    catalogue.update(wanted, no_fuzzy_matching=True)
    with path.open("wb") as file:
        file.write(HEADER.format(language=path.stem, plurals=catalogue.plural_forms).encode())
        write_po(file, catalogue, width=110, omit_header=True, include_lineno=False, ignore_obsolete=True)
    empty = sum(not all(as_tuple(message.string)) for message in catalogue if message.id)
    print(f"{path.name}: {len(catalogue)} messages, {empty} of them without translation")


def main() -> int:
    wanted, arguments = extracted(), sys.argv[1:]
    known = {path.stem for path in FOLDER.glob("*.po")}
    if arguments != ["--check"]:
        for language in sorted(known | set(arguments)):
            update(FOLDER / f"{language}.po", wanted)
        return 0
    wrong = [
        (name, what) for name in sorted(known) for what in complaints(read(FOLDER / f"{name}.po"), wanted)
    ]
    for name, what in wrong:
        print(f"{name}.po: {what}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
