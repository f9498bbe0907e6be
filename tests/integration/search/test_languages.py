"""Words of texts in many languages are found in all their forms, in one library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.query import Filters, Mode, Query
from semsearch.results import Hit
from semsearch.search.searcher import Searcher

Run = Callable[..., Summary]

TEXTS = {
    "de": "Die alten Häuser am Ufer wurden im Sommer gestrichen, und wir haben die Fensterscheiben geputzt.",
    "fr": "Les chevaux blancs que nous avons vus dans les prés sont ceux de la ferme des Élèves.",
    "ru": "В наших старых домах на берегу реки было тепло, и мы там жили до самой осени с детьми.",
    "tr": "Kızlar eski evlerinde oturdular ve sonra çocukların kitaplarını okudular, çünkü hava çok soğuktu.",
    "fi": "Vanhat talot ovat järven rannalla, ja niissä asuttiin kesällä, mutta ne olivat talvella tyhjiä.",
    "es": "Las canciones que cantaban los niños en la plaza eran muy antiguas y no las conocía nadie.",
    "el": "Τα παλιά σπίτια στην όχθη είναι άσπρα και τα βάφουν κάθε χρόνο με τα χρώματα που έχουν.",
    "ar": "كانت الكتب القديمة على الطاولة في البيت الذي عشنا فيه مع الأطفال منذ سنوات.",
    "hi": "हमारी किताबें मेज पर थीं और हम उन्हें शाम को घर के बच्चों के साथ पढ़ते थे।",
    "zh": "我们在图书馆里借了三本关于鸭子的书，然后一起回家了。",
    "ja": "私たちは図書館でアヒルの本を三冊借りて、それから家に帰りました。",
    "ko": "우리는 도서관에서 오리에 관한 책을 세 권 빌려서 집으로 돌아왔다.",
    "th": "เรายืมหนังสือเกี่ยวกับเป็ดสามเล่มจากห้องสมุดแล้วกลับบ้าน",
    "en": "The hunting dogs were running over the fields, and there was no news of the new houses.",
}


@pytest.fixture
def many(folder: Path, run: Run) -> Path:
    for language, text in TEXTS.items():
        (folder / f"{language}.txt").write_text(text)
    run()
    return folder


def hits(searcher: Searcher, text: str, language: tuple[str, ...] = ()) -> list[Hit]:
    query = Query(text, mode=Mode.WORDS, filters=Filters(language=language))
    return [hit for hit in searcher.search(query).hits if hit.is_clear]


FORMS = [
    ("Haus", "de", "Häuser"),
    ("hauser", "de", "Häuser"),
    ("Haeuser", "de", "Häuser"),
    ("Fensterscheibe", "de", "Fensterscheiben"),
    ("cheval", "fr", "chevaux"),
    ("eleve", "fr", "Élèves"),
    ("дом", "ru", "домах"),
    ("реке", "ru", "реки"),
    ("kız", "tr", "Kızlar"),
    ("kizlar", "tr", "Kızlar"),
    ("KIZLAR", "tr", "Kızlar"),
    ("kitap kitaplar", "tr", "kitaplarını"),
    ("talossa", "fi", "talot"),
    ("canción", "es", "canciones"),
    ("cancion", "es", "canciones"),
    ("σπίτι", "el", "σπίτια"),
    ("كتب", "ar", "الكتب"),
    ("किताब", "hi", "किताबें"),
    ("hunt", "en", "hunting"),
]


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("typed", "language", "marked"), FORMS)
def test_a_word_is_found_and_marked_in_its_other_forms(
    searcher: Searcher, typed: str, language: str, marked: str
) -> None:
    found = {hit.path: hit for hit in hits(searcher, typed)}
    hit = found[f"{language}.txt"]
    shown = "".join(hit.passages[0].snippet[start:end] for start, end in hit.passages[0].highlights)
    assert marked in shown


@pytest.mark.usefixtures("many")
def test_a_part_of_a_compound_finds_it_in_another_form(searcher: Searcher) -> None:
    results = searcher.search(Query("Scheibe", mode=Mode.WORDS))
    (hit,) = (hit for hit in results.hits if hit.path == "de.txt")
    ((start, end),) = hit.passages[0].highlights
    assert hit.passages[0].snippet[start:end] == "Fensterscheiben"


@pytest.mark.usefixtures("many")
def test_words_of_a_script_without_spaces_are_found(searcher: Searcher) -> None:
    for typed, path in (
        ("图书馆", "zh.txt"),
        ("図書館", "ja.txt"),
        ("도서관", "ko.txt"),
        ("ห้องสมุด", "th.txt"),
    ):
        assert hits(searcher, typed)[0].path == path


@pytest.mark.usefixtures("many")
def test_the_stem_of_one_language_finds_no_text_in_another(searcher: Searcher) -> None:
    """German takes "news" for a form of "new"; English does not."""
    (hit,) = hits(searcher, "news")
    assert hit.path == "en.txt"
    snippet, marks = hit.passages[0].snippet, hit.passages[0].highlights
    assert [snippet[start:end] for start, end in marks] == ["news"]


@pytest.mark.usefixtures("many")
def test_phrases_and_exclusions_hold_for_the_forms_of_each_language(searcher: Searcher) -> None:
    assert [hit.path for hit in hits(searcher, '"altes Haus"')] == ["de.txt"]
    assert [hit.path for hit in hits(searcher, '"hunting dog"')] == ["en.txt"]
    assert hits(searcher, "Ufer -Haus") == []
    assert [hit.path for hit in hits(searcher, "Ufer -Pferd")] == ["de.txt"]


@pytest.mark.usefixtures("many")
def test_function_words_of_a_question_find_no_text(searcher: Searcher) -> None:
    assert [hit.path for hit in hits(searcher, "Wo sind die Häuser am Ufer?")] == ["de.txt"]
    assert [hit.path for hit in hits(searcher, "Где эти дома на берегу?")] == ["ru.txt"]


@pytest.mark.usefixtures("many")
def test_a_filter_by_language_goes_with_words_of_that_language(searcher: Searcher) -> None:
    assert [hit.path for hit in hits(searcher, "Haus", language=("de",))] == ["de.txt"]
    assert hits(searcher, "Haus", language=("en",)) == []


@pytest.mark.usefixtures("many")
def test_the_answer_to_a_query_is_marked_by_the_language_of_its_text(searcher: Searcher) -> None:
    (hit,) = hits(searcher, "Haus")
    shown = searcher.excerpt(hit.doc, 0, "Haus")
    assert [shown.snippet[start:end] for start, end in shown.highlights] == ["Häuser"]


def test_a_library_of_one_language_needs_no_english(folder: Path, run: Run, searcher: Searcher) -> None:
    for n in range(5):
        (folder / f"{n}.txt").write_text(f"Das {n}. Haus steht am See, und wir haben es im Sommer gesehen.")
    run()
    assert len(hits(searcher, "Häuser Sommer")) == 5
