import pytest

from semsearch.models.scripts import can_read
from semsearch.models.vocabulary import whole_words
from tests.fakes import minilm_tokenizer


@pytest.mark.parametrize(
    "text", ["a lighthouse", "Übergabe", "1250", "−18 °C", "\N{DUCK} pond", "５ ｏｃｌｏｃｋ", "日本 books"]
)
def test_an_english_model_reads_latin_letters_and_numbers(text: str) -> None:
    assert can_read(minilm_tokenizer(), text)


@pytest.mark.parametrize(
    "text", ["\N{DUCK}", "→", "расписание", "도서관", "米米", "ภาษา", "?!", "", "привет you"]
)
def test_it_does_not_read_other_scripts_and_signs(text: str) -> None:
    assert not can_read(minilm_tokenizer(), text)


def test_the_words_of_a_vocabulary_are_whole() -> None:
    words = whole_words(minilm_tokenizer())
    assert {"lighthouse", "information"} <= words
    assert not {"ing", "ation", "[mask]", "the"} & words
