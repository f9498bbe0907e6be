"""The sentence of a passage that answers a query in other words, found with the real model."""

import pytest

from semsearch.models.loaded import Models
from semsearch.search.answers import Answers
from semsearch.settings import Settings

HUT = """The hut

Boots stay in the rack downstairs. Supper is at half past six, one dish for all. It comes from the
glacier and has to be boiled. The early ropes get up at three. On fine days one can see as far as the lake.
"""
BURNS = """# First aid

1. Cool the skin under the tap for twenty minutes.
2. Take off watches, because the hand will swell.
3. Butter, flour and toothpaste make the injury worse.

Call an ambulance if it is larger than a hand.
"""
TAX = """Donations of more than two hundred need a certificate. The chimney sweep counts, the washing machine
does not. If the end of July cannot be met, write in June. Keep all of it for ten years.
"""


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(Models(Settings()))


@pytest.mark.parametrize(
    ("passage", "query", "answer"),
    [
        (HUT, "when is dinner", "Supper is at half past six, one dish for all."),
        (HUT, "shoes", "Boots stay in the rack downstairs."),
        (HUT, "a view of the water", "On fine days one can see as far as the lake."),
        (BURNS, "how long to rinse a burn with water", "1. Cool the skin under the tap for twenty minutes."),
        (BURNS, "remove jewellery", "2. Take off watches, because the hand will swell."),
        (BURNS, "when do I need a hospital", "Call an ambulance if it is larger than a hand."),
        (TAX, "gifts to charities", "Donations of more than two hundred need a certificate."),
        (TAX, "can I have an extension of the deadline", "If the end of July cannot be met, write in June."),
        (TAX, "how many years must documents be stored", "Keep all of it for ten years."),
    ],
)  # fmt: skip
def test_the_sentence_nearest_in_meaning_answers(
    answers: Answers, passage: str, query: str, answer: str
) -> None:
    vector = Models(Settings()).text().embed([query], query=True)[0]
    place = answers.nearest(passage, frozenset({"The hut"}), [vector])
    assert place is not None
    assert passage[slice(*place)] == answer


def test_a_passage_of_headings_has_no_answer(answers: Answers) -> None:
    vector = Models(Settings()).text().embed(["the hut"], query=True)[0]
    assert answers.nearest("# The hut\n\n## In the hut\n", frozenset(), [vector]) is None
