"""With the multilingual text model, questions in any language find texts and pictures, whatever theirs is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.build import Builder
from ingest.summary import Summary
from ingest.wanted import Wanted
from semsearch.models.loaded import Models
from semsearch.query import Filters, Mode, Query
from semsearch.records import Kind
from semsearch.search.interpret import Interpreter
from semsearch.search.notes import ENGLISH_ONLY
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.integration.library import paths

Run = Callable[..., Summary]

SAMPLES = Path(__file__).parents[3] / "samples" / "library"
TEXTS = ("household", "science", "health", "recipes", "letters")
# Each file, with what finds it in German, French, Russian and Chinese.
QUESTIONS = {
    "household/limescale.txt": (
        "Wie entkalke ich einen Wasserkocher?",
        "Comment détartrer une bouilloire ?",
        "Как очистить чайник от накипи?",
        "怎么给水壶除水垢？",
    ),
    "science/black-holes.txt": (
        "Was geschieht mit jemandem, der in ein Schwarzes Loch fällt?",
        "Qu'arrive-t-il à quelqu'un qui tombe dans un trou noir ?",
        "Что произойдёт с человеком, который упадёт в чёрную дыру?",
        "掉进黑洞的人会怎么样？",
    ),
    "pictures/umbrella-in-rain.png": (
        "ein Regenschirm im Regen",
        "un parapluie sous la pluie",
        "зонт под дождём",
        "雨中的伞",
    ),
    "pictures/sailing-boat.png": ("ein Segelboot", "un bateau à voile", "парусная лодка", "帆船"),
}
LETTER = """Sehr geehrte Damen und Herren,

hiermit kündige ich meinen Mobilfunkvertrag fristgerecht zum Ende des Monats. Bitte bestätigen Sie mir den
Erhalt dieses Schreibens und das Datum, zu dem der Vertrag endet.

Mit freundlichen Grüßen
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Text in pictures is not read: it would find them too."""
    return settings.model_copy(update={"ocr": False})


@pytest.fixture
def models() -> Models:
    return Models(Settings(text_model="e5"))


@pytest.fixture
def samples(folder: Path) -> Path:
    """Some texts of the sample library, its pictures under names that say nothing, and a German letter."""
    for name in TEXTS:
        shutil.copytree(SAMPLES / name, folder / name)
    pictures = sorted((SAMPLES / "pictures").glob("[a-z]*.png"))
    (folder / "pictures").mkdir()
    for n, picture in enumerate(pictures):
        shutil.copyfile(picture, folder / "pictures" / f"{n:02}.png")
    (folder / "brief.txt").write_text(LETTER)
    return folder


def named(path: str) -> str:
    """The path of a sample in the folder."""
    pictures = sorted((SAMPLES / "pictures").glob("[a-z]*.png"))
    numbers = {f"pictures/{picture.name}": f"pictures/{n:02}.png" for n, picture in enumerate(pictures)}
    return numbers.get(path, path)


@pytest.mark.usefixtures("samples")
def test_questions_in_four_languages_find_english_notes_and_pictures(run: Run, searcher: Searcher) -> None:
    run()
    for path, questions in QUESTIONS.items():
        kind = Kind.IMAGE if path.startswith("pictures") else Kind.TEXT
        for question in questions:
            hits = searcher.search(Query(question, filters=Filters(kind=kind), limit=3))
            assert named(path) in paths(hits), question
            assert ENGLISH_ONLY not in hits.notes
    assert paths(searcher.search(Query("cancelling a mobile phone contract")))[0] == "brief.txt"


def test_a_question_in_another_language_is_told_that_the_model_knows_only_english(store: Store) -> None:
    searcher = Searcher(store, Models(Settings(text_model="minilm")))
    texts = Filters(kind=Kind.TEXT)
    question = "Wie entkalke ich einen Wasserkocher?"

    assert searcher.search(Query(question, filters=texts)).notes == (ENGLISH_ONLY,)
    assert searcher.search(Query(question, mode=Mode.WORDS, filters=texts)).notes == ()
    assert searcher.search(Query("how do I descale a kettle?", filters=texts)).notes == ()


@pytest.mark.usefixtures("samples")
def test_a_picture_finds_pictures_beside_the_multilingual_model(
    run: Run, store: Store, searcher: Searcher
) -> None:
    run()
    docs = {record.path: record.doc for record in store.ledger}
    like = searcher.search(Query(likes=(docs[named("pictures/umbrella-in-rain.png")],), limit=5))
    assert like.hits
    assert {hit.legs for hit in like.hits} == {("looks",)}


def test_pictures_are_measured_again_when_queries_come_from_another_text_model(
    samples: Path, run: Run, store: Store, models: Models
) -> None:
    for text in samples.rglob("*.[mt]*"):
        text.unlink()
    (samples / "one.txt").write_text("A note about the harbour.")
    run(with_models=Models(Settings(text_model="minilm")))
    before = store.statistics.calibrations()[Kind.IMAGE].similarity

    assert Builder(store, models).build(Wanted()).swapped

    after = store.statistics.calibrations()[Kind.IMAGE].similarity
    assert after != before


def test_a_query_in_full_width_letters_has_the_vector_of_plain_ones(store: Store) -> None:
    for ahead in ([], ["Ｆｏｘ Ⅳ"]):
        interpreter = Interpreter(store.ledger, Models(Settings(text_model="minilm")))
        interpreter.embed_ahead(ahead)
        wide, narrow = (interpreter.vector_of(text) for text in ("Ｆｏｘ Ⅳ", "Fox IV"))
        assert wide @ narrow > 0.999
