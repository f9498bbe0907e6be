import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.query_syntax import read
from semsearch.language.terms import line_of, query_terms
from semsearch.query import LegName
from semsearch.records import Kind
from semsearch.results import Excerpt
from semsearch.search.rank import Ranked
from semsearch.search.snippets import LENGTH, best_passages, excerpt, possible_answers
from semsearch.store.replies import Candidate
from semsearch.store.terms import NO_TERMS, PartOfTerms

PROSE = "Nothing of note here, as ever. "


def marked(cut: Excerpt) -> list[str]:
    return [cut.snippet[start:end] for start, end in cut.highlights]


def sentence_of(cut: Excerpt) -> str | None:
    return None if cut.sentence is None else cut.snippet[slice(*cut.sentence)]


def test_the_words_of_the_query_are_marked_in_all_their_forms() -> None:
    cut = excerpt("Owls hunt. An owl's hunting ground; HUNT!", query_terms("owls hunt"))
    assert marked(cut) == ["Owls", "hunt", "owl", "hunting", "HUNT"]


def test_function_words_are_not_marked() -> None:
    assert excerpt("the cat is on the mat", query_terms("what is the mat")).highlights == ((18, 21),)


def test_a_long_passage_is_cut_to_whole_sentences_around_the_one_with_the_most_words() -> None:
    content = PROSE * 20 + "One fish was seen. At last the heron caught a fish. " + PROSE * 20
    cut = excerpt(content, query_terms("heron fish"))
    assert sentence_of(cut) == "At last the heron caught a fish."
    assert marked(cut) == ["fish", "heron", "fish"]
    assert cut.snippet.startswith(f"… {PROSE}")
    assert cut.snippet.endswith(" …")
    assert len(cut.snippet) <= LENGTH + 4
    assert cut.sentence is not None
    assert abs(sum(cut.sentence) - len(cut.snippet)) < 2 * len(PROSE)  # it is in the middle


def test_between_sentences_with_equally_many_words_the_neighbours_decide() -> None:
    content = f"The heron stood there alone. {PROSE * 20} A fish came up to it. The heron took it at once."
    assert sentence_of(excerpt(content, query_terms("heron fish flight"))) is None
    assert "A fish came up" in excerpt(content, query_terms("heron fish flight")).snippet


def test_a_sentence_with_most_of_the_words_is_the_answer_and_one_with_a_few_is_not() -> None:
    content = "Boats lie in the harbour. Owls hunt mice at night. It rains a lot."
    assert sentence_of(excerpt(content, query_terms("owls mice"))) == "Owls hunt mice at night."
    assert sentence_of(excerpt(content, query_terms("owls in their winter quarters"))) is None


def test_a_sentence_that_is_known_to_answer_is_shown_without_any_word_of_the_query() -> None:
    content = PROSE * 20 + "At last the heron caught a fish. " + PROSE * 20
    (answer,) = (span for span in possible_answers(content) if "heron" in content[slice(*span)])
    cut = excerpt(content, ["giraff"], answer=answer)
    assert sentence_of(cut) == "At last the heron caught a fish."
    assert (cut.place, cut.highlights) == (answer, ())


def test_the_last_sentence_is_shown_with_the_text_before_it() -> None:
    cut = excerpt(PROSE * 20 + "The end of it came with a heron.", query_terms("heron"))
    assert sentence_of(cut) == "The end of it came with a heron."
    assert len(cut.snippet) > LENGTH - len(PROSE)


def test_a_sentence_longer_than_a_snippet_is_shown_where_the_words_are() -> None:
    content = "On and on it goes, and on, " * 40 + "until the heron comes, " + "and on it goes, " * 40
    cut = excerpt(content, query_terms("heron"))
    assert marked(cut) == ["heron"]
    assert len(cut.snippet) <= LENGTH + 4


def test_a_heading_is_not_an_answer() -> None:
    content = "## The heron\n\nIt stands in the pond.\n\n## Herons and fish\n\nA heron eats many of them."
    assert sentence_of(excerpt(content, query_terms("heron"))) == "A heron eats many of them."
    titled = "The pond\n\nIt is deep."
    assert [titled[slice(*span)] for span in possible_answers(titled, {"The pond"})] == ["It is deep."]


def test_a_passage_without_query_words_is_shown_from_its_start() -> None:
    cut = excerpt("First things come first. " * 40, ["giraff"])
    assert cut.snippet.startswith("First things come first.")
    assert (cut.highlights, cut.sentence, cut.place) == ((), None, None)


