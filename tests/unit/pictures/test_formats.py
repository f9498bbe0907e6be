"""Formats beside the common ones: which are read, told by what is in the file, and damaged ones named."""

import os
import struct
import subprocess
import sys
from datetime import datetime

import numpy as np
import pytest
from PIL import ExifTags, Image

from ingest.readers.picture.picture import read_picture
from semsearch.errors import FileError
from semsearch.pictures.decode import decode, decode_whole
from semsearch.sandbox import Limits, Sandbox
from tests.heic import heic
from tests.unit.pictures.test_decode import encode, gradient


def brightest(picture: Image.Image, point: tuple[int, int]) -> str:
    """Which of a colour's parts is bright at a point: "red", "green", "blue" or none."""
    values = dict(zip(("red", "green", "blue"), picture.getpixel(point), strict=True))  # type: ignore[arg-type]
    return " ".join(name for name, value in values.items() if value > 128)


@pytest.mark.parametrize(
    ("turns", "size", "corners"),
    [
        (3, (64, 32), {(8, 6): "red", (56, 6): "green", (8, 26): ""}),
        (0, (32, 64), {(6, 56): "red", (6, 8): "green", (26, 56): ""}),
        (1, (64, 32), {(56, 26): "red", (8, 26): "green", (56, 6): ""}),
    ],
)
def test_a_heic_is_turned_once_whatever_its_exif_repeats(
    turns: int, size: tuple[int, int], corners: dict[tuple[int, int], str]
) -> None:
    picture = decode(heic(turns), 32)
    assert picture.media_type == "image/heic"
    assert (picture.width, picture.height) == picture.image.size == size
    assert {point: brightest(picture.image, point) for point in corners} == corners
    assert decode_whole(heic(turns)).image.size == size


def test_a_heic_tells_its_caption_and_when_it_was_taken() -> None:
    document = read_picture(heic(), "IMG_0001.HEIC", 32, {})
    assert [caption.text for caption in document.captions] == ["The harbour at dusk"]
    assert datetime.fromtimestamp(document.dated) == datetime(2019, 7, 14, 20, 15, 30)


@pytest.mark.parametrize("cut", [20, 100, 500, 560])
def test_a_heic_that_was_cut_off_is_damaged(cut: int) -> None:
    with pytest.raises(FileError, match=r"^(unreadable|truncated) HEIF"):
        decode(heic()[:cut], 32)


def test_damage_anywhere_in_a_heic_costs_that_file_alone() -> None:
    """Whatever is wrong, a reason or a picture comes back, and the process that reads it lives on."""
    whole = heic()
    rng = np.random.default_rng(0)
    sandbox = Sandbox(Limits(seconds=20.0))
    outcomes = []
    try:
        child = sandbox.call(os.getpid)
        for _ in range(60):
            broken = bytearray(whole)
            for place in rng.integers(12, len(whole), 3):
                broken[place] = rng.integers(256)
            try:
                outcomes.append(str(min(sandbox.call(decode, bytes(broken), 32).image.size)))
            except FileError as error:
                outcomes.append(str(error))
        assert child == sandbox.call(os.getpid)
    finally:
        sandbox.close()
    assert all(outcome.startswith(("32", "unreadable HEIF", "too large")) for outcome in outcomes)
    assert {"32"} < set(outcomes)


@pytest.mark.parametrize(
    ("format", "media_type"),
    [("AVIF", "image/avif"), ("JPEG2000", "image/jp2")],
)
def test_other_formats_are_decoded_and_scaled_by_their_shorter_side(format: str, media_type: str) -> None:
    picture = decode(encode(gradient(640, 480), format), 224)
    assert picture.media_type == media_type
    assert (picture.width, picture.height) == (640, 480)
    assert picture.image.size == (299, 224)
    left, right = picture.image.getpixel((5, 100)), picture.image.getpixel((290, 100))
    assert left[0] < 40 < 200 < right[0]  # type: ignore[index]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_comes_out_upright(orientation: int) -> None:
    upright = Image.new("RGB", (80, 40), "black")
    upright.paste("red", (0, 0, 40, 20))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose values that turn it away
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = decode(encode(stored, "AVIF", exif=exif), 40)
    assert (picture.width, picture.height) == (80, 40)
    corners = {point: brightest(picture.image, point) for point in ((10, 5), (70, 5), (10, 35))}
    assert corners == {(10, 5): "red", (70, 5): "", (10, 35): ""}


def test_an_avif_that_names_its_container_first_is_no_heic() -> None:
    data = encode(gradient(), "AVIF")
    renamed = data[:8] + b"mif1" + data[12:]
    assert decode(renamed, 32).media_type == "image/avif"


def photoshop(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A Photoshop file without layers: header, three empty sections, three planes of raw bytes."""
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, height, width, 8, 3)
    planes = b"".join(bytes([value]) * (width * height) for value in colour)
    return header + b"\0" * 12 + b"\0\0" + planes


def test_of_a_photoshop_file_the_flat_picture_is_read() -> None:
    picture = decode(photoshop(60, 40, (200, 30, 90)), 20)
    assert picture.media_type == "image/vnd.adobe.photoshop"
    assert picture.image.size == (30, 20)
    assert picture.image.getpixel((10, 10)) == (200, 30, 90)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (photoshop(60, 40, (1, 2, 3))[:500], "truncated Photoshop"),
        (encode(gradient(), "AVIF")[:60], "unreadable AVIF"),
        (encode(gradient(), "JPEG2000")[:40], "unreadable JPEG 2000"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + bytes(100), "not a picture: this is a video or a sound"),
        (photoshop(30_000, 30_000, ()), "too large"),  # type: ignore[arg-type]
    ],
)
def test_what_is_wrong_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        decode(data, 32)


def test_common_pictures_never_load_the_reader_of_heic() -> None:
    code = "import sys; from semsearch.pictures.decode import decode; decode(sys.stdin.buffer.read(), 32); "
    check = code + "sys.exit('pi_heif' in sys.modules)"
    for data, loaded in ((encode(gradient(), "PNG"), 0), (heic(), 1)):
        assert subprocess.run([sys.executable, "-c", check], input=data, check=False).returncode == loaded
