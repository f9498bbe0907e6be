"""Show a run of ingestion: a progress bar while it works, a summary at the end."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from ingest.summary import Summary
from semsearch.progress import RunProgress
from semsearch.text import printable

_log = logging.getLogger(__name__)


class Silent(AbstractContextManager["Silent"]):
    """Shows no progress. The log says once that the run waits for another one."""

    _waits = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def update(self, progress: RunProgress) -> None:
        pass

    def wait(self, other: RunProgress | None) -> None:
        if not self._waits:
            _log.warning("%s", _waits_for(other))
        self._waits = True


class Bar:
    """A progress bar on standard error, with the words that the page shows, too."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[rates]}", markup=False),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task(RunProgress().line, total=None, rates="")

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def update(self, progress: RunProgress) -> None:
        done, total = progress.done
        self._bar.update(
            self._task,
            description=printable(progress.line),
            completed=done,
            total=total or None,
            rates=progress.rates,
        )

    def wait(self, other: RunProgress | None) -> None:
        done, total = (0, 0) if other is None else other.done
        self._bar.update(self._task, description=_waits_for(other), completed=done, total=total or None)


def _waits_for(other: RunProgress | None) -> str:
    """For which other run this one waits, and how far that is."""
    if other is None:
        return "Waits until another command has changed or copied the library"
    return f"Waits for the run of {printable(other.worker)}. {printable(other.line)}"


def print_summary(console: Console, summary: Summary) -> None:
    """Print the counts that are not zero, then every file that failed or was cut, with the reason."""
    counts = [
        (summary.indexed, "indexed"),
        (summary.reused, "moved or copied"),
        (summary.unchanged, "unchanged"),
        (summary.waiting, "waiting"),
        (summary.skipped, "skipped"),
        (summary.failed, "failed"),
        (summary.missing, "missing"),
        (summary.removed, "removed"),
        (summary.ignored, "files left out"),
        (summary.ignored_folders, "folders left out"),
    ]
    parts = ", ".join(f"{number:,} {what}" for number, what in counts if number) or "nothing to do"
    made = f" ({summary.passages:,} passages, {summary.pictures:,} pictures)" if summary.indexed else ""
    made += f"; text found in {summary.read:,} of {summary.scanned:,} pictures" if summary.scanned else ""
    console.print(f"{summary.found:,} files in {summary.seconds:.1f} s: {parts}{made}", highlight=False)
    for sentence in summary.said:
        console.print(f"  {escape(sentence)}", highlight=False)
    lines_of = {
        "[red]failed[/]": summary.failures,
        "[red]trouble[/]": summary.problems,
        "[yellow]cut[/]": summary.notes,
    }
    for title, lines in lines_of.items():
        for path, reason in lines:
            console.print(
                f"  {title} {escape(printable(path))}: {escape(reason)}",
                highlight=False,
            )
    for each in summary.away:
        console.print(f"  [yellow]missing[/] {escape(each.sentence)}", highlight=False)
    for reason, number in summary.waits.items():
        console.print(f"  {number:,} waiting: {escape(reason)}", highlight=False)
