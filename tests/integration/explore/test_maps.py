"""The maps of a library: made by a run, kept by the next ones, and shown by the page and the API."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from ingest.summary import Summary
from semsearch.errors import FileError
from semsearch.explore import maps, renewed
from semsearch.explore.explorer import Explorer
from semsearch.explore.maps import fit_maps, keep_maps, states
from semsearch.explore.projector import write_projector
from semsearch.explore.vectors import LibraryVectors
from semsearch.query import MapName
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.fakes import FakeModels, fill, picture
from web.app import create_app

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]
Places = Callable[[], dict[str, tuple[bytes | None, ...]]]

SUBJECTS = ("owls hunt mice", "ships sail far", "bread and butter", "numbers of a report")


@pytest.fixture
def models() -> FakeModels:
    """Models of which that for pictures says whose space it shares."""
    found = FakeModels()
    assert found.colours is not None
    found.colours.id = f"colours+{found.words.id}"
    return found


@pytest.fixture
def texts(folder: Path, run: Run) -> Path:
    """A library of 60 texts and three pictures."""
    for n in range(60):
        (folder / f"{n:02}.txt").write_text(f"{SUBJECTS[n % 4]}, number {n}.")
    for colour in ("red", "green", "blue"):
        picture(folder / f"{colour}.png", colour)
    run()
    return folder


@pytest.fixture
def places(store: Store, records: Records) -> Places:
    """The coordinates of all documents, by path."""

    def read() -> dict[str, tuple[bytes | None, ...]]:
        found = records()
        fields = ["x", "y", "joint_x", "joint_y"]
        values = store.ledger.fields([record.doc for record in found.values()], fields)
        return {path: tuple(each) for path, each in zip(found, values, strict=True)}

    return read


@pytest.fixture
def client(settings: Settings, searcher: Searcher, store: Store) -> FlaskClient:
    return create_app(settings, searcher, Explorer(store)).test_client()


def keep(store: Store) -> None:
    keep_maps(store, LibraryVectors(store))


@pytest.mark.usefixtures("texts")
def test_all_documents_have_places_on_the_maps(store: Store, places: Places) -> None:
    keep(store)
    assert all(None not in each for each in places().values())
    assert [(each.name, each.placed, each.fitted.documents) for each in states(store)] == [
        (MapName.TEXTS, 60, 60), (MapName.PICTURES, 3, 3), (MapName.TOGETHER, 63, 63)
    ]  # fmt: skip


def test_a_run_makes_the_maps(
    texts: Path, store: Store, settings: Settings, models: FakeModels, places: Places
) -> None:
    from ingest.run import Options, ingest
    from semsearch.cli.show_ingest import Silent

    exploring = settings.model_copy(update={"explore": True})
    (texts / "new.txt").write_text("Something new.")
    ingest([texts], exploring, store, models, Silent(), Options())  # type: ignore[arg-type]
    assert None not in places()["new.txt"]


@pytest.mark.usefixtures("texts")
def test_nothing_is_read_when_nothing_changed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store)
    monkeypatch.setattr(LibraryVectors, "of", lambda *_: pytest.fail("vectors were read"))
    monkeypatch.setattr(store.explored, "put", lambda _: pytest.fail("something was written"))
    keep(store)


def test_new_documents_are_placed_without_moving_the_others(
    store: Store, texts: Path, run: Run, places: Places
) -> None:
    keep(store)
    before = places()
    (texts / "new.txt").write_text("ships sail far, number 1.")
    picture(texts / "new.png", "red")
    run()
    keep(store)
    after = places()
    assert None not in after["new.txt"]
    assert {path: after[path] for path in before if path.endswith(".txt")} == {
        path: each for path, each in before.items() if path.endswith(".txt")
    }
    # Its nearest one on the map is of its subject.
    x, y = (float(value or 0) for value in after["new.txt"][:2])
    others = {path: each for path, each in before.items() if path.endswith(".txt")}
    nearest = min(
        others,
        key=lambda path: (float(others[path][0] or 0) - x) ** 2 + (float(others[path][1] or 0) - y) ** 2,
    )
    assert int(nearest[:2]) % 4 == 1
    assert states(store)[0].fitted.added == 1


def test_a_map_is_fitted_anew_when_a_fifth_is_new(store: Store, texts: Path, run: Run) -> None:
    keep(store)
    for n in range(10):
        (texts / f"first {n}.txt").write_text(f"bread and butter again {n}")
    run()
    keep(store)
    assert (states(store)[0].fitted.documents, states(store)[0].fitted.added) == (60, 10)
    for n in range(8):
        (texts / f"second {n}.txt").write_text(f"numbers again {n}")
    run()
    keep(store)
    assert (states(store)[0].fitted.documents, states(store)[0].fitted.added) == (78, 0)


def test_a_changed_text_gets_another_place(store: Store, texts: Path, run: Run, places: Places) -> None:
    keep(store)
    (texts / "00.txt").write_text("ships sail far, number 1.")
    run()
    assert places()["00.txt"] == (None,) * 4
    keep(store)
    assert None not in places()["00.txt"]


def test_an_empty_text_has_no_place_and_does_not_fit_anew(store: Store, texts: Path, run: Run) -> None:
    keep(store)
    fitted = states(store)
    for n in range(30):
        (texts / f"empty {n}.txt").write_text(" ")
    run()
    keep(store)
    assert states(store) == fitted


@pytest.mark.usefixtures("texts")
def test_vectors_of_another_model_are_fitted_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store)
    at = states(store)[0].fitted.at
    monkeypatch.setattr(maps, "_models", lambda on, _: "others" if on is MapName.TEXTS else "")
    keep(store)
    assert states(store)[0].fitted.at > at
    assert states(store)[0].fitted.models == "others"


@pytest.mark.usefixtures("texts")
def test_a_map_whose_fit_was_killed_is_fitted_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store)
    at = states(store)[0].fitted.at
    with monkeypatch.context() as patched:
        patched.setattr(maps, "_put", lambda *_: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            fit_maps(store, LibraryVectors(store))
    keep(store)
    assert states(store)[0].fitted.at > at
    assert states(store)[0].fitted.models


def test_pictures_alone_are_not_read_for_a_map_with_texts(
    store: Store, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for colour in ("red", "green", "blue"):
        picture(folder / f"{colour}.png", colour)
    run()
    keep(store)
    assert [each.name for each in states(store)] == [MapName.PICTURES]
    monkeypatch.setattr(LibraryVectors, "of", lambda *_: pytest.fail("vectors were read"))
    keep(store)


@pytest.mark.usefixtures("texts")
def test_the_map_of_all_is_forgotten_where_the_models_share_no_space(
    store: Store, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store)
    monkeypatch.setattr("semsearch.explore.maps.share_space", lambda *_: False)
    keep(store)
    assert [each.name for each in states(store)] == [MapName.TEXTS, MapName.PICTURES]
    assert all(None not in each[:2] and each[2:] == (None, None) for each in places().values())
    assert store.kept.get("map.together.fit") is None


@pytest.mark.usefixtures("texts")
def test_a_text_whose_disk_is_away_is_on_no_map_and_returns_without_old_values(
    store: Store, records: Records, places: Places
) -> None:
    keep(store)
    record = records()["00.txt"]
    store.explored.put([(record.doc, {"topic": "Owls", "label": "good"})])
    away = store.drafts.set_aside(record, 1.0)
    assert states(store)[0].placed == 59
    store.drafts.bring_back(away)
    assert places()["00.txt"] == (None,) * 4
    fields = ["topic", "in_topic", "label", "labelled"]
    assert list(store.ledger.fields([record.doc], fields)) == [[None] * 4]
    keep(store)
    assert None not in places()["00.txt"]


def test_what_was_kept_may_be_gone(store: Store, texts: Path, run: Run, places: Places) -> None:
    keep(store)
    store.kept.forget("map.texts.fit")
    (texts / "new.txt").write_text("Something new.")
    run()
    keep(store)
    assert None not in places()["new.txt"]


def test_pictures_of_another_space_are_on_no_map_with_texts(store: Store, folder: Path, run: Run) -> None:
    fill(folder)
    run(with_models=FakeModels())
    keep(store)
    assert [each.name for each in states(store)] == [MapName.TEXTS, MapName.PICTURES]


@pytest.mark.usefixtures("folder")
def test_an_empty_library_has_no_map(store: Store, run: Run, client: FlaskClient) -> None:
    run()
    keep(store)
    assert states(store) == []
    page = client.get("/map")
    assert (page.status_code, "There is no map yet" in page.text) == (200, True)
    assert client.get("/api/map?map=texts").json["documents"] == 0


@pytest.mark.usefixtures("texts")
def test_fitting_moves_the_old_places_little(store: Store, places: Places) -> None:
    keep(store)
    before = places()
    fit_maps(store, LibraryVectors(store))
    after = places()
    away = [abs(float(before[path][0] or 0) - float(after[path][0] or 0)) for path in before]
    assert sum(away) / len(away) < 0.15


@pytest.mark.usefixtures("texts")
def test_the_api_gives_ids_places_and_groups(
    store: Store, records: Records, client: FlaskClient, places: Places
) -> None:
    keep(store)
    store.explored.put([(records()["00.txt"].doc, {"topic": "Owls\nBirds"})])
    found = client.get("/api/map?map=together").json
    assert found["documents"] == 63
    whole = base64.b64decode(found["docs"]).hex()
    docs = [whole[start : start + 16] for start in range(0, len(whole), 16)]
    assert sorted(docs) == sorted(record.doc for record in records().values())
    x = struct.unpack("<63H", base64.b64decode(found["x"]))
    doc = records()["00.txt"].doc
    assert x[docs.index(doc)] == round(float(places()["00.txt"][2] or 0) * 65535)
    kinds = {each["by"]: each for each in found["colourings"]}
    assert {"kind", "topic"} <= kinds.keys()
    assert len(base64.b64decode(kinds["kind"]["of"])) == 63
    assert [each["name"] for each in found["names"]] == ["Birds", "Owls"]
    assert client.get("/api/map?map=nowhere").status_code == 400


def test_the_points_are_read_again_when_documents_have_changed_for_a_while(
    store: Store, texts: Path, client: FlaskClient, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store)
    now = 100.0
    monkeypatch.setattr(renewed, "monotonic", lambda: now)
    assert client.get("/api/map?map=texts").json["documents"] == 60
    (texts / "00.txt").unlink()
    run()
    assert client.get("/api/map?map=texts").json["documents"] == 60
    now = 130.0
    assert client.get("/api/map?map=texts").json["documents"] == 59


@pytest.mark.usefixtures("texts")
def test_the_page_lists_what_lies_in_an_area_and_passes_the_other_filters(
    store: Store, records: Records, client: FlaskClient
) -> None:
    keep(store)
    docs = {path: record.doc for path, record in records().items()}
    store.explored.put([(doc, {"x": 0.9, "y": 0.9}) for doc in docs.values()])
    store.explored.put([(docs["00.txt"], {"x": 0.1, "y": 0.2}), (docs["01.txt"], {"x": 0.2, "y": 0.1})])
    page = client.get("/map?area=texts:0,0,0.3,0.3").text
    assert ("00.txt" in page, "01.txt" in page, "02.txt" in page) == (True, True, False)
    assert "2 documents found" in page or "2 matches" in page
    page = client.get("/map?area=texts:0,0,0.3,0.3&q=owls&mode=words").text
    assert ("00.txt" in page, "02.txt" in page) == (True, False)
    listed = client.get("/browse?area=texts:0,0,0.3,0.3").text
    assert ("00.txt" in listed, "02.txt" in listed) == (True, False)


@pytest.mark.usefixtures("texts")
def test_the_page_shows_the_map_that_the_area_is_on(store: Store, client: FlaskClient) -> None:
    keep(store)
    assert 'data-map="pictures"' in client.get("/map?area=pictures:0,0,1,1").text
    assert 'data-map="texts"' in client.get("/map?area=pictures:0,0,1,1&map=texts").text
    assert 'data-map="texts"' in client.get("/map").text


@pytest.mark.usefixtures("texts")
def test_without_a_name_the_map_is_shown_on_which_documents_are_found(
    store: Store, records: Records, client: FlaskClient
) -> None:
    keep(store)
    store.explored.put([(records()["red.png"].doc, {"topic": "Colours"})])
    page = client.get("/map?topic=Colours").text
    assert page.count('loading="lazy"') == 1  # its thumbnail
    assert ('data-map="pictures"' in page, "1 document found" in page) == (True, True)
    assert 'data-map="texts"' in client.get("/map?topic=Colours&map=texts").text
    assert 'data-map="texts"' in client.get("/map?topic=Nothing").text
    assert 'data-map="pictures"' in client.get("/map?kind=image").text
    assert 'data-map="texts"' in client.get("/map?q=owls&mode=words").text


@pytest.mark.usefixtures("texts")
def test_the_page_lists_all_documents_of_a_map_page_by_page(store: Store, client: FlaskClient) -> None:
    keep(store)
    seen: set[str] = set()
    address = "/map?map=texts"
    for _ in range(3):
        page = client.get(address).text
        seen |= {path for path in (f"{n:02}.txt" for n in range(60)) if path in page}
        after = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        address = after.partition("#")[0]
    assert len(seen) == 60
    assert address == ""


@pytest.mark.usefixtures("texts")
def test_a_ninth_of_the_map_is_a_link_to_its_documents(store: Store, client: FlaskClient) -> None:
    keep(store)
    page = client.get("/map?map=texts").text
    link = page.partition("map-ninths")[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert parse_qs(urlsplit(link).query)["area"][0].startswith("texts:")
    assert client.get(link).status_code == 200


@pytest.mark.usefixtures("texts")
def test_a_search_has_the_address_of_the_hits_that_light_up(store: Store, client: FlaskClient) -> None:
    keep(store)
    page = client.get("/map?map=texts&q=owls").text
    address = page.partition('data-hits="')[2].partition('"')[0].replace("&amp;", "&")
    hits = client.get(address).json["hits"]
    assert {*hits[0]} == {"doc", "relevance"}
    assert 'data-hits=""' in client.get("/map?map=texts").text


@pytest.mark.usefixtures("texts")
def test_a_document_is_told_in_short(records: Records, client: FlaskClient) -> None:
    doc = records()["red.png"].doc
    told = client.get(f"/map/about/{doc}?q=red").text
    assert ("red.png" in told, f"/thumb/{doc}" in told, "q=red" in told) == (True, True, True)
    assert client.get(f"/map/about/{'0' * 16}").status_code == 404


@pytest.mark.usefixtures("texts")
def test_results_lead_to_the_map(client: FlaskClient) -> None:
    page = client.get("/?q=owls").text
    assert 'href="/map?q=owls"' in page


@pytest.mark.usefixtures("texts")
def test_vectors_are_written_for_the_projector(store: Store, tmp_path: Path) -> None:
    written = write_projector(store, tmp_path / "projector")
    assert [(each.folder.name, each.documents) for each in written] == [("texts", 60), ("pictures", 3)]
    for folder, documents in (("texts", 60), ("pictures", 3)):
        tensors = (tmp_path / "projector" / folder / "tensors.tsv").read_text().splitlines()
        metadata = (tmp_path / "projector" / folder / "metadata.tsv").read_text().splitlines()
        assert (len(tensors), len(metadata)) == (documents, documents + 1)
        assert len({len(line.split("\t")) for line in tensors}) == 1
        assert metadata[0].split("\t")[:2] == ["path", "title"]
        assert {len(line.split("\t")) for line in metadata} == {len(metadata[0].split("\t"))}


@pytest.mark.usefixtures("texts")
def test_a_folder_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="file"):
        write_projector(store, tmp_path / "file")
