"""Every page of the application, and servers that show it: over a library, an empty one, and in trouble."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.running import installation
from semsearch.progress import Phase, RunProgress
from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, without_redis
from tests.model_servers import small_model
from tests.passwords import keep_password
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SAMPLES = Path(__file__).parents[1] / "samples" / "library"
_LAST_DAY = datetime(2026, 11, 24, 18, 30)
_RUN = RunProgress(Phase.READ, files=1204, found=20_000, seconds_left=170, updated=1.0)
_TABLE = "Month,Rent,Food,Travel\n" + "".join(f"{n},{900 + n},{410 - 7 * n},{35 * n}\n" for n in range(1, 40))
# What a saved search and a search of before leave in the browser.
_KEPT = """() => {
  localStorage.setItem("semsearch.saved", JSON.stringify([{name: "bread", address: "/?q=bread"}]));
  localStorage.setItem("semsearch.searches", JSON.stringify(["bread", "sailing boat"]));
}"""


@dataclass(frozen=True)
class Shown:
    """A page: the server that has it, its address, and what is done on it first."""

    address: str
    site: str = "full"
    gesture: Callable[[Page], object] = lambda _: None


def _found(query: str, **narrowed: str | int) -> str:
    return f"/?{urlencode({'q': query, **narrowed})}"


def _opened(file: str) -> Shown:
    """The page of the document that is found by its name."""

    def go(page: Page) -> None:
        page.goto(
            page.locator(".hit", has=page.locator(f"[title$='{file}']"))
            .locator(":is(h2 a, .tile-picture)")
            .first.evaluate("a => a.href")
        )

    return Shown(_found(file), gesture=go)


def _type_in_box(page: Page) -> None:
    page.locator("#q").fill("ligh")
    page.locator("#suggestions [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")


def _open_viewer(page: Page) -> None:
    page.locator(".tile-picture, .hit-thumb").first.click()
    page.locator(".viewer-picture img").wait_for()
    page.keyboard.press("i")


def _open_filters(page: Page) -> None:
    page.locator("#filters > summary").click()
    for summary in page.locator("#filters details summary").all():
        summary.click()


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")


def _select(page: Page) -> None:
    page.locator(".pick").first.click()


def _save(page: Page) -> None:
    page.evaluate(_KEPT)
    page.reload()


def _save_by_name(page: Page) -> None:
    page.goto(page.url.replace("/saved", "/?q=bread"))
    page.locator("#save-search > summary").click()
    page.locator("#save-search [value=save]").click()
    page.locator("#save-search[data-saved]").wait_for()
    page.goto(page.url.partition("/?")[0] + "/saved")
    page.locator(".saved-list summary").first.click()


def _name_search(page: Page) -> None:
    page.locator("#save-search > summary").click()


def _like(page: Page) -> None:
    page.goto(page.url.replace("/for-you", "/?q=bread"))
    liked = page.locator(".mark[aria-pressed=true]")
    if not liked.count():  # it stays liked from look to look
        page.locator(".mark").first.click()
    liked.first.wait_for()
    page.goto(page.url.partition("/?")[0] + "/for-you")


def _forget_hearts(page: Page) -> None:
    _like(page)
    page.goto(page.url.replace("/for-you", "/?q=bread"))
    liked = page.locator(".mark[aria-pressed=true]")
    while number := liked.count():
        liked.first.click()
        page.wait_for_function(
            "number => document.querySelectorAll('.mark[aria-pressed=true]').length < number", arg=number
        )
    page.goto(page.url.partition("/?")[0] + "/for-you")


def _drawn_map(page: Page) -> None:
    page.locator("#map[data-drawn]").wait_for(state="attached")


def _in_the_middle(page: Page) -> None:
    _drawn_map(page)
    page.locator("#map-over").focus()
    page.keyboard.press("Enter")
    page.locator("#map-about a").wait_for()


def _choose_time(page: Page) -> None:
    if (folded := page.locator(".fold summary")).is_visible():
        folded.click()
    page.locator(".histogram svg").focus()
    page.keyboard.press("Shift+ArrowLeft")


def _wrong_password(page: Page) -> None:
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()


PAGES = {
    "home": Shown("/"),
    "home, saved searches": Shown("/", gesture=_save),
    "home, first run": Shown("/", "first run"),
    "home, empty library": Shown("/", "empty"),
    "suggestions": Shown("/", gesture=_type_in_box),
    "help": Shown("/", gesture=lambda page: page.locator("button[popovertarget=help]").first.click()),
    "results": Shown(_found("bread")),
    "results, all open": Shown(_found("sailing boat", limit=60), gesture=_open_all),
    "results, selected": Shown(_found("bread"), gesture=_select),
    "results, pictures": Shown(_found("a boat on the sea", kind="image")),
    "results, like": Shown(_found("boat"), gesture=lambda page: page.locator("#hits .like").first.click()),
    "results, filters": Shown(_found("water", kind="text", when="2019 to 2024", path="garden/")),
    "results, time by keys": Shown(_found("water"), gesture=_choose_time),
    "results, menu": Shown(_found("water"), gesture=_open_filters),
    "results, invalid": Shown(_found("water", min_size="huge")),
    "results, nothing": Shown(_found("water", path="nowhere/")),
    "results, nothing clear": Shown(_found("zorblatt frimpkin quux")),
    "results, empty library": Shown(_found("water"), "empty"),
    "results, first run": Shown(_found("water"), "first run"),
    "viewer": Shown(_found("lighthouse", kind="image"), gesture=_open_viewer),
    "document, text": _opened("canal.txt"),
    "document, Markdown": _opened("sourdough.md"),
    "document, web page": _opened("dal.html"),
    "document, code": _opened("moon_phase.py"),
    "document, PDF": _opened("bicycle-workshop.pdf"),
    "document, table": _opened("budget.csv"),
    "document, picture": _opened("lighthouse.png"),
    "document, failed": _opened("insurance.pdf"),
    "map": Shown("/map?map=together", gesture=_drawn_map),
    "map, document": Shown("/map?map=pictures", gesture=_in_the_middle),
    "map, search": Shown(
        f"/map?{urlencode({'q': 'boat', 'map': 'texts', 'area': 'texts:0,0,0.6,0.6'})}", gesture=_drawn_map
    ),
    "labels": Shown("/labels"),
    "label": Shown("/labels/Food"),
    "label, sentiment": Shown("/labels/positive", gesture=_open_all),
    "browse": Shown("/browse"),
    "browse, grid": Shown("/browse?view=grid"),
    "browse, folder": Shown("/browse?path=garden/&order=name"),
    "copies": Shown("/copies", gesture=_open_all),
    "copies, alike": Shown("/copies?alike=1"),
    "odd": Shown("/odd"),
    "odd, far": Shown("/odd?what=far"),
    "results, save": Shown(_found("bread"), gesture=_name_search),
    "saved searches": Shown("/saved", gesture=_save_by_name),
    "for you": Shown("/for-you", gesture=_like),
    "for you, nothing marked": Shown("/for-you", gesture=_forget_hearts),
    "topics": Shown("/topics", gesture=_open_all),
    "library": Shown("/status", gesture=_open_all),
    "how it changes": Shown("/health", gesture=_open_all),
    "library, run": Shown("/status", "first run"),
    "API": Shown("/api/docs"),
    "answer": Shown(f"/answer?{urlencode({'q': 'what makes bread rise'})}"),
    "log in": Shown("/login", "log in"),
    "log in, wrong": Shown("/login", "log in", _wrong_password),
    "error": Shown("/nowhere"),
    "error, Redis": Shown("/", "trouble"),
}


@contextmanager
def sites(home: Path) -> Iterator[dict[str, str]]:
    """Servers for all pages; yields their addresses by their names."""
    with ExitStack() as stack:
        model = stack.enter_context(
            small_model(lambda _: "Bread rises by the gas of yeast [1]. Heat sets it [2].")
        )
        installed = stack.enter_context(
            installation(home / "full", SEMSEARCH_ASK_URL=model.url, SEMSEARCH_OCR="off")
        )
        installed.run("ingest", str(folder := _library(home)))
        installed.run("label", "add", "--preset", "sentiment")
        installed.run("label", "add", "Food", *map(str, sorted((folder / "recipes").glob("*.md"))[:3]))
        stack.enter_context(installed.serving(quiet=True))
        found = {"full": f"http://127.0.0.1:{installed.port}"}
        keep_password(home / "log in")
        for name, library in {
            "empty": MemoryLibrary(last_run={}),
            "first run": MemoryLibrary(run=_RUN, last_run={}),
            "trouble": without_redis(),
            "log in": MemoryLibrary(),
        }.items():
            found[name] = stack.enter_context(running(create_app(Settings(home=home / name), library)))
        yield found


def _library(home: Path) -> Path:
    """The sample library with a table, and a file that cannot be read; the files are of many years."""
    folder = home / "library"
    shutil.copytree(_SAMPLES, folder)
    (folder / "household/budget.csv").write_text(_TABLE)
    (folder / "household/insurance.pdf").write_bytes(b"%PDF-1.7\n")
    drawn = random.Random(11)
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        day = _LAST_DAY - timedelta(days=int(3400 * drawn.random() ** 2))
        os.utime(file, (day.timestamp(), day.timestamp()))
    return folder
