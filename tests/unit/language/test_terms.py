import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.terms import head_line, line_of, name_words, query_terms, spans_of, terms
from semsearch.language.words import is_word, words


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("photos/IMG_0412.jpg", "img 0412 jpg"),
        ("winter-scarf_red.PNG", "winter scarf red png winterscarf"),
        ("CamelCaseNotes.md", "camelcasenotes md camel case notes"),
        ("scan2019.pdf", "scan2019 pdf scan 2019"),
        ("Über größe.txt", "über größe txt"),
        ("...", ""),
    ],
)
def test_a_name_is_found_by_its_words_and_their_parts(path: str, found: str) -> None:
    assert name_words(path) == found


def test_words_hold_nothing_that_a_query_language_could_read() -> None:
    found = words("@name:{a|b} -c* => \"d\" $e ~f %g% 'h' (i) \\j /k")
    assert found == ["name", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Geese were hunting.", "goose hunts geese"),
        ("Das Café", "cafe"),
        ("naïve résumé", "NAIVE RESUME"),
        ("ﬁne ½", "fine 1 2"),
        ("ΩΜΈΓΑ", "ωμεγα"),
        ("error 0x80070005", "0X80070005"),
    ],
)
def test_a_word_is_found_in_other_forms_and_without_its_accents(text: str, asked: str) -> None:
    assert set(terms(text)) & set(terms(asked))


@pytest.mark.parametrize(
    ("text", "asked"),
    [("東京都庁", "東京"), ("東京都庁", "庁"), ("ภาษาไทย", "ไทย"), ("김치찌개를", "김치찌개")],
)
def test_scripts_without_spaces_are_found_by_characters_and_pairs(text: str, asked: str) -> None:
    assert set(terms(asked)) <= set(terms(text))


def test_words_of_other_scripts_among_them_are_whole() -> None:
    text = "我在WeChat上收到2021年ＦＡＸ"
    assert {"wechat", "2021", "fax"} <= set(terms(text))
    assert [text[a:b] for a, b in spans_of(text, terms("wechat 收到"))] == ["WeChat", "收到"]


def test_compound_words_are_indexed_with_their_parts() -> None:
    assert line_of("call getUserName") == "call getusernam get user name"


def test_the_head_of_a_document_has_its_folders_its_name_and_its_title() -> None:
    assert head_line("trips/Crete 2019/IMG_1.jpg", "Beaches") == "trip crete 2019 img 1 jpg beach"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("What is the ownership of a value?", ["ownership", "valu"]),
        ("to be or not to be", ["to", "be", "or", "not", "to", "be"]),
        ("the who", ["the", "who"]),
        ("?!", []),
    ],
)
def test_common_words_are_looked_for_only_when_there_are_no_others(query: str, found: list[str]) -> None:
    assert query_terms(query) == found


def test_a_term_is_looked_for_as_often_as_its_words_are_there_up_to_a_few_times() -> None:
    assert query_terms("run, owls, running, runs") == ["run", "owl", "run", "run"]
    assert query_terms("owl " * 100) == ["owl"] * 4


def test_words_are_marked_in_whatever_form_they_stand() -> None:
    text = "Running to the CAFÉ in 東京都"
    assert [text[a:b] for a, b in spans_of(text, query_terms("run cafe 東京"))] == ["Running", "CAFÉ", "東京"]


@given(st.text())
def test_terms_of_any_text_are_words_only(text: str) -> None:
    assert all(map(is_word, terms(text)))
    assert all(map(is_word, line_of(text).split()))


@given(st.text())
def test_a_text_has_the_terms_of_each_of_its_words(text: str) -> None:
    assert [term for word in words(text) for term in terms(word)] == terms(text)


def test_an_endless_word_is_cut() -> None:
    assert all(len(term) <= 64 for term in terms("a" * 100_000))


@given(st.text(alphabet=string.printable, max_size=80), st.text(alphabet=string.printable, max_size=20))
def test_words_are_marked_alike_in_plain_texts_and_in_others(text: str, typed: str) -> None:
    wanted = terms(typed) + terms(text)[::2]
    assert spans_of(text, wanted) == spans_of(f"{text} Ж", wanted)
