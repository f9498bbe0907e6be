"""Names of topics: distinctive words, nouns, and each name once."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.explore import noun_names
from semsearch.explore.noun_names import covering
from semsearch.explore.topic_names import Candidates, unique_name
from semsearch.explore.word_names import Words, distinctive, merged
from semsearch.models.bank import SHIPPED
from semsearch.models.fingerprint import file_hash
from semsearch.models.nouns import Nouns, nouns_of
from semsearch.models.vectors import unit
from semsearch.store.shots import name_tag


def words_of(texts: list[str], language: str = "en") -> Words:
    found = Words()
    for text in texts:
        found.read(text, language)
    return found


BOATS = words_of(["The boat sails from the harbour.", "Boats and sails.", "A boat in the harbour."] * 3)
BREAD = words_of(["The flour and the yeast.", "Yeast raises bread.", "Bread of flour and yeast."] * 3)


def test_words_that_are_frequent_here_and_rare_elsewhere_come_first() -> None:
    boats, bread = distinctive([BOATS, BREAD])
    assert set(boats.usual) <= {"boat", "boats", "harbour", "sails"}
    assert bread.usual[0] == "yeast"


def test_a_word_is_shown_in_its_commonest_form() -> None:
    group = words_of(["Rust is a language", "rust", "Rust compiles", "the Rust book"])
    assert distinctive([group, BREAD])[0].usual[0] == "Rust"


def test_words_that_say_nothing_name_no_group() -> None:
    said = ["their owls out there", "his owls and her owls last", "the owls don't, of 1984", "owls didn’t"]
    group = words_of(said * 2)
    assert distinctive([group, BREAD])[0].words == ("owls",)


def test_filler_text_names_no_group() -> None:
    group = words_of(["Lorem ipsum dolor sit amet, consectetur adipisicing elit: an owl"] * 3)
    assert distinctive([group, BREAD])[0].words == ("owl",)


def test_a_word_that_is_everywhere_is_no_name() -> None:
    both = [words_of(["paper paper owls"] * 3), words_of(["paper paper bread"] * 3)]
    assert [each.usual[0] for each in distinctive(both)] == ["owls", "bread"]


def test_what_the_name_above_says_comes_later() -> None:
    group = words_of(["owls wings", "owls wings", "owls wings"])
    assert distinctive([group, BREAD], [("owls",), ()])[0].usual[0] == "wings"


def test_words_near_to_the_middle_of_a_group_come_before_those_that_it_happens_to_share() -> None:
    group = words_of(["owls lately", "owls lately", "owls lately wings", "lately wings"])
    assert distinctive([group, BREAD])[0].words[0] == "lately"
    near = {"owls": 0.6, "wings": 0.5, "lately": 0.05}
    named = distinctive(
        [group, BREAD], nearness=lambda words: [[near.get(w, 0.1) for w in each] for each in words]
    )
    assert named[0].words[:2] == ("owls", "wings")


def test_german_texts_are_named_in_german_without_its_function_words() -> None:
    group = words_of(["Die Brötchen und der Teig, aber nicht auf dem Ofen."] * 3, "de")
    assert set(distinctive([group, BOATS])[0].usual) <= {"Brötchen", "Teig", "Ofen"}


def test_chinese_texts_are_named_by_pairs_of_characters() -> None:
    group = words_of(["图书馆的图书", "图书馆", "图书馆里"], "zh")
    assert "图书" in distinctive([group, BOATS])[0].usual


def test_a_text_in_capitals_gives_names_with_small_letters() -> None:
    group = words_of(["PREMIER NIKITA KHRUSHCHEV IN MOSCOW", "MOSCOW SAYS NOTHING", "THE ROADS TO MOSCOW"])
    assert distinctive([group, BREAD])[0].usual[0] == "Moscow"


def test_words_of_several_groups_are_counted_together() -> None:
    both = merged([BOATS, BREAD])
    assert both.texts == 18
    assert both.share("yeast") == 0.5


def test_a_name_that_is_taken_gets_further_words_and_then_a_number() -> None:
    candidates = Candidates(("boats", "sea", "wind"), 2)
    taken: set[str] = set()
    given = []
    for _ in range(4):
        given.append(unique_name(candidates, taken, "Texts"))
        taken.add(name_tag(given[-1]))
    assert given == ["boats, sea", "boats, sea, wind", "boats, sea 2", "boats, sea 3"]


def test_names_that_differ_in_case_alone_are_the_same() -> None:
    assert unique_name(Candidates(("Boats",), 1), {name_tag("boats")}, "Texts") == "Boats 2"


def test_a_group_without_words_gets_a_number() -> None:
    assert unique_name(Candidates((), 0), {name_tag("Pictures 1")}, "Pictures") == "Pictures 2"


THINGS = Nouns(
    ("ship", "vessel", "owl", "bread"),
    unit(np.array([[1, 0.3, 0, 0], [1, 0, 0.1, 0], [0, 0.1, 1, 0], [0, 0, 0.1, 1]], np.float32)),
)


def named(pictures: list[list[float]], *groups: list[int]) -> list[Candidates]:
    return covering(
        unit(np.array(pictures, np.float32)), [np.array(each, np.intp) for each in groups], THINGS
    )


def test_pictures_are_named_by_the_nouns_that_are_near_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noun_names, "_NEAREST", 1)
    ships, owls = named([[1, 0.3, 0, 0]] * 3 + [[0, 0.1, 1, 0]] * 3, [0, 1, 2], [3, 4, 5])
    assert (ships.usual, owls.usual) == (("ship",), ("owl",))


def test_a_group_of_two_kinds_of_things_is_named_by_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noun_names, "_NEAREST", 2)
    pictures = [[1, 0.3, 0, 0]] * 3 + [[0, 0, 0.9, 0.2]] * 2
    (both,) = named([*pictures, [0, 0, 0, 1]], list(range(5)))
    assert both.usual == ("ship", "owl")


def test_nouns_that_say_the_same_are_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noun_names, "_NEAREST", 2)
    pictures = [[1, 0.2, 0, 0]] * 3
    (ships,) = named([*pictures, [0, 0, 0, 1]], [0, 1, 2])
    assert ships.usual == ("ship",)


def test_a_group_whose_pictures_have_no_vectors_gets_no_noun() -> None:
    assert named([[1, 0, 0, 0]], []) == [Candidates((), 0)]


def test_the_built_in_bank_has_a_name_for_each_vector() -> None:
    (bank,) = SHIPPED.glob("*.npz")
    nouns = nouns_of(f"minilook@0123+bank@{file_hash(bank)}")
    assert nouns is not None
    assert "lighthouse" in nouns.names
    assert len(nouns.names) == len(nouns.vectors) > 4000


def test_a_model_without_a_bank_has_no_nouns() -> None:
    assert nouns_of("clip@0123") is None
