"""Does train-pictures help with pictures that no model knows? Electrical circuit symbols.

    python -m benchmarks.circuit_symbols WORK [--base minilook]

The symbols come from QElectroTech (Debian's qelectrotech-data). They are unpacked into WORK, rendered, and
captioned with their English names. Prints the report of `semsearch train-pictures`: how many captions of the
tenth that is held out find their symbol, before and after training.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from xml.sax.saxutils import escape

import resvg_py

from tools.minilook import debian

# The folders of symbols for one function each. The others are catalogues of manufacturers.
PARTS = ("10_electric/10_allpole", "10_electric/11_singlepole")
_COLOURS = {"none": "none", "white": "white"}
_SIDE = 200


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", type=Path)
    parser.add_argument("--base", default="minilook")
    arguments = parser.parse_args()
    share = debian.unpack(arguments.work / "debian", ["qelectrotech-data"])
    folder = arguments.work / "circuits"
    count = draw(share / "qelectrotech" / "elements", folder)
    print(f"{count:,} symbols", flush=True)
    output = str(arguments.work / "circuits-model")
    command = ["train-pictures", str(folder), "--base", arguments.base, "--output", output]
    raise SystemExit(subprocess.run([sys.executable, "-m", "semsearch", *command], check=False).returncode)


def draw(elements: Path, folder: Path) -> int:
    """Render every symbol with an English name into `folder`, with its caption. Returns their number."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for part in PARTS:
        for file in sorted((elements / part).rglob("*.elmt")):
            tree = ElementTree.parse(file)
            name = (tree.findtext("names/name[@lang='en']") or "").strip()
            if not name:
                continue
            image = f"{len(lines):05}.png"
            (folder / image).write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=svg(tree), width=_SIDE)))
            lines.append(json.dumps({"image": image, "caption": name}))
    (folder / "captions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def svg(tree: ElementTree.ElementTree[ElementTree.Element]) -> str:
    """A symbol as SVG on a white ground."""
    root = tree.getroot()
    width, height = float(root.get("width", 40)), float(root.get("height", 40))
    side = max(width, height)
    left = -float(root.get("hotspot_x", 0)) - (side - width) / 2
    top = -float(root.get("hotspot_y", 0)) - (side - height) / 2
    shapes = "".join(_shape(node) for node in root.iterfind("description/*"))
    view = f'width="{side}" height="{side}" viewBox="{left} {top} {side} {side}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {view}>'
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="white"/>{shapes}</svg>'
    )


def _shape(node: ElementTree.Element) -> str:
    at = {name: float(value) for name, value in node.attrib.items() if _is_number(value)}
    match node.tag:
        case "line":
            return f'<path d="M{at["x1"]} {at["y1"]}L{at["x2"]} {at["y2"]}" {_style(node)}/>'
        case "rect":
            box = f'x="{at["x"]}" y="{at["y"]}" width="{at["width"]}" height="{at["height"]}"'
            return f"<rect {box} {_style(node)}/>"
        case "circle" | "ellipse":
            across = at.get("diameter", at.get("width", 0)) / 2
            down = at.get("diameter", at.get("height", 0)) / 2
            middle = f'cx="{at["x"] + across}" cy="{at["y"] + down}"'
            return f'<ellipse {middle} rx="{across}" ry="{down}" {_style(node)}/>'
        case "arc":
            return _arc(at, _style(node))
        case "polygon":
            numbers = range(1, sum(name.startswith("x") for name in at) + 1)
            points = " ".join(f"{at[f'x{n}']},{at[f'y{n}']}" for n in numbers)
            tag = "polyline" if node.get("closed") == "false" else "polygon"
            return f'<{tag} points="{points}" {_style(node)}/>'
        case "text":
            size = at.get("size", 9)
            return (
                f'<text x="{at["x"]}" y="{at["y"]}" font-size="{size}">{escape(node.get("text", ""))}</text>'
            )
        case _:
            return ""  # terminals, and placeholders for texts


def _arc(at: dict[str, float], style: str) -> str:
    """An arc as Qt defines it: angles in degrees, counterclockwise from three o'clock."""
    across, down = at["width"] / 2, at["height"] / 2
    middle = at["x"] + across, at["y"] + down

    def point(degrees: float) -> str:
        turned = math.radians(degrees)
        return f"{middle[0] + across * math.cos(turned)} {middle[1] - down * math.sin(turned)}"

    start, span = at.get("start", 0), at.get("angle", 0)
    flags = f"{int(abs(span) > 180)} {int(span < 0)}"
    return f'<path d="M{point(start)}A{across} {down} 0 {flags} {point(start + span)}" {style}/>'


def _style(node: ElementTree.Element) -> str:
    said = dict(part.split(":", 1) for part in node.get("style", "").split(";") if ":" in part)
    filling = said.get("filling", "none")
    dashes = ' stroke-dasharray="3 2"' if said.get("line-style") in ("dashed", "dotted") else ""
    stroke = "none" if said.get("line-weight") == "none" else "black"
    return f'fill="{_COLOURS.get(filling, "black")}" stroke="{stroke}"{dashes}'


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main()
