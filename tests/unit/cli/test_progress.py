"""A run that goes on, in the terminal."""

import io

from rich.console import Console

from semsearch.cli.show_ingest import Bar
from semsearch.cli.show_results import print_status
from semsearch.progress import Phase, RunProgress
from semsearch.results import Status

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


def test_the_status_has_a_line_for_the_run_only_while_there_is_one() -> None:
    def printed(run: RunProgress | None) -> str:
        written = io.StringIO()
        status = Status("redis", "Valkey", {}, {}, (), (), "words", "colours", (), run=run)
        print_status(Console(file=written, width=120), status)
        return written.getvalue()

    assert f"run        {LINE}. 25 files/s (ada:4711)" in printed(RUN)
    assert "run  " not in printed(None)
