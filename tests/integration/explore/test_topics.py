"""Topics: made at the end of a run, kept from run to run, and a filter and a facet of the search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.explore.topic_tree import Topics, TopicTree
from semsearch.explore.topics import make_topics
from semsearch.explore.vectors import LibraryVectors
from semsearch.records import DocumentRecord
from semsearch.store.store import Store

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

SUBJECTS = {"boats": "harbour sail anchor", "bread": "flour yeast oven", "birds": "feather nest wing"}


def write(folder: Path, subject: str, first: int, last: int) -> None:
    for n in range(first, last):
        (folder / f"{subject}{n:02}.txt").write_text(f"{subject} {SUBJECTS[subject]} {subject} number{n}")


@pytest.fixture
def grouped(folder: Path, run: Run, settings: object) -> Path:
    for subject in SUBJECTS:
        write(folder, subject, 0, 12)
    run()
    return folder


def step(store: Store) -> TopicTree:
    make_topics(store, LibraryVectors(store))
    return Topics(store).tree()


def of(store: Store, records: dict[str, DocumentRecord], path: str) -> tuple[str, ...]:
    return Topics(store).of(records[path].doc)


@pytest.mark.usefixtures("grouped")
def test_texts_about_one_subject_have_one_topic_named_by_their_words(store: Store, records: Records) -> None:
    tree = step(store)
    known = records()
    for subject, words in SUBJECTS.items():
        tops = {of(store, known, f"{subject}{n:02}.txt")[0] for n in range(12)}
        assert len(tops) == 1
        assert set(tops.pop().split(", ")) & {subject, *words.split()}
    assert sum(each.count for each in tree.texts) == 36
