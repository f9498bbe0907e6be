"""Messages: English texts that keep what they were made of."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import datetime

import pytest

from semsearch.errors import FileError
from semsearch.message import Message, say, say_many
from semsearch.pictures.decode import decode
from semsearch.sandbox import Sandbox


def test_the_kind_of_a_value_decides_how_it_is_shown() -> None:
    values = {"whole": 12345, "part": 0.25, "moment": datetime(2026, 5, 1, 9, 5), "id": "12345"}
    said = say("{whole} {part} {moment} {id} {id!r}", **values)
    assert said == "12,345 0.2 2026-05-01 09:05 12345 '12345'"


def test_one_of_a_thing_has_a_text_of_its_own() -> None:
    said = [
        say_many("{number} file in {folder}", "{number} files in {folder}", n, folder="a")
        for n in (0, 1, 2345)
    ]
    assert said == ["0 files in a", "1 file in a", "2,345 files in a"]


def test_braces_in_a_value_are_only_text() -> None:
    assert say("{what}.", what=say("{name}", name="{x}")) == "{x}."


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_keeps_template_and_values(copied: object) -> None:
    message = copied(say_many("{number} file", "{number} files", 2))  # type: ignore[operator]
    assert (message, type(message), json.dumps(message)) == ("2 files", Message, '"2 files"')
    assert (message.template, message.plural, message.values) == (
        "{number} file",
        "{number} files",
        {"number": 2},
    )


def test_the_reason_from_a_child_process_can_still_be_translated() -> None:
    sandbox = Sandbox()
    with pytest.raises(FileError) as caught:
        sandbox.call(decode, b"no picture", 32)
    sandbox.close()
    assert isinstance(caught.value.message, Message)
    assert caught.value.message.template == "not a picture: this is {name}"
