"""A query is read once for each language of the library, and each reading counts for its texts only."""

from semsearch.language.query_syntax import read, read_for
from semsearch.language.readings import EVERYWHERE, Among, spread
from semsearch.language.terms import line_of, query_terms, spans_of, terms


def test_without_other_languages_a_query_has_the_one_reading_for_english() -> None:
    wording = read("the hunting dogs of Häuser")
    assert wording.others == {}
    assert wording.terms == ("hunt", "dog", "hauser")
    assert query_terms("could you do it") == ["could"]


def test_each_language_reads_the_words_by_its_own_rules() -> None:
    wording = read("Häuser", ("de", "fr"))
    assert wording.terms == ("hauser",)
    assert wording.of("de").terms == ("haus",)
    assert wording.of("zh") is wording
    assert wording.alternatives("hauser") >= {"hauser", "haus"}


def test_a_reading_that_is_the_same_is_left_out() -> None:
    assert read("Merkel 7.2", ("de", "fr", "ru")).others == {}


def test_function_words_of_the_query_and_of_the_text_do_not_count() -> None:
    wording = read("Wo sind die Häuser am Ufer?", ("de", "fr"))
    assert wording.of("de").terms == ("haus", "ufer")
    assert "sind" not in wording.of("fr").terms


def test_a_longer_query_is_read_for_its_own_language_only() -> None:
    text = "In welchem Jahr wurden die alten Häuser am Ufer des Sees gestrichen?"
    assert set(read(text, ("de", "fr")).others) == {"de"}


def test_phrases_and_exclusions_are_read_in_each_language() -> None:
    wording = read_for('"alte Häuser" -Pferde', "de")
    assert (wording.phrases, wording.excluded) == ((("alt", "haus"),), (("pferd",),))


def test_a_term_counts_for_the_texts_whose_reading_has_it() -> None:
    assert spread(["a", "b"], {"de": ["b", "c"], "fr": ["b"]}) == {
        "a": Among(("de", "fr"), but=True),
        "b": EVERYWHERE,
        "c": Among(("de",), but=False),
    }


def test_accents_are_removed_after_the_stem_is_made() -> None:
    assert terms("Kızlar IŞIK İstanbul", "tr") == ["kiz", "isik", "istanbul"]
    assert terms("chevaux résumés", "fr") == ["cheval", "resum"]
    assert terms("дома домов updates", "ru") == ["дом", "дом", "updat"]
    assert terms("Häuser Haeuser Straßen", "de") == ["haus", "haus", "strass"]


def test_the_index_has_the_stem_of_a_word_without_accents_where_it_is_another_one() -> None:
    assert line_of("Kızlar", "tr") == "kiz kizlar"
    assert line_of("Häuser", "de") == "haus"
    assert line_of("résumé") == "resum"


def test_words_are_marked_in_the_forms_of_their_language() -> None:
    text = "Die Häuser und das Haus"
    assert [text[start:end] for start, end in spans_of(text, ["haus"], "de")] == ["Häuser", "Haus"]
    assert [text[start:end] for start, end in spans_of(text, ["haus"])] == ["Haus"]
