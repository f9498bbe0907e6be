"""Show the status of the library: what is missing, counts, models, indexes, and files in trouble."""

from __future__ import annotations

from rich.text import Text

from semsearch.cli.terminal import Terminal
from semsearch.members import plain_address
from semsearch.overview import Status
from semsearch.records import State
from semsearch.text import printable

_TROUBLED = (State.FAILED, State.WAITING)


def print_status(terminal: Terminal, status: Status) -> None:
    """Print what is missing, counts, models, indexes, and the files that failed or wait."""

    def line(name: str, said: str, style: str = "") -> None:
        terminal.print_beside(Text(f"{name:11}", style=style), Text(printable(said), style=style))

    for loss in status.missing:
        line("missing", loss, "red")
    for away in status.away:
        line("missing", away.sentence, "yellow")
    for hint in status.hints:
        line("hint", hint, "yellow")
    counts = ", ".join(f"{count:,} {state}" for state, count in status.documents.items() if count)
    line("documents", counts or ("none" if status.missing else "none yet: run `semsearch ingest FOLDER`"))
    if status.run:
        said = ". ".join(filter(None, (status.run.line, status.run.rates)))
        line("run", f"{said} ({status.run.worker})")
    for worker in status.workers:
        line("worker", worker)
    for root in status.roots:
        line("folder", root)
    line("redis", f"{status.redis} ({status.engine})")
    line("models", f"texts: {status.text_model}")
    line("", f"pictures: {status.image_model or 'none (SEMSEARCH_IMAGE_MODEL is empty): they wait'}")
    for index in status.indexes:
        state = f"{index.records:,} records, {index.memory_mb:.1f} MB, {index.percent_indexed:.0f} % indexed"
        failures = f", {index.failures:,} refused" if index.failures else ""
        line("index", f"{index.name}: {state}{failures}")
    _print_troubled(terminal, status)


def _print_troubled(terminal: Terminal, status: Status) -> None:
    shown = [record for record in status.problems if record.state in _TROUBLED]
    more = sum(status.documents.get(state, 0) for state in _TROUBLED) - len(shown)
    for record in shown:
        state = Text(f"{record.state:11}", style="red" if record.state is State.FAILED else "yellow")
        said = f"{printable(plain_address(record.path))}: {printable(record.reason)}"
        terminal.print_beside(state, said)
    if more > 0:
        terminal.print(
            f'and {more:,} more: FT.SEARCH semsearch:doc "@state:{{failed|waiting}}"', markup=False
        )
