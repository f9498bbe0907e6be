"""The two lines of a passage that a list of hits shows: cut so that they begin near what answers."""

from __future__ import annotations

from semsearch.records import Span
from semsearch.results import Excerpt, PassageHit

# In characters. Two lines have some 70 to 190, by the width of the list.
_SHORT = 60  # what begins this early is in sight
_LONG = 150  # a longer sentence is not in sight as a whole: its first marked word is looked for
_BEFORE = 40  # the words before a marked word
_LEAST, _MOST = 180, 260


def teaser(found: PassageHit | Excerpt) -> Excerpt:
    """The snippet without the words before its answer or its first marked word.

    The style sheet hides what does not fit into two lines.
    """
    start = _start(found)
    end = _end(found.snippet, start)
    before, after = "… " if start else "", " …" if end < len(found.snippet) else ""
    kept = found.snippet[start:end].rstrip()
    shift, first, last = len(before) - start, len(before), len(before) + len(kept)

    def moved(span: Span) -> Span:
        return min(max(span[0] + shift, first), last), min(max(span[1] + shift, first), last)

    highlights = [moved(span) for span in found.highlights]
    return Excerpt(
        f"{before}{kept}{after}",
        tuple(span for span in highlights if span[0] < span[1]),
        moved(found.sentence) if found.sentence else None,
    )


def _start(found: PassageHit | Excerpt) -> int:
    """Where the teaser begins: late enough to show what answers, with at least `_LEAST` to follow."""
    latest = len(found.snippet) - _LEAST
    sentence = found.sentence
    if sentence and sentence[1] - sentence[0] <= _LONG:
        wanted = start = sentence[0]
    else:
        marked = [a for a, _ in sorted(found.highlights) if not sentence or sentence[0] <= a < sentence[1]]
        wanted = next(iter(marked), sentence[0] if sentence else 0)
        start = found.snippet.rfind(" ", 0, max(0, wanted - _BEFORE)) + 1
    if wanted <= _SHORT or latest <= 0:
        return 0
    return start if start <= latest else found.snippet.rfind(" ", 0, latest) + 1


def _end(snippet: str, start: int) -> int:
    if len(snippet) - start <= _MOST:
        return len(snippet)
    return max(snippet.rfind(" ", start, start + _MOST), start + _LEAST)
