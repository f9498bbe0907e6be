"""Decoding pictures of any mode, any orientation and any damage."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageColor, ImageDraw

from benchmarks.bombs import webp
from semsearch.errors import FileError
from semsearch.pictures.decode import decode, decode_whole


def encode(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def gradient(width: int = 64, height: int = 48) -> Image.Image:
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([x, y, 255 - x], axis=-1).astype(np.uint8))


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
    ],
)
def test_each_format_is_decoded_and_scaled_by_its_shorter_side(format: str, media_type: str) -> None:
    picture = decode(encode(gradient(640, 480), format), 224)
    assert picture.media_type == media_type
    assert (picture.width, picture.height) == (640, 480)
    assert picture.image.mode == "RGB"
    assert min(picture.image.size) == 224
    assert picture.image.size == (299, 224)
    left, right = picture.image.getpixel((5, 100)), picture.image.getpixel((290, 100))
    assert left[0] < 40 < 200 < right[0]  # type: ignore[index]


@pytest.mark.parametrize("size", [128, 160, 224])
def test_a_photo_reduced_while_it_is_decoded_looks_as_if_scaled_afterwards(size: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (75, 100, 3), dtype=np.uint8)
    photo = encode(Image.fromarray(noise).resize((500, 375), Image.Resampling.BICUBIC), "JPEG", quality=90)
    unreduced = encode(Image.open(io.BytesIO(photo)), "PNG")
    reduced, expected = (
        np.asarray(decode(data, size).image.resize((64, 64)), float) for data in (photo, unreduced)
    )
    assert np.sqrt(np.mean((reduced - expected) ** 2)) < 4


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(format: str, orientation: int) -> None:
    upright = Image.new("RGB", (80, 40), "black")
    upright.paste("red", (0, 0, 40, 20))  # top left
    upright.paste("lime", (40, 0, 80, 20))  # top right
    undo = {
        2: 0,
        3: 3,
        4: 1,
        5: 5,
        6: 2,
        7: 6,
        8: 4,
    }  # the Image.Transpose value that undoes each orientation
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = decode(encode(stored, format, exif=exif), 40)
    assert (picture.width, picture.height) == (80, 40)
    assert picture.image.size == (80, 40)
    corners = [picture.image.getpixel(point) for point in ((10, 5), (70, 5), (10, 35))]
    assert [max(range(3), key=lambda c: corner[c]) for corner in corners[:2]] == [0, 1]  # type: ignore[index]
    assert max(corners[2]) < 60  # type: ignore[arg-type]


def sixteen_bit() -> Image.Image:
    return Image.fromarray(np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16))


@pytest.mark.parametrize(
    ("make", "format"),
    [
        (lambda: gradient().convert("1"), "PNG"),
        (lambda: gradient().convert("L"), "PNG"),
        (lambda: gradient().convert("LA"), "PNG"),
        (lambda: gradient().convert("P"), "PNG"),
        (lambda: gradient().convert("RGBA"), "WEBP"),
        (lambda: gradient().convert("CMYK"), "JPEG"),
        (lambda: gradient().convert("CMYK"), "TIFF"),
        (lambda: gradient().convert("YCbCr"), "TIFF"),
        (lambda: gradient().convert("L").convert("I"), "TIFF"),
        (lambda: gradient().convert("F"), "TIFF"),
        (sixteen_bit, "PNG"),
        (sixteen_bit, "TIFF"),
    ],
)
def test_every_mode_becomes_rgb_with_dark_and_bright_parts(
    make: Callable[[], Image.Image], format: str
) -> None:
    values = np.asarray(decode(encode(make(), format), 32).image)
    assert values.shape[-1] == 3
    assert values.min() < 90
    assert values.max() > 160


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    values = np.asarray(decode(encode(sixteen_bit(), "PNG"), 64).image)[..., 0]
    assert abs(int(values[32].mean()) - 128) < 8


def test_twelve_bits_in_sixteen_are_not_dark() -> None:
    twelve = Image.fromarray(np.linspace(0, 4095, 64 * 64).reshape(64, 64).astype(np.uint16))
    values = np.asarray(decode(encode(twelve, "TIFF"), 64).image)[..., 0]
    assert abs(int(values[32].mean()) - 128) < 8


def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    assert decode(encode(clear, "PNG"), 20).image.getpixel((10, 10)) == (255, 255, 255)
    palette = Image.new("P", (40, 40), 0)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    data = encode(palette, "PNG", transparency=0)
    assert decode(data, 20).image.getpixel((10, 10)) == (255, 255, 255)


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    for format in ("GIF", "WEBP", "TIFF"):
        data = encode(frames[0], format, save_all=True, append_images=frames[1:])
        red, _, blue = decode(data, 20).image.getpixel((10, 10))  # type: ignore[misc]
        assert red > 200 > 50 > blue


def test_a_strip_keeps_its_middle_only() -> None:
    strip = Image.new("RGB", (20_000, 1), "black")
    strip.paste("white", (9_990, 0, 10_010, 1))
    picture = decode(encode(strip, "PNG"), 224)
    assert (picture.width, picture.height) == (20_000, 1)
    assert picture.image.size == (896, 224)
    assert np.asarray(picture.image).min() > 200


def test_one_pixel_is_a_picture() -> None:
    assert decode(encode(Image.new("RGB", (1, 1), "red"), "PNG"), 224).image.size == (224, 224)


def test_without_a_size_the_picture_is_checked_and_tiny() -> None:
    picture = decode(encode(gradient(640, 480), "JPEG"), None)
    assert (picture.width, picture.height) == (640, 480)
    assert min(picture.image.size) < 100


def test_nothing_of_the_file_travels_with_the_picture() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "somebody"
    assert decode(encode(gradient(), "JPEG", exif=exif), 32).image.info == {}


def test_a_truncated_file_says_so() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8))
    data = encode(noise, "JPEG")
    with pytest.raises(FileError, match="truncated JPEG"):
        decode(data[: len(data) // 2], 224)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "not a picture: this is HTML"),
        (b"Dear diary,\n", "not a picture: this is text"),
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
            "no preview in this PostScript drawing, and its program is not run",
        ),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "unreadable PNG"),
        (bytes(range(256)), "not a picture: this is an unknown format"),
    ],
)
def test_what_is_no_picture_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        decode(data, 224)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    header = bytearray(encode(Image.new("1", (8, 8)), "BMP"))
    header[18:26] = (30_000).to_bytes(4, "little") + (30_000).to_bytes(4, "little")
    with pytest.raises(FileError, match="too large"):
        decode(bytes(header), 224)
    header[18:26] = (12_000).to_bytes(4, "little") + (12_000).to_bytes(4, "little")
    with pytest.raises(FileError, match="12000 x 12000 pixels"):
        decode(bytes(header), 224)


def test_a_large_jpeg_is_reduced_while_it_is_decoded() -> None:
    large = Image.new("L", (10_000, 9_000))
    assert decode(encode(large, "JPEG"), 32).width == 10_000
    with pytest.raises(FileError, match="10000 x 9000 pixels are 90 megapixels, and 89 are the most"):
        decode(encode(large, "PNG", compress_level=1), 32)


def test_a_picture_is_refused_with_its_size_and_the_limit_of_its_format_before_it_is_decoded() -> None:
    with pytest.raises(FileError, match="16383 x 16383 pixels are 268 megapixels, and 50 are the most"):
        decode(webp(), 224)
    file = bytearray(encode(Image.new("RGBA", (8, 8)), "WEBP", exif=Image.Exif().tobytes(), lossless=True))
    file[24:30] = (9_999).to_bytes(3, "little") * 2
    assert file[12:16] == b"VP8X"
    with pytest.raises(FileError, match="10000 x 10000 pixels are 100 megapixels, and 50 are the most"):
        decode(bytes(file), 224)


def test_a_large_jpeg_2000_is_decoded_at_half_its_size() -> None:
    halves = Image.new("L", (8_000, 5_100))
    halves.paste(255, (4_000, 0, 8_000, 5_100))
    picture = decode(encode(halves, "JPEG2000", num_resolutions=2), 224)
    assert (picture.width, picture.height, picture.image.size) == (8_000, 5_100, (351, 224))
    left, right = picture.image.getpixel((5, 100)), picture.image.getpixel((340, 100))
    assert left[0] < 40 < 200 < right[0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("ink", "ground"),
    [("white", "#202020"), ("#ffe680", "#202020"), ("#333333", "white"), ("#cc2222", "white")],
)
def test_light_things_on_nothing_stand_on_a_dark_ground(ink: str, ground: str) -> None:
    """White writing on white could be neither seen nor read."""
    image = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((100, 100, 300, 200), ink)
    shown = decode(encode(image, "PNG"), 224).image
    assert shown.getpixel((5, 5)) == ImageColor.getrgb(ground)
    assert decode_whole(encode(image, "PNG")).image.getpixel((5, 5)) == ImageColor.getrgb(ground)


def test_a_bright_photo_with_round_corners_stays_on_white() -> None:
    image = Image.new("RGBA", (400, 300), "#f4f4f4")
    image.putpixel((0, 0), (0, 0, 0, 0))
    assert decode_whole(encode(image, "PNG")).image.getpixel((0, 0)) == (255, 255, 255)
