"""Reading in a real browser: the preview, the bar of a document, and the picture viewer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from semsearch.folders import remember_folders
from semsearch.records import Box
from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, picture
from tests.pdfs import make_pdf
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

pytestmark = pytest.mark.e2e

TREES = (
    "# Trees\n\n"
    + "Willows *bend* in the wind.\n\n" * 80
    + "## Roots\n\n- Roots drink water.\n\n"
    + "End.\n\n" * 80
)


def add_pdf(library: MemoryLibrary, file: Path, pages: dict[int, str], indexed: list[int]) -> None:
    file.write_bytes(make_pdf(*([text] for text in pages.values())))
    doc = library.add(file.parent, file.name, media_type="application/pdf", title=file.stem)
    view = library.views[doc]
    passages = [
        replace(view.passages[0], n=n, content=pages[page], page=page, title=file.stem, start=100 * n)
        for n, page in enumerate(indexed)
    ]
    library.views[doc] = replace(view, passages=tuple(passages))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("folder")
    library = MemoryLibrary()
    (root / "trees.md").write_text(TREES)
    library.add(root, "trees.md", media_type="text/markdown")
    add_pdf(library, root / "manual.pdf", {1: "The first page.", 2: "Pumps move water up."}, indexed=[2])
    add_pdf(
        library, root / "metals.pdf", {1: "Zinc. More zinc.", 2: "Tin.", 3: "Zinc again."}, indexed=[1, 2, 3]
    )
    add_pdf(library, root / "cobalt.pdf", {1: "Cobalt is blue."}, indexed=[1])
    (root / "cobalt.pdf").write_bytes(make_pdf(["Cobalt: a report.", "", "", "Cobalt is blue."]))
    rows = [f"Tenant: T{n}; Rent: {900 + n}" for n in range(80)]
    (root / "flats.csv").write_text("Tenant,Rent\n" + "".join(f"T{n},{900 + n}\n" for n in range(80)))
    doc = library.add(root, "flats.csv", title="flats")
    first = library.views[doc].passages[0]
    passages = [replace(first, n=n, content=row, start=100 * n, title="flats") for n, row in enumerate(rows)]
    library.views[doc] = replace(library.views[doc], passages=tuple(passages))
    for name, colour in (("red", (200, 30, 30)), ("blue", (30, 30, 200)), ("green", (30, 200, 30))):
        (root / f"{name}.png").write_bytes(picture(colour))
        library.add(root, f"{name}.png", title=f"A {name} png")
    library.boxes["png"] = Box(0.25, 0.5, 0.75, 1.0)
    home = tmp_path_factory.mktemp("home")
    remember_folders(home, [str(root)])
    with running(create_app(Settings(home=home), library)) as url:
        yield url


def test_the_preview_shows_the_chosen_hit_at_what_was_found(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/?q=water")
    pane = page.locator("#preview")
    page.locator(".hit", has_text="Trees").locator("h2 a").focus()
    mark = pane.locator("mark", has_text="water")
    mark.wait_for()
    assert pane.locator("em", has_text="bend").count() > 0
    inside = "([pane, mark]) => pane.getBoundingClientRect().bottom > mark.getBoundingClientRect().bottom"
    assert page.evaluate(inside, [pane.element_handle(), mark.element_handle()])
    assert page.evaluate("scrollY") == 0
    page.locator(".hit", has_text="manual").locator("h2 a").focus()
    pane.locator(".sheet-frame").wait_for()
    assert pane.locator(".sheet img").evaluate("(each) => each.decode().then(() => each.naturalWidth)") > 1000
    # The text can be selected, and a page is turned in the pane.
    pane.locator("text", has_text="Pumps").evaluate("(each) => getSelection().selectAllChildren(each)")
    assert page.evaluate("getSelection().toString().trim()") == "Pumps move water up."
    page.evaluate("getSelection().empty()")
    pane.get_by_role("link", name="Previous page").click()
    pane.locator("text", has_text="The first page.").wait_for()
    assert page.url.endswith("/?q=water")


def test_the_bar_of_a_document_stays_and_leads_on_by_keys(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=water")
    page.locator(".hit", has_text="Trees").locator(".snippet").first.press("Enter")
    page.wait_for_url("**/doc/**")
    title = page.get_by_role("heading", level=1, name="Trees")
    answer = page.locator(".doc-content .answer")
    for shown in (title, answer):
        box = shown.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 700
    assert page.locator("#matches output").inner_text() == "Matches: 1"
    page.keyboard.press("n")
    assert page.locator("mark.current-match").inner_text() == "water"
    assert page.locator("#matches output").inner_text() == "1 of 1"
    number = page.locator("#neighbours span").inner_text()
    assert number in ("Result 1", "Result 2")
    page.keyboard.press("j" if number == "Result 1" else "k")
    page.get_by_role("heading", level=1, name="manual").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_url("**/?q=water#hit-*")
    page.locator(".hit[aria-current]", has_text="manual").wait_for()


def test_more_and_less_like_what_is_read_move_the_search_in_place(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/?q=png+pumps&order=name")
    page.evaluate("window.isSame = true")
    viewer, pane = page.locator("#viewer"), page.locator("#preview")
    examples = page.get_by_role("list", name="Examples").locator(".example")
    page.locator(".hit", has_text="A blue png").locator("h2 a").focus()
    pane.locator("h2", has_text="A blue png").wait_for()
    pane.get_by_role("link", name="More like this").press("Enter")
    page.wait_for_url("**/?q=png+pumps&like=*&order=name")
    expect(examples).to_have_count(1)
    expect(page.locator("main")).to_be_focused()
    page.locator(".hit", has_text="A red png").locator(".hit-thumb, .tile-picture").click()
    viewer.locator(".viewer-picture img").wait_for()
    page.keyboard.press("i")
    viewer.get_by_role("link", name="Less like this").press("Enter")
    page.wait_for_url("**/?q=png+pumps&like=*&unlike=*&order=name")
    expect(viewer).to_be_hidden()
    expect(examples).to_have_count(2)
    expect(page.locator("main")).to_be_focused()
    page.go_back()
    expect(examples).to_have_count(1)
    page.go_back()
    expect(examples).to_have_count(0)
    assert page.evaluate("window.isSame"), "the page was loaded anew"


def test_the_path_of_what_is_read_is_copied_from_the_document_the_pane_and_the_viewer(
    page: Page, url: str
) -> None:
    from playwright.sync_api import expect

    def copied(within: Locator) -> Path:
        copy = within.get_by_role("button", name="Copy path")
        copy.press("Enter")
        expect(within.locator("[role=status]", has_text="Copied")).to_be_attached()
        expect(copy).to_be_focused()
        return Path(page.evaluate("navigator.clipboard.readText()"))

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/?q=png+pumps")
    hit = page.locator(".hit", has_text="A blue png")
    hit.locator("h2 a").click()
    page.locator("#preview h2", has_text="A blue png").wait_for()
    blue = copied(page.locator("#preview"))
    assert blue.is_absolute()
    assert (blue.name, blue.is_file()) == ("blue.png", True)
    hit.locator(".hit-thumb").click()
    page.locator("#viewer .viewer-picture img").wait_for()
    page.keyboard.press("i")
    # Nothing outside the viewer can have the focus, which the command of old needs.
    page.evaluate(
        """async () => {
            await navigator.clipboard.writeText("");
            navigator.clipboard.writeText = () => Promise.reject(new Error("forbidden"));
        }"""
    )
    assert copied(page.locator("#viewer")) == blue
    page.goto(page.url)
    assert copied(page.locator("main")) == blue


def test_the_first_match_of_a_page_is_the_one_in_the_passage_that_was_found(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=cobalt")
    page.locator(".hit h2 a").first.press("Enter")
    page.wait_for_url("**/doc/**")
    page.locator(".sheet-frame").wait_for()
    page.keyboard.press("n")
    assert page.locator("#matches output").inner_text() == "2 of 2"


def test_the_head_of_a_table_stays_in_sight_and_has_the_only_match_of_a_name(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/?q=rent+970")
    preview = page.locator("#preview .rows")
    preview.wait_for()
    expect(preview.get_by_role("columnheader", name="Rent")).to_be_in_viewport()
    address = page.locator(".hit h2 a").first.evaluate("a => a.href")
    page.goto(re.sub(r"passage=\d+#p\d+", "passage=70#p70", address))
    expect(page.locator("#matches output")).to_have_text("Matches: 2")
    expect(page.get_by_role("cell", name="970", exact=True)).to_be_in_viewport()
    expect(page.get_by_role("cell", name="900", exact=True)).not_to_be_in_viewport()
    expect(page.get_by_role("columnheader", name="Rent")).to_be_in_viewport()
    bar, head = (page.locator(each).bounding_box() for each in (".doc-bar", ".rows thead"))
    assert bar is not None
    assert head is not None
    assert bar["y"] + bar["height"] <= head["y"]
    page.keyboard.press("n")
    expect(page.locator(".current-match")).to_have_text("970")


def test_the_keys_for_matches_go_on_to_other_pages_of_a_pdf_and_back(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/?q=zinc")
    page.locator(".hit h2 a").first.press("Enter")
    page.wait_for_url("**/doc/**")
    said, turned = page.locator("#matches output"), page.locator(".sheet-pages span").first
    for key, says, number in (
        ("n", "1 of 2 on this page", 1),
        ("n", "2 of 2 on this page", 1),
        ("n", "1 of 1 on this page", 3),
        ("N", "2 of 2 on this page", 1),
        ("N", "1 of 2 on this page", 1),
        ("N", "1 of 1 on this page", 3),
        ("n", "1 of 2 on this page", 1),
    ):
        page.keyboard.press(key)
        expect(said).to_have_text(says)
        expect(turned).to_have_text(f"Page {number} of 3")
        expect(page.locator(".sheet-mark.current-match")).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.wait_for_url("**/?q=zinc#hit-*")


def test_nothing_moves_while_a_deep_link_loads(page: Page, url: str) -> None:
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((each) => {"
        " window.shift += each.value; })).observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(f"{url}/?q=water")
    for name in ("Trees", "manual"):
        address = page.locator(".hit", has_text=name).locator(".snippet").first.get_attribute("href")
        page.goto(f"{url}{address}", wait_until="networkidle")
        assert page.evaluate("window.shift") < 0.05
        page.goto(f"{url}/?q=water")


def test_the_picture_viewer_turns_zooms_and_has_an_address(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=png&kind=image", wait_until="networkidle")
    tiles = page.locator(".tile")
    names = tiles.locator("h2").all_inner_texts()
    tiles.locator(".tile-picture").first.click()
    viewer = page.locator("#viewer")
    image, part = viewer.locator(".viewer-picture img"), viewer.locator(".doc-part rect")
    image.wait_for()
    # The picture (400 by 300) fills the height of the stage. The outline is in the middle of its lower half.
    whole, outlined = image.bounding_box(), part.bounding_box()
    assert whole
    assert outlined
    scale = whole["height"] / 300
    assert 2 < scale < 3
    assert outlined["width"] == pytest.approx(200 * scale, abs=4)
    assert outlined["x"] + outlined["width"] / 2 == pytest.approx(whole["x"] + whole["width"] / 2, abs=3)
    assert outlined["y"] - whole["y"] == pytest.approx(150 * scale, abs=3)
    page.keyboard.press("o")
    assert not part.is_visible()
    assert viewer.locator(".viewer-name").inner_text() == names[0]
    assert "/doc/" in page.url
    page.keyboard.press("ArrowRight")
    viewer.get_by_role("link", name=names[1], exact=True).first.wait_for()
    assert viewer.locator("output").inner_text() == f"2 of {len(names)}"
    page.keyboard.press("i")
    viewer.get_by_text("400 × 300").wait_for()
    viewer.get_by_role("link", name="More like this").focus()
    page.keyboard.press("i")
    assert page.evaluate("document.activeElement.name") == "facts"
    page.keyboard.press("+")
    picture = viewer.locator(".viewer-picture")
    assert "translate(0px, 0px) scale(1.5)" in (picture.get_attribute("style") or "")
    page.keyboard.press("ArrowRight")  # it moves what is larger than the window
    assert "translate(-" in (picture.get_attribute("style") or "")
    page.keyboard.press("-")
    viewer.get_by_role("button", name="Next picture").press("Enter")
    assert viewer.locator("output").inner_text() == f"3 of {len(names)}"
    assert page.evaluate("document.activeElement.name") == "previous"
    page.keyboard.press("Enter")
    viewer.get_by_role("link", name=names[1], exact=True).first.wait_for()
    shared = page.url
    page.keyboard.press("Escape")
    page.wait_for_url("**/?q=png&kind=image")
    assert page.evaluate("document.activeElement.closest('.tile').querySelector('h2').innerText") == names[1]
    assert page.title() == "png · semsearch"
    page.goto(shared)
    page.get_by_role("heading", level=1, name=names[1]).wait_for()


def test_the_picture_viewer_goes_on_to_the_next_page_of_pictures_and_back(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/?q=png&kind=image&limit=2")
    page.evaluate("window.isSame = true")
    viewer = page.locator("#viewer")
    said, name = viewer.locator("output"), viewer.locator(".viewer-name")
    further = viewer.get_by_role("button", name="Next picture")
    second = page.locator(".tile").nth(1)
    names = [second.locator("h2").inner_text()]
    second.get_by_role("checkbox").check()
    second.locator(".tile-picture").click()
    expect(said).to_have_text("2 of 3")
    expect(further).to_be_hidden()  # another page would lose what is selected
    page.keyboard.press("Escape")
    second.get_by_role("checkbox").uncheck()
    second.locator(".tile-picture").click()
    expect(said).to_have_text("2 of 3")
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("3 of 3")
    viewer.locator(".viewer-picture img").wait_for()
    names.append(name.inner_text())
    assert names[0] != names[1]
    expect(further).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("offset=2"))
    assert page.locator(".tile h2").all_inner_texts() == [names[1]]
    assert page.evaluate("document.activeElement.closest('.tile') !== null")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    expect(name).to_have_text(names[0])
    expect(said).to_have_text("2 of 3")
    page.go_back()
    expect(viewer).to_be_hidden()
    expect(page).to_have_url(re.compile("limit=2$"))
    expect(page.locator(".tile h2").nth(1)).to_have_text(names[0])
    page.go_back()
    expect(page.locator(".tile")).to_have_count(1)
    assert page.evaluate("window.isSame"), "the page was loaded anew"


def test_a_page_of_pictures_that_is_still_fetched_is_given_up_by_who_goes_elsewhere(
    page: Page, url: str
) -> None:
    from playwright.sync_api import expect

    late: list[Route] = []
    page.route("**/?*offset=2", lambda route: late.append(route))
    page.set_viewport_size({"width": 700, "height": 300})
    start = f"{url}/?q=png&kind=image&limit=2"
    page.goto(start)
    page.evaluate("window.isSame = true")
    viewer, second = page.locator("#viewer"), page.locator(".tile").nth(1)

    def turn_to_the_next_page() -> None:
        second.locator(".tile-picture").click()
        viewer.locator(".viewer-picture img").wait_for()
        page.keyboard.press("ArrowRight")
        while not late:
            page.wait_for_timeout(10)

    for leave in (lambda: page.go_back(), lambda: page.keyboard.press("Escape")):
        turn_to_the_next_page()
        leave()
        expect(viewer).to_be_hidden()
        expect(page).to_have_url(start)
        late.pop().continue_()
        expect(page.locator(".tile")).to_have_count(2)
    page.evaluate("scrollTo(0, 100)")
    turn_to_the_next_page()
    late.pop().continue_()
    expect(viewer.locator("output")).to_have_text("3 of 3")
    page.go_back()
    expect(page).to_have_url(re.compile("offset=2"))
    page.go_back()
    expect(page.locator(".tile")).to_have_count(2)
    page.wait_for_function("scrollY > 90")
    second.locator(".tile-picture").click()
    page.keyboard.press("i")
    like = viewer.get_by_role("link", name="More like this")
    like.wait_for()
    with page.expect_request("**/?*offset=2"):
        page.keyboard.press("ArrowRight")
    like.click()
    expect(page).to_have_url(re.compile("like="))
    expect(viewer).to_be_hidden()
    assert page.evaluate("window.isSame"), "the page was loaded anew"


def test_whatever_opens_a_picture_of_the_list_opens_the_viewer(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/?q=png+pumps")
    viewer, hit = page.locator("#viewer"), page.locator(".hit", has_text="A blue png")
    name, pane = hit.locator("h2 a"), page.locator("#preview .image")
    name.click()  # the first click shows it beside the list
    pane.get_by_role("link", name="A blue png").first.wait_for()
    assert not viewer.is_visible()
    # The place of the picture is as large before it has loaded.
    heights = pane.locator(".doc-picture").evaluate(
        r"""(link) => {
          link.insertAdjacentHTML("afterend", link.outerHTML.replace(/src="([^"]*)"/, 'src="$1?again"'));
          const other = link.nextElementSibling;
          const heights = [link.offsetHeight, other.offsetHeight];
          other.remove();
          return heights;
        }"""
    )
    assert heights == [300, 300]
    openers = [
        name,
        hit.locator(".hit-thumb"),
        pane.locator(".doc-picture"),
        pane.get_by_role("link", name="Open", exact=True),
    ]
    for opener in openers:
        opener.click()
        viewer.locator(".viewer-picture img").wait_for()
        assert page.title() == "A blue png · semsearch"
        page.go_back()
        viewer.wait_for(state="hidden")
        assert page.url.endswith("/?q=png+pumps")
        expect(name).to_be_focused()
    name.press("Enter")
    viewer.locator(".viewer-name", has_text="A blue png").wait_for()
