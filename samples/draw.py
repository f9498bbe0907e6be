"""Draw the pictures of the sample library again: `python samples/draw.py [NAME ...] [--to FOLDER]`.

On one version of Pillow the files come out the same to the byte.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from drawing import animals, charts, coasts, diagrams, landscapes, nature, people, screens, tabletop, things
from drawing.registry import PICTURES, render

FOLDER = Path(__file__).parent / "library" / "pictures"

# Importing these modules has put their pictures on the list.
SCENES = (coasts, landscapes, nature, animals, things, tabletop, people, charts, diagrams, screens)


def save(name: str, folder: Path) -> None:
    """Draw one picture and write it in the format that its name asks for."""
    image = render(name)
    path = folder / name
    match path.suffix:
        case ".png":
            image.save(path, optimize=True)
        case ".jpg":
            image.save(path, quality=86, optimize=True)
        case ".webp":
            image.save(path, quality=84, method=6)
        case other:
            raise ValueError(f"{name} ends in {other!r}; known are .png, .jpg and .webp")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="file names; all when none is given")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder to write to")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(PICTURES))
    if unknown:
        parser.error(f"no such picture: {', '.join(unknown)}; known are {', '.join(sorted(PICTURES))}")
    arguments.to.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or PICTURES:
        save(name, arguments.to)


if __name__ == "__main__":
    main()
