"""Read SVG drawings without XML entities, and render them from nothing but their own file.

The renderer opens files that a drawing names, so links that lead out of a drawing are removed first. It
crashes on some drawings, and takes hours for others: a drawing from elsewhere is drawn in a sandbox.
"""

from __future__ import annotations

import re
import zlib
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, tostring

from semsearch.errors import FileError
from semsearch.message import Message, say

MEDIA_TYPE = "image/svg+xml"
SVG = "{http://www.w3.org/2000/svg}"

# Maps and plots have millions of points, and take minutes to render.
MAX_BYTES = 10_000_000
MAX_ELEMENTS = 200_000
# The renderer's stack ends somewhere above 200 levels.
_MAX_DEPTH = 150

# The longer side of the rendered picture, in pixels.
_SIDE = 1_024
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_LENGTH = re.compile(r"\s*\+?(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)\s*([a-z]*)\s*", re.IGNORECASE)

_GZIP = b"\x1f\x8b"
# What may stand before the first element: declarations, comments, a document type.
_START = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>)*+<(?:[\w.-]+:)?svg[\s/>]",
    re.DOTALL,
)
_HEAD = 65_536
# Links that stay: to a part of the drawing, and to a picture that is embedded in it. A link to an embedded
# SVG is removed, because that could have links that lead out.
_INSIDE = re.compile(r"\s*(?:#|data:image/(?:png|jpe?g|gif|webp)[;,])", re.IGNORECASE)


def is_drawing(data: bytes) -> bool:
    """Whether a file begins as SVG does, plain or compressed by gzip."""
    if data.startswith(_GZIP):
        try:
            data = zlib.decompressobj(31).decompress(data, _HEAD)
        except zlib.error:
            return False
    return _START.match(data, 0, _HEAD) is not None


def draw(data: bytes) -> bytes:
    """Render a drawing as PNG, with a longer side of 1,024 pixels and a transparent background.

    Raises FileError when the drawing is damaged. May crash, or take hours: call it in a sandbox.
    """
    from resvg_py import svg_to_bytes

    root = parse(data)
    texts = False
    for element in root.iter():
        texts = texts or element.tag == f"{SVG}text"
        for name, value in element.attrib.copy().items():
            if name.rpartition("}")[2] == "href" and not _INSIDE.match(value):
                del element.attrib[name]
    _fit(root)
    try:
        # Finding the system's fonts takes longer than rendering most drawings.
        png = svg_to_bytes(svg_string=tostring(root, "unicode"), skip_system_fonts=not texts)
    except ValueError as error:
        raise FileError(say("unreadable SVG: {why}", why=str(error))) from error
    return bytes(png)


def parse(data: bytes) -> Element:
    """Parse a drawing, and return its root element.

    Raises FileError when the file is not SVG, is damaged or too large, is nested too deeply, or defines
    entities.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=_Builder())
    try:
        # In one call: given in parts, expat would parse a token longer than a part again and again.
        parser.feed(_unpacked(data))
        root: Element = parser.close()
    except ParseError as error:
        raise FileError(say("unreadable SVG: {why}", why=str(error))) from error
    except DefusedXmlException as error:
        raise FileError(say("this SVG defines XML entities: save it as plain SVG")) from error
    if root.tag != f"{SVG}svg":
        raise FileError(say("unreadable SVG: its first element is not svg in the namespace of SVG"))
    return root


class _Builder(TreeBuilder):
    """Builds the tree. Raises FileError as soon as the drawing is too large or nested too deeply."""

    def __init__(self) -> None:
        super().__init__()
        self._count = self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._count += 1
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise FileError(say("this SVG nests its elements deeper than {most} levels", most=_MAX_DEPTH))
        if self._count > MAX_ELEMENTS:
            raise FileError(_too_large(say("more than {most} elements", most=MAX_ELEMENTS)))
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _unpacked(data: bytes) -> bytes:
    if data.startswith(_GZIP):
        unpacking = zlib.decompressobj(31)
        try:
            data = unpacking.decompress(data, MAX_BYTES + 1)
        except zlib.error as error:
            raise FileError(say("unreadable SVG: {why}", why=str(error))) from error
    if len(data) > MAX_BYTES:
        raise FileError(_too_large(say("more than {most} MB", most=MAX_BYTES // 10**6)))
    return data


def _too_large(what: Message) -> Message:
    return say("too large: {what} of SVG. Save it as PNG to have it indexed", what=what)


def _fit(root: Element) -> None:
    """Scale the drawing to _SIDE pixels. Without a size of its own, it keeps the size of its content."""
    width, height = _size(root)
    if width > 0 and height > 0:
        scale = _SIDE / max(width, height)
        root.attrib.setdefault("viewBox", f"0 0 {width} {height}")
        root.set("width", str(max(1, round(width * scale))))
        root.set("height", str(max(1, round(height * scale))))


def _size(root: Element) -> tuple[float, float]:
    """Width and height in the drawing's own units; (0, 0) when it states none."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(box) == 4:
        sides = [_LENGTH.fullmatch(side) for side in box[2:]]
    else:
        root.attrib.pop("viewBox", None)
        sides = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    width, height = (float(side[1]) * _UNITS.get(side[2].lower(), 0.0) if side else 0.0 for side in sides)
    return width, height
