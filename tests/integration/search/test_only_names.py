"""Files of which only the name is searched: those that are not read, and those that could not be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest.summary import Summary
from semsearch.query import Filters, LegName, Mode, Query
from semsearch.records import Kind, State
from semsearch.results import Hit
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from tests.integration.library import paths
from web.app import create_app

Run = Callable[..., Summary]

FILES = {
    "trips/Oslo-boarding-passes.7z": b"7z\xbc\xaf",
    "trips/grandma_birthday.mp4": b"\0\0\0\x18ftypmp42",
    "trips/letters/Tax return.doc": b"\xd0\xcf\x11\xe0",
    "trips/empty_promises.txt": b"",
    "trips/broken compass.docx": b"not a document",
    "trips/torn_curtain.png": b"not a picture",
    "trips/owls.txt": b"Owls hunt mice at night.",
}


@pytest.fixture
def files(folder: Path, run: Run) -> Path:
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    run()
    return folder


def first(searcher: Searcher, text: str, **filters: object) -> Hit:
    return searcher.search(Query(text, filters=Filters(**filters))).hits[0]  # type: ignore[arg-type]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Oslo boarding passes", "trips/Oslo-boarding-passes.7z"),
        ("passes oslo", "trips/Oslo-boarding-passes.7z"),
        ("Oslo-boarding-passes.7z", "trips/Oslo-boarding-passes.7z"),
        ("grandma birthday", "trips/grandma_birthday.mp4"),
        ("tax return", "trips/letters/Tax return.doc"),
        ("empty promises", "trips/empty_promises.txt"),
        ("broken compass", "trips/broken compass.docx"),
        ("torn curtain", "trips/torn_curtain.png"),
    ],
)
def test_a_file_that_is_not_read_is_found_first_by_its_name(searcher: Searcher, text: str, path: str) -> None:
    hit = first(searcher, text)
    assert hit.path == path
    assert hit.is_clear
    assert LegName.NAME in hit.legs
    assert hit.passages == ()


@pytest.mark.usefixtures("files")
def test_a_hit_says_why_only_its_name_is_searched(searcher: Searcher) -> None:
    assert first(searcher, "grandma birthday").reason == "semsearch does not read .mp4 (video)"
    assert first(searcher, "tax return").reason == "semsearch does not read .doc: save it as .docx"
    assert first(searcher, "empty promises").reason == "empty file"
    assert first(searcher, "owls hunt").reason == ""


@pytest.mark.usefixtures("files")
def test_a_word_of_a_folder_above_finds_it_too(searcher: Searcher) -> None:
    assert "trips/letters/Tax return.doc" in paths(searcher.search(Query("letters about tax")))


@pytest.mark.usefixtures("files")
def test_a_part_of_a_name_is_found_in_every_mode_that_reads_words(searcher: Searcher) -> None:
    assert paths(searcher.search(Query("birth", mode=Mode.WORDS))) == ["trips/grandma_birthday.mp4"]
    assert "trips/grandma_birthday.mp4" not in paths(searcher.search(Query("birthday", mode=Mode.MEANING)))


@pytest.mark.usefixtures("files")
def test_the_kind_tells_what_is_not_read_from_what_could_not_be_read(searcher: Searcher) -> None:
    assert first(searcher, "grandma birthday", kind=Kind.OTHER).path == "trips/grandma_birthday.mp4"
    assert first(searcher, "broken compass", kind=Kind.TEXT).path == "trips/broken compass.docx"
    assert first(searcher, "torn curtain", kind=Kind.IMAGE).path == "trips/torn_curtain.png"
    others = searcher.search(Query("trips", filters=Filters(kind=Kind.OTHER)))
    assert {hit.kind for hit in others.hits} == {Kind.OTHER}
    assert others.total == len(others.hits) == 3


@pytest.mark.usefixtures("files")
def test_filters_and_exclusions_alone_list_it_too(searcher: Searcher) -> None:
    others = {"trips/Oslo-boarding-passes.7z", "trips/grandma_birthday.mp4", "trips/letters/Tax return.doc"}
    results = searcher.search(Query(filters=Filters(kind=Kind.OTHER), facets=True))
    assert set(paths(results)) == others
    assert results.total == 3
    assert results.facets is not None
    assert {each.value: each.count for each in results.facets.kind} == {"other": 3, "text": 3, "image": 1}
    assert set(paths(searcher.search(Query("-owls")))) == FILES.keys() - {"trips/owls.txt"}
    video = Filters(media_type=("video/mp4",))
    assert paths(searcher.search(Query("-owls", filters=video))) == ["trips/grandma_birthday.mp4"]


@pytest.mark.usefixtures("files")
def test_filters_hold_for_names_too(searcher: Searcher) -> None:
    def found(**filters: object) -> list[str]:
        query = Query("tax return", filters=Filters(**filters))  # type: ignore[arg-type]
        return paths(searcher.search(query))

    assert "trips/letters/Tax return.doc" in found(path=("trips/letters/",))
    assert "trips/letters/Tax return.doc" not in found(path=("trips/l2/",))
    assert found(media_type=("application/msword",)) == ["trips/letters/Tax return.doc"]
    assert "trips/letters/Tax return.doc" not in found(max_size=3)


@pytest.mark.usefixtures("files")
def test_the_total_counts_every_hit_once(searcher: Searcher) -> None:
    results = searcher.search(Query("broken compass", limit=100))
    assert results.total == len(results.hits) == len(set(paths(results)))


@pytest.mark.usefixtures("files")
def test_a_phrase_and_an_exclusion_hold_for_names_too(searcher: Searcher) -> None:
    assert paths(searcher.search(Query('"boarding passes"'))) == ["trips/Oslo-boarding-passes.7z"]
    assert "trips/grandma_birthday.mp4" not in paths(searcher.search(Query("grandma -birthday")))


@pytest.mark.usefixtures("files")
def test_it_stays_skipped_and_counts_as_before(run: Run, searcher: Searcher) -> None:
    status = searcher.status()
    assert status.documents[State.SKIPPED] == 4
    assert status.documents[State.FAILED] == 2
    assert {record.path for record in status.problems} == FILES.keys() - {"trips/owls.txt"}
    assert run().skipped == 4


def test_a_file_that_is_left_out_is_found_by_no_name(folder: Path, run: Run, searcher: Searcher) -> None:
    (folder / ".semsearchignore").write_text("private*\n")
    for name in ("private_wedding.mov", ".hidden_wedding.mov", "wedding.mov.part", "wedding.mov"):
        (folder / name).write_bytes(b"x")
    run()
    assert paths(searcher.search(Query("wedding"))) == ["wedding.mov"]


def test_a_file_that_disappeared_is_found_by_no_name(files: Path, run: Run, searcher: Searcher) -> None:
    (files / "trips/grandma_birthday.mp4").unlink()
    run()
    assert "trips/grandma_birthday.mp4" not in paths(searcher.search(Query("grandma birthday")))


def test_a_folder_of_files_that_are_not_read_can_be_searched(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    (folder / "summer_concert.mp3").write_bytes(b"ID3")
    run()
    results = searcher.search(Query("summer concert"))
    assert paths(results) == ["summer_concert.mp3"]
    assert results.total == 1


@pytest.fixture
def client(settings: Settings, searcher: Searcher) -> FlaskClient:
    return create_app(settings, searcher).test_client()


@pytest.mark.usefixtures("files")
def test_its_page_its_item_and_its_download_work(searcher: Searcher, client: FlaskClient) -> None:
    doc = first(searcher, "grandma birthday").doc
    assert "does not read .mp4 (video)" in client.get("/?q=grandma+birthday").text
    page = client.get(f"/doc/{doc}").text
    assert "Only the name of this file is searched." in page
    assert "Download original" in page
    item = client.get(f"/api/items/{doc}").json
    assert item is not None
    assert (item["kind"], item["media_type"], item["passages"]) == ("other", "video/mp4", [])
    with client.get(f"/file/{doc}") as answer:
        assert answer.data == FILES["trips/grandma_birthday.mp4"]
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.content_type == "application/octet-stream"
