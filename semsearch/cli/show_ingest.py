"""Show a run of ingestion: a progress bar while it works, a summary at the end."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ingest.summary import Summary
from semsearch.text import printable

_REDRAW_SECONDS = 0.1


class Silent(AbstractContextManager["Silent"]):
    """Shows no progress."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def update(self, summary: Summary) -> None:
        pass


class Bar:
    """A progress bar on standard error: files, passages/s, pictures/s, time left."""

    def __init__(self, console: Console) -> None:
        self._started = time.monotonic()
        self._next = 0.0
        self._progress = Progress(
            TextColumn("[bold]ingest"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[what]}"),
            TextColumn("{task.fields[rates]}"),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("ingest", total=None, rates="", what="files")

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def update(self, summary: Summary) -> None:
        now = time.monotonic()
        if now < self._next:  # called for every file; ten updates a second are enough for a person
            return
        self._next = now + _REDRAW_SECONDS
        elapsed = max(now - self._started, 1e-3)
        rates = []
        if summary.passages:
            rates.append(f"{summary.passages / elapsed:,.0f} passages/s")
        if summary.pictures:
            rates.append(f"{summary.pictures / elapsed:,.0f} pictures/s")
        what, total, done = "files", summary.found, summary.done
        if summary.scans:
            what, total, done = "pictures read for text", summary.scans, summary.scanned
        self._progress.update(self._task, total=total, completed=done, rates=" · ".join(rates), what=what)


def print_summary(console: Console, summary: Summary) -> None:
    """Print the counts that are not zero, then every file that failed, with the reason."""
    counts = [
        (summary.indexed, "indexed"),
        (summary.reused, "moved or copied"),
        (summary.unchanged, "unchanged"),
        (summary.waiting, "waiting"),
        (summary.skipped, "of formats that are not read"),
        (summary.failed, "failed"),
        (summary.removed, "removed"),
    ]
    parts = ", ".join(f"{number:,} {what}" for number, what in counts if number) or "nothing to do"
    made = f" ({summary.passages:,} passages, {summary.pictures:,} pictures)" if summary.indexed else ""
    made += f"; text found in {summary.read:,} of {summary.scanned:,} pictures" if summary.scanned else ""
    console.print(f"{summary.found:,} files in {summary.seconds:.1f} s: {parts}{made}", highlight=False)
    for title, lines in (("failed", summary.failures), ("trouble", summary.problems)):
        for path, reason in lines:
            console.print(
                f"  [red]{title}[/] {escape(printable(path))}: {escape(reason)}",
                highlight=False,
                soft_wrap=True,
            )
    for reason, number in summary.waits.items():
        console.print(f"  {number:,} waiting: {escape(reason)}", highlight=False, soft_wrap=True)
