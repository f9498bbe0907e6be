"""A rendered text with its passages: anchors, marks, and the title only once."""

from semsearch.records import Passage
from web.document_text import Answer
from web.rendering.body import body

PAGE = "<div><h1>Trees</h1><p>Oaks live long.</p><p>Oaks live long.</p><p>Roots drink.</p></div>"
PASSAGES = (
    Passage(0, "Trees\n\nOaks live long.", 0, 22),
    Passage(1, "Oaks live long.\n\nRoots drink.", 24, 53),
)


def test_a_heading_that_repeats_the_title_is_left_out() -> None:
    assert "Trees" not in body(PAGE, "Trees", PASSAGES, (), "")
    assert "Trees</h2>" in body(PAGE, "Trees and roots", PASSAGES, (), "")
    assert "Trees</h2>" in body(f"<p>First.</p>{PAGE}", "Trees", PASSAGES, (), "")


def test_each_passage_has_its_place_also_if_its_words_stand_there_twice() -> None:
    made = body(PAGE, "Trees", PASSAGES, (), "")
    assert made.count("<p><span") == 2
    first, second = made.index('id="p0"'), made.index('id="p1"')
    assert first < made.index("Oaks") < second < made.rindex("Oaks")


def test_the_answer_is_marked_in_the_passage_that_was_found() -> None:
    made = body(PAGE, "Trees", PASSAGES, {"oak"}, "", PASSAGES[1], Answer(1, (0, 15)))
    assert made.count('<span class="answer"><mark>Oaks</mark> live long.</span>') == 1
    assert made.index('id="p1"') < made.index('class="answer"')


def test_an_answer_in_a_passage_that_is_not_found_marks_nothing() -> None:
    gone = Passage(7, "This stood here before.", 60, 83)
    assert 'class="answer"' not in body(PAGE, "Trees", (*PASSAGES, gone), (), "", gone, Answer(7, (0, 4)))


def test_a_preview_of_nothing_found_begins_at_the_first_passage_below_the_menus() -> None:
    page = f"<nav><ul><li>Home</li><li>About</li></ul></nav>{PAGE}"
    made = body(page, "Trees", PASSAGES, (), "", is_preview=True)
    assert ("Home" in made, "Oaks live long" in made) == (False, True)
    assert "Home" in body(page, "Trees", PASSAGES, (), "")
    assert "Home" in body(page, "Trees", (), (), "", is_preview=True)
