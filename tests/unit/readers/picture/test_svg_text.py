"""The words in a drawing, and the document that is read from it."""

import gzip

import pytest

from ingest.readers.documents import Caption
from ingest.readers.picture.picture import read_picture
from ingest.readers.picture.svg_text import labels
from semsearch.errors import FileError
from semsearch.records import Source
from tests.unit.pictures.test_svg import RED_SQUARE, svg


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<title>A kettle</title><desc>How it\n  boils</desc>", "A kettle\nHow it boils"),
        ('<text x="1">Water</text><g><text>Steam</text></g>', "Water\nSteam"),
        ('<text><tspan x="1">first line</tspan><tspan x="1">second</tspan></text>', "first line second"),
        ('<text>ket<tspan fill="red">tle</tspan>s</text>', "kettles"),
        ("<text>one</text><text>two</text><text>one</text>", "one\ntwo"),
        ('<g aria-label="The lid"><path d="M0 0"/></g>', "The lid"),
        ('<g class="node"><title>node7</title><text>Boiler</text></g>', "Boiler"),
        ("<style>text { fill: red }</style><script>var text</script><text> </text>", ""),
        ('<foreignObject><div xmlns="http://www.w3.org/1999/xhtml"><style>p{}</style><p>Fill</p><p>it</p></div>'
         "</foreignObject>", "Fill it"),
        ("<metadata>Inkscape</metadata>" + RED_SQUARE, ""),
    ],
)  # fmt: skip
def test_words_are_read_in_their_order_each_once(content: str, expected: str) -> None:
    assert labels(svg(content)) == expected
    assert labels(gzip.compress(svg(content))) == expected


def test_a_drawing_is_a_picture_with_its_words_as_content() -> None:
    document = read_picture(svg(RED_SQUARE + '<text y="50">Descaling</text>'), "a/kettle.svg", 64, {})
    assert document.media_type == "image/svg+xml"
    assert document.title == "kettle"
    assert [view.size for view in document.views] == [(64, 64)]
    assert document.captions == (Caption(Source.CONTENT, "Descaling"),)
    assert not document.scanned


def test_what_is_written_in_the_shapes_of_a_drawing_may_be_read_later() -> None:
    assert read_picture(svg(RED_SQUARE), "kettle.svg", 64, {}).scanned


def test_text_beside_a_drawing_belongs_to_it() -> None:
    document = read_picture(svg("<text>Lid</text>"), "kettle.svg", 64, {"kettle.txt": b"From the manual"})
    assert [caption.source for caption in document.captions] == [Source.CONTENT, Source.SIDECAR]


def test_damage_is_told_once_and_clearly() -> None:
    with pytest.raises(FileError, match=r"^unreadable SVG: "):
        read_picture(svg("<text>&nbsp;</text>"), "kettle.svg", 64, {})
