"""Names of topics: distinctive words, nouns, and each name once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from semsearch.explore import noun_names
from semsearch.explore.noun_names import covering
from semsearch.explore.path_words import believed, names_in
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


# As many words as texts, which have no other in common.
MIXED = "rust tower lemon violin planet marble tunnel winter".split()


def test_words_that_are_frequent_here_and_rare_elsewhere_come_first() -> None:
    boats, bread = distinctive([BOATS, BREAD])
    assert set(boats.usual) <= {"boat", "boats", "harbour", "sails"}
    assert bread.usual[0] == "yeast"


def test_a_word_is_shown_in_its_commonest_form() -> None:
    group = words_of(["Rust is a language", "rust", "Rust compiles", "the Rust book"])
    assert distinctive([group, BREAD])[0].usual[0] == "Rust"


def test_words_that_say_nothing_name_no_group() -> None:
    said = ["their owls just said", "his owls and her owls last", "the owls don't, of 1984", "owls didn’t"]
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


def test_a_name_that_says_little_of_its_group_says_that_it_is_mixed() -> None:
    mixed = words_of([f"owls {word}" if n < 3 else word for n, word in enumerate(MIXED)])
    (candidates, _) = distinctive([mixed, BREAD])
    assert unique_name(candidates, (), "Texts") == "Various: owls"
    whole = words_of([f"owls {word}" if n < 5 else word for n, word in enumerate(MIXED)])
    assert unique_name(distinctive([whole, BREAD])[0], (), "Texts") == "owls"
    assert unique_name(candidates, {name_tag("Various: owls")}, "Texts") == "Various: owls 2"


def test_names_that_differ_in_case_alone_are_the_same() -> None:
    assert unique_name(Candidates(("Boats",), 1), {name_tag("boats")}, "Texts") == "Boats 2"


def test_a_group_without_words_gets_a_number() -> None:
    assert unique_name(Candidates((), 0), {name_tag("Pictures 1")}, "Pictures") == "Pictures 2"


THINGS = Nouns(
    ("ship", "vessel", "owl", "bread"),
    unit(np.array([[1, 0.3, 0, 0], [1, 0, 0.1, 0], [0, 0.1, 1, 0], [0, 0, 0.1, 1]], np.float32)),
)


def named(
    pictures: list[list[float]],
    *groups: list[int],
    paths: Sequence[str] | None = None,
    nouns: Nouns | None = THINGS,
) -> list[Candidates]:
    """The names of groups of pictures, which have no telling paths unless some are given."""
    rows = unit(np.array(pictures, np.float32))
    numbers = [np.array(each, np.intp) for each in groups]
    return covering(rows, numbers, believed(paths or [""] * len(rows), rows, numbers), nouns)


def test_pictures_are_named_by_the_nouns_that_are_near_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noun_names, "_NEAREST", 1)
    ships, owls = named([[1, 0.3, 0, 0]] * 3 + [[0, 0.1, 1, 0]] * 3, [0, 1, 2], [3, 4, 5])
    assert (ships.usual, owls.usual) == (("ship",), ("owl",))


def test_a_group_of_two_kinds_of_things_is_named_by_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noun_names, "_NEAREST", 2)
    pictures = [[1, 0.3, 0, 0]] * 3 + [[0, 0, 0.9, 0.2]] * 2
    (both,) = named([*pictures, [0, 0, 0, 1]], list(range(5)))
    assert both.usual == ("ship", "owl")


def test_only_the_surest_nouns_stand_for_a_picture_with_a_telling_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(noun_names, "_NEAREST", 2)
    loaves = [[0.6, 0.3, 0, 1]] * 4
    seen = [*[[1, 0.3, 0, 0]] * 6, *loaves, *[[0, 0, 1, 0]] * 10]
    assert named(seen, [*range(10)])[0].usual == ("ship",)
    paths = ["loaf/1.jpg" if n in range(6, 10) else "x.jpg" for n in range(20)]
    assert named(seen, [*range(10)], paths=paths)[0].usual == ("ship", "loaf")


def test_nouns_that_say_the_same_are_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noun_names, "_NEAREST", 2)
    pictures = [[1, 0.2, 0, 0]] * 3
    (ships,) = named([*pictures, [0, 0, 0, 1]], [0, 1, 2])
    assert ships.usual == ("ship",)


def test_a_group_whose_pictures_have_no_vectors_gets_no_noun() -> None:
    assert named([[1, 0, 0, 0]], []) == [Candidates((), 0)]


# Owls, llamas and ships, which are no nouns but the first and the last; ten of each.
SEEN = [[0, 0.1 * (n % 3), 1, 0] for n in range(10)]
SEEN += [[0, 0.4, 1, 0.1 * (n % 3) + 1] for n in range(10)]
SEEN += [[1, 0.3, 0.1 * (n % 3), 0] for n in range(10)]
OWLS, LLAMAS, SHIPS = list(range(10)), list(range(10, 20)), list(range(20, 30))


def in_folders(*folders: str) -> list[str]:
    return [f"{folder}/IMG_{n:04}.jpg" for folder in folders for n in range(10)]


def test_a_group_is_named_by_the_folder_of_most_of_its_pictures() -> None:
    paths = in_folders("2019/owls", "2019/07 Unsere Lamas", "2019/ships")
    found = named(SEEN, OWLS, LLAMAS, SHIPS, paths=paths)
    assert [each.usual for each in found] == [("owls",), ("Unsere Lamas",), ("ships",)]


def test_a_group_is_named_by_its_files_without_their_numbers() -> None:
    paths = [f"{name}{n}.jpg" for name in ("owl-", "llama_", "BigShip") for n in range(10)]
    assert [each.usual for each in named(SEEN, OWLS, LLAMAS, SHIPS, paths=paths)] == [
        ("owl",),
        ("llama",),
        ("Big Ship",),
    ]


def test_a_group_of_several_folders_is_named_by_those() -> None:
    paths = in_folders("owls", "llamas", "ships")
    both, ships = named(SEEN, OWLS + LLAMAS, SHIPS, paths=paths)
    assert set(both.usual) == {"owls", "llamas"}
    assert ships.usual == ("ships",)


def test_names_of_cameras_and_programs_dates_and_numbers_name_no_group() -> None:
    paths = [
        f"{folder}/{file}{n}.jpg"
        for folder, file in (("DCIM/100CANON", "DSC_"), ("Camera Roll", "image"), ("2019 July", "pxl"))
        for n in range(10)
    ]
    assert named(SEEN, OWLS, LLAMAS, SHIPS, paths=paths) == named(SEEN, OWLS, LLAMAS, SHIPS)
    assert {*names_in("DCIM/IMG_0001 (2).jpg"), *names_in("July 2019/WhatsApp Images/x7fk2.jpg")} == set()


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("photos.zip//IMG_1.jpg", set()),
        ("llamas.zip//IMG_1.jpg", {"llamas"}),
        ("Peru/holidays.zip//llamas/IMG_1.jpg", {"Peru", "holidays", "llamas"}),
    ],
)
def test_an_archive_is_called_as_its_file_without_the_extension(path: str, names: set[str]) -> None:
    assert {*names_in(path)} == names


def test_a_folder_of_pictures_that_are_not_alike_names_no_group() -> None:
    paths = ["holiday/a.jpg" if n % 10 < 3 else "b.jpg" for n in range(30)]
    assert named(SEEN, [*range(30)], paths=paths) == named(SEEN, [*range(30)])


def test_a_folder_whose_pictures_are_in_many_groups_names_none() -> None:
    paths = ["home/a.jpg"] * 20 + ["b.jpg"] * 10
    groups = OWLS[:7], OWLS[7:] + LLAMAS[:4], LLAMAS[4:], SHIPS
    assert named(SEEN, *groups, paths=paths) == named(SEEN, *groups)


def test_pictures_that_look_like_those_of_a_folder_count_with_it() -> None:
    paths = ["llamas/1.jpg" if n in LLAMAS and n not in (14, 17) else "x.jpg" for n in range(30)]
    ((llamas,),) = believed(paths, unit(np.array(SEEN, np.float32)), [np.array(LLAMAS)])
    assert (llamas.name, [*llamas.like]) == ("llamas", [14, 17])


def test_the_names_that_most_pictures_of_a_group_have_are_tested_and_no_more() -> None:
    often, seldom = ([f"{a}{b}nok" for a, b in product(first, "aeiou")] for first in ("bdfg", "kl"))
    paths = [f"{name}/{n}.jpg" for name in often for n in range(4)]
    paths += [f"{name}/{n}.jpg" for name in seldom for n in range(3)]
    group = np.arange(len(paths))
    seen = [*[[0, 0, 1, 0]] * len(paths), *[[1, 0, 0, 0]] * 2000]
    (words,) = believed([*paths, *["x.jpg"] * 2000], np.array(seen, np.float32), [group])
    assert sorted(word.name for word in words) == sorted(often)


def test_only_the_pictures_of_a_group_count_with_a_folder() -> None:
    paths = ["llamas/1.jpg" if n in LLAMAS and n not in (14, 17) else "x.jpg" for n in range(30)]
    ((llamas,),) = believed(paths, unit(np.array(SEEN, np.float32)), [np.array(LLAMAS[:5])])
    assert (llamas.name, [*llamas.like]) == ("llamas", [14])


def test_a_small_folder_of_a_large_library_names_its_pictures_if_they_are_alike() -> None:
    seen = unit(np.random.default_rng(0).normal(size=(5000, 8)).astype(np.float32))
    seen[:4] = seen[0]
    paths = ["owls/1.jpg"] * 4 + ["home/1.jpg"] * 4 + ["x.jpg"] * 4992
    owls, home = believed(paths, seen, [np.arange(4), np.arange(4, 8)])
    assert ([word.name for word in owls], home) == (["owls"], [])


def test_a_folder_of_some_pictures_stands_beside_the_nouns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noun_names, "_NEAREST", 1)
    paths = ["llamas/1.jpg" if 10 <= n < 18 else "x.jpg" for n in range(30)]
    (both, _) = named(SEEN, OWLS + LLAMAS[:8], SHIPS, paths=paths)
    assert both.usual == ("owl", "llamas")


def test_without_nouns_only_folders_name_groups() -> None:
    found = named(SEEN, OWLS, LLAMAS, SHIPS, paths=in_folders("owls", "1", "2"), nouns=None)
    assert [each.usual for each in found] == [("owls",), (), ()]


def test_the_built_in_bank_has_a_name_for_each_vector() -> None:
    (bank,) = SHIPPED.glob("*.npz")
    nouns = nouns_of(f"minilook@0123+bank@{file_hash(bank)}")
    assert nouns is not None
    assert {"lighthouse", "woman", "crowd"} <= {*nouns.names}
    assert not {"human", "domestic animal"} & {*nouns.names}
    assert len(nouns.names) == len(nouns.vectors) > 4000


def test_a_model_without_a_bank_has_no_nouns() -> None:
    assert nouns_of("clip@0123") is None
