"""Where a text stands in another form of it."""

from web.rendering.letters import Letters

TEXT = 'The *oaks* of the Haupt-\nstraße,\n"they live long." And roots drink water. And roots drink water.'


def test_spaces_signs_and_divided_words_do_not_matter() -> None:
    span = Letters(TEXT).find("oaks of the Hauptstraße, they")
    assert span is not None
    assert TEXT[slice(*span)] == 'oaks* of the Haupt-\nstraße,\n"they'


def test_the_signs_at_the_end_of_a_sentence_belong_to_it() -> None:
    span = Letters(TEXT).find("They live long.".lower())
    assert span is not None
    assert TEXT[slice(*span)] == "they live long."


def test_a_text_that_stands_twice_is_found_from_a_place_on() -> None:
    first = Letters(TEXT).find("roots drink water.")
    assert first is not None
    second = Letters(TEXT).find("roots drink water.", first[1])
    assert second is not None
    assert second[0] > first[0]
    assert Letters(TEXT).find("roots drink water.", second[1]) is None


def test_where_a_line_is_missing_the_others_are_found() -> None:
    span = Letters(TEXT).find("A heading that a reader has put in\nthey live long.\nAnd roots drink water.")
    assert span is not None
    assert TEXT[slice(*span)] == 'they live long." And roots drink water.'


def test_what_is_not_there_is_not_found() -> None:
    for part in ("", " — ", "beeches", "beeches live in the hills\nfar away"):
        assert Letters(TEXT).find(part) is None
    assert Letters("").find("oaks") is None
