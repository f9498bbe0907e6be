"""Write the PDF of the sample library again: `python samples/make_pdf.py [--to FILE]`.

A PDF by hand: Helvetica is built into every reader, so that no font is embedded, and nothing is
compressed, so that the file comes out the same to the byte everywhere.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from math import cos, radians, sin
from pathlib import Path

TARGET = Path(__file__).parent / "library" / "household" / "bicycle-workshop.pdf"
SOURCE = Path(__file__).parent / "bicycle-workshop.txt"
TITLE = "The bicycle workshop"

# A5, in points.
WIDTH, HEIGHT, MARGIN = 420, 595, 48
BODY, LEADING = 10.5, 15

# Advance widths of Helvetica, in thousandths of the size, from the space to the tilde (Adobe's metrics).
ADVANCES = [
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
]


def width(words: str, size: float) -> float:
    """How wide the words are set in Helvetica, in points."""
    return size / 1000 * sum(ADVANCES[ord(c) - 32] if " " <= c <= "~" else 556 for c in words)


def wrapped(paragraph: str, size: float, room: float) -> Iterator[str]:
    """The lines of a paragraph that is set in so many points."""
    line = ""
    for word in paragraph.split():
        longer = f"{line} {word}".lstrip()
        if line and width(longer, size) > room:
            yield line
            line = word
        else:
            line = longer
    yield line


def shown(x: float, y: float, words: str, font: str, size: float) -> str:
    """The operators that set one line of text. Raises UnicodeEncodeError outside of WinAnsi."""
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size:g} Tf {x:g} {y:g} Td ({escaped}) Tj ET"


def wheel(x: float, y: float, r: float) -> Iterator[str]:
    """A bicycle wheel in lines: tyre, rim, hub and spokes."""
    for radius, pen in ((r, 5.0), (r - 6, 1.2), (5.0, 2.0)):
        # Four Bézier curves make a circle when their handles are .5523 of the radius long.
        k = radius * 0.5523
        yield f"{pen:g} w {x + radius:.2f} {y:.2f} m"
        for a, b in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            yield (
                f"{x + a * radius - b * k:.2f} {y + b * radius + a * k:.2f} "
                f"{x - b * radius + a * k:.2f} {y + a * radius + b * k:.2f} "
                f"{x - b * radius:.2f} {y + a * radius:.2f} c"
            )
        yield "S"
    for n in range(24):
        near, far = radians(n * 15), radians(n * 15 + (18 if n % 2 else -18))
        yield (
            f"0.5 w {x + 5 * cos(near):.2f} {y + 5 * sin(near):.2f} m "
            f"{x + (r - 7) * cos(far):.2f} {y + (r - 7) * sin(far):.2f} l S"
        )


def page(text: str, number: int) -> str:
    """The content of one page: its first line is the heading, empty lines part the paragraphs."""
    heading, *paragraphs = text.strip().split("\n\n")
    operators = [
        "0.11 0.37 0.43 rg 0 571 420 24 re f 1 g",
        shown(MARGIN, 579, TITLE, "Bold", 9),
        shown(WIDTH - MARGIN - 5, 579, str(number), "Bold", 9),
        "0.11 0.37 0.43 rg",
        shown(MARGIN, 530, heading, "Bold", 20),
        "0.15 g",
    ]
    y = 502.0
    for paragraph in paragraphs:
        for line in wrapped(paragraph, BODY, WIDTH - 2 * MARGIN):
            operators.append(shown(MARGIN, y, line, "Text", BODY))
            y -= LEADING
        y -= LEADING / 2
    if y < MARGIN:
        raise ValueError(f"page {number} is {MARGIN - y:.0f} points too long; shorten it in {SOURCE.name}")
    if number == 1:
        operators += ["0.11 0.37 0.43 RG", *wheel(WIDTH / 2, 118, 52)]
    return "\n".join(operators)


def document(text: str) -> bytes:
    """A PDF of the text, whose pages are parted by form feeds."""
    contents = [page(part, number) for number, part in enumerate(text.split("\f"), start=1)]
    first = 6
    pages = " ".join(f"{first + 2 * n} 0 R" for n in range(len(contents)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{pages}] /Count {len(contents)} /MediaBox [0 0 {WIDTH} {HEIGHT}] >>",
        font.format("Helvetica"),
        font.format("Helvetica-Bold"),
        f"<< /Title ({TITLE}) >>",
    ]
    for n, content in enumerate(contents):
        objects += [
            "<< /Type /Page /Parent 2 0 R /Resources << /Font << /Text 3 0 R /Bold 4 0 R >> >> "
            f"/Contents {first + 2 * n + 1} 0 R >>",
            # In cp1252 a character is a byte, so that the length in characters is the length in bytes.
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return file + (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    ).encode("ascii")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=TARGET, help="file to write")
    target: Path = parser.parse_args().to
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(document(SOURCE.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
