"""`semsearch label`: marks from the command line, with the built-in models."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]

_GLAD = ("What a wonderful day, we laughed so much!", "I am delighted with this lovely present.")
_ANGRY = ("This is a disgrace, I am furious.", "The food was horrible and the waiter was rude.")
_NEITHER = ("The office is on the second floor.", "The parcel weighs three kilograms.")


@pytest.fixture
def letters(semsearch: Command, tmp_path: Path) -> Path:
    """An ingested folder with two glad texts, two angry ones and two that are neither."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for name, texts in (("glad", _GLAD), ("angry", _ANGRY), ("plain", _NEITHER)):
        for n, text in enumerate(texts):
            (folder / f"{name}{n}.txt").write_text(text)
    assert semsearch("ingest", folder).returncode == 0
    return folder


def having(semsearch: Command, name: str) -> set[str]:
    found = json.loads(semsearch("search", "letter", "--label", name, "--json").stdout)
    return {hit["path"] for hit in found["hits"]}


def said(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_preset_tells_glad_texts_from_angry_ones(semsearch: Command, letters: Path) -> None:
    done = said(semsearch("label", "add", "--preset", "sentiment", "--json"))
    assert {each["name"]: each["documents"] for each in done["labels"]} == {"negative": 2, "positive": 2}
    assert done["changed"] == 4
    assert having(semsearch, "positive") == {"glad0.txt", "glad1.txt"}
    assert having(semsearch, "negative") == {"angry0.txt", "angry1.txt"}
    # A mark overrules what the sentences say.
    assert semsearch("label", "add", "positive", letters / "glad0.txt", "--not").returncode == 0
    assert having(semsearch, "positive") == {"glad1.txt"}


def test_a_file_is_named_by_its_path_by_a_link_or_by_the_id_of_its_document(
    semsearch: Command, letters: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(letters / "glad0.txt")
    assert semsearch("label", "add", "Thanks", link).returncode == 0
    (marked,) = said(semsearch("label", "show", "Thanks", "--json"))["yes"]
    assert marked["path"] == "glad0.txt"
    assert semsearch("like", link, letters / "glad1.txt").stdout == "marked: 2\n"
    assert semsearch("like", "--less", marked["doc"]).stdout == "marked: 1\n"
    (interest,) = said(semsearch("for-you", "--json"))["interests"]
    assert [each["path"] for each in interest["likes"]] == ["glad1.txt"]
    assert "is no document of the index" in semsearch("like", tmp_path / "nowhere.txt").stderr


def test_a_label_is_begun_shown_renamed_and_deleted(semsearch: Command, letters: Path) -> None:
    done = semsearch("label", "add", "Letters of thanks", letters / "glad0.txt", letters / "glad1.txt")
    assert done.stdout.startswith("Letters of thanks: 2 documents have it; 2 are marked as it, 0 as not it")
    semsearch("label", "add", "letters of thanks", letters / "angry0.txt", "--not")
    shown = said(semsearch("label", "show", "LETTERS OF THANKS", "--json"))
    assert [each["path"] for each in shown["no"]] == ["angry0.txt"]
    assert {each["path"] for each in shown["yes"]} == {"glad0.txt", "glad1.txt"}
    assert shown["applied"] is True
    assert "not it   angry0.txt" in semsearch("label", "show", "Letters of thanks").stdout
    doc = shown["no"][0]["doc"]
    assert said(semsearch("label", "remove", "Letters of thanks", doc, "--json"))["labels"][0]["no"] == 0
    renamed = said(semsearch("label", "rename", "Letters of thanks", "Thanks", "--json"))
    assert renamed["labels"][0]["yes"] == 2
    assert semsearch("label").stdout.split()[:2] == ["2", "Thanks"]
    assert said(semsearch("label", "delete", "thanks", "--json"))["labels"] == []
    assert having(semsearch, "thanks") == set()


def test_bad_input_gets_a_sentence(semsearch: Command, letters: Path, tmp_path: Path) -> None:
    for words, told in (
        (("add", "Thanks"), "name a label and the files"),
        (("add", "Thanks", tmp_path / "nowhere.txt"), "is no document of the index"),
        (("add", "Thanks", letters / "glad0.txt", "--not"), "no label 'Thanks'"),
        (("add", "--preset", "spam"), "no preset 'spam'"),
        (("show", "Thanks"), "no label 'Thanks'"),
        (("delete", "Thanks"), "no label 'Thanks'"),
    ):
        done = semsearch("label", *words)
        assert done.returncode == 2
        assert told in done.stderr, done.stderr
