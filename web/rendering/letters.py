"""Where a text stands in another form of it, by letters and digits alone.

A passage was made by a reader, which joins lines and divided words and drops marks. So spaces and signs
differ between a passage and what is shown of its file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from semsearch.records import Span

_RUN = re.compile(r"[^\W_]+")
# The signs with which a sentence ends belong to it.
_SIGNS = ".,;:!?…。！？\"'”’»)]"
# A shorter line may stand anywhere.
_LEAST = 12
# Lines that are found further apart than this many times the length of the text are not one place.
_SPREAD = 3


class Letters:
    """The letters and digits of a text, joined, with their places."""

    def __init__(self, text: str) -> None:
        self._text = text
        runs = list(_RUN.finditer(text))
        self._joined = "".join(run[0] for run in runs)
        self._places = [run.start() for run in runs]
        self._starts = [0, *accumulate(len(run[0]) for run in runs)][: len(runs)]

    def find(self, part: str, start: int = 0) -> Span | None:
        """The first span with the letters of `part`, from character `start` of the text on; None without one.

        Where a part of the letters is missing, the span goes from the first to the last line that is found.
        """
        whole = self._find(part, start)
        if whole is not None:
            return whole
        found = [span for line in part.splitlines() if (span := self._line(line, start)) is not None]
        if not found:
            return None
        first, last = min(span[0] for span in found), max(span[1] for span in found)
        return (first, last) if last - first <= _SPREAD * len(part) else found[0]

    def _line(self, line: str, start: int) -> Span | None:
        return self._find(line, start) if len("".join(_RUN.findall(line))) >= _LEAST else None

    def _find(self, part: str, start: int) -> Span | None:
        wanted = "".join(_RUN.findall(part))
        at = self._joined.find(wanted, self._letter(start)) if wanted else -1
        if at < 0:
            return None
        end = self._place(at + len(wanted) - 1) + 1
        signs = len(part.rstrip()) - len(part.rstrip().rstrip(_SIGNS))
        return self._place(at), end + signs if self._text[end : end + signs].strip(_SIGNS) == "" else end

    def _letter(self, place: int) -> int:
        """The number of the first letter at a place of the text or after it."""
        run = bisect_right(self._places, place) - 1
        if run < 0:
            return 0
        end = self._starts[run + 1] if run + 1 < len(self._starts) else len(self._joined)
        return min(self._starts[run] + place - self._places[run], end)

    def _place(self, letter: int) -> int:
        run = bisect_right(self._starts, letter) - 1
        return self._places[run] + letter - self._starts[run]
