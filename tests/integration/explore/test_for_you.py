"""Likes on real Redis: what is proposed for each interest, and what becomes of marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest.summary import Summary
from semsearch.errors import NotFoundError, QueryError, RedisError
from semsearch.explore.explorer import Explorer
from semsearch.explore.for_you import Interest
from semsearch.explore.likes import LESS, LIKE
from semsearch.records import DocumentRecord, Kind
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.fakes import picture
from tests.redis_client import as_role

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

_SUBJECTS = {
    "boats": "boats sail harbour sea mast anchor crew deck",
    "bread": "bread yeast oven flour crust dough rye loaf",
    "taxes": "taxes income office form refund return deadline levy",
}


@pytest.fixture
def explorer(settings: Settings) -> Explorer:
    """The views with the rights of the web server and no others."""
    return Explorer(Store.open(as_role(settings, Role.WEB), Role.WEB))


@pytest.fixture
def shelf(folder: Path, run: Run, records: Records) -> dict[str, str]:
    """Texts of three subjects, and pictures of four colours. Returns the ids by path."""
    for subject, words in _SUBJECTS.items():
        every = words.split()
        for n in range(8):
            chosen = [word for at, word in enumerate(every) if at != n]
            (folder / f"{subject}{n}.txt").write_text(f"{' '.join(chosen)} number{subject}{n}")
    for n in range(20):
        (folder / f"other{n}.txt").write_text(" ".join(f"thing{n}x{m}" for m in range(8)))
    for colour in ("red", "darkred", "blue", "green"):
        picture(folder / f"{colour}.png", colour)
    run()
    return {path: record.doc for path, record in records().items()}


def lists(interests: list[Interest]) -> list[tuple[set[str], set[str]]]:
    """The paths of the likes of each interest, and of what is proposed."""
    return [
        ({each.path for each in one.likes}, {each.record.path for each in one.proposed}) for one in interests
    ]


def test_without_likes_there_is_nothing_for_anybody(explorer: Explorer, shelf: dict[str, str]) -> None:
    assert explorer.for_you.interests() == []
    explorer.likes.mark([shelf["boats0.txt"]], LESS)
    assert explorer.for_you.interests() == []


def test_each_interest_has_a_list_of_its_own(explorer: Explorer, shelf: dict[str, str]) -> None:
    explorer.likes.mark([shelf[f"{name}.txt"] for name in ("boats0", "boats1", "bread3")], LIKE)
    boats, bread = explorer.for_you.interests()
    assert boats.kind is Kind.TEXT
    assert lists([boats, bread]) == [
        ({"boats0.txt", "boats1.txt"}, {f"boats{n}.txt" for n in range(2, 8)}),
        ({"bread3.txt"}, {f"bread{n}.txt" for n in range(8) if n != 3}),
    ]
    assert all(each.because.path in ("boats0.txt", "boats1.txt") for each in boats.proposed)


def test_pictures_are_an_interest_apart(explorer: Explorer, shelf: dict[str, str]) -> None:
    explorer.likes.mark([shelf["boats0.txt"], shelf["red.png"]], LIKE)
    kinds = {interest.kind: interest for interest in explorer.for_you.interests()}
    assert kinds[Kind.IMAGE].proposed[0].record.path == "darkred.png"
    assert all(each.record.kind is Kind.TEXT for each in kinds[Kind.TEXT].proposed)


def test_what_is_disliked_or_seen_is_not_proposed(explorer: Explorer, shelf: dict[str, str]) -> None:
    explorer.likes.mark([shelf["boats0.txt"]], LIKE)
    explorer.likes.mark([shelf["boats1.txt"]], LESS)
    (boats,) = explorer.for_you.interests()
    proposed = {each.record.path for each in boats.proposed}
    assert proposed
    assert "boats1.txt" not in proposed
    explorer.likes.see([each.record.doc for each in boats.proposed])
    (boats,) = explorer.for_you.interests()
    assert not proposed & {each.record.path for each in boats.proposed}
    explorer.likes.show_again()
    assert {each.record.path for each in explorer.for_you.interests()[0].proposed} == proposed


def test_proposals_go_on_when_all_of_the_nearest_are_passed_over(
    explorer: Explorer, shelf: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semsearch.explore.for_you._CANDIDATES", 3)
    monkeypatch.setattr("semsearch.explore.for_you._MOST_CANDIDATES", 3)
    explorer.likes.mark([shelf["boats0.txt"]], LIKE)
    passed: set[str] = set()
    while proposed := {each.record.path for one in explorer.for_you.interests() for each in one.proposed}:
        explorer.likes.see([shelf[path] for path in proposed])
        passed |= proposed
    assert {f"boats{n}.txt" for n in range(1, 8)} <= passed


def test_others_takes_the_place_of_what_the_page_has_shown(
    client: FlaskClient, explorer: Explorer, records: Records, shelf: dict[str, str]
) -> None:
    explorer.likes.mark([shelf["boats0.txt"]], LIKE)
    shown = re.findall(r'name="doc" value="(\w+)"', client.get("/for-you").text)
    explorer.likes.mark([shelf["bread0.txt"]], LIKE)
    client.post("/for-you", data={"do": "others", "doc": shown})
    contents = {record.doc: record.sha256 for record in records().values()}
    assert explorer.likes.shown() == {contents[doc] for doc in shown}
    assert any(
        each.because.path == "bread0.txt" for one in explorer.for_you.interests() for each in one.proposed
    )


def test_what_was_passed_over_first_is_forgotten_first(
    explorer: Explorer, records: Records, shelf: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semsearch.explore.likes.MOST_SHOWN", 2)
    for n in range(3):
        explorer.likes.see([shelf[f"boats{n}.txt"]])
    assert explorer.likes.shown() == {records()[f"boats{n}.txt"].sha256 for n in (1, 2)}


def test_the_largest_interests_of_both_kinds_are_shown(
    explorer: Explorer, shelf: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semsearch.explore.for_you._INTERESTS", 1)
    explorer.likes.mark([shelf[f"{name}.txt"] for name in ("boats0", "boats1")], LIKE)
    explorer.likes.mark([shelf["bread0.txt"], shelf["red.png"]], LIKE)
    assert [{each.path for each in one.likes} for one in explorer.for_you.interests()] == [
        {"boats0.txt", "boats1.txt"}
    ]


def test_replies_that_come_too_late_are_an_error_and_no_empty_list(
    explorer: Explorer, shelf: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer.likes.mark([shelf["boats0.txt"]], LIKE)
    monkeypatch.setattr(explorer.for_you._store, "ask", lambda commands, *_: [None for _ in commands])
    with pytest.raises(RedisError, match="in time"):
        explorer.for_you.interests()


def test_the_marks_of_some_documents_are_read_by_their_content(
    explorer: Explorer, shelf: dict[str, str]
) -> None:
    explorer.likes.mark([shelf["boats0.txt"]], LIKE)
    explorer.likes.mark([shelf["boats1.txt"]], LESS)
    docs = [shelf[f"boats{n}.txt"] for n in range(3)]
    assert explorer.likes.marks_of([*docs, "0123456789abcdef"]) == {docs[0]: LIKE, docs[1]: LESS}
    assert explorer.likes.marks_of([]) == {}


def test_a_dislike_pushes_its_like_away(explorer: Explorer, shelf: dict[str, str]) -> None:
    explorer.likes.mark([shelf[f"boats{n}.txt"] for n in range(3)], LIKE)
    explorer.likes.mark([shelf[f"bread{n}.txt"] for n in range(3)], LESS)
    (boats,) = explorer.for_you.interests()
    assert not any(each.record.path.startswith("bread") for each in boats.proposed)


def test_a_copy_of_a_like_is_liked_and_not_proposed(
    explorer: Explorer, folder: Path, run: Run, records: Records, shelf: dict[str, str]
) -> None:
    explorer.likes.mark([shelf["boats0.txt"]], LIKE)
    (folder / "copy.txt").write_bytes((folder / "boats0.txt").read_bytes())
    run()
    assert explorer.likes.marked() == {shelf["boats0.txt"]: LIKE, records()["copy.txt"].doc: LIKE}
    (boats,) = explorer.for_you.interests()
    assert "copy.txt" not in {each.record.path for each in boats.proposed}


def test_likes_survive_a_move_and_a_rebuild(
    explorer: Explorer, folder: Path, run: Run, records: Records, shelf: dict[str, str]
) -> None:
    explorer.likes.mark([shelf["boats0.txt"]], LIKE)
    (folder / "boats0.txt").rename(folder / "moved.txt")
    run(rebuild=True)
    assert explorer.likes.marked() == {records()["moved.txt"].doc: LIKE}
    assert lists(explorer.for_you.interests())[0][0] == {"moved.txt"}


def test_marks_are_taken_away(explorer: Explorer, shelf: dict[str, str]) -> None:
    explorer.likes.mark([shelf["boats0.txt"], shelf["bread0.txt"]], LIKE)
    explorer.likes.mark([shelf["boats0.txt"]], 0)
    assert explorer.likes.marked() == {shelf["bread0.txt"]: LIKE}
    explorer.likes.forget()
    assert explorer.likes.marked() == {}


def test_no_more_documents_are_marked_than_may_be(
    explorer: Explorer, shelf: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semsearch.explore.likes.MOST", 2)
    explorer.likes.mark([shelf["boats0.txt"], shelf["bread0.txt"]], LIKE)
    explorer.likes.mark([shelf["bread0.txt"]], LESS)
    with pytest.raises(QueryError, match="2 documents are marked already"):
        explorer.likes.mark([shelf["taxes0.txt"]], LIKE)


def test_a_like_whose_file_is_gone_is_told(
    client: FlaskClient, explorer: Explorer, folder: Path, run: Run, shelf: dict[str, str]
) -> None:
    explorer.likes.mark([shelf["boats0.txt"]], LIKE)
    (folder / "boats0.txt").unlink()
    run()
    assert "What you like is gone" in client.get("/for-you").text


def test_a_document_that_does_not_exist_cannot_be_marked(explorer: Explorer) -> None:
    with pytest.raises(NotFoundError):
        explorer.likes.mark(["0123456789abcdef"], LIKE)
