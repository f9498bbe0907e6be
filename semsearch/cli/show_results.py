"""Print results and status: in colours on a terminal, as plain text in a pipe."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console
from rich.text import Text

from semsearch.formats.table import name_of
from semsearch.language.names import name_of_language
from semsearch.members import plain_address
from semsearch.records import State
from semsearch.results import NOTHING_CLEAR, Facets, Hit, PassageHit, Results, Status
from semsearch.text import join_headings, printable

# The most values of a facet that are printed.
_SHOWN = 8
_TROUBLED = (State.FAILED, State.WAITING)


def print_results(console: Console, results: Results, offset: int = 0) -> None:
    """Print the hits with their best passages, the clear matches first, then the facets and the notes.

    `offset` hits stand on the pages before.
    """
    weaker = False
    for rank, hit in enumerate(results.hits, start=offset + 1):
        if not (hit.is_clear or weaker):
            weaker = True
            console.print(
                Text(NOTHING_CLEAR if NOTHING_CLEAR in results.notes else "weaker results:", style="yellow")
            )
        console.print(_headline(rank, hit), soft_wrap=True)
        for passage in hit.passages[:1]:
            console.print(_passage(passage), soft_wrap=True)
        if hit.reason:
            only = f"          only its name is searched: {printable(hit.reason)}"
            console.print(Text(only, style="dim"), soft_wrap=True)
    if not results.hits:
        console.print("Nothing found.")
    if results.facets:
        _print_facets(console, results.facets)
    for note in results.notes:
        if note == NOTHING_CLEAR:
            continue  # it is printed above the hits
        console.print(Text(note, style="yellow"), soft_wrap=True)


def _print_facets(console: Console, facets: Facets) -> None:
    types = tuple(replace(each, value=name_of(each.value)) for each in facets.type)
    languages = tuple(replace(each, value=name_of_language(each.value)) for each in facets.language)
    named = {"kind": facets.kind, "folder": facets.folder, "type": types, "year": facets.year}
    for name, counted in {**named, "language": languages}.items():
        shown = ", ".join(f"{printable(each.value)} {each.count:,}" for each in counted[:_SHOWN])
        more = f", and {len(counted) - _SHOWN:,} more" if len(counted) > _SHOWN else ""
        if shown:
            console.print(Text(f"{name:10}{shown}{more}", style="dim"), soft_wrap=True)


def _headline(rank: int, hit: Hit) -> Text:
    score = hit.similarity if hit.relevance is None else hit.relevance
    line = Text(f"{rank:2}  ", style="" if hit.is_clear else "dim")
    line.append("name" if score is None else f"{score:.2f}", style="green" if hit.is_clear else "dim")
    line.append(f"  {printable(plain_address(hit.path))}", style="bold" if hit.is_clear else "dim")
    if hit.title and hit.title not in hit.path:
        line.append(f"  {printable(hit.title)}", style="dim")
    if hit.copies:
        line.append(f"  +{len(hit.copies)} {'copy' if len(hit.copies) == 1 else 'copies'}", style="dim")
    return line


def _passage(passage: PassageHit) -> Text:
    text = Text(passage.snippet)
    for start, end in passage.highlights:
        text.stylize("bold yellow", start, end)
    where = " · ".join(
        part
        for part in (f"page {passage.page}" if passage.page else "", join_headings(passage.headings))
        if part
    )
    indented = Text("          ")
    if where:
        indented.append(f"[{printable(where)}] ", style="dim")
    indented.append_text(text)
    return indented


def print_status(console: Console, status: Status) -> None:
    """Print what is missing, counts, models, indexes, and the files that failed or wait."""
    counts = ", ".join(f"{count:,} {state}" for state, count in status.documents.items() if count)
    for loss in status.missing:
        console.print(Text(f"missing    {printable(loss)}", style="red"), soft_wrap=True)
    for away in status.away:
        console.print(Text(f"missing    {printable(away.sentence)}", style="yellow"), soft_wrap=True)
    for hint in status.hints:
        console.print(Text(f"hint       {printable(hint)}", style="yellow"), soft_wrap=True)
    none = "none" if status.missing else "none yet: run `semsearch ingest FOLDER`"
    console.print(f"documents  {counts or none}", highlight=False)
    if status.run:
        said = ". ".join(filter(None, (status.run.line, status.run.rates)))
        console.print(Text(f"run        {printable(said)} ({printable(status.run.worker)})"), soft_wrap=True)
    for worker in status.workers:
        console.print(f"worker     {printable(worker)}", highlight=False, markup=False, soft_wrap=True)
    for root in status.roots:
        console.print(f"folder     {printable(root)}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"redis      {status.redis} ({status.engine})", highlight=False)
    console.print(f"models     texts: {status.text_model}", highlight=False)
    pictures = status.image_model or "none (SEMSEARCH_IMAGE_MODEL is empty): they wait"
    console.print(f"           pictures: {pictures}", highlight=False)
    for index in status.indexes:
        state = f"{index.records:,} records, {index.memory_mb:.1f} MB, {index.percent_indexed:.0f} % indexed"
        failures = f", {index.failures:,} refused" if index.failures else ""
        console.print(f"index      {index.name}: {state}{failures}", highlight=False)
    shown = [record for record in status.problems if record.state in _TROUBLED]
    more = sum(status.documents.get(state, 0) for state in _TROUBLED) - len(shown)
    for record in shown:
        line = Text(f"{record.state:10} ", style="red" if record.state is State.FAILED else "yellow")
        line.append(f"{printable(plain_address(record.path))}: {printable(record.reason)}", style="default")
        console.print(line, soft_wrap=True)
    if more > 0:
        console.print(f'and {more:,} more: FT.SEARCH semsearch:doc "@state:{{failed|waiting}}"', markup=False)
