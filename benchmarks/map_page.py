"""The page of a map with 100,000 made-up points in Chromium: bytes, time to the first picture, longest task.

    python -m benchmarks.map_page [POINTS]

The first picture is timed from when the points have arrived and are read as JSON, and from the opening of the
page. Then the map is moved by the pointer, enlarged by the wheel, and moved again. A task is what the browser
does without answering (PerformanceObserver, longtask); a frame is the time between two pictures.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.running import median
from semsearch.explore.explorer import Explorer
from semsearch.explore.map_points import MapPoints
from semsearch.explore.maps import Fitted, MapState
from semsearch.query import MapName
from semsearch.records import Kind
from semsearch.results import Facts
from semsearch.settings import Settings
from tests.e2e.conftest import FLAGS, NAMES
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

_GROUPS, _A_YEAR = 300, 31_557_600
_WATCH = """() => {
  window.tasks = []; window.frames = [];
  new PerformanceObserver((list) => { for (const each of list.getEntries()) tasks.push(each.duration); })
    .observe({ type: "longtask", buffered: true });
}"""
_FRAMES = """() => {
  tasks.length = 0; let last = performance.now(); window.isOver = false;
  const next = (now) => { frames.push(now - last); last = now; if (!isOver) requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""


class _Maps:
    """A library with one map of made-up points."""

    def __init__(self, number: int) -> None:
        drawn = np.random.default_rng(0)
        group = drawn.integers(0, _GROUPS, number)
        middles, sizes = drawn.uniform(0.05, 0.95, (_GROUPS, 2)), drawn.uniform(0.005, 0.05, _GROUPS)
        at = (middles[group] + drawn.normal(size=(number, 2)) * sizes[group, None]).clip(0, 1)
        facts = [
            Facts(
                Kind.TEXT, f"folder {one % 40}/{n}.txt", "text/plain", 1, float(one % 11) * _A_YEAR,
                ("en", "de", "fr")[one % 3], "/data", topics=(f"topic number {one}",),
            )
            for n, one in enumerate(group.tolist())
        ]  # fmt: skip
        docs = [f"{n:016x}" for n in drawn.integers(0, 2**63, number).tolist()]
        self._points = MapPoints.of(MapName.TEXTS, docs, list(map(tuple, at.tolist())), facts)

    def states(self) -> list[MapState]:
        return [MapState(MapName.TEXTS, len(self._points), Fitted(1.0, len(self._points), "made-up"))]

    def points(self, _: MapName) -> MapPoints:
        return self._points


def main() -> None:
    from playwright.sync_api import sync_playwright

    number = int(sys.argv[1]) if sys.argv[1:] else 100_000
    explorer: Any = Explorer.__new__(Explorer)
    explorer.maps = _Maps(number)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        app = create_app(Settings(home=Path(home)), MemoryLibrary(), explorer)
        browser = playwright.chromium.launch(
            executable_path=shutil.which(NAMES[0]), args=[*FLAGS, "--no-sandbox"]
        )
        with running(app) as url:
            _tell_bytes(f"{url}/api/map?map=texts", number)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.add_init_script(f"({_WATCH})()")
            page.goto(f"{url}/map?map=texts")
            page.locator("#map[data-drawn]").wait_for(state="attached")
            _tell_first_picture(page)
            _tell_movement(page)
        browser.close()


def _tell_bytes(address: str, number: int) -> None:
    plain = len(urllib.request.urlopen(address).read())
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "br"})
    sent = len(urllib.request.urlopen(asked).read())
    print(f"{number:,} points: {plain / 1e6:.2f} MB of JSON, {sent / 1e6:.2f} MB sent with Brotli")


def _tell_first_picture(page: Page) -> None:
    data, drawn = (page.evaluate(f"performance.getEntriesByName('map-{name}')[0].startTime") for name in
                   ("data", "drawn"))  # fmt: skip
    print(f"first picture {drawn - data:.0f} ms after the data, {drawn:.0f} ms after the page was opened")


def _tell_movement(page: Page) -> None:
    box = page.locator("#map-over").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.wait_for_timeout(500)
    page.evaluate(f"({_FRAMES})()")
    for zoom in (0, 0, -600):
        page.mouse.move(x, y)
        if zoom:
            page.mouse.wheel(0, zoom)
        page.mouse.down()
        page.mouse.move(x - 250, y - 150, steps=40)
        page.mouse.move(x + 100, y + 100, steps=40)
        page.mouse.up()
    tasks, frames = page.evaluate("() => { isOver = true; return [tasks, frames.slice(1)]; }")
    longest = f"{max(tasks):.0f} ms" if tasks else "under 50 ms"
    usual, slowest = median(frames), max(frames)
    print(f"moving: longest task {longest}; a frame takes {usual:.0f} ms, the slowest {slowest:.0f} ms")


if __name__ == "__main__":
    main()
