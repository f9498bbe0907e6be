"""Which frames of an animation, or pages of a scan, are looked at beside the first."""

from __future__ import annotations

from collections.abc import Iterator

from PIL.ImageFile import ImageFile

MAX_PAGES = 16
# Pages that are counted at all: each must be visited to find the next.
_MOST_PAGES = 1_000
# Pixels of all the pages together: sixteen of A4 at 600 dpi.
_PAGE_PIXELS = 600_000_000

# In these, all frames before one must be decoded to show it.
_ANIMATED = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
_FURTHEST = 1_000
_FRAME_PIXELS = 90_000_000  # of all of them together, a few seconds at the worst
# What could be a frame of a GIF; there are at most so many. Counting more takes longer than it tells.
_FRAME_START, _MOST_STARTS = b"\0,", 20_000

_SUBFILE_TYPE = 254
_COPY_OR_MASK = 1 | 4


def later_frames(image: ImageFile, data: bytes) -> Iterator[int]:
    """The numbers of further frames that show something else than the first, in their order.

    Of an animation, the one in the middle, or as near to it as can be reached in a few seconds; of a scan,
    up to MAX_PAGES pages spread evenly. `data` is the file that `image` was opened from. Raises as Pillow
    does.
    """
    if image.format == "TIFF":
        yield from _pages(image)
    elif image.format in _ANIMATED:
        count = 2 * _FURTHEST
        if image.format != "GIF" or data.count(_FRAME_START) <= _MOST_STARTS:
            count = getattr(image, "n_frames", 1)
        reachable = _FRAME_PIXELS // (image.width * image.height)
        if middle := min(count // 2, reachable, _FURTHEST):
            yield middle


def _pages(image: ImageFile) -> Iterator[int]:
    pages = {0: image.width * image.height}
    # Asking Pillow for their number takes minutes with 100,000 of them.
    for page in range(1, _MOST_PAGES):
        try:
            image.seek(page)
        except EOFError:
            break
        if not image.tag_v2.get(_SUBFILE_TYPE, 0) & _COPY_OR_MASK:  # type: ignore[attr-defined]
            pages[page] = image.width * image.height
    spread = [list(pages)[n * len(pages) // MAX_PAGES] for n in range(MAX_PAGES)]
    room = _PAGE_PIXELS
    for page in sorted(set(spread)):
        room -= pages[page]
        if page and room >= 0:
            yield page
