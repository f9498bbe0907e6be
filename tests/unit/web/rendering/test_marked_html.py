"""Marks in HTML: words, the answer, the passage, and a part of the whole."""

import pytest

from web.rendering.html import render
from web.rendering.marked_html import MarkedHtml, Marks

PAGE = MarkedHtml(
    "<h1>Trees</h1><p>Oaks <em>live</em> long &amp; well.</p><ul><li>Roots</li><li>Leaves</li></ul>"
)


def test_the_text_has_a_line_break_at_each_end_of_a_block() -> None:
    assert "Oaks live long & well." in PAGE.text.splitlines()
    assert {"Roots", "Leaves"} <= {*PAGE.text.splitlines()}


def test_words_and_answer_are_marked_across_elements() -> None:
    oaks = PAGE.text.index("Oaks")
    made = PAGE.with_marks(Marks(((oaks + 5, oaks + 9),), (oaks, oaks + 14)))
    assert (
        '<span class="answer">Oaks </span><em><span class="answer"><mark>live</mark></span></em>'
        '<span class="answer"> long</span> &amp; well.'
    ) in made


def test_without_marks_only_headings_change() -> None:
    assert PAGE.with_marks(Marks()) == (
        "<h2>Trees</h2><p>Oaks <em>live</em> long &amp; well.</p><ul><li>Roots</li><li>Leaves</li></ul>"
    )


def test_headings_begin_right_below_that_of_the_page() -> None:
    made = MarkedHtml("<h2>Food</h2><h4>Bread</h4><h2>Drink</h2>").with_marks(Marks())
    assert made == "<h2>Food</h2><h4>Bread</h4><h2>Drink</h2>"
    made = MarkedHtml("<h4>Bread</h4><h5>Rye</h5>").with_marks(Marks())
    assert made == "<h2>Bread</h2><h3>Rye</h3>"


def test_the_blocks_of_the_passage_are_told_and_its_beginning_has_an_anchor() -> None:
    roots = PAGE.text.index("Roots")
    made = PAGE.with_marks(Marks(here=(roots, roots + 5), anchors={roots: 7}))
    assert '<li class="here"><span class="anchor" id="p7"></span>Roots</li><li>Leaves</li>' in made
    assert made.count("here") == 1


def test_a_window_has_whole_blocks_in_the_elements_around_them() -> None:
    leaves = PAGE.text.index("Leaves")
    assert PAGE.with_marks(Marks(), (leaves + 2, leaves + 3)) == "<ul><li>Leaves</li></ul>"
    assert PAGE.with_marks(Marks(), (-50, 9_999)) == PAGE.with_marks(Marks())


def test_a_window_of_source_code_keeps_its_numbers() -> None:
    page = MarkedHtml(render(b"one\ntwo\nthree", "", "a.py"))
    three = page.text.index("three")
    assert page.with_marks(Marks(), (three, three + 5)) == ('<ol><li value="3"><code>three</code></li></ol>')


def test_a_window_of_a_table_has_whole_rows_and_the_head() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>word{n}</td></tr>" for n in range(9))
    page = MarkedHtml(
        "<p>Before.</p><table><thead><tr><th>n</th><th>Word</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><p>After.</p>"
    )
    five, word = page.text.index("word5"), page.text.index("Word")
    assert page.with_marks(Marks(((word, word + 4),)), (five + 1, five + 2)) == (
        '<table tabindex="0"><thead><tr><th>n</th><th><mark>Word</mark></th></tr></thead>'
        "<tbody><tr><td>5</td><td>word5</td></tr></tbody></table>"
    )
    start = page.with_marks(Marks(), (word, word + 1))
    assert start == '<table tabindex="0"><thead><tr><th>n</th><th>Word</th></tr></thead></table>'
    assert page.with_marks(Marks(), (0, len(page.text))) == page.with_marks(Marks())


def test_a_window_of_a_page_in_one_row_has_only_a_part_of_the_row() -> None:
    page = MarkedHtml(f"<table><tr><td>{'<p>Some words of a letter.</p>' * 500}</td></tr></table>")
    assert len(page.with_marks(Marks(), (5_000, 6_000))) < 2_000


@pytest.mark.parametrize("edge", [2_100, 2_700, 5_000])
def test_a_window_cuts_no_row_of_a_table_with_a_head_however_long(edge: int) -> None:
    prices = "<table><thead><tr><th>Name</th><th>Price</th></tr></thead><tbody>{}</tbody></table>"
    inner = prices.format("<tr><td>Tea</td><td>7</td></tr>" * 100)
    outer = f"<table><tr><td>{'<p>Some words.</p>' * 200}{inner}</td></tr></table>"
    long = prices.format(f"<tr><td>Tea</td><td>{'<p>Some words.</p>' * 500}</td></tr>")
    for page in (MarkedHtml(outer), MarkedHtml(long)):
        made = str(page.with_marks(Marks(), (edge, edge + 100)))
        assert "<td>7</td>" not in made.replace("<td>Tea</td><td>7</td>", "")
        assert made.count("<th>") == made.count("</th>")


def test_no_element_stands_between_the_rows_of_a_table() -> None:
    page = MarkedHtml("<table>\n<tr>\n<td>a</td>\n<td>b</td></tr></table>")
    made = page.with_marks(Marks(answer=(0, len(page.text))))
    assert made.count("answer") == 2
    assert made.startswith('<table tabindex="0">')  # it may be wide, and scroll


def test_a_picture_that_is_not_loaded_leaves_its_words() -> None:
    made = MarkedHtml('<p><img alt="A &quot;cat&quot;"><img></p>').with_marks(Marks())
    assert made == '<p><span class="no-picture">A &#34;cat&#34;</span></p>'
