"""The words for a run that goes on."""

import pytest

from semsearch.progress import Phase, RunProgress, left


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (RunProgress(), "Looking for files"),
        (RunProgress(Phase.NAMES, files=1, found=2), "Indexing names: 1 of 2 files"),
        (
            RunProgress(Phase.READ, files=1204, found=20_000, seconds_left=170),
            "Indexing: 1,204 of 20,000 files, about 3 minutes left",
        ),
        (RunProgress(Phase.READ, files=0, found=1), "Indexing: 0 of 1 file"),
        (
            RunProgress(Phase.EMBED, passages=30_000, due=90_000, files=3, found=4, seconds_left=5),
            "Indexing meaning: 30,000 of 90,000 passages and 3 of 4 pictures, less than a minute left",
        ),
        (RunProgress(Phase.CALIBRATE), "Measuring relevance"),
        (RunProgress(Phase.OCR, files=3, found=40), "Reading text in pictures: 3 of 40 files"),
        (RunProgress(Phase.READ, waits_for="Redis is full."), "Indexing waits. Redis is full."),
    ],
)
def test_a_line_says_the_phase_the_amount_and_the_time_left(progress: RunProgress, line: str) -> None:
    assert progress.line == line


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.0, "less than a minute left"),
        (59.9, "less than a minute left"),
        (60.0, "about 1 minute left"),
        (100.0, "about 2 minutes left"),
        (3569.0, "about 59 minutes left"),
        (3570.0, "about 1 hour left"),
        (7 * 3600.0, "about 7 hours left"),
    ],
)
def test_a_time_is_as_exact_as_an_estimate_can_be(seconds: float | None, words: str) -> None:
    assert left(seconds) == words


@pytest.mark.parametrize(
    ("progress", "note"),
    [
        (RunProgress(), ""),
        (RunProgress(Phase.NAMES, files=1, found=2), "The names of 1 of 2 files are indexed so far."),
        (RunProgress(Phase.READ, files=1204, found=20_000), "1,204 of 20,000 files are indexed so far."),
        (RunProgress(Phase.READ, files=2, found=2), ""),
        (
            RunProgress(Phase.EMBED, passages=3, due=9),
            "3 of 9 passages can be found by meaning so far, the others by words and names.",
        ),
        (RunProgress(Phase.CALIBRATE), ""),
        (RunProgress(Phase.OCR, files=3, found=40), "Text in pictures is read in 3 of 40 files so far."),
    ],
)
def test_a_note_says_what_an_answer_may_lack(progress: RunProgress, note: str) -> None:
    assert progress.note == note


def test_rates_are_said_when_there_are_any() -> None:
    assert RunProgress().rates == ""
    assert (
        RunProgress(files_per_second=0.7, passages_per_second=1234.4).rates == "0.7 files/s, 1,234 passages/s"
    )


def test_work_is_measured_in_bytes_or_in_passages_and_files() -> None:
    assert RunProgress(files=1, found=2).done == (1, 2)
    assert RunProgress(files=1, found=2, bytes=30, total_bytes=40).done == (30, 40)
    assert RunProgress(files=1, found=2, bytes=30, total_bytes=40, passages=5, due=6).done == (6, 8)
