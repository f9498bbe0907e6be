import pytest

from semsearch.models.scripts import can_read
from semsearch.models.vocabulary import whole_words, words_in_pieces
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


def test_rare_and_made_up_words_are_in_pieces_and_codes_are_no_words() -> None:
    text = "Gwendovar keeps lighthouses, SN-4471 and a x1y2z3"
    assert words_in_pieces(minilm_tokenizer(), text) == ["Gwendovar"]
