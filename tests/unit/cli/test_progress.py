"""A run that goes on, in the terminal."""

import io

import pytest
from rich.console import Console

from semsearch.cli.show_ingest import Bar, Silent
from semsearch.cli.show_status import print_status
from semsearch.cli.terminal import Terminal
from semsearch.overview import Status
from semsearch.progress import Phase, RunProgress

RUN = RunProgress(
    Phase.READ, files=1204, found=20_000, files_per_second=25.0, seconds_left=170, worker="ada:4711"
)
LINE = "Indexing: 1,204 of 20,000 files, about 3 minutes left"


def test_the_bar_has_the_words_of_the_page_and_the_rates() -> None:
    written = io.StringIO()
    with Bar(Console(file=written, force_terminal=True, width=120, color_system=None)) as bar:
        bar.update(RUN)
    assert LINE in written.getvalue()
    assert "25 files/s" in written.getvalue()


def test_the_bar_says_for_which_other_run_it_waits_and_how_far_that_is() -> None:
    written = io.StringIO()
    with Bar(Console(file=written, force_terminal=True, width=140, color_system=None)) as bar:
        bar.wait(RUN)
    assert f"Waits for the run of ada:4711. {LINE}" in written.getvalue()


def test_without_a_bar_the_log_says_once_that_the_run_waits(caplog: pytest.LogCaptureFixture) -> None:
    silent = Silent()
    silent.wait(RUN)
    silent.wait(None)
    assert [record.message for record in caplog.records] == [f"Waits for the run of ada:4711. {LINE}"]


def test_the_status_has_a_line_for_the_run_only_while_there_is_one() -> None:
    def printed(run: RunProgress | None) -> str:
        written = io.StringIO()
        status = Status("redis", "Valkey", {}, {}, (), (), "words", "colours", (), run=run)
        print_status(Terminal(file=written, width=120), status)
        return written.getvalue()

    assert f"run        {LINE}. 25 files/s (ada:4711)" in printed(RUN)
    assert "run  " not in printed(None)
