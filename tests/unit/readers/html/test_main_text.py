"""HTML: the main text without the menus, sidebars and footers around it."""

import pytest

from ingest.readers.html.page import html_text

STORY = "Onions are peeled, chopped and slowly fried in butter until they have the colour of honey. " * 4
ARTICLE = '<meta property="og:type" content="article">'


def main_text(source: str) -> str:
    return html_text(source, whole=False).text


@pytest.mark.parametrize(
    "around",
    [
        '<div class="site-nav">Home Recipes</div>',
        '<ul class="shareButtons"><li>Tweet this</ul>',
        '<div class="related_posts"><p>Ten things to do with leeks</div>',
        '<section class="newsletter"><p>Every week in your inbox</section>',
        '<table class="ad"><tr><td>Buy knives</table>',
        '<div id="sidebar">Popular today</div>',
        '<div class="cookie-consent">We value your privacy</div>',
        '<div class="comments"><p>I used margarine.</div>',
        "<form><label>Search</label></form>",
    ],
)
def test_elements_named_after_menus_and_the_like_are_dropped(around: str) -> None:
    assert main_text(f"{around}<p>{STORY}{around}<p>The end") == f"{STORY.strip()}\n\nThe end"


@pytest.mark.parametrize(
    "part",
    [
        '<div class="has-sidebar"><p>Leeks</div>',
        '<div class="header"><p>Leeks</div>',
        '<div class="shareholders"><p>Leeks</div>',
        '<h2 class="menu">Leeks</h2>',
        '<div class="section" id="sharing"><p>Leeks</div>',
        '<section id="comments"><p>Leeks</section>',
        '<div id="related-work-of-others"><p>Leeks</div>',
        '<div class="deprecation-comment"><p>Leeks</div>',
        '<p><span class="comment">Leeks</span>',
    ],
)
def test_elements_with_similar_names_are_kept(part: str) -> None:
    assert main_text(f"<p>{STORY}</p>{part}<p>The end") == f"{STORY.strip()}\n\nLeeks\n\nThe end"


def test_an_element_with_most_of_the_text_is_kept_whatever_its_name() -> None:
    page = f'<form><div class="nav">Home</div><p>{STORY * 3}</form><p>{STORY * 2}'
    assert main_text(page) == f"{(STORY * 3).strip()}\n\n{(STORY * 2).strip()}"


def test_a_page_of_comments_keeps_its_comments() -> None:
    replies = [f"Reply {number}: {STORY}".strip() for number in range(8)]
    page = "<h1>How long?</h1>" + "".join(f'<div class="comments">{reply}</div>' for reply in replies)
    assert main_text(page).split("\n\n") == ["How long?", *replies]


def test_a_page_of_links_keeps_its_links() -> None:
    links = "".join(f'<li><a href="/{name}">All about {name}</a>' for name in ("leeks", "onions", "garlic"))
    assert main_text(f"<p>Bookmarks<ul>{links}</ul>").splitlines()[-1] == "All about garlic"


def test_links_alone_are_text_whatever_they_call_themselves() -> None:
    assert main_text("<div class=nav><a href='/'>Leeks</a></div>") == "Leeks"


@pytest.mark.parametrize("anchor", ["", "<a name=top>"])
def test_a_long_menu_does_not_outweigh_the_main_part(anchor: str) -> None:
    menu = "<a href='/'>All about leeks</a> " * 200
    assert main_text(f"<div>{menu}</div><main>{anchor}<p>{STORY}</main>") == STORY.strip()


def test_one_of_several_articles_is_not_the_page() -> None:
    page = f"<article>First. {STORY * 2}</article><article>Second. {STORY}</article>"
    assert "First." in main_text(page)
    assert "Second." in main_text(page)


def test_the_text_of_an_article_is_the_element_with_its_paragraphs() -> None:
    chrome = "".join(f"<div><b>More</b><p>Headline {number}</div>" for number in range(9))
    inner = f"<h2>Fried</h2><p>{STORY}<p>{STORY}<ul><li><a href='/'>A list of links</a></ul><p>Signed"
    page = f"<div>{chrome}<div>{inner}</div>{chrome}</div>"
    assert "Headline" in main_text(page)
    text = main_text(ARTICLE + page)
    assert text.startswith("Fried\n\nOnions")
    assert text.endswith("\n\nA list of links\n\nSigned")


def test_long_lines_of_links_are_no_paragraphs() -> None:
    teasers = "<p>Read more: " + "<a href='/'>Ten things to do with leeks</a> and " * 30
    text = main_text(f"{ARTICLE}<div><div><p>{STORY}</div><div>{teasers}</div></div>")
    assert text == STORY.strip()


def test_comments_below_an_article_are_dropped() -> None:
    page = f"<div><p>{STORY}<div class='comment-3'><p>I used margarine.</div></div>"
    assert main_text(page).endswith("margarine.")
    assert main_text(ARTICLE + page) == STORY.strip()


def test_an_article_without_elements_around_its_paragraphs_is_whole() -> None:
    page = f"{ARTICLE}<p>{STORY * 2}</p><p>Signed</p>"
    assert main_text(page).endswith("\n\nSigned")


def test_an_article_in_parts_keeps_its_parts() -> None:
    parts = f"<div><p>{STORY}</div><div><p>{STORY * 3}</div>"
    assert main_text(ARTICLE + parts) == f"{STORY.strip()}\n\n{(STORY * 3).strip()}"


def test_an_article_of_short_lines_keeps_them() -> None:
    steps = "".join(f"<p>Step {number}: cut, stir, taste it" for number in range(40))
    text = main_text(f"{ARTICLE}<div><div><p>{STORY}</div><div>{steps}</div></div>")
    assert text.endswith("Step 39: cut, stir, taste it")


def test_headings_stand_where_their_words_stand_after_dropping() -> None:
    page = html_text(
        f"<h1>Soup</h1><div class=ads><h2>Knives</h2><p>Buy</div><p>{STORY}<h2>Leek <i>soup</i></h2><p>Hot",
        whole=False,
    )
    assert [(heading.level, heading.title) for heading in page.headings] == [(1, "Soup"), (2, "Leek soup")]
    for heading in page.headings:
        assert page.text[heading.start :].startswith(heading.title)


def test_the_whole_of_a_chapter_is_read_when_asked_for() -> None:
    chapter = (
        "<title>One</title><nav>Contents</nav><h1>Chapter</h1><form>F</form><div class=sidebar>S</div>"
        "<main><p>Text</main><aside>Note</aside><footer>Foot</footer><script>x()</script><p hidden>h</p>"
    )
    page = html_text(chapter, whole=True)
    assert page.title == "One"
    assert page.text == "Chapter\n\nF\n\nS\n\nText\n\nNote\n\nFoot"
    [heading] = page.headings
    assert page.text[heading.start :].startswith("Chapter\n\n")


def test_no_text_is_no_error_here() -> None:
    assert html_text("", whole=True).text == html_text("<frameset></frameset>", whole=False).text == ""
