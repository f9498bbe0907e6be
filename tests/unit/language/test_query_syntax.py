import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.query_syntax import (
    MOST_ALTERNATIVES,
    Terms,
    alternatives,
    demands,
    last_alternative,
    marked_in,
    read,
    undemanding,
)
from semsearch.language.words import is_word


@pytest.mark.parametrize(
    ("typed", "text", "phrases", "excluded"),
    [
        ("jaguar -car", "jaguar", [], ["car"]),
        ('"red foxes" at night', "red foxes at night", ["red fox"], []),
        ('snow -"winter sports"', "snow", [], ["winter sport"]),
        ("“smart quotes” too", "smart quotes too", ["smart quot"], []),
        ("「赤い 狐」 ‹at night›", "赤い 狐 at night", ["赤 赤い い 狐", "at night"], []),
        ("well-known e-mail", "well-known e-mail", [], []),
        ("a - b", "a - b", [], []),
        ('5" disk', '5" disk', [], []),
        ('"" nothing', "nothing", [], []),
        ('("red foxes" at night)', "( red foxes at night)", ["red fox"], []),
        ("jaguar (-car)", "jaguar", [], ["car"]),
        ("(jaguar -car)", "(jaguar)", [], ["car"]),
        ("jaguar -run(fast) -walk)", "jaguar", [], ["run fast", "walk"]),
        ("print(-value) (tar -x)", "print(-value) (tar -x)", [], []),
        ("(((jaguar -car)", "(((jaguar)", [], ["car"]),
    ],
)
def test_quotation_marks_demand_and_a_minus_forbids(
    typed: str, text: str, phrases: list[str], excluded: list[str]
) -> None:
    def runs(texts: list[str]) -> tuple[Terms, ...]:
        return tuple(tuple(each.split()) for each in texts)

    wording = read(typed)
    assert (wording.text, wording.phrases, wording.excluded) == (text, runs(phrases), runs(excluded))
    assert wording.demands == bool(phrases or excluded)


def test_the_words_of_a_phrase_are_looked_for_too() -> None:
    assert read('"red foxes" at night').terms == ("red", "fox", "night")


@pytest.mark.parametrize(
    ("typed", "language", "found"),
    [
        ("a letter about the rent", "en", ("letter", "rent")),
        ('"about the rent" of flats', "en", ("rent", "flat", "about the rent")),
        ('"red foxes" at night', "en", ("red", "fox", "night")),
        ("what is it", "en", ("what", "is", "it")),
        ("casas también barcos", "es", ("cas", "barc")),
    ],
)
def test_function_words_are_marked_only_in_phrases_or_where_there_are_no_others(
    typed: str, language: str, found: Terms
) -> None:
    assert marked_in(typed, language) == found


def test_what_is_looked_for_twice_is_marked_as_one() -> None:
    wording = read("foxes, a fox and owls")
    assert (wording.terms, wording.marked) == (("fox", "fox", "owl"), ("fox", "owl"))


@pytest.mark.parametrize(
    "typed",
    ["-5", "-18 °C", "1990 -2000", "- 5", "a - b", "-$5", "--force", "tar -x", "−18", "-", "->", '"'],
)
def test_a_minus_that_is_a_sign_or_a_dash_excludes_nothing(typed: str) -> None:
    wording = read(typed)
    assert wording.text == typed
    assert not wording.demands


@pytest.mark.parametrize(
    ("typed", "excluded"),
    [
        ("-marmalade", ["marmalad"]),
        ('-"marmalade jar" -bread', ["marmalad jar", "bread"]),
        ("-C++", ["cplusplus"]),
        ("-.NET", ["dotnet"]),
        ("-\N{DUCK}", ["u1f986"]),
        ("-猫", ["猫"]),
        ("(-猫)", ["猫"]),
    ],
)
def test_a_query_may_do_nothing_but_exclude(typed: str, excluded: list[str]) -> None:
    wording = read(typed)
    assert (wording.text, wording.terms) == ("", ())
    assert wording.excluded == tuple(tuple(each.split()) for each in excluded)


def test_decomposed_accents_and_soft_hyphens_are_typed_alike() -> None:
    assert read('"Scho\u0308n\u00adheit" -bo\u0308se') == read('"Schönheit" -böse')


def test_other_forms_of_words_are_looked_for_beside_them() -> None:
    wording = read("an e-mail of 1 250 words")
    assert (wording.terms, wording.forms) == (("e", "mail", "1", "250", "word"), ("email", "1250"))
    assert set(wording.marked) == {*wording.terms, *wording.forms}


def test_quotation_marks_in_a_pasted_paragraph_demand_nothing() -> None:
    assert not read('It was "quoted" -so to speak. ' * 10).demands


