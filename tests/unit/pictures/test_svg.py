"""SVG is rendered to a picture. Whatever a drawing asks for, it cannot reach other files."""

import base64
import gzip
from pathlib import Path

import pytest
from PIL import Image

from semsearch.errors import FileError
from semsearch.pictures.decode import decode, decode_whole
from semsearch.pictures.svg import is_drawing
from semsearch.sandbox import Limits, Sandbox
from tests.unit.pictures.test_decode import encode

RED_SQUARE = '<rect width="100" height="100" fill="red"/>'


def svg(content: str, size: str = 'width="100" height="100"') -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {names} {size}>{content}</svg>".encode()


def colour(data: bytes) -> tuple[int, ...]:
    """The colour in the middle of the picture."""
    image = decode(data, 20).image
    return image.getpixel((image.width // 2, image.height // 2))  # type: ignore[return-value]


def test_a_drawing_is_rendered_on_white() -> None:
    picture = decode(svg('<rect width="100" height="25" fill="lime"/>', 'viewBox="0 0 100 50"'), 64)
    assert picture.media_type == "image/svg+xml"
    assert (picture.width, picture.height) == (1024, 512)
    assert picture.image.size == (128, 64)
    assert picture.image.getpixel((64, 10)) == (0, 255, 0)
    assert picture.image.getpixel((64, 50)) == (255, 255, 255)
    assert decode_whole(svg(RED_SQUARE)).image.size == (1024, 1024)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ('width="100" height="50"', (1024, 512)),
        ('width="10mm" height="1in"', (403, 1024)),
        ('width="100%" height="100%" viewBox="0,0 30 10"', (1024, 341)),
        ('width="1e9" height="1e9"', (1024, 1024)),
        ('viewBox="0 0 100000 1"', (1024, 1)),
        ('width="100%" height="2em"', (100, 100)),  # the size of the content
        ('width="nonsense" viewBox="0 0 -5 0"', (100, 100)),
    ],
)
def test_a_drawing_is_as_large_as_helps_whatever_size_it_says(size: str, expected: tuple[int, int]) -> None:
    picture = decode(svg(RED_SQUARE, size), 20)
    assert (picture.width, picture.height) == expected


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\xef\xbb\xbf",
        b'\n <?xml version="1.0" encoding="utf-8"?>\n<!-- Made by hand -->\n',
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        b"<!--" + b" long licence" * 1000 + b"-->",
    ],
)
def test_a_drawing_is_told_by_its_first_element(start: bytes) -> None:
    data = start.lstrip() + svg(RED_SQUARE)
    assert is_drawing(data)
    assert colour(data) == (255, 0, 0)
    assert is_drawing(gzip.compress(data))
    assert colour(gzip.compress(data)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<!DOCTYPE html><html><svg></svg></html>", "not a picture: this is HTML"),
        (b"<?xml version='1.0'?><note>svg</note>", "not a picture: this is XML"),
        (gzip.compress(b"anything else", mtime=0), "not a picture: this is a gzip archive"),
        (b"\x1f\x8b" + bytes(40), "not a picture: this is a gzip archive"),
        (b"<!--" * 20_000, "not a picture: this is XML"),
        (b"<svg><rect/></svg>", "its first element is not svg in the namespace of SVG"),
        (svg(RED_SQUARE)[:-6], "unreadable SVG: no element found"),
        (svg('<rect width="5" width="6"/>'), "unreadable SVG: duplicate attribute"),
        (gzip.compress(svg(RED_SQUARE * 99), mtime=0)[:60], "unreadable SVG"),
        (svg("<g>" * 151 + "</g>" * 151), "deeper than 150 levels"),
        (svg("<g/>" * 200_001), "more than 200,000 elements"),
        (gzip.compress(svg(" " * 10_000_001), mtime=0), "too large: more than 10 MB"),
        (b'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + svg("<text>&c;</text>"), "XML entities"),
        (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "/etc/passwd">]>' + svg("<text>&a;</text>"), "XML entities"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        decode(data, 20)


def test_a_picture_that_a_drawing_carries_is_shown() -> None:
    carried = base64.b64encode(encode(Image.new("RGB", (9, 9), "red"), "PNG")).decode()
    for name in ("href", "xlink:href"):
        image = f'<image {name}="data:image/png;base64,{carried}" width="100" height="100"/>'
        assert colour(svg(image)) == (255, 0, 0)


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A red picture in the working directory of the renderer."""
    secret = tmp_path / "red.png"
    Image.new("RGB", (9, 9), "red").save(secret)
    (tmp_path / "red.svg").write_bytes(svg(f"<g id='red'>{RED_SQUARE}</g>"))
    monkeypatch.chdir(tmp_path)
    return secret


@pytest.mark.parametrize(
    "element",
    [
        '<image {}="{}" width="100" height="100"/>',
        '<filter id="f{1}"><feImage {0}="{1}"/></filter>'
        '<rect width="100" height="100" fill="white" filter="url(#f{1})"/>',
        '<use {}="{}#red"/>',
        '<image xmlns:other="http://www.w3.org/1999/xlink" other:{}="{}" width="100" height="100"/>',
    ],
)
def test_no_other_file_is_opened(secret: Path, element: str) -> None:
    inner = base64.b64encode(svg(f'<image href="{secret}" width="100" height="100"/>')).decode()
    places = (
        *(str(secret), "red.png", f" {secret}", secret.as_uri(), "./red.png", "red.svg"),
        f"data:image/svg+xml;base64,{inner}",
        f"data:text/plain;base64,{inner}",
    )
    if "filter" in element:  # filters take long to render
        places = places[:2]
    names = ("href",) if "other" in element else ("href", "xlink:href")
    content = "".join(element.format(name, place) for name in names for place in places)
    assert colour(svg(content)) == (255, 255, 255)


def test_no_style_opens_another_file(secret: Path) -> None:
    style = f'@import url("{secret}"); rect {{ fill: url(red.svg#red) }}'
    assert colour(svg(f'<style>{style}</style><rect width="100" height="100"/>')) != (255, 0, 0)


def uses(levels: int) -> str:
    """Nested groups: each level has ten times as many rectangles as the level below."""
    groups = ['<rect id="g0" width="10" height="10"/>']
    groups += [f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, levels)]
    return f'<defs>{"".join(groups)}</defs><use href="#g{levels - 1}"/>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (uses(7), "took longer than 1 s|nodes limit reached"),
        (
            '<filter id="f"><feTurbulence baseFrequency=".1" numOctaves="9000000"/></filter>'
            '<rect width="50" height="50" filter="url(#f)"/>',
            "took longer than 1 s",
        ),
        (
            '<pattern id="p" width="1e6" height="1e6" patternUnits="userSpaceOnUse">'
            '<rect width="1" height="1"/></pattern><rect width="1e6" height="1e6" fill="url(#p)"/>',
            "crashed on this file|took longer|unreadable SVG",
        ),
    ],
)
def test_a_bomb_costs_a_second_and_the_next_drawing_nothing(content: str, reason: str) -> None:
    sandbox = Sandbox(Limits(seconds=1.0))
    sandbox.call(decode, svg(RED_SQUARE), 20)
    with pytest.raises(FileError, match=reason):
        sandbox.call(decode, svg(content), 20)
    assert sandbox.call(decode, svg(RED_SQUARE), 20).image.getpixel((9, 9)) == (255, 0, 0)
