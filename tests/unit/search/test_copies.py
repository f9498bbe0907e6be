"""Signatures, and the copies that are found by them."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from semsearch.records import Kind
from semsearch.search.copies import leaders, of_picture, of_terms
from semsearch.search.rank import Ranked, folded

VOCABULARY = [f"word{n}" for n in range(5000)]


def text(seed: int, length: int = 300) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=length)


def picture(seed: int, size: tuple[int, int] = (300, 224)) -> Image.Image:
    """Patches of colour with soft edges, similar to a photo."""
    noise = np.random.default_rng(seed).integers(20, 220, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def are_copies(one: str, other: str) -> bool:
    return leaders([one, other]) == [0, 0]


def test_a_text_with_a_changed_word_or_a_header_is_a_copy() -> None:
    original = text(1)
    changed = [*original[:150], "another", *original[151:]]
    assert are_copies(of_terms(original), of_terms(changed))
    assert are_copies(of_terms(original), of_terms(["draft", "of", "monday", *original]))
    assert are_copies(of_terms(original), of_terms(original[:-5]))


def test_texts_of_the_same_words_in_another_order_are_not_the_same_text() -> None:
    original = text(1)
    assert not are_copies(of_terms(original), of_terms(sorted(original)))
    assert not are_copies(of_terms(original), of_terms(text(2)))


def test_a_form_with_other_entries_is_another_text() -> None:
    form = text(3, 200)
    filled = [*form]
    for at in range(0, 200, 15):
        filled[at] = f"name{at}"
    assert not are_copies(of_terms(form), of_terms(filled))


def test_a_short_text_is_a_copy_only_of_the_same_words() -> None:
    short = text(4, 99)
    assert are_copies(of_terms(short), of_terms([*short]))
    assert not are_copies(of_terms(short), of_terms([*short[:-1], "2027"]))
    assert of_terms([]) == ""


def test_documents_without_a_signature_have_no_copies() -> None:
    assert leaders(["", "", ""]) == [0, 1, 2]


def encoded(image: Image.Image, **how: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", **how)
    return Image.open(io.BytesIO(file.getvalue())).convert("RGB")


@pytest.mark.parametrize("seed", range(5))
def test_a_picture_saved_again_scaled_or_a_little_brighter_is_a_copy(seed: int) -> None:
    original = picture(seed)
    made = [
        encoded(original, quality=40),
        original.resize((150, 112)).resize(original.size),
        ImageEnhance.Brightness(original).enhance(1.08),
        original.crop((1, 1, 299, 223)),
    ]
    for copy in made:
        assert are_copies(of_picture(original), of_picture(copy))


def test_different_pictures_are_not_folded() -> None:
    assert leaders([of_picture(picture(seed)) for seed in range(50)]) == list(range(50))


def test_two_frames_of_one_scene_are_two_pictures() -> None:
    def frame(x: int) -> Image.Image:
        scene = picture(7)
        ImageDraw.Draw(scene).ellipse((x, 80, x + 40, 140), fill="white")
        return scene

    assert not are_copies(of_picture(frame(100)), of_picture(frame(130)))


def test_the_same_drawing_in_another_colour_is_another_picture() -> None:
    def drawing(colour: str) -> Image.Image:
        sheet = Image.new("RGB", (224, 224), "white")
        ImageDraw.Draw(sheet).ellipse((50, 50, 180, 180), fill=colour)
        return sheet

    signatures = [of_picture(drawing(colour)) for colour in ("red", "blue", "green", "#4c4c4c", "black")]
    assert leaders(signatures) == [0, 1, 2, 3, 4]


def test_a_much_darker_picture_is_another_one() -> None:
    original = picture(8)
    assert not are_copies(of_picture(original), of_picture(ImageEnhance.Brightness(original).enhance(0.6)))


def test_a_plain_picture_is_a_copy_only_of_the_same_pixels() -> None:
    white, whiter = (Image.new("RGB", (224, 224), shade) for shade in ("#fefefe", "#ffffff"))
    assert are_copies(of_picture(white), of_picture(white.copy()))
    assert not are_copies(of_picture(white), of_picture(whiter))


def test_the_first_is_the_leader_of_its_copies_whatever_comes_after() -> None:
    a, b = text(1), text(2)
    again = [*a[:40], "x", *a[41:]]
    signatures = [of_terms(each) for each in (a, b, again, a, text(3, 20), b)]
    assert leaders(signatures) == [0, 1, 0, 0, 4, 1]
    for end in range(len(signatures)):
        assert leaders(signatures[:end]) == leaders(signatures)[:end]


def test_copies_are_found_in_a_long_list() -> None:
    signatures = [of_terms(text(seed, 120)) for seed in range(450)]
    assert leaders([*signatures, signatures[449], signatures[3]]) == [*range(450), 449, 3]


def test_the_best_of_several_copies_stays_in_its_place_and_lists_the_others() -> None:
    same, other = of_terms(text(1)), of_terms(text(2))
    found = [
        Ranked(doc, Kind.TEXT, Kind.TEXT, signature)
        for doc, signature in (("a", same), ("b", other), ("c", same), ("d", ""), ("e", same))
    ]
    kept = folded(found)
    assert [hit.doc for hit in kept] == ["a", "b", "d"]
    assert [[copy.doc for copy in hit.copies] for hit in kept] == [["c", "e"], [], []]
