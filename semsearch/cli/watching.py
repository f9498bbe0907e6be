"""Watch folders after a run of ingestion, and print what each further run did."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from semsearch.cli.show_ingest import Silent
from semsearch.cli.terminal import err, out
from semsearch.errors import ModelError
from semsearch.text import printable

if TYPE_CHECKING:
    from ingest.summary import Summary
    from semsearch.models.loaded import Models
    from semsearch.settings import Settings
    from semsearch.store.store import Store
    from semsearch.tasks import Tasks


def watch(
    folders: Sequence[Path],
    settings: Settings,
    store: Store,
    models: Models,
    wait: Callable[[float], bool],
    tasks: Tasks,
    *,
    as_json: bool = False,
) -> None:
    """Watch the folders, or all known ones when none is named, until `wait` returns True.

    A paused folder that is named is resumed. Carries out the `tasks` that the page leaves, and also watches
    the folders that it adds.
    """
    from ingest.watching.runs import IndexRuns, resume, watched_folders
    from ingest.watching.tasks import TaskRuns
    from ingest.watching.watch import Watch

    named = [folder.expanduser().resolve() for folder in folders]
    resume(settings.home, named)
    report = Report(as_json=as_json)
    runs = IndexRuns(settings, store, models, Silent(), report)

    def chosen() -> list[str]:
        return watched_folders(settings.home, named)

    def added(folder: Path) -> None:
        if named:  # else all known folders are watched
            named.append(folder)

    orders = TaskRuns(tasks, runs, report.tell, added)
    watching = Watch(chosen, runs, orders, report.tell, left_out=str(settings.home.resolve()))
    watching.look()
    with suppress(ModelError):  # pictures can be ingested without it
        models.text()  # so that the first change is found as soon as later ones
    number = len(chosen())
    report.tell(f"watching {number:,} {'folder' if number == 1 else 'folders'}")
    watching.run(wait)


class Report:
    """Prints one line for a run that changed something, and each failure and problem once."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._told: set[tuple[str, str]] = set()

    def tell(self, sentence: str) -> None:
        """Print a sentence for people."""
        (err if self._as_json else out).print(sentence, highlight=False, markup=False)

    def __call__(self, summary: Summary) -> None:
        """Print what a run did, unless it changed nothing and has nothing new to say."""
        failures = [each for each in summary.failures if each not in self._told]
        problems = [each for each in summary.problems if each not in self._told]
        self._told |= {*failures, *problems}
        counts = (
            ("indexed", summary.indexed),
            ("moved or copied", summary.reused),
            ("text read in", summary.read),
            ("removed", summary.removed),
            ("failed", len(failures)),
        )
        now = datetime.now().astimezone()
        done = ", ".join(f"{what} {number:,}" for what, number in counts if number)
        if self._as_json and (done or problems):
            line = {"at": now.isoformat(timespec="seconds")} | summary.as_json()
            print(json.dumps(line), flush=True)  # noqa: T201 (rich would wrap it)
            return
        if done:
            self.tell(f"{done} at {now:%H:%M:%S}")
        for sentence in summary.said:
            if ("", sentence) not in self._told:
                self._told.add(("", sentence))
                self.tell(f"  {sentence}")
        for title, lines in (("failed", failures), ("trouble", problems)):
            for path, reason in lines:
                self.tell(f"  {title} {printable(path)}: {reason}")
