"""Is every page accessible and steady, and what does it look like?

    python -m benchmarks.every_page [PAGE ...] [--axe axe.min.js] [--pictures FOLDER] [--links 20]

Serves the sample library, an empty one and some in trouble, and opens every page of `sites.py` in Chromium,
or those that are named. Printed are, for each page, the findings of axe (all of its rules) over both colour
schemes, two widths, forced colours, 320 pixels and a zoom of 200 %; how far its parts shift while it loads,
on two widths; the longest task of its scripts after it has loaded; and where it is wider than the window. The
same for links into documents, to the passage that was found, without axe. axe comes from npm, or from a file.
With --pictures, each page is photographed in both schemes on three widths.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.results_page import WATCH
from benchmarks.sites import PAGES, Shown, sites
from tests.e2e.conftest import FLAGS, NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_AXE = "axe-core@4"
_SEEN = """() => {
  const [{loadEventEnd}] = performance.getEntriesByType("navigation");
  const late = window.long.filter(({startTime}) => startTime > loadEventEnd).map(({duration}) => duration);
  return [window.shift, Math.max(0, ...late)];
}"""
_OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FINDINGS = """async () => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"]});
  return violations.flatMap(({id, nodes}) => nodes.map(({target}) => `${id}: ${target.join(" ")}`));
}"""
# Answers in snippets, and what the pane shows, come after a page has loaded.
WATCHED_MS = 1200
_PATIENCE_MS = 120_000
_QUERIES = ("bread", "water in the garden", "night train", "fix a flat tyre", "a letter of thanks")


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    forced: Literal["active", "none"] = "none"
    scale: int = 1


_LOOKS = (
    Look("light, 1440", 1440, 900),
    Look("dark, 1440", 1440, 900, "dark"),
    Look("light, 390", 390, 844),
    Look("dark, 390", 390, 844, "dark"),
    Look("forced colours", 1440, 900, "dark", "active"),
    Look("320", 320, 640),
    Look("zoom of 200 %", 720, 450, scale=2),
)
_PICTURES = tuple(
    Look(f"{scheme}-{width}", width, height, scheme)
    for scheme in ("light", "dark")
    for width, height in ((1920, 1080), (1440, 900), (390, 844))
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"default: all, {', '.join(PAGES)}")
    parser.add_argument("--axe", type=Path, help="axe.min.js (default: the newest 4.x from npm)")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="only photograph the pages")
    parser.add_argument("--links", type=int, default=20, help="links into documents that are followed")
    options = parser.parse_args()
    names = options.pages or list(PAGES)
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        axe = "" if options.pictures else _axe(options.axe, Path(temporary))
        with sites(Path(temporary)) as addresses, _chromium() as browser:
            if options.pictures:
                _photograph(browser, addresses, names, options.pictures)
                return
            print(
                "| page | findings of axe | layout shift | longest task | too wide |\n|---|---|---|---|---|",
                flush=True,
            )
            for name in names:
                _print(name, *_measured(browser, addresses, PAGES[name], axe))
            for link in _links(browser, addresses["full"], options.links):
                _print(
                    re.sub(r"(/doc/.{4}).*[?]", r"\1…?", link),
                    *_measured(browser, addresses, Shown(link), ""),
                )


def _axe(given: Path | None, scratch: Path) -> str:
    if given is None:
        subprocess.run(["npm", "pack", "--silent", _AXE], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(scratch.glob("axe-core-*.tgz"))) as archive:
            archive.extract("package/axe.min.js", scratch, filter="data")
        given = scratch / "package/axe.min.js"
    return given.read_text(encoding="utf-8")


@contextmanager
def _chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, NAMES)), None)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


@contextmanager
def _opened(browser: Browser, addresses: dict[str, str], shown: Shown, look: Look) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        device_scale_factor=look.scale,
        color_scheme=look.scheme,
        forced_colors=look.forced,
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(addresses[shown.site] + shown.address)
    yield page
    context.close()


def _measured(
    browser: Browser, addresses: dict[str, str], shown: Shown, axe: str
) -> tuple[list[str], list[float], float, list[str]]:
    """The findings, the shifts on each width, the longest task in ms, and the looks that are too wide."""
    findings, shifts, longest, wide = [], [], 0.0, []
    for look in _LOOKS if axe else (_LOOKS[0], _LOOKS[2]):
        with _opened(browser, addresses, shown, look) as page:
            if look in (_LOOKS[0], _LOOKS[2]):
                page.wait_for_timeout(WATCHED_MS)
                shift, task = page.evaluate(_SEEN)
                shifts.append(shift)
                longest = max(longest, task)
            shown.gesture(page)
            if page.evaluate(_OVER) > 0:
                wide.append(look.name)
            if axe:
                page.wait_for_load_state("networkidle")
                page.evaluate(axe)
                findings += [f"{look.name}: {each}" for each in page.evaluate(_FINDINGS)]
    return findings, shifts, longest, wide


def _print(
    name: str, findings: Sequence[str], shifts: Sequence[float], longest: float, wide: Sequence[str]
) -> None:
    moved = ", ".join(f"{each:.3f}" for each in shifts)
    task = f"{longest:.0f} ms" if longest else "none over 50 ms"
    print(f"| {name} | {len(findings)} | {moved} | {task} | {', '.join(wide) or 'no'} |", flush=True)
    for each in findings:
        print(f"    {each}", flush=True)


def _links(browser: Browser, site: str, number: int) -> list[str]:
    """Links to passages of different documents."""
    found: dict[str, Any] = {}
    page = browser.new_page()
    for query in _QUERIES:
        page.goto(f"{site}/?q={query}")
        for link in page.locator(".hit .snippet").evaluate_all(
            "all => all.map((each) => each.getAttribute('href'))"
        ):
            found.setdefault(link.partition("?")[0], link)
    page.close()
    return list(found.values())[:number]


def _photograph(browser: Browser, addresses: dict[str, str], names: Sequence[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        for look in _PICTURES:
            with _opened(browser, addresses, PAGES[name], look) as page:
                PAGES[name].gesture(page)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name.replace(', ', '-').replace(' ', '-')}-{look.name}.png")
    print(f"{len(names) * len(_PICTURES)} pictures in {folder}")


if __name__ == "__main__":
    main()
