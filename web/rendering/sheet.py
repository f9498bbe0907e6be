"""A page of a PDF as it is shown: its picture, with the passage framed and the words of the query marked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from semsearch.language.terms import spans_of
from semsearch.records import Span
from web.rendering.letters import Letters
from web.rendering.pdf_page import Area, Line, PdfPage

# The space between a frame and the text in it, in points.
_MARGIN = 4.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """Page `number`, with areas in points: `frames` around the passage, words in `marks`, the `answer`."""

    number: int
    page: PdfPage
    frames: tuple[Area, ...] = ()
    marks: tuple[Area, ...] = ()
    answer: tuple[Area, ...] = ()


def sheet_of(
    number: int, page: PdfPage, passage: str, answer: str, terms: Collection[str], language: str
) -> Sheet:
    """The sheet of a page. The texts `passage` and `answer` may be "" or stand on another page."""
    text = "\n".join(line.text for line in page.lines)
    starts = [0, *accumulate(len(line.text) + 1 for line in page.lines)]
    letters = Letters(text)

    def areas(span: Span | None) -> Iterator[Area]:
        for line, start in zip(page.lines, starts, strict=False):
            if span is not None and _meet(line, start, span):
                yield line.part((max(span[0] - start, 0), min(span[1] - start, len(line.text))))

    here = letters.find(passage)
    frames = _frames(
        [line for line, start in zip(page.lines, starts, strict=False) if _meet(line, start, here)]
    )
    return Sheet(
        number,
        page,
        tuple(frames),
        tuple(area for span in spans_of(text, terms, language) for area in areas(span)),
        tuple(areas(letters.find(answer, here[0]) if here else None)),
    )


def _meet(line: Line, start: int, span: Span | None) -> bool:
    """Whether a line that begins at `start` has some of the span."""
    return span is not None and span[0] < start + len(line.text) and span[1] > start


def _frames(lines: Sequence[Line]) -> Iterator[Area]:
    """A frame around the lines of each column: a line that is higher than the one before begins another."""
    frame: Area | None = None
    for line in lines:
        if frame is not None and line.area.bottom < frame.bottom and line.area.top < frame.top:
            yield _wider(frame)
            frame = None
        frame = frame.with_(line.area) if frame else line.area
    if frame is not None:
        yield _wider(frame)


def _wider(area: Area) -> Area:
    return Area(area.left - _MARGIN, area.top - _MARGIN, area.right + _MARGIN, area.bottom + _MARGIN)
