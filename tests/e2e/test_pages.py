"""The pages in a real browser, over a library in memory: behaviour, layout, policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from semsearch.folders import remember_folders
from semsearch.records import State
from semsearch.settings import Settings
from tests.e2e.gestures import drop
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, picture, without_redis
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

    from tests.e2e.conftest import Troubles

pytestmark = pytest.mark.e2e

RED = picture((200, 30, 30))
IN_OTHER_WORDS = "how much does a willow drink every day"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("folder")
    (root / "trees.md").write_text(
        "# Trees\n\n" + "Oaks live long. " * 60 + "\n\n## Roots\n\nRoots drink water, deep below.\n"
    )
    (root / "willow.md").write_text(
        "A willow stands in the garden. " * 20 + "Its thirst \U0001f4a7 is large, and never stilled.\n"
    )
    (root / "hemlock.txt").write_text(
        "Hemlocks grow\nin the hills.\n" * 90 + "A blue hemlock, though,\nis rare.\n"
    )
    (root / "hostile.md").write_text(
        "# Water <img src=x onerror=alert(1)>\n\n<script>alert(2)</script> water\n"
    )
    (root / ("a-very-long-name-without-any-space-" * 5 + ".md")).write_text("water " * 40 + "w" * 200)
    for number in range(12):
        (root / f"boat{number}.md").write_text(f"A boat on the water, the {number}th.\n")
    for name, colour in (("red", (210, 20, 20)), ("blue", (20, 20, 200)), ("green", (20, 180, 20))):
        (root / f"{name}.png").write_bytes(picture(colour))
    (root / "broken.png").write_bytes(b"no picture")
    (root / "form.pdf").write_bytes(
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>> endobj\n"
        b"4 0 obj <</S/JavaScript/JS(app.alert\\(1\\))>> endobj\n"
        b"2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
    )
    return root


@pytest.fixture(scope="module")
def url(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    library = MemoryLibrary(answers={IN_OTHER_WORDS: "Its thirst \U0001f4a7 is large, and never stilled."})
    for file in sorted(folder.iterdir()):
        broken = file.name == "broken.png"
        state, reason = (State.FAILED, "no picture") if broken else (State.INDEXED, "")
        library.add(folder, file.name, state=state, reason=reason)
    home = tmp_path_factory.mktemp("home")
    remember_folders(home, [str(folder)])
    with running(create_app(Settings(home=home), library)) as url:
        yield url


def search(page: Page, words: str) -> None:
    page.get_by_label("Search by meaning").fill(words)
    page.get_by_role("button", name="Search", exact=True).click()


def test_keys_work_in_the_empty_box_that_has_the_focus_on_the_first_page(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(url)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("who/what?")
    expect(page.locator("#q")).to_have_value("who/what?")


def test_type_search_open_and_go_back(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "roots")
    page.wait_for_url(f"{url}/?q=roots")  # the address has only what was chosen
    assert page.locator("mark").first.inner_text() == "Roots"
    page.locator("summary", has_text="1 more passage").click()
    page.locator(".snippet", has_text="drink water").press("Enter")
    page.wait_for_url("**/doc/*?q=roots&passage=3&at=0#p3")
    assert page.locator("#p3 + .answer").inner_text() == "Roots drink water, deep below."
    assert page.get_by_role("heading", level=1).inner_text() == "Trees"
    page.go_back()
    assert page.get_by_label("Search by meaning").input_value() == "roots"
    assert page.locator("article").first.is_visible()


def test_the_sentence_that_answers_in_other_words_is_marked_after_the_page_has_loaded(
    page: Page, url: str
) -> None:
    page.goto(f"{url}/?q={IN_OTHER_WORDS}")
    assert (
        page.locator(".snippet .answer").inner_text() == "Its thirst \U0001f4a7 is large, and never stilled."
    )


def test_sentences_that_answer_are_asked_for_when_the_keys_rest(page: Page, url: str) -> None:
    asked: list[str] = []
    late: list[Route] = []
    page.on("request", lambda request: asked.append(request.url) if "/answer?" in request.url else None)
    page.clock.install()
    page.goto(url)
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    for text in (IN_OTHER_WORDS.removesuffix(" every day"), IN_OTHER_WORDS):
        page.get_by_label("Search by meaning").fill(text)
        page.clock.run_for(100)
        page.wait_for_url(f"**/?q={text.replace(' ', '+')}")
        page.locator(".snippet[data-answer]").first.wait_for()
        page.wait_for_timeout(100)
        assert asked == []
    page.clock.run_for(700)
    page.locator(".snippet .answer").wait_for()
    assert all("every+day" in each for each in asked)
    # The Enter key asks for those of its own results, and not of the list that goes.
    page.get_by_label("Search by meaning").fill(IN_OTHER_WORDS.removesuffix(" day"))
    page.clock.run_for(100)
    page.wait_for_url("**every")
    page.locator(".snippet[data-answer]").first.wait_for()
    page.get_by_label("Search by meaning").fill(IN_OTHER_WORDS)
    page.route("**/?q=*every+day", lambda route: late.append(route))
    with page.expect_request("**/?q=*every+day"):
        page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    late[0].continue_()
    page.locator(".snippet .answer").wait_for()
    assert all("every+day" in each for each in asked)


def test_a_snippet_leads_to_its_sentence_on_the_page_and_in_the_original(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=blue+hemlock")
    page.locator(".snippet", has_text="is rare").press("Enter")
    page.wait_for_url("**/doc/*")
    answer = page.locator(".doc-content .answer")
    assert answer.inner_text().split() == "A blue hemlock, though, is rare.".split()
    page.get_by_role("link", name="Open original").click()
    page.wait_for_url("**/file/*")
    text = page.locator("pre").bounding_box()
    assert text is not None
    assert text["y"] < -1000  # the browser has scrolled to the end, where the sentence is


def test_the_slash_key_goes_to_the_box(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=water")
    page.keyboard.press("/")
    page.keyboard.type("oaks")  # the old words are selected, so typing replaces them
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=oaks")
    page.wait_for_function("() => document.activeElement.id === 'main'")


def test_a_chosen_picture_finds_similar_ones(page: Page, url: str) -> None:
    page.goto(url)
    with page.expect_file_chooser() as chooser:
        page.get_by_title("Search with a picture").click()
    chooser.value.set_files({"name": "mine.png", "mimeType": "image/png", "buffer": RED})
    page.wait_for_url("**/?picture=*")
    assert page.locator(".tile-name").first.inner_text() == "red.png"
    page.reload()
    assert page.locator(".tile-name").first.inner_text() == "red.png"


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_dropped_or_pasted_picture_finds_similar_ones(page: Page, url: str, event: str) -> None:
    page.goto(f"{url}/?q=water")
    page.get_by_role("link", name="Pictures", exact=True).click()
    page.wait_for_url("**/?q=water&kind=image")
    if event == "drop":
        drop(page, "dragover", RED, "mine.png", "image/png")
        assert page.get_by_text("Drop the picture").is_visible()
    drop(page, event, RED, "mine.png", "image/png")
    page.wait_for_url("**/?q=water&picture=*&kind=image")
    page.get_by_role("link", name="Only the picture").click()
    page.wait_for_url("**/?picture=*&kind=image")
    assert page.locator(".tile-name").first.inner_text() == "red.png"
    pictures = page.locator(".tile img")
    assert pictures.first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320


def test_a_dropped_file_that_is_not_a_picture_is_explained(page: Page, url: str, troubles: Troubles) -> None:
    troubles.allow("status of 415")
    page.goto(url)
    drop(page, "drop", b"some text", "notes.txt", "text/plain")
    page.get_by_role("heading", name="This picture cannot be read").wait_for()


def test_more_like_this_from_a_result_and_from_a_document(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=red+png&kind=image")
    page.get_by_role("link", name="red.png").first.click()
    page.wait_for_url("**/doc/*")
    page.locator(".viewer-name").click()  # the address of the picture is that of its page
    page.locator(".doc-picture img").wait_for()
    assert page.locator(".doc-picture img").evaluate("image => image.naturalWidth") == 400
    page.get_by_role("link", name="More like this", exact=True).click()
    page.wait_for_url("**/?q=red+png&like=*&kind=image")  # the search goes on from the example
    assert page.locator(".tile").count() == 2
    search(page, "water")
    page.wait_for_url("**/?q=water&like=*")


def test_paging_goes_forward_and_back(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=water&limit=10")
    page.get_by_role("link", name="Next", exact=True).click()
    page.wait_for_url("**offset=10")
    assert "11–" in page.locator(".result-count").inner_text()
    page.get_by_role("link", name="Previous", exact=True).click()
    page.wait_for_url(f"{url}/?q=water&limit=10")


def test_filters_narrow_and_are_cleared(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=water")
    page.get_by_text("Filters", exact=True).click()
    page.locator("#filters summary", has_text="Folder").click()
    page.get_by_label("Folder, or beginning of a path").fill("boat1")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/?q=water&path=boat1")
    assert page.locator(".hit").count() == 3
    page.get_by_role("link", name="Newest").click()
    page.wait_for_url("**/?q=water&path=boat1&order=date")
    page.get_by_role("link", name="In boat1").click()
    page.wait_for_url(f"{url}/?q=water&order=date")


def test_a_pdf_is_downloaded_and_not_opened(page: Page, url: str, folder: Path) -> None:
    page.goto(f"{url}/?q=openaction")
    page.locator(".hit h2 a").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download original").click()
    assert waiting.value.suggested_filename == "form.pdf"
    assert waiting.value.path().read_bytes() == (folder / "form.pdf").read_bytes()
    assert "/doc/" in page.url


def test_markup_in_files_does_nothing_on_the_page(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=water+script")
    page.locator(".hit h2 a", has_text="Water <img").press("Enter")
    page.wait_for_url("**/doc/*")
    assert "Water <img src=x onerror=alert(1)>" in page.locator("main").inner_text()
    assert page.locator("main").locator("script, [onerror]").count() == 0


def test_the_content_security_policy_stops_an_injected_script(
    page: Page, url: str, troubles: Troubles
) -> None:
    troubles.allow("Content Security Policy")
    page.goto(url)
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        }"""
    )
    assert page.evaluate("window.ran === undefined")
    assert troubles.seen


