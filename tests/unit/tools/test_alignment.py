"""`python -m tools.alignment`: its texts, and a fit on vectors that hide a linear map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semsearch.models.vectors import unit
from semsearch.records import Vectors
from tools.alignment import texts
from tools.alignment.__main__ import lesson_of
from tools.alignment.fit import fit
from tools.alignment.texts import CAPTION, EMOJI, STAMP, Pair

DIMS = 16


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """Two emoji and a stamp, as Debian's packages have them."""
    for language, dog, cat in (("en", "dog", "cat"), ("de", "Hund", "↑↑↑"), ("tlh", "targh", "vIghro'")):
        file = tmp_path / "unicode" / "cldr" / "common" / "annotations" / f"{language}.xml"
        file.parent.mkdir(parents=True, exist_ok=True)
        names = "".join(
            f'<annotation cp="{signs}" type="tts">{name}</annotation>'
            for signs, name in (("🐶", dog), ("🐱", cat))
        )
        file.write_text(
            f'<ldml><annotations><annotation cp="🐶">pet</annotation>{names}</annotations></ldml>'
        )
    stamp = tmp_path / "tuxpaint" / "stamps" / "paw.txt"
    stamp.parent.mkdir(parents=True)
    stamp.write_text("A paw print.\nde.utf8=Ein Pfotenabdruck.\nfr.utf8=\ntlh.utf8=targh\n")
    return tmp_path


def test_texts_have_their_english_beside_them_in_languages_that_the_model_knows(share: Path) -> None:
    assert list(texts.emoji(share)) == [
        Pair("dog", "dog", EMOJI),
        Pair("Hund", "dog", EMOJI),
        Pair("cat", "cat", EMOJI),
    ]
    assert list(texts.stamps(share)) == [
        Pair("A paw print.", "A paw print.", STAMP),
        Pair("Ein Pfotenabdruck.", "A paw print.", STAMP),
    ]


@pytest.mark.usefixtures("one_thread")
def test_a_fitted_alignment_maps_texts_and_their_translations_to_the_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tools.alignment.fit._BATCH", 64)
    random = np.random.default_rng(0)

    def rows(n: int) -> Vectors:
        return unit(random.normal(size=(n, DIMS)).astype(np.float32))

    english, hidden = rows(400), np.linalg.qr(random.normal(size=(DIMS, DIMS)))[0].astype(np.float32)
    accent = 0.2 * rows(1)
    foreign = unit(english[200:] + accent)
    pairs = [Pair(f"caption number {n}", f"caption number {n}", CAPTION) for n in range(200)]
    pairs += [Pair(f"sentence number {n}", f"sentence number {n}", STAMP) for n in range(200)]
    pairs += [Pair(f"Satz {n}", f"sentence number {n}", STAMP) for n in range(200)]
    wanted = np.concatenate([english, english[200:]]) @ hidden

    lesson = lesson_of(pairs, np.concatenate([english, foreign]), wanted, wanted[:200], range(200))
    made = fit(lesson, steps=100)

    np.testing.assert_allclose(lesson.moves, foreign - english[200:], atol=1e-6)
    unseen = rows(100)
    for asked in (unseen, unit(unseen + accent)):
        nearest = (made(asked) @ (unseen @ hidden).T).argmax(axis=1)
        assert np.mean(nearest == np.arange(100)) > 0.95
