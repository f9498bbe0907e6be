"""Make the pictures of the docs: python scripts/pictures.py [NAME ...]

Copies the sample library to a folder `library` among the temporary files, with some photos and dates added,
ingests it, serves it and opens its pages in Chromium. Writes docs/NAME.png and docs/walk.webp, or only those
that are named.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.running import installation  # noqa: E402 (the path comes first)
from tests.e2e.conftest import FLAGS, NAMES  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DOCS = ROOT / "docs"
WIDTH = 1280
# The pages show where the folder is.
FOLDER = Path(tempfile.gettempdir()) / "library"
# Photos of a holiday, copies of drawings of the library: the drawing, the name, the caption and the day.
PHOTOS = (
    ("beach-at-sunset.png", "DSC_1377.jpg", "Last evening of the holiday", datetime(2019, 7, 12, 21, 4)),
    ("sailing-boat.png", "DSC_1391.jpg", "Regatta off the harbour", datetime(2019, 7, 14, 11, 32)),
    ("lighthouse.png", "DSC_1402.jpg", "Our walk to the lighthouse", datetime(2019, 7, 15, 16, 20)),
)
# The files that were changed last, the newest first; all others have dates in the years before.
NEWEST = (
    "recipes/sourdough.md",
    "pictures/IMG_0388.jpg",
    "letters/from-the-island.txt",
    "pictures/butterfly-on-flower.png",
    "household/bicycle-workshop.pdf",
    "pictures/hot-air-balloon.png",
    "garden/tomatoes.md",
    "pictures/cat-on-sofa.png",
)
LAST_DAY = datetime(2026, 11, 24, 18, 30)
DESCRIPTION, TAKEN = 0x010E, 0x9003  # tags of EXIF
EXIF_FOLDER = 0x8769

# True when nothing of the page is still to come.
IS_WHOLE = """() => {
  const inSight = (each) => each.checkVisibility() && each.getBoundingClientRect().top < innerHeight;
  const pane = document.querySelector("#preview");
  const nameIn = (part) => document.querySelector(`${part} :is(h2, h3)`)?.textContent.trim();
  return [...document.images].every((image) => (image.complete && image.naturalWidth > 0) || !inSight(image))
    && ![...document.querySelectorAll("[data-answer]:not(:has(.answer))")].some(inSight)
    && (!pane?.checkVisibility()
      || (!pane.hasAttribute("aria-busy") && nameIn("#preview") === nameIn("#hits [aria-current]")))
    && document.getAnimations().every((each) => each.playState !== "running");
}"""
IS_SHOWN = "words => document.querySelector('#q').defaultValue === words"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"walk, {', '.join(PICTURES)}; default: all")
    names = parser.parse_args().names or ["walk", *PICTURES]
    with (
        tempfile.TemporaryDirectory() as scratch,
        library() as folder,
        installation(Path(scratch)) as installed,
    ):
        installed.run("ingest", str(folder))
        with installed.serving("up", quiet=True), chromium() as browser:
            site = f"http://127.0.0.1:{installed.port}"
            for name in names:
                if name == "walk":
                    walk(browser, site)
                else:
                    take(browser, site, name)


@contextmanager
def library() -> Iterator[Path]:
    """The sample library with photos and dates, removed at the end. Raises FileExistsError if it is there."""
    shutil.copytree(ROOT / "samples/library", FOLDER)
    try:
        add_photos()
        give_dates()
        yield FOLDER
    finally:
        shutil.rmtree(FOLDER)


def add_photos() -> None:
    drawings = FOLDER / "pictures"
    (FOLDER / "photos").mkdir()
    (FOLDER / "backup").mkdir()
    for drawing, name, caption, taken in PHOTOS:
        exif = Image.Exif()
        exif[DESCRIPTION] = caption
        exif.get_ifd(EXIF_FOLDER)[TAKEN] = f"{taken:%Y:%m:%d %H:%M:%S}"
        Image.open(drawings / drawing).convert("RGB").save(FOLDER / "photos" / name, quality=90, exif=exif)
    small = Image.open(drawings / "sailing-boat.png").convert("RGB")
    small.thumbnail((400, 400))
    small.save(FOLDER / "backup/sailing-boat-small.jpg")


def give_dates() -> None:
    """Give every file a date of change, the same ones each time."""
    newest = {path: LAST_DAY - timedelta(days=3 * n) for n, path in enumerate(NEWEST)}
    chance = random.Random(11)
    for file in sorted(each for each in FOLDER.rglob("*") if each.is_file()):
        # There are more files of late than of long ago.
        days = 40 + int(3400 * chance.random() ** 2)
        day = newest.get(str(file.relative_to(FOLDER)), LAST_DAY - timedelta(days=days))
        os.utime(file, (day.timestamp(), day.timestamp()))


@contextmanager
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    found = os.environ.get("SEMSEARCH_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise SystemExit(
            f"no Chromium: {', '.join(NAMES)} is not there; install it or set SEMSEARCH_CHROMIUM"
        )
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


def open_page(browser: Browser, address: str, height: int) -> Page:
    page = browser.new_page(
        viewport={"width": WIDTH, "height": height}, locale="en-GB", reduced_motion="reduce"
    )
    page.goto(address)
    page.wait_for_function(IS_WHOLE)
    return page


@dataclass(frozen=True)
class Picture:
    """A page, the height of the window, and what is done on the page first."""

    address: str
    height: int
    gesture: Callable[[Page], object] = lambda _: None


def found(query: str, **narrowed: str) -> str:
    return f"/?{urlencode({'q': query, **narrowed})}"


def open_viewer(page: Page) -> None:
    page.locator(".tile-picture").first.click()
    page.locator(".viewer-picture img").wait_for()
    page.keyboard.press("i")


def save_what_cannot_be_read(page: Page) -> None:
    """Save a PDF that is no whole file, and wait until the watcher has read it and the page says so."""
    page.get_by_role("button", name="Rescan").wait_for()
    (FOLDER / "household/insurance.pdf").write_bytes(b"%PDF-1.7\n")
    summary = page.locator("#not-indexed summary").first
    summary.wait_for()
    page.locator("#ingestion").wait_for(state="detached")
    summary.click()


PICTURES = {
    "home": Picture("/", 860),
    "page": Picture(found("bread"), 860),
    "pdf": Picture(found("fix a flat tyre"), 760),
    "phrase": Picture(found('"red scarf"'), 740),
    "copies": Picture(found("sailing boat"), 640, lambda page: page.locator(".copies summary").first.click()),
    "when": Picture(found("holiday by the sea", when="summer 2019"), 740),
    "nothing": Picture(found("zorblatt frimpkin quux"), 640),
    "viewer": Picture(found("lighthouse", kind="image"), 800, open_viewer),
    "browse": Picture("/browse", 860),
    "library": Picture(
        "/status", 860, save_what_cannot_be_read
    ),  # the last one: this file stays in the library
}


def take(browser: Browser, site: str, name: str) -> None:
    picture = PICTURES[name]
    page = open_page(browser, site + picture.address, picture.height)
    picture.gesture(page)
    page.wait_for_function(IS_WHOLE)
    page.mouse.move(0, 0)
    shot(page).quantize(256).save(DOCS / f"{name}.png", optimize=True)
    page.close()


def shot(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


@dataclass
class Film:
    """Frames of a page, each with a line below it that says what happens."""

    page: Page
    line: str = ""
    frames: list[Image.Image] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)

    def frame(self, ms: int) -> None:
        """Show the page as it is, for some milliseconds."""
        seen = shot(self.page)
        whole = Image.new("RGB", (seen.width, seen.height + 52), "#0f172a")
        whole.paste(seen)
        at = (seen.width // 2, seen.height + 26)
        ImageDraw.Draw(whole).text(at, self.line, "white", ImageFont.load_default(24), anchor="mm")
        self.frames.append(whole.resize((960, 960 * whole.height // whole.width), Image.Resampling.LANCZOS))
        self.durations.append(ms)

    def settled(self, ms: int) -> None:
        """Show the page when it is whole, for some milliseconds."""
        self.page.wait_for_function(IS_WHOLE)
        self.frame(ms)

    def type(self, words: str) -> None:
        """Type words letter by letter; the results of each whole word are waited for."""
        for n, letter in enumerate(words, 1):
            self.page.keyboard.type(letter)
            self.frame(70)
            if words[n : n + 1] in ("", " ") and n > 4:
                self.page.wait_for_function(IS_SHOWN, arg=words[:n])
                self.settled(400)

    def save(self, path: Path) -> None:
        first, *others = self.frames
        first.save(
            path, save_all=True, append_images=others, duration=self.durations, loop=0, quality=60, method=6
        )


def walk(browser: Browser, site: str) -> None:
    """Film a walk through the page: type, choose, read, look, and find more."""
    page = open_page(browser, site, 740)
    film = Film(page, "Write what you mean")
    film.settled(1200)
    page.locator("#q").focus()
    film.type("how to bake bread")
    film.line = "Results come while you type; the best is open beside them"
    page.keyboard.press("Enter")
    film.settled(2200)
    film.line = "The arrow keys go from one result to the next"
    page.keyboard.press("ArrowDown")
    film.settled(2000)
    page.keyboard.press("ArrowUp")
    film.settled(900)
    film.line = "More like this"
    page.locator("#preview").get_by_text("More like this").click()
    page.wait_for_url("**like=*")
    film.settled(2000)
    film.line = "Pictures, large, one after the other"
    page.locator(".hit-thumb, .tile-picture").first.click()
    for _ in range(3):
        page.locator(".viewer-picture img").wait_for()
        film.settled(1300)
        page.keyboard.press("ArrowRight")
    film.save(DOCS / "walk.webp")


if __name__ == "__main__":
    main()
