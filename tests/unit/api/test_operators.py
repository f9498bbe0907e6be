"""Operators in the text of a query say the same as parameters; what is none stays among the words."""

import time
from datetime import datetime

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from semsearch.api.operators import OPERATORS, Operator, Typed, demands, read, without
from semsearch.api.parameters import FILTERS, read_query
from semsearch.query import MAX_CHARACTERS, Filters, Surroundings
from semsearch.records import Kind

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("typed", "words", "filters"),
    [
        ("boats type:pdf", "boats", Filters(media_type=("application/pdf",))),
        ("type:word boats", "boats", Filters(media_type=(WORD,))),
        ("boats type:.md type:photos", "boats", Filters(media_type=("text/markdown", "image/*"))),
        ("boats Type:text/*", "boats", Filters(media_type=("text/*",))),
        ("in:letters/ boats", "boats", Filters(path=("letters/",))),
        ('in:"my letters/" boats', "boats", Filters(path=("my letters/",))),
        ("“a boat” in:“my letters/”", '"a boat"', Filters(path=("my letters/",))),
        ("kind:picture boats", "boats", Filters(kind=Kind.IMAGE)),
        ("boote language:German", "boote", Filters(language=("de",))),
        ("boats before:2020", "boats", Filters(until=datetime(2020, 1, 1))),
        ('boats after:"May 2020"', "boats", Filters(since=datetime(2020, 6, 1))),
        ("since:2020-05-02 boats", "boats", Filters(since=datetime(2020, 5, 2))),
        ('boats camera:"Canon EOS 5D"', "boats", Filters(camera=("Canon EOS 5D",))),
        ("boats place:Lisbon location:Porto", "boats", Filters(location=("Lisbon", "Porto"))),
        ("boats near:38.7,-9.14,5", "boats", Filters(near=Surroundings(38.7, -9.14, 5))),
        ("boats larger:10MB smaller:1GB", "boats", Filters(min_size=10**7, max_size=10**9)),
        ("type:pdf OR type:.md boats", "boats", Filters(media_type=("application/pdf", "text/markdown"))),
        (
            "boats OR ships type:pdf OR type:.md",
            "boats OR ships",
            Filters(media_type=("application/pdf", "text/markdown")),
        ),
        ("type:pdf OR type:.md", "", Filters(media_type=("application/pdf", "text/markdown"))),
        ("(boats OR ships in:ex/)", "(boats OR ships)", Filters(path=("ex/",))),
        ("(in:ex/ boats) 2024", "(boats) 2024", Filters(path=("ex/",))),
        ('(boats in:"my letters/")', "(boats)", Filters(path=("my letters/",))),
        ("boats in:photos(1)", "boats", Filters(path=("photos(1)",))),
        ("boats in:odd)", "boats", Filters(path=("odd)",))),
        ("(type:pdf OR type:.md) boats", "boats", Filters(media_type=("application/pdf", "text/markdown"))),
        ("type:pdf in:letters/", "", Filters(media_type=("application/pdf",), path=("letters/",))),
    ],
)
def test_an_operator_is_a_filter_and_no_word(typed: str, words: str, filters: Filters) -> None:
    query = read_query({"q": typed})
    assert (query.text, query.filters) == (words, filters)


@pytest.mark.parametrize(
    "typed",
    [
        "re: boats  at 12:30",
        "http://boats.example/in:letters",
        "type: pdf",
        "type:oak",
        "before:lunch",
        "larger:life",
        "language:klingon",
        "kind:regards",
        "near:Lisbon",
        "near:91,0,5",
        'the words "type:pdf in:letters"',
        "x-type:pdf",
        "word " * 41 + "type:pdf",
    ],
)
def test_what_is_no_operator_stays_as_it_was_typed(typed: str) -> None:
    query = read_query({"q": typed})
    assert (query.text, query.filters) == (typed.strip(), Filters())


def test_a_text_too_long_for_a_query_is_not_searched_for_operators() -> None:
    most = "type:pdf " + "x" * (MAX_CHARACTERS - 9)
    assert read(most).used
    assert read(most + "x") == Typed(most + "x")


def test_a_parameter_that_is_sent_wins_over_operators() -> None:
    query = read_query({"q": "boats type:pdf in:letters", "type": ["image/*"], "kind": "all"})
    assert query.filters == Filters(media_type=("image/*",), path=("letters",))
    assert read_query({"q": "boats kind:image", "kind": "all"}).filters == Filters(kind=Kind.IMAGE)


def test_an_operator_can_be_taken_off() -> None:
    typed = 'old “type:pdf” boats in:"my letters/" type:pdf'
    assert [without(typed, used) for used in read(typed).used] == [
        "old “type:pdf” boats type:pdf",
        'old “type:pdf” boats in:"my letters/"',
    ]


def test_what_is_taken_off_leaves_no_brackets_and_no_or() -> None:
    typed = "boats (type:pdf OR in:ex/) (-engine)"
    assert [without(typed, used) for used in read(typed).used] == [
        "boats (in:ex/) (-engine)",
        "boats (type:pdf) (-engine)",
    ]
    assert [without(typed, demand) for demand in demands(typed)] == ["boats (type:pdf OR in:ex/)"]


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda each: each.names[0])
def test_each_example_of_the_help_works(operator: Operator) -> None:
    (used,) = read(operator.example).used
    assert used.parameter in {each.name for each in FILTERS}
    assert read_query({"q": operator.example}).filters != Filters()


def test_a_day_in_words_is_read_anew_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for zone in ("Etc/GMT+12", "Etc/GMT-14"):  # 26 hours lie between them
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        found.add(read_query({"q": "boats since:yesterday"}).filters.since)
    monkeypatch.undo()
    time.tzset()
    assert len(found) == 2


@drawn(st.text())
def test_any_text_can_be_read(typed: str) -> None:
    read(typed)
