from semsearch.snippets import LENGTH, snippet


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_the_words_of_the_query_are_marked_whole_and_in_any_case() -> None:
    text, spans = snippet("Owls hunt. An owl's hunting ground; HUNT!", "owls hunt")
    assert marked(text, spans) == ["Owls", "hunt", "HUNT"]


def test_function_words_are_not_marked() -> None:
    assert snippet("the cat is on the mat", "what is the mat")[1] == ((18, 21),)


def test_a_long_passage_is_cut_to_the_stretch_with_the_most_words() -> None:
    content = "Nothing of note here. " * 40 + "At last the heron caught a fish. " + "And so on. " * 40
    text, spans = snippet(content, "heron fish")
    assert marked(text, spans) == ["heron", "fish"]
    assert text.startswith("… At last")
    assert text.endswith(" …")
    assert len(text) <= LENGTH + 4


def test_a_passage_without_query_words_is_shown_from_its_start() -> None:
    text, spans = snippet("First things first. " * 40, "giraffe")
    assert text.startswith("First things first.")
    assert spans == ()


def test_headings_shown_beside_a_snippet_are_not_repeated_in_it() -> None:
    content = "# Birds\n\n## Owls\n\nThey hunt at night."
    assert snippet(content, "", ("Birds", "Owls"))[0] == "They hunt at night."
    assert snippet("## Owls", "", ("Owls",))[0] == "Owls"


def test_the_marks_of_markdown_are_left_out() -> None:
    assert (
        snippet("### The Stack\n\n> > Many languages\n> do not.", "")[0] == "The Stack Many languages do not."
    )


def test_text_without_spaces_is_cut_too() -> None:
    text, _ = snippet("あ" * 2000, "い")
    assert len(text) <= LENGTH + 4


def test_empty_content_gives_an_empty_snippet() -> None:
    assert snippet("", "word") == ("", ())
