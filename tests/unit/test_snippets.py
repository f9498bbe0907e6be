import pytest

from semsearch.fusion import Fused
from semsearch.snippets import LENGTH, best_pieces, snippet
from semsearch.store.queries import Candidate
from semsearch.terms import line_of, query_terms
from semsearch.types import Kind
from semsearch.wording import read


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_the_words_of_the_query_are_marked_in_all_their_forms() -> None:
    text, spans = snippet("Owls hunt. An owl's hunting ground; HUNT!", query_terms("owls hunt"))
    assert marked(text, spans) == ["Owls", "hunt", "owl", "hunting", "HUNT"]


def test_function_words_are_not_marked() -> None:
    assert snippet("the cat is on the mat", query_terms("what is the mat"))[1] == ((18, 21),)


def test_a_long_passage_is_cut_to_the_stretch_with_the_most_words() -> None:
    content = "Nothing of note here. " * 40 + "At last the heron caught a fish. " + "And so on. " * 40
    text, spans = snippet(content, query_terms("heron fish"))
    assert marked(text, spans) == ["heron", "fish"]
    assert text.startswith("… At last")
    assert text.endswith(" …")
    assert len(text) <= LENGTH + 4


def test_a_passage_without_query_words_is_shown_from_its_start() -> None:
    text, spans = snippet("First things first. " * 40, ["giraff"])
    assert text.startswith("First things first.")
    assert spans == ()


def test_headings_shown_beside_a_snippet_are_not_repeated_in_it() -> None:
    content = "# Birds\n\n## Owls\n\nThey hunt at night."
    assert snippet(content, (), ("Birds", "Owls"))[0] == "They hunt at night."
    assert snippet("## Owls", (), ("Owls",))[0] == "Owls"


def test_the_marks_of_markdown_are_left_out() -> None:
    assert (
        snippet("### The Stack\n\n> > Many languages\n> do not.", ())[0] == "The Stack Many languages do not."
    )


def test_text_without_spaces_is_cut_too() -> None:
    text, _ = snippet("あ" * 2000, ["い"])
    assert len(text) <= LENGTH + 4


def test_empty_content_gives_an_empty_snippet() -> None:
    assert snippet("", ["word"]) == ("", ())


LINES = [
    line_of(text) for text in ("Owls at night.", "Owls and mice.", "Owls hunt mice quietly.", "Weather.")
]


def hit(*near: tuple[int, float]) -> Fused:
    pieces = [Candidate("doc", Kind.TEXT, "text", n, 1 - similarity) for n, similarity in near]
    return Fused("doc", Kind.TEXT, Kind.TEXT, ["meaning", "words"], pieces)


def test_the_passage_with_the_rarest_of_the_words_comes_first() -> None:
    assert [piece.n for piece in best_pieces(hit(), LINES, read("owls hunting mice"))] == [2, 1, 0]


def test_nearness_and_words_choose_the_passage_together() -> None:
    best = best_pieces(hit((3, 0.5), (1, 0.45)), LINES, read("mice"))
    assert [(piece.n, piece.similarity) for piece in best] == [
        (1, pytest.approx(0.45)),
        (2, None),
        (3, pytest.approx(0.5)),
    ]


def test_a_passage_with_the_phrase_comes_before_those_with_its_words() -> None:
    lines = [line_of("mice of owls, owls and mice"), line_of("all owls hunt"), line_of("they hunt owls")]
    assert best_pieces(hit((0, 0.6)), lines, read('"hunt owls"'))[0].n == 2


def test_without_words_the_nearest_passages_are_shown() -> None:
    assert [piece.n for piece in best_pieces(hit((1, 0.5), (0, 0.6)), [], read("owls"))] == [0, 1]