def test_an_original_opens_in_the_browser(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=roots")
    page.locator(".hit h2 a").first.click()
    page.get_by_role("link", name="Open original").click()
    page.wait_for_url("**/file/*")
    assert "Roots drink water" in page.locator("body").inner_text()


def test_everything_works_without_scripts(browser: Browser, url: str, troubles: Troubles) -> None:
    context = browser.new_context(java_script_enabled=False)
    troubles.watch(context)
    page = context.new_page()
    page.goto(url)
    search(page, "roots")
    assert page.locator("mark").first.inner_text() == "Roots"
    page.get_by_label("Or search with a picture").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": RED}
    )
    page.get_by_role("button", name="Find similar pictures").click()
    page.wait_for_url("**/?q=roots&picture=*")
    page.get_by_role("link", name="Only the picture").click()
    page.wait_for_url("**/?picture=*")
    assert page.locator(".tile-name").first.inner_text() == "red.png"
    context.close()


@pytest.mark.parametrize(("scheme", "locale"), [("light", "en"), ("dark", "de")])
def test_no_page_is_wider_than_the_window(
    browser: Browser, url: str, troubles: Troubles, scheme: Literal["light", "dark"], locale: str
) -> None:
    troubles.allow("status of 404")
    context = browser.new_context(color_scheme=scheme, locale=locale)
    troubles.watch(context)
    page = context.new_page()
    page.goto(f"{url}/?q=water+long+name")
    long = page.locator(".hit h2 a", has_text="a-very-long").or_(page.locator(".hit h2 a")).first
    document = long.get_attribute("href")
    for path in ("/", "/?q=water", "/?q=water&path=a", "/?q=png&kind=image", document, "/status", "/nowhere"):
        page.goto(f"{url}{path}")
        for width in (320, 390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, f"{path} is {over} pixels wider than {width}"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 128")
    assert dark is (scheme == "dark")
    context.close()


def test_the_language_follows_the_browser_until_another_is_chosen(
    browser: Browser, url: str, troubles: Troubles
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    troubles.watch(context)
    page = context.new_page()
    page.goto(f"{url}/?q=roots")
    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_role("button", name="English").click()
    page.wait_for_url(f"{url}/?q=roots")
    assert page.get_by_role("link", name="Newest").is_visible()
    page.goto(f"{url}/status")
    assert page.get_by_role("heading", level=2, name="Files that are not indexed").is_visible()
    context.close()


def test_every_control_has_a_name(page: Page, url: str) -> None:
    for path in ("/", "/?q=water", "/status"):
        page.goto(f"{url}{path}")
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, a")]
                .filter((each) => !each.ariaLabel && !each.labels?.length && !each.textContent.trim()
                    && !each.querySelector("img[alt]:not([alt=''])") && !each.closest("[aria-hidden]"))
                .map((each) => each.outerHTML)"""
        )
        assert nameless == []


def test_without_redis_the_page_says_so(page: Page, tmp_path: Path, troubles: Troubles) -> None:
    troubles.allow("status of 503")
    with running(create_app(Settings(home=tmp_path), without_redis())) as away:
        page.goto(away)
        assert page.get_by_role("heading", name="Redis is not available").is_visible()
        page.context.close()
