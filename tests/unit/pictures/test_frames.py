"""Animations and scans of several pages: which frames are decoded. A bad frame does not affect the others."""

import struct
import time
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from semsearch.pictures import frames
from semsearch.pictures.decode import decode, decode_whole
from tests.unit.pictures.test_decode import encode, gradient

# The brightness of a frame encodes its number, with a tolerance for compression.
_STEP = 10


def film(format: str, count: int, size: tuple[int, int] = (20, 20), **options: object) -> bytes:
    first, *others = [Image.new("RGB", size, (n * _STEP,) * 3) for n in range(count)]
    return encode(first, format, save_all=True, append_images=others, **options)


def numbers(data: bytes, **options: bool) -> list[int]:
    views = decode(data, 20, **{"all_views": True, **options}).views
    return [round(float(np.asarray(view).mean()) / _STEP) for view in views]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_and_the_middle_one_are_looked_at(format: str) -> None:
    assert numbers(film(format, 9, duration=100)) == [0, 4]
    assert numbers(film(format, 2, duration=100)) == [0, 1]
    assert numbers(film(format, 1)) == [0]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_only_the_first_frame_is_decoded_where_one_is_enough(format: str) -> None:
    assert numbers(film(format, 9), all_views=False) == [0]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "BMP", "WEBP", "GIF", "TIFF", "AVIF"])
def test_an_ordinary_picture_has_one_view(format: str) -> None:
    assert len(decode(encode(gradient(), format), 32, all_views=True).views) == 1


def test_every_page_of_a_short_scan_is_a_view() -> None:
    assert numbers(film("TIFF", 5)) == [0, 1, 2, 3, 4]
    assert numbers(film("TIFF", 16)) == list(range(16))


def test_the_pages_of_a_long_scan_are_spread_evenly() -> None:
    picked = numbers(film("TIFF", 25))
    assert len(picked) == frames.MAX_PAGES
    assert picked[0] == 0
    assert picked[-1] >= 23
    assert {later - earlier for earlier, later in pairwise(picked)} == {1, 2}


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg", "tiff_adobe_deflate"])
def test_pages_may_differ_in_size_and_be_packed_as_faxes_are(compression: str) -> None:
    mode = "1" if compression == "group4" else "RGB"
    pages = [Image.new(mode, size, "white") for size in ((40, 60), (60, 40), (80, 80))]
    data = encode(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression=compression)
    picture = decode(data, 20, all_views=True)
    assert (picture.width, picture.height) == (40, 60)
    assert [view.size for view in picture.views] == [(20, 30), (30, 20), (20, 20)]
    assert [view.size for view in decode_whole(data).views] == [(40, 60), (60, 40), (80, 80)]


@pytest.mark.parametrize(("subfile_type", "views"), [(0, 2), (2, 2), (1, 1), (4, 1)])
def test_small_copies_and_masks_of_a_page_are_no_views(subfile_type: int, views: int) -> None:
    page, copy = gradient(400, 300), gradient(40, 30)
    data = encode(page, "TIFF", save_all=True, append_images=[copy], tiffinfo={254: subfile_type})
    assert len(decode(data, 32, all_views=True).views) == views


@pytest.mark.parametrize("format", ["GIF", "PNG", "TIFF"])
def test_frames_that_are_cut_off_leave_those_before_them(format: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (9, 60, 60, 3), dtype=np.uint8)
    first, *others = [Image.fromarray(each) for each in noise]
    data = encode(first, format, save_all=True, append_images=others)
    assert 1 <= len(decode(data[: len(data) // 3], 20, all_views=True).views) <= 3


def gif(count: int) -> bytes:
    """An animation with a number of frames of one pixel."""
    whole = encode(Image.new("P", (1, 1)), "GIF")
    start = whole.index(b",\0\0\0\0")
    return whole[:start] + (b"\x21\xf9\4\0\1\0\0\0" + whole[start:-1]) * count + b";"


def tiff(count: int) -> bytes:
    """A scan with a number of equal pages of one pixel."""
    tags = {256: 1, 257: 1, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 1, 279: 1}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    length = 2 + len(entries) + 4
    file = b"II*\0" + struct.pack("<I", 8)
    for n in range(count):
        link = 8 + (n + 1) * length if n < count - 1 else 0
        file += struct.pack("<H", len(tags)) + entries + struct.pack("<I", link)
    return file


@pytest.mark.parametrize(("data", "views"), [(gif(100_000), 2), (tiff(20_000), 16)], ids=["gif", "tiff"])
def test_a_hundred_thousand_frames_take_no_minutes(data: bytes, views: int) -> None:
    before = time.process_time()
    assert len(decode(data, 20, all_views=True).views) == views
    assert time.process_time() - before < 5


def test_a_large_animation_is_followed_only_as_far_as_time_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    data = film("GIF", 21, (100, 100))
    assert numbers(data) == [0, 10]
    monkeypatch.setattr(frames, "_FRAME_PIXELS", 30_000)
    assert numbers(data) == [0, 3]
    monkeypatch.setattr(frames, "_FRAME_PIXELS", 9_999)
    assert numbers(data) == [0]


def test_pages_that_are_too_large_together_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_PAGE_PIXELS", 3 * 20 * 20)
    assert numbers(film("TIFF", 8)) == [0, 1, 2]
