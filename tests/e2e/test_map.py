"""The map in a real browser, over a library on real Redis: an area that is drawn becomes a filter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.run import Options, ingest
from semsearch.cli.show_ingest import Silent
from semsearch.explore.explorer import Explorer
from semsearch.explore.maps import keep_maps
from semsearch.explore.vectors import LibraryVectors
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.e2e.serving import running
from tests.fakes import FakeModels, picture
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.e2e.conftest import Troubles

pytestmark = pytest.mark.e2e

# Where the texts lie on the map.
PLACES = {
    "owls.txt": (0.25, 0.25),
    "geese.txt": (0.3, 0.3),
    "ships.txt": (0.75, 0.75),
    "bread.txt": (0.7, 0.3),
}


@pytest.fixture
def url(settings: Settings, tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "folder"
    for name in PLACES:
        file = folder / ("birds" if name in ("owls.txt", "geese.txt") else "things") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{name.removesuffix('.txt')} are told about here.")
    picture(folder / "red.png", "red")
    store, models = Store.open(settings), FakeModels()
    ingest([folder], settings, store, models, Silent(), Options())  # type: ignore[arg-type]
    keep_maps(store, LibraryVectors(store))
    docs = {record.path.rpartition("/")[2]: record.doc for record in store.ledger}
    store.explored.put([(docs[name], {"x": x, "y": y}) for name, (x, y) in PLACES.items()])
    store.explored.put([(docs["owls.txt"], {"topic": "Birds"}), (docs["geese.txt"], {"topic": "Birds"})])
    searcher = Searcher(store, models, home=settings.home)  # type: ignore[arg-type]
    with running(create_app(settings, searcher, Explorer(store))) as url:
        yield url
    store.close()


def opened(page: Page, url: str) -> Locator:
    """The map, once it is drawn."""
    page.goto(url)
    page.locator("#map[data-drawn]").wait_for(state="attached")
    return page.locator("#map-over")


def at(over: Locator, x: float, y: float) -> tuple[float, float]:
    """Where a place of the whole map is in the window."""
    box = over.bounding_box()
    assert box is not None
    side = min(box["width"], box["height"])
    return (
        box["x"] + box["width"] / 2 + (x - 0.5) * side,
        box["y"] + box["height"] / 2 + (y - 0.5) * side,
    )


def dragged(page: Page, over: Locator, *places: tuple[float, float]) -> None:
    page.mouse.move(*at(over, *places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*at(over, *place), steps=4)
    page.mouse.up()


def listed(page: Page) -> set[str]:
    found = page.locator("#listed tbody .path").all_inner_texts()
    return {each.rpartition("/")[2] for each in found}


def test_a_rectangle_that_is_drawn_is_a_filter(url: str, page: Page) -> None:
    from playwright.sync_api import expect

    over = opened(page, f"{url}/map?map=texts")
    assert listed(page) == {*PLACES}
    page.keyboard.down("Shift")
    dragged(page, over, (0.1, 0.1), (0.45, 0.45))
    page.keyboard.up("Shift")
    page.wait_for_url(re.compile(r"area=texts"))
    page.locator("#map[data-drawn]").wait_for(state="attached")
    assert listed(page) == {"owls.txt", "geese.txt"}
    expect(page.get_by_role("list", name="Filters in use")).to_contain_text("In an area of the map")
    page.get_by_role("link", name="Show as a list").click()
    expect(page.locator("#hits").get_by_role("article")).to_have_count(2)


def test_a_lasso_is_drawn_by_its_button_and_keeps_the_search(url: str, page: Page) -> None:
    over = opened(page, f"{url}/map?map=texts&path=things/")
    page.get_by_role("button", name="Lasso").click()
    dragged(page, over, (0.6, 0.6), (0.9, 0.6), (0.9, 0.9), (0.6, 0.9), (0.6, 0.62))
    page.wait_for_url(re.compile(r"area=texts"))
    assert "path=things" in page.url
    assert listed(page) == {"ships.txt"}


def test_the_simplified_lasso_keeps_its_shape_and_has_few_corners(url: str, page: Page) -> None:
    opened(page, f"{url}/map?map=texts")
    few, inside = page.evaluate(
        """async () => {
            const { simplified, isInside } = await import(document.querySelector("#map").dataset.shapes);
            const wave = (n) => 0.3 + 0.05 * Math.sin(n / 7);
            const corners = Array.from({length: 900}, (_, n) => {
                const turn = (n / 900) * 2 * Math.PI;
                return [0.5 + wave(n) * Math.cos(turn), 0.5 + wave(n) * Math.sin(turn)];
            });
            const few = simplified(corners);
            let same = 0;
            for (let x = 0.05; x < 1; x += 0.05) for (let y = 0.05; y < 1; y += 0.05)
                same += isInside(corners, x, y) === isInside(few, x, y);
            return [few.length, same / 361];
        }"""
    )
    assert few <= 60
    assert inside > 0.93


def test_names_cover_no_others_and_few_points_and_a_phone_shows_fewer(url: str, page: Page) -> None:
    opened(page, f"{url}/map?map=texts")
    wide, phone = page.evaluate(
        """async () => {
            const { Drawing } = await import(document.querySelector("#map").dataset.drawing);
            const { View } = await import(document.querySelector("#map").dataset.shapes);
            const canvas = document.createElement("canvas");
            const at = (n) => [0.618 * n, 0.382 * n + 0.07 * (n >> 3)].map((each) => 0.1 + 0.8 * (each % 1));
            const group = (n) => Array.from({length: 40}, (_, k) => at(n).map((each, axis) =>
                each + 0.03 * (axis ? Math.sin(k) : Math.cos(k))));
            const points = Array.from({length: 30}, (_, n) => group(n)).flat();
            const named = (n) => ({name: `The topic ${n}`, x: at(n)[0], y: at(n)[1]});
            const names = Array.from({length: 30}, (_, n) => named(n));
            return [[900, 600], [360, 400]].map((size) => {
                const drawing = new Drawing(canvas, canvas);
                const view = new View(...size);
                const dots = drawing.sample({x: points.map(([x]) => x), y: points.map(([, y]) => y)}, view);
                return drawing.placed(canvas.getContext("2d"), names, dots, [], view).map(({ to }) => ({
                    box: to.box, line: to.line,
                    covers: dots.filter(([x, y]) =>
                        x > to.box[0] && x < to.box[2] && y > to.box[1] && y < to.box[3]).length,
                }));
            });
        }"""
    )
    assert 3 <= len(phone) < len(wide) <= 30
    for names in (wide, phone):
        assert all(each["covers"] <= 8 for each in names)
        for each in names:
            left, top, right, bottom = each["box"]
            for other in names:
                if other is not each:
                    assert not (left < other["box"][2] and other["box"][0] < right
                                and top < other["box"][3] and other["box"][1] < bottom)  # fmt: skip
                    assert not any(left < x < right and top < y < bottom for x, y in other["line"])
    assert any(each["line"] for each in wide)


def test_the_map_is_moved_and_enlarged_by_keys_and_what_is_shown_is_a_filter(url: str, page: Page) -> None:
    over = opened(page, f"{url}/map?map=texts")
    over.focus()
    for _ in range(3):
        page.keyboard.press("+")
    for key in ("ArrowRight", "ArrowDown"):
        for _ in range(6):
            page.keyboard.press(key)
    page.get_by_role("button", name="What is shown").press("Enter")
    page.wait_for_url(re.compile(r"area=texts"))
    assert listed(page) == {"ships.txt"}
    # The page of the area shows the same part of the map, and has the focus there.
    page.locator("#map[data-drawn]").wait_for(state="attached")
    assert page.evaluate("document.activeElement.id") == "map-over"


def test_enter_shows_the_document_in_the_middle_and_opens_it(url: str, page: Page) -> None:
    from playwright.sync_api import expect

    over = opened(page, f"{url}/map?map=texts")
    over.focus()
    page.keyboard.press("Enter")
    about = page.locator("#map-about")
    expect(about).to_be_visible()
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    expect(over).to_be_focused()
    page.keyboard.press("Enter")
    expect(about.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/doc/"))


def test_the_pointer_shows_what_lies_there_and_a_click_opens_it(url: str, page: Page) -> None:
    from playwright.sync_api import expect

    over = opened(page, f"{url}/map?map=texts")
    page.mouse.move(*at(over, 0.25, 0.25))
    expect(page.locator("#map-about")).to_contain_text("owls.txt")
    page.mouse.click(*at(over, 0.25, 0.25))
    expect(page.locator("body")).to_contain_text("owls are told about here.")


def test_a_click_on_a_document_that_is_gone_opens_no_other(url: str, page: Page, troubles: Troubles) -> None:
    troubles.allow("404")
    over = opened(page, f"{url}/map?map=texts")
    page.mouse.move(*at(over, 0.25, 0.25))
    page.locator("#map-about a").first.wait_for()
    page.route("**/map/about/**", lambda route: route.fulfill(status=404, body="gone"))
    with page.expect_response("**/map/about/**"):
        page.mouse.click(*at(over, 0.75, 0.75))
    page.locator("#map-about").wait_for(state="hidden")
    page.wait_for_timeout(300)
    assert "/map" in page.url


def test_a_wheel_enlarges_what_is_under_the_pointer_and_a_drag_moves_it(url: str, page: Page) -> None:
    from playwright.sync_api import expect

    over = opened(page, f"{url}/map?map=texts")
    x, y = at(over, 0.75, 0.75)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -600)
    page.mouse.move(x + 1, y)
    expect(page.locator("#map-about")).to_contain_text("ships.txt")
    page.mouse.move(x + 60, y)
    page.mouse.down()
    page.mouse.move(x - 20, y, steps=5)
    page.mouse.up()
    page.mouse.move(x - 80, y)
    expect(page.locator("#map-about")).to_contain_text("ships.txt")


def test_hits_of_the_search_light_up(url: str, page: Page) -> None:
    from playwright.sync_api import expect

    opened(page, f"{url}/map?map=texts&path=birds/")
    expect(page.locator("#map-lit")).to_have_text("2 hits light up.")


def test_colours_have_a_legend_that_leads_to_their_documents(url: str, page: Page) -> None:
    from playwright.sync_api import expect

    opened(page, f"{url}/map?map=texts")
    legend = page.get_by_role("list", name="Topic")
    expect(legend).to_contain_text("Birds 2")
    page.get_by_label("Colour").select_option("path")
    expect(legend).to_be_hidden()
    page.get_by_role("list", name="Folder").get_by_role("link", name="things 2").click()
    expect(page.locator("#hits").get_by_role("article")).to_have_count(2)


def test_without_scripts_the_tables_show_the_map(url: str, browser: object) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{url}/map?map=texts")
    assert listed(page) == {*PLACES}
    page.locator(".map-ninths a").first.click()
    assert listed(page) < {*PLACES}
    assert page.locator(".map-canvas").is_hidden()
    context.close()
