"""Decode a picture file for a model: upright, RGB, small, and within limits of memory."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.ImageFile import ImageFile

from semsearch.errors import FileError
from semsearch.formats import table
from semsearch.formats.sniff import looks_like
from semsearch.message import say
from semsearch.pictures.frames import later_frames
from semsearch.pictures.limits import MAX_PIXELS, check_canvas, check_pixels
from semsearch.pictures.previews import preview_of
from semsearch.pictures.svg import MEDIA_TYPE as SVG_TYPE
from semsearch.pictures.svg import draw, is_drawing

# Formats in the container that videos use. AVIF comes first: HEIF's reader accepts every AVIF file, and then
# cannot decode it.
_BOXED = ("AVIF", "HEIF")

# The largest ratio of the sides. A longer strip is cropped to its middle: if 1 × 20,000 pixels were scaled to
# a model's size, the picture would be huge.
_MAX_ASPECT = 4
# A picture whose text is read has at most these pixels on its shorter side (more do not help to read a page)
# and on its longer side (a screenshot of a whole chat is long).
READABLE, _LONGEST = 1_600, 16_000
# JPEG 2000 takes 20 bytes a pixel. A picture with more pixels is decoded at half its width and height.
_REDUCED = 40_000_000
# The pixels whose 32-bit values are converted at a time.
_BAND = 4_000_000
# White writing on white cannot be seen. A picture stands on a dark ground if much of it is transparent, and
# nearly all of what is drawn on it is light.
_DARK, _FAINT, _LIGHT, _MUCH, _MOSTLY = "#202020", 128, 200, 0.2, 0.9
# The size when no model states one: enough to show that the file can be decoded.
_TINY = 32

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """The upright RGB views of a picture: several for an animation or a scan of several pages, otherwise one.

    `width` and `height` are those of the first view in the file, turned upright.
    """

    views: tuple[Image.Image, ...]
    width: int
    height: int
    media_type: str

    @property
    def image(self) -> Image.Image:
        """The first view."""
        return self.views[0]


def decode(data: bytes, size: int | None, *, all_views: bool = False) -> DecodedPicture:
    """Decode a picture file and scale it so that its shorter side is `size` pixels.

    Decodes the first frame; with `all_views` also those frames of `later_frames` that can be decoded. A
    picture longer than 4:1 loses its ends. Transparency becomes white, or dark where only light things are
    drawn; 16 bits become 8. If `size` is None, the picture is only checked, and the result is tiny. The
    content tells the format, not the name. Raises FileError when the file is not a picture, is damaged or is
    too large.
    """
    return _decode(data, lambda image: _reduce(image, size or _TINY), all_views)


def decode_whole(data: bytes) -> DecodedPicture:
    """Decode a picture file with all its views, uncropped, in a size at which their text can be read.

    The size is that in the file, but at most READABLE pixels on the shorter side. Raises FileError as
    `decode` does.
    """
    return _decode(data, _legible, True)


def opened(data: bytes) -> ImageFile:
    """Open a picture file of a format in the table, or the preview in a file, without decoding it.

    Raises what Pillow raises, and FileError as `preview_of` does.
    """
    if preview := preview_of(data):
        data = preview.data
    if data[4:8] == b"ftyp":
        _register_heif()
        return Image.open(io.BytesIO(data), formats=_BOXED)
    readers = [row.pillow[0] for row in table.FORMATS.rows if row.pillow and row.pillow[0] not in _BOXED]
    return Image.open(io.BytesIO(data), formats=readers)


@cache
def _register_heif() -> None:
    # Imported here: it loads two libraries that most processes never need.
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _decode(data: bytes, finish: Callable[[Image.Image], DecodedPicture], all_views: bool) -> DecodedPicture:
    if not data:
        raise FileError(say("empty file"))
    if is_drawing(data):
        return replace(_decode(draw(data), finish, all_views), media_type=SVG_TYPE)
    if preview := preview_of(data):
        return replace(_decode(preview.data, finish, all_views), media_type=preview.media_type)
    try:
        check_canvas(data)
        with opened(data) as image:
            picture = finish(image)
            return _with_later_views(picture, image, data, finish) if all_views else picture
    except (FileError, MemoryError):
        raise
    except UnidentifiedImageError as error:
        name, is_read = looks_like(data)
        if is_read:
            raise FileError(say("unreadable {name}: its header makes no sense", name=name)) from error
        if not name:
            raise FileError(say("not a picture: this is an unknown format")) from error
        raise FileError(say("not a picture: this is {name}", name=name)) from error
    except Exception as error:
        # Pillow's readers raise nearly anything on damaged files: OSError, SyntaxError, ValueError,
        # struct.error, IndexError, zlib.error, ... Whatever the type, the file is the cause.
        name, why = looks_like(data)[0] or say("picture"), str(error) or type(error).__name__
        if "truncated" in why.lower():
            raise FileError(say("truncated {name}: {why}", name=name, why=why)) from error
        raise FileError(say("unreadable {name}: {why}", name=name, why=why)) from error


def _with_later_views(
    picture: DecodedPicture, image: ImageFile, data: bytes, finish: Callable[[Image.Image], DecodedPicture]
) -> DecodedPicture:
    views = [picture.image]
    # The first frame is good, so a damaged later frame is only left out.
    with contextlib.suppress(Exception):
        for frame in later_frames(image, data):
            image.seek(frame)
            views.append(finish(image).image)
    return replace(picture, views=tuple(views))


def _reduce(image: Image.Image, size: int) -> DecodedPicture:
    media_type = table.FORMATS.of_pillow(image.format or "").media_type
    width, height = image.size
    drafted = _load(image, size)
    # Read after load(): Pillow turns a TIFF upright itself, and then removes its orientation.
    orientation = _orientation(image)
    if orientation >= 5:
        width, height = height, width
    # A JPEG of 375 rows, decoded at half the size, has 188 rows, and 187.5 of them show the picture.
    box = central_box(*(drafted[1][2:] if drafted else image.size))
    across, down = box[2] - box[0], box[3] - box[1]
    scale = size / min(across, down)
    target = (max(size, round(across * scale)), max(size, round(down * scale)))
    small = _plain(image).resize(target, Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
    upright = _on_ground(small)
    if orientation in _UPRIGHT:
        upright = upright.transpose(_UPRIGHT[orientation])
    upright.info = {}  # EXIF, comments and profiles would travel along
    return DecodedPicture((upright,), width, height, media_type)


def _legible(image: Image.Image) -> DecodedPicture:
    media_type = table.FORMATS.of_pillow(image.format or "").media_type
    _load(image, READABLE)
    orientation = _orientation(image)
    scale = min(1.0, READABLE / min(image.size), _LONGEST / max(image.size))
    target = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    plain = _plain(image)
    whole = _on_ground(
        plain.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0) if scale < 1 else plain
    )
    whole = whole.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else whole
    return DecodedPicture((whole,), whole.width, whole.height, media_type)


def _load(image: Image.Image, size: int) -> tuple[str, tuple[int, int, float, float]] | None:
    """Decode the pixels, a JPEG reduced to what `size` needs. Returns the mode and box of a reduced JPEG."""
    width, height = image.size
    check_pixels(image.format or "", width, height)
    if image.format == "JPEG2000" and width * height > _REDUCED:
        image.reduce = 1  # type: ignore[method-assign, assignment]  # Pillow reads it in load()
    # A quarter more than the size leaves pixels for the final filter, which is better. The next step of the
    # decoder would have four times the pixels.
    drafted = image.draft(image.mode, (size * 5 // 4, size * 5 // 4))
    if image.width * image.height > MAX_PIXELS:  # a JPEG can be reduced eight times at most
        check_pixels("", width, height)
    image.load()
    return drafted


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        # EXIF blocks are often damaged beside good pixels, and Pillow raises nearly anything on them.
        return 1
    return value if isinstance(value, int) else 1


def central_box(width: float, height: float) -> tuple[float, float, float, float]:
    """The largest box in the middle with sides of at most 4:1, as (left, top, right, bottom)."""
    across, down = min(width, height * _MAX_ASPECT), min(height, width * _MAX_ASPECT)
    left, top = (width - across) / 2, (height - down) / 2
    return left, top, left + across, top + down


def _plain(image: Image.Image) -> Image.Image:
    """The picture with eight bits a channel, in a mode that can be scaled smoothly: L, RGB or RGBA."""
    if image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.uint16)
        # Cameras and microscopes store 10 or 12 bits in 16: white is the largest value of the used bits.
        used = max(8, int(values.max()).bit_length())
        return Image.fromarray((values >> (used - 8)).astype(np.uint8))
    if image.mode in ("I", "F"):
        return _stretched(image)
    if image.mode in ("L", "RGB", "RGBA") and "transparency" not in image.info:
        return image  # a copy of a large picture takes hundreds of megabytes
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _stretched(image: Image.Image) -> Image.Image:
    """Scale 32-bit values, which have no standard white: the darkest becomes black, the brightest white."""
    ranges = [
        (values.min(), values.max()) for _, band in _bands(image) if (values := band[np.isfinite(band)]).size
    ]
    low, high = min((low for low, _ in ranges), default=0.0), max((high for _, high in ranges), default=0.0)
    if high == low:
        return Image.new("L", image.size, 128)
    shades = Image.new("L", image.size)
    for top, band in _bands(image):
        band[~np.isfinite(band)] = low
        shade = ((band - low) * (255.0 / (high - low))).round().astype(np.uint8)
        shades.paste(Image.fromarray(shade), (0, top))
    return shades


def _bands(image: Image.Image) -> Iterator[tuple[int, npt.NDArray[np.float64]]]:
    """The values of a picture in bands of its full width, each with its first row: all take gigabytes."""
    rows = max(1, _BAND // image.width)
    for top in range(0, image.height, rows):
        part = image.crop((0, top, image.width, min(top + rows, image.height)))
        yield top, np.asarray(part).astype(np.float64)


def _on_ground(image: Image.Image) -> Image.Image:
    """The picture without transparency: on white, or on a dark ground if what is drawn is nearly white."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    ground = _DARK if _is_light_on_nothing(image) else "white"
    return Image.alpha_composite(Image.new("RGBA", image.size, ground), image).convert("RGB")


def _is_light_on_nothing(image: Image.Image) -> bool:
    opacity = image.getchannel("A").histogram()
    if sum(opacity[:_FAINT]) < _MUCH * image.width * image.height:
        return False
    drawn = image.getchannel("A").point(lambda alpha: 255 * (alpha >= _FAINT))
    shades = image.convert("RGB").convert("L").histogram(drawn)
    return sum(shades[_LIGHT:]) > _MOSTLY * sum(shades)
