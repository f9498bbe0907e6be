"""`semsearch copies`: what is there more than once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from semsearch.cli.findings import opened
from semsearch.cli.terminal import AsJson, out, print_json

if TYPE_CHECKING:
    from semsearch.api.copies import ShownGroup
    from semsearch.explore.copies_found import Copies, CopiesView, KeptGroup

_SHOWN = 100
# Groups whose records are read together.
_BATCH = 500
_WHY = {
    "bytes": "equal files",
    "content": "the same content",
    "series": "shots of a series",
    "versions": "versions of a text",
}

EncodedAnew = Annotated[
    bool,
    typer.Option(
        "--encoded-anew",
        help="Print paths of what was encoded anew, too. Such files are not equal: look at each of them.",
    ),
]


def copies(
    alike: Annotated[
        bool, typer.Option("--alike", help="Show what is alike: shots of a series, versions of a text.")
    ] = False,
    paths: Annotated[
        bool,
        typer.Option("--paths", help="Print only the paths of files that are equal to one that stays."),
    ] = False,
    null: Annotated[
        bool, typer.Option("-0", "--null", help="Print paths as --paths does, each ended by a NUL: xargs -0.")
    ] = False,
    encoded_anew: EncodedAnew = False,
    again: Annotated[bool, typer.Option("--again", help="Look for them now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is there more than once: equal files, and pictures and texts that were encoded anew.

    Nothing is deleted. --paths prints files whose bytes are equal to those of a file that stays. Both are
    read once more to be sure. Left out are files in archives, and files that have changed since they were
    ingested.
    """
    from semsearch.api.copies import of_copies
    from semsearch.explore.copies_found import CopiesView

    if alike and (paths or null or encoded_anew):
        raise typer.BadParameter("what is alike is not the same, so no list says what to delete")
    view = opened(CopiesView, again=again)
    found = view.known()
    groups = found.alike if alike else found.same
    if as_json:
        shown = [each for some in _shown(view, groups) for each in some]
        print_json(of_copies(found.made, len(groups), found.freed, shown))
    elif paths or null or encoded_anew:
        _print_paths(view, groups, "\0" if null else "\n", encoded_anew=encoded_anew)
    else:
        _print(view, groups, found, alike=alike)


def _shown(view: CopiesView, groups: Sequence[KeptGroup]) -> Iterator[list[ShownGroup]]:
    for start in range(0, len(groups), _BATCH):
        yield view.shown(groups[start : start + _BATCH])


def _print_paths(view: CopiesView, groups: Sequence[KeptGroup], end: str, *, encoded_anew: bool) -> None:
    """Print the absolute path of every file that can go, byte for byte.

    In each group the first file that is there unchanged stays. What was encoded anew is printed only as long
    as the best one of its group, with which it was compared, stays.
    """
    from semsearch.explore.best import spare_files, unchanged_files

    for some in _shown(view, groups):
        for group in some:
            files = unchanged_files(group.records) if encoded_anew and group.why != "bytes" else []
            is_best = files[:1] == unchanged_files(group.records[:1])
            for path in files[1:] if files and is_best else spare_files(group.records):
                sys.stdout.buffer.write(os.fsencode(f"{path}{end}"))
    sys.stdout.flush()


def _print(view: CopiesView, groups: Sequence[KeptGroup], found: Copies, *, alike: bool) -> None:
    from rich.style import Style

    from semsearch.cli.show_results import place_of
    from semsearch.text import written_size

    if not groups:
        out.print("nothing is alike" if alike else "nothing is there twice", highlight=False)
        return
    for group in view.shown(groups[:_SHOWN]):
        frees = f", {written_size(group.freed)}" if not alike else ""
        out.print(Text(f"{len(group.records)} × {_WHY[group.why]}{frees}", style="bold"))
        for n, record in enumerate(group.records):
            size = group.sizes.get(record.doc)
            line = place_of(record, Style(bold=not n))
            facts = f"{size[0]} × {size[1]}, " if size else ""
            line.append(f"  {facts}{written_size(record.size)}", "dim")
            label = Text("  best  " if not n else "        ", style="green")
            out.print_beside(label, line)
    total = f"{len(groups):,} groups"
    if len(groups) > _SHOWN:
        total += f", of which the first {_SHOWN} are shown; --json has all"
    out.print(total if alike else f"{total}; deleting all but the best frees {written_size(found.freed)}")
