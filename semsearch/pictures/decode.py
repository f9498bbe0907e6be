"""Decoding a picture file into what a model looks at: upright, RGB, small, and never a bomb."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from threading import BoundedSemaphore

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.ImageFile import ImageFile

from semsearch.errors import FileError
from semsearch.formats import table
from semsearch.formats.sniff import looks_like
from semsearch.pictures.frames import later_frames
from semsearch.pictures.svg import MEDIA_TYPE as SVG_TYPE
from semsearch.pictures.svg import draw, is_drawing

# What is decoded at once: Pillow's own limit, 356 MB as RGBA. A JPEG may be larger (phones make 200
# megapixels), since it is reduced while it is decoded.
MAX_PIXELS = 89_478_485
MAX_JPEG_PIXELS = 256_000_000
# Pillow's limit is one for the whole process and refuses before a JPEG could be reduced. Ours stand
# in its place: `decode` checks them before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS

# A picture in memory takes up to hundreds of megabytes: so many are decoded at once in one process.
_TURNS = BoundedSemaphore(2)

# Formats in the container of videos. In this order: HEIF's reader takes every AVIF for its own, and then
# cannot decode it.
_BOXED = ("AVIF", "HEIF")

# A longer strip is cropped to its middle: scaled to a model's size, 1 × 20,000 pixels would explode.
_MAX_ASPECT = 4
# Shorter side of a picture whose text is read: more pixels of a page say no more. Longer side at most: a
# picture of a whole chat is long.
READABLE, _LONGEST = 1_600, 16_000
# The size used where no model says one: enough to know that the file decodes.
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
    """Upright RGB views of a picture: one, or several of an animation or a scan of several pages.

    Width and height are those of the first in the file, upright.
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

    The first frame; with `all_views` those that `later_frames` names as well, as far as they can be
    decoded. What is longer than 4:1 loses its ends; transparency becomes white; 16 bits become 8. With
    `size` None the picture is only checked, and comes back tiny. The content decides about the format,
    never a name. Raises FileError when it is no picture, damaged, or too large.
    """
    return _decode(data, lambda image: _reduce(image, size or _TINY), all_views)


def decode_whole(data: bytes) -> DecodedPicture:
    """Decode a picture file with all its views, all of them, in a size in which text in them can be read.

    As in the file, but the shorter side is at most READABLE pixels. Raises FileError as `decode` does.
    """
    return _decode(data, _legible, True)


def opened(data: bytes) -> ImageFile:
    """A picture file of a format in the table, its pixels still to be decoded. Raises as Pillow does."""
    if data[4:8] == b"ftyp":
        _register_heif()
        return Image.open(io.BytesIO(data), formats=_BOXED)
    readers = [row.pillow[0] for row in table.FORMATS.rows if row.pillow and row.pillow[0] not in _BOXED]
    return Image.open(io.BytesIO(data), formats=readers)


@cache
def _register_heif() -> None:
    # Not at the top: it brings two libraries that most processes never need.
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _decode(data: bytes, finish: Callable[[Image.Image], DecodedPicture], all_views: bool) -> DecodedPicture:
    if not data:
        raise FileError("empty file")
    if is_drawing(data):
        return replace(_decode(draw(data), finish, all_views), media_type=SVG_TYPE)
    try:
        with _TURNS, opened(data) as image:
            picture = finish(image)
            return _with_later_views(picture, image, data, finish) if all_views else picture
    except FileError:
        raise
    except UnidentifiedImageError as error:
        name, is_read = looks_like(data)
        if is_read:
            raise FileError(f"unreadable {name}: its header makes no sense") from error
        raise FileError(f"not a picture: this is {name or 'an unknown format'}") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileError(_too_large(f"more than {MAX_JPEG_PIXELS // 10**6} megapixels")) from error
    except MemoryError as error:
        raise FileError("decoding this picture needs more memory than it may use") from error
    except Exception as error:
        # Pillow's readers raise nearly anything on damaged files: OSError, SyntaxError, ValueError,
        # struct.error, IndexError, zlib.error, ... The file is at fault, whatever the type.
        name = looks_like(data)[0] or "picture"
        damage = "truncated" if "truncated" in str(error).lower() else "unreadable"
        raise FileError(f"{damage} {name}: {str(error) or type(error).__name__}") from error


def _with_later_views(
    picture: DecodedPicture, image: ImageFile, data: bytes, finish: Callable[[Image.Image], DecodedPicture]
) -> DecodedPicture:
    views = [picture.image]
    # One good frame makes a picture, whatever is wrong with those behind it.
    with contextlib.suppress(Exception):
        for frame in later_frames(image, data):
            image.seek(frame)
            views.append(finish(image).image)
    return replace(picture, views=tuple(views))


def _reduce(image: Image.Image, size: int) -> DecodedPicture:
    media_type = table.FORMATS.of_pillow(image.format or "").media_type
    width, height = image.size
    drafted = _load(image, size)
    # Asked after load(): Pillow turns a TIFF upright by itself and then forgets the orientation.
    orientation = _orientation(image)
    if orientation >= 5:
        width, height = height, width
    # Of 375 rows at half the size, 188 are decoded, of which 187.5 show the picture.
    box = middle(*(drafted[1][2:] if drafted else image.size))
    across, down = box[2] - box[0], box[3] - box[1]
    scale = size / min(across, down)
    target = (max(size, round(across * scale)), max(size, round(down * scale)))
    small = _plain(image).resize(target, Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
    upright = _on_white(small)
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
    whole = _on_white(
        plain.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0) if scale < 1 else plain
    )
    whole = whole.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else whole
    return DecodedPicture((whole,), whole.width, whole.height, media_type)


def _load(image: Image.Image, size: int) -> tuple[str, tuple[int, int, float, float]] | None:
    """Decode the pixels, of a JPEG only as many as `size` needs; what its decoder made of it."""
    width, height = image.size
    # A quarter more than the size leaves the final, better filter something to work on; the next step
    # of the decoder would be four times the pixels.
    drafted = image.draft(image.mode, (size * 5 // 4, size * 5 // 4))
    if image.width * image.height > MAX_PIXELS:
        limit = f"{MAX_PIXELS // 10**6} megapixels"
        raise FileError(_too_large(f"{width} x {height} pixels are more than {limit}"))
    image.load()
    return drafted


def _too_large(what: str) -> str:
    return f"too large: {what}. Save a smaller copy to have it indexed"


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        # The pixels are good; EXIF blocks are often mangled, and Pillow raises nearly anything on them.
        return 1
    return value if isinstance(value, int) else 1


def middle(width: float, height: float) -> tuple[float, float, float, float]:
    """The box in the middle whose sides differ at most 4:1."""
    across, down = min(width, height * _MAX_ASPECT), min(height, width * _MAX_ASPECT)
    left, top = (width - across) / 2, (height - down) / 2
    return left, top, left + across, top + down


def _plain(image: Image.Image) -> Image.Image:
    """Eight bits per channel, in a mode that can be scaled smoothly: L, RGB or RGBA."""
    if image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.uint16)
        # Cameras and microscopes store 10 or 12 bits in 16: white is what the used bits can hold.
        used = max(8, int(values.max()).bit_length())
        return Image.fromarray((values >> (used - 8)).astype(np.uint8))
    if image.mode in ("I", "F"):
        return _stretched(image)
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def _stretched(image: Image.Image) -> Image.Image:
    """32-bit values have no agreed white: the darkest becomes black, the brightest white."""
    values = np.asarray(image).astype(np.float64)
    finite = np.isfinite(values)
    low, high = (values[finite].min(), values[finite].max()) if finite.any() else (0.0, 0.0)
    if high == low:
        return Image.new("L", image.size, 128)
    values[~finite] = low
    return Image.fromarray(((values - low) * (255.0 / (high - low))).round().astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")