@given(st.text())
def test_any_text_can_be_read(typed: str) -> None:
    wording = read(typed)
    for run in (wording.terms, *wording.phrases, *wording.excluded):
        assert all(map(is_word, run))


@pytest.mark.parametrize(
    ("typed", "queries"),
    [
        ("cat OR dog", ["cat", "dog"]),
        ('"red scarf" OR mittens', ['"red scarf"', "mittens"]),
        ("“red scarf” OR mittens", ['"red scarf"', "mittens"]),
        ("(invoice OR receipt) 2024", ["invoice 2024", "receipt 2024"]),
        ("((a OR b) c OR d) e", ["a c e", "d e", "b c e"]),
        ("cat OR dog -wet", ["-wet cat", "-wet dog"]),
        ('-"wet fur" cat -old OR dog', ['-"wet fur" -old cat', '-"wet fur" -old dog']),
        ("cat OR OR dog OR", ["cat", "dog"]),
        ("NASA OR ESA", ["NASA", "ESA"]),
        ("(tomatoes OR roses -compost) garden", ["-compost tomatoes garden", "-compost roses garden"]),
        ("(cat OR dog (-wet)) 2024", ["-wet cat 2024", "-wet dog 2024"]),
        ('(cat OR "red dog" -"wet fur") 2024', ['-"wet fur" cat 2024', '-"wet fur" "red dog" 2024']),
        (":) (cat OR dog -wet) 2024", ["-wet :) cat 2024", "-wet :) dog 2024"]),
    ],
)
def test_alternatives_stand_between_or_in_capitals(typed: str, queries: list[str]) -> None:
    assert list(alternatives(typed)) == queries


@pytest.mark.parametrize(
    "typed",
    ["cat or dog", '"cat OR dog"', "OR", "cat OR", "OR dog", "ORcas", "x (a OR) y", "cat OR -dog",
     "PRESSURE ON THE GOVERNMENT TO STOP OR AT LEAST REDUCE IT", "word " * 40 + "OR more"],
)  # fmt: skip
def test_a_query_without_alternatives_is_its_only_one(typed: str) -> None:
    assert alternatives(typed) == (typed,)


@pytest.mark.parametrize(
    ("typed", "text", "excluded"),
    [
        ("-cat OR -dog", "", ["cat", "dog"]),
        ("horse OR -dog", "horse", ["dog"]),
        ("(horse OR -dog) 2024", "(horse) 2024", ["dog"]),
        ('-cat OR "OR"', "OR", ["cat"]),
    ],
)
def test_an_or_beside_an_exclusion_is_no_word(typed: str, text: str, excluded: list[str]) -> None:
    (only,) = alternatives(typed)
    wording = read(only)
    assert (wording.text, wording.excluded) == (text, tuple((each,) for each in excluded))


def test_alternatives_are_not_counted_without_end() -> None:
    assert len(alternatives("(a OR b) " * 10)) == MOST_ALTERNATIVES + 1
    assert alternatives("(a OR b) OR (a OR c) OR d") == ("a", "d", "c", "b")
    assert alternatives("a OR b OR a OR b OR a OR c") == ("a", "b", "c")
    assert len(alternatives("(a OR b) OR (c OR d) OR e")) == MOST_ALTERNATIVES + 1


@pytest.mark.parametrize(
    ("typed", "demanded", "words"),
    [
        ('winter "red scarf" -draft', ['"red scarf"', "-draft"], "winter red scarf"),
        ("“red scarf” -“old one”", ["“red scarf”", "-“old one”"], "red scarf"),
        ('cat OR "red dog" -wet', ["-wet"], "cat OR red dog"),
        ("well-known -5 - x", [], "well-known -5 - x"),
        ('"" "!" -… "open', [], '! "open'),
        ('winter ("red scarf" -draft)', ['"red scarf"', "-draft"], "winter ( red scarf )"),
        ('word ' * 40 + '"a b"', [], 'word ' * 40 + '"a b"'),
    ],
)  # fmt: skip
def test_phrases_and_exclusions_are_demands_that_can_be_lifted(
    typed: str, demanded: list[str], words: str
) -> None:
    found = demands(typed)
    assert [each.typed for each in found] == demanded
    assert [typed[each.start : each.end] for each in found] == demanded
    assert undemanding(typed) == words


def test_the_last_alternative_is_the_one_that_is_being_typed() -> None:
    assert last_alternative("cat OR do") == ("cat OR ", "do")
    assert last_alternative("(cat OR (big do") == ("(cat OR (", "big do")
    assert last_alternative('cat "a OR b" do') == ("", 'cat "a OR b" do')