def test_headings_shown_beside_a_snippet_are_not_repeated_in_it() -> None:
    content = "# Birds\n\n## Owls\n\nThey hunt at night."
    cut = excerpt(content, query_terms("hunting"), ("Birds", "Owls"))
    assert cut.snippet == "They hunt at night."
    assert cut.place is not None
    assert content[slice(*cut.place)] == "They hunt at night."
    assert excerpt("## Owls", (), ("Owls",)).snippet == "Owls"


def test_a_page_header_is_not_an_answer_and_is_not_shown() -> None:
    cut = excerpt(
        "The bicycle workshop 2\n\nA thorn was in the bicycle tyre.", ["bicycl"], {"The bicycle workshop"}
    )
    assert cut.snippet == sentence_of(cut) == "A thorn was in the bicycle tyre."


def test_the_marks_of_markdown_are_left_out() -> None:
    cut = excerpt("### The Stack\n\n> > Many languages\n> do not.", ())
    assert cut.snippet == "The Stack Many languages do not."
    emphasised = "**Getting here.** It is *not* far, 2 * 3 * 4 miles or 2**5, ***really***."
    cut = excerpt(emphasised, query_terms("really far"))
    assert sentence_of(cut) == "Getting here. It is not far, 2 * 3 * 4 miles or 2**5, really."
    assert marked(cut) == ["far", "really"]


def test_text_without_spaces_is_cut_too() -> None:
    assert len(excerpt("あ" * 2000, ["い"]).snippet) <= LENGTH + 4
    assert (
        excerpt("東京は大きい都市です。京都は古い都市です。", ()).snippet
        == "東京は大きい都市です。京都は古い都市です。"
    )


def test_empty_content_gives_an_empty_snippet() -> None:
    assert excerpt("", ["word"]) == Excerpt("")


@given(st.text(alphabet="ab. \n#>あ。", max_size=900), st.sampled_from(["a", "ab", "b", ""]))
def test_spans_lie_within_whatever_is_shown(content: str, word: str) -> None:
    cut = excerpt(content, [word] if word else [])
    for start, end in (*cut.highlights, *filter(None, [cut.sentence])):
        assert 0 <= start < end <= len(cut.snippet)
    if cut.place and cut.sentence:
        bare = re.sub(r"[#>\s]", "", content[slice(*cut.place)])
        assert re.sub(r"[#>\s]", "", cut.snippet[slice(*cut.sentence)]) == bare


TEXTS = ("Owls at night.", "Owls and mice.", "Owls hunt mice quietly.", "Weather.")
TERMS = PartOfTerms(0, tuple(map(line_of, TEXTS)))


def hit(*near: tuple[int, float]) -> Ranked:
    near_by = [Candidate("doc", Kind.TEXT, "text", n, 1 - similarity) for n, similarity in near]
    return Ranked("doc", Kind.TEXT, Kind.TEXT, legs=[LegName.MEANING, LegName.WORDS], candidates=near_by)


def test_the_passage_with_the_rarest_of_the_words_comes_first() -> None:
    assert [shown.n for shown in best_passages(hit(), TERMS, read("owls hunting mice"))][:2] == [2, 1]


def test_a_passage_that_scores_much_less_than_the_best_one_is_left_out() -> None:
    assert 0 not in [shown.n for shown in best_passages(hit(), TERMS, read("owls hunting mice"))]
    near = best_passages(hit((2, 0.5), (0, 0.4), (3, 0.1)), TERMS, read("birds of prey"))
    assert [shown.n for shown in near] == [2, 0]


def test_passages_are_ordered_by_similarity_and_words_together() -> None:
    best = best_passages(hit((3, 0.5), (1, 0.45)), TERMS, read("mice"))
    assert [(shown.n, shown.similarity) for shown in best] == [
        (1, pytest.approx(0.45)),
        (2, None),
        (3, pytest.approx(0.5)),
    ]


def test_a_passage_with_the_phrase_comes_before_those_with_its_words() -> None:
    lines = map(line_of, ("mice of owls, owls and mice", "all owls hunt", "they hunt owls"))
    assert best_passages(hit((0, 0.6)), PartOfTerms(0, tuple(lines)), read('"hunt owls"'))[0].n == 2


def test_without_words_the_nearest_passages_are_shown() -> None:
    assert [shown.n for shown in best_passages(hit((1, 0.5), (0, 0.6)), NO_TERMS, read("owls"))] == [0, 1]


def test_the_passages_of_a_part_are_numbered_from_its_first_one() -> None:
    part = PartOfTerms(40, TERMS.terms)
    best = best_passages(hit((42, 0.5), (7, 0.4)), part, read("owls hunting mice"))
    assert [(shown.n, shown.similarity) for shown in best[:2]] == [(42, pytest.approx(0.5)), (41, None)]
