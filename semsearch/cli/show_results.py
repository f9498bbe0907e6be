"""Print the results of a search: in colours on a terminal, as plain text in a pipe."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rich.style import Style
from rich.text import Text

from semsearch.cli.terminal import Terminal
from semsearch.formats.table import name_of
from semsearch.language.names import name_of_language
from semsearch.members import plain_address, split_address
from semsearch.records import DocumentRecord
from semsearch.results import NOTHING_CLEAR, Facets, Hit, PassageHit, Results
from semsearch.text import join_headings, printable

# The most values of a facet that are printed.
_SHOWN = 8
# What stands before the path of a hit is this wide, and what belongs to the hit begins there too.
_INDENT = " " * 10


def print_results(terminal: Terminal, results: Results, offset: int = 0) -> None:
    """Print the hits with their best passages, the clear matches first, then the facets and the notes.

    `offset` hits stand on the pages before.
    """
    weaker = False
    for rank, hit in enumerate(results.hits, start=offset + 1):
        if not (hit.is_clear or weaker):
            weaker = True
            heading = NOTHING_CLEAR if NOTHING_CLEAR in results.notes else "weaker results:"
            terminal.print(Text(heading, style="yellow"))
        _print_hit(terminal, rank, hit)
    if not results.hits:
        terminal.print("Nothing found.")
    if results.facets:
        _print_facets(terminal, results.facets)
    for note in results.notes:
        if note != NOTHING_CLEAR:  # it is printed above the hits
            terminal.print(Text(note, style="yellow"))


def file_of(hit: Hit | DocumentRecord) -> Path:
    """The absolute path of the file of a hit; of a file in an archive, that of the archive."""
    return Path(hit.root, split_address(hit.path)[0])


def _print_hit(terminal: Terminal, rank: int, hit: Hit) -> None:
    score = hit.similarity if hit.relevance is None else hit.relevance
    label = Text(f"{rank:2}  ", style="" if hit.is_clear else "dim")
    label.append("name" if score is None else f"{score:.2f}", style="green" if hit.is_clear else "dim")
    terminal.print_beside(label.append("  "), _headline(hit))
    for passage in hit.passages[:1]:
        terminal.print_beside(_INDENT, _passage(passage))
    if hit.reason:
        only = f"only its name is searched: {printable(hit.reason)}"
        terminal.print_beside(_INDENT, Text(only, style="dim"))


def _headline(hit: Hit) -> Text:
    line = path_of(hit)
    if hit.title and hit.title not in hit.path:
        line.append(f"  {printable(hit.title)}", style="dim")
    if hit.copies:
        line.append(f"  +{len(hit.copies)} {'copy' if len(hit.copies) == 1 else 'copies'}", style="dim")
    return line


def path_of(hit: Hit) -> Text:
    """A path that can be opened from the current folder, with a link for terminals that know links."""
    return place_of(hit, Style(bold=hit.is_clear, dim=not hit.is_clear))


def place_of(document: Hit | DocumentRecord, style: Style) -> Text:
    """The same for any document, in a style."""
    path = Path(document.root, plain_address(document.path))
    with suppress(OSError):  # the current folder is gone
        here = Path.cwd()
        path = path.relative_to(here) if path.is_relative_to(here) else path
    return Text.assemble((printable(str(path)), style + Style(link=file_of(document).as_uri())))


def _passage(passage: PassageHit) -> Text:
    text = Text(passage.snippet)
    for start, end in passage.highlights:
        text.stylize("bold red", start, end)
    page = f"page {passage.page}" if passage.page else ""
    where = " · ".join(filter(None, (page, join_headings(passage.headings))))
    return Text.assemble((f"[{printable(where)}] ", "dim"), text) if where else text


def _print_facets(terminal: Terminal, facets: Facets) -> None:
    types = tuple(replace(each, value=name_of(each.value)) for each in facets.type)
    languages = tuple(replace(each, value=name_of_language(each.value)) for each in facets.language)
    named = {"kind": facets.kind, "folder": facets.folder, "type": types, "year": facets.year}
    rest = {"language": languages, "camera": facets.camera, "place": facets.location}
    rest |= {"topic": facets.topic, "label": facets.label}
    for name, counted in {**named, **rest}.items():
        shown = ", ".join(f"{printable(each.value)} {each.count:,}" for each in counted[:_SHOWN])
        more = f", and {len(counted) - _SHOWN:,} more" if len(counted) > _SHOWN else ""
        if shown:
            terminal.print_beside(Text(f"{name:10}", style="dim"), Text(f"{shown}{more}", style="dim"))
