"""`semsearch odd`: what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from semsearch.cli.findings import opened
from semsearch.cli.terminal import AsJson, out, print_json

if TYPE_CHECKING:
    from semsearch.api.odd import OddOne

_SHOWN = 50


def odd(
    far: Annotated[
        bool, typer.Option("--far", help="Show what is far from everything, in place of what is misfiled.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Look for it now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what does not fit: documents whose nearest ones lie in another folder, or are far away.

    Each comes with the reason. Nothing is moved.
    """
    from semsearch.api.odd import of_odd
    from semsearch.explore.odd_found import OddView

    view = opened(OddView, again=again)
    found = view.known()
    listed = found.far if far else found.misfiled
    shown = view.shown(listed if as_json else listed[:_SHOWN])
    if as_json:
        print_json(of_odd(found.made, len(listed), shown))
    else:
        _print(shown, len(listed))


def _print(shown: list[OddOne], total: int) -> None:
    from rich.style import Style

    from semsearch.cli.show_results import place_of
    from semsearch.text import printable

    for one in shown:
        out.print_beside(Text(f"{one.score:5.2f}  ", style="green"), place_of(one.record, Style(bold=True)))
        out.print_beside("       ", printable(str(one.reason)))
        if one.near is not None:
            near = Text("near it: ", style="dim").append_text(place_of(one.near, Style(dim=True)))
            out.print_beside("       ", near)
    if not total:
        out.print("everything fits", highlight=False)
    elif total > len(shown):
        out.print(f"{total:,} documents, of which {len(shown)} are shown; --json has all", highlight=False)
