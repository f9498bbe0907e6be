"""Choose which frames of an animation, or pages of a scan, are decoded beside the first."""

from __future__ import annotations

from collections.abc import Iterator

from PIL.ImageFile import ImageFile

MAX_PAGES = 16
# The most pages that are counted: each must be visited to find the next.
_MOST_PAGES = 1_000
# The most pixels of all chosen pages together: sixteen of A4 at 600 dpi.
_PAGE_PIXELS = 600_000_000

# In these formats a frame can be decoded only after all frames before it.
_ANIMATED = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
_LAST_FRAME = 1_000
_FRAME_PIXELS = 90_000_000  # of all frames up to the one shown: a few seconds at the worst
# Each frame of a GIF follows these bytes, which may occur elsewhere too. If they occur more often than
# _MOST_STARTS, the frames are not counted: it would take too long.
_FRAME_START, _MOST_STARTS = b"\0,", 20_000

_SUBFILE_TYPE = 254
_COPY_OR_MASK = 1 | 4


def later_frames(image: ImageFile, data: bytes) -> Iterator[int]:
    """The numbers of the frames to decode beside the first, in order.

    For an animation: the middle frame, or the nearest to it that can be reached in a few seconds. For a
    scan: pages spread evenly, MAX_PAGES at most with the first. `data` is the file that `image` was opened
    from. Raises what Pillow raises.
    """
    if image.format == "TIFF":
        yield from _pages(image)
    elif image.format in _ANIMATED:
        count = 2 * _LAST_FRAME
        if image.format != "GIF" or data.count(_FRAME_START) <= _MOST_STARTS:
            count = getattr(image, "n_frames", 1)
        reachable = _FRAME_PIXELS // (image.width * image.height)
        if middle := min(count // 2, reachable, _LAST_FRAME):
            yield middle


def _pages(image: ImageFile) -> Iterator[int]:
    pages = {0: image.width * image.height}
    # Pillow's own count of the pages takes minutes if there are 100,000.
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
