"""Pictures are found and counted by the camera that made them and the place where they were taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from ingest.summary import Summary
from semsearch.query import Filters, Query, Surroundings
from semsearch.records import DocumentRecord, Kind
from semsearch.results import FacetCount, Facets
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store
from tests.redis_client import redis_of

Run = Callable[..., Summary]
Place = tuple[float, float]

LISBON, SINTRA, POLE, FIJI = (38.6916, -9.216), (38.7876, -9.3906), (89.5, 10.0), (-16.8, 179.98)


def photo(path: Path, camera: tuple[str, str], at: Place | None = None, **named: str) -> None:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model], exif[Base.ImageDescription] = *camera, "Boats in the harbour"
    if at:
        north, east = at
        exif.get_ifd(IFD.GPSInfo).update({
            GPS.GPSLatitudeRef: "S" if north < 0 else "N", GPS.GPSLatitude: (abs(north), 0.0, 0.0),
            GPS.GPSLongitudeRef: "W" if east < 0 else "E", GPS.GPSLongitude: (abs(east), 0.0, 0.0),
        })  # fmt: skip
    told = " ".join(f'p:{name}="{value}"' for name, value in named.items())
    xmp = f'<x xmlns:p="http://ns.adobe.com/photoshop/1.0/" {told}/>'.encode()
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", (64, 48), "navy").save(path, exif=exif, xmp=xmp)


@pytest.fixture
def photos(folder: Path, run: Run) -> Path:
    canon, nikon = ("Canon", "Canon EOS 5D"), ("NIKON CORPORATION", "NIKON D90")
    photo(folder / "2019" / "tower.jpg", canon, LISBON, City="Lisboa", Country="Portugal")
    photo(folder / "2019" / "palace.jpg", nikon, SINTRA, City="Sintra", Country="PORTUGAL")
    photo(folder / "2020" / "later.jpg", ("Canon", "Canon EOS 5D Mark III"), None, City="São Paulo, SP")
    photo(folder / "2020" / "ice.jpg", nikon, POLE)
    photo(folder / "2020" / "atoll.jpg", nikon, FIJI)
    (folder / "2020" / "note.txt").write_text("Boats in the harbour of Lisboa, by Canon EOS 5D.")
    run()
    return folder


@pytest.fixture
def find(photos: Path, searcher: Searcher) -> Callable[..., set[str]]:
    """A function that finds the names of photos of boats that pass filters."""
    assert photos.is_dir()

    def named(**filters: object) -> set[str]:
        query = Query("boats harbour", filters=Filters(**filters), copies=True)  # type: ignore[arg-type]
        return {Path(hit.path).stem for hit in searcher.search(query).hits}

    return named


def test_a_camera_is_found_by_its_name_its_maker_or_its_model(find: Callable[..., set[str]]) -> None:
    assert find(camera=("canon eos 5d",)) == {"tower"}
    assert find(camera=("CANON",)) == {"tower", "later"}
    assert find(camera=("EOS 5D Mark III",)) == {"later"}
    assert find(camera=("d90", "Canon EOS  5D")) == {"tower", "palace", "ice", "atoll"}
    for none in ("Can", "EOS", "*", "nikon | canon", "\N{COMBINING ACUTE ACCENT}", "-"):
        assert find(camera=(none,)) - {"tower", "later"} == set(), none


def test_a_place_is_found_by_each_of_its_names(find: Callable[..., set[str]]) -> None:
    assert find(location=("portugal",)) == {"tower", "palace"}
    assert find(location=("Lisboa", "sao paulo, sp")) == {"tower", "later"}
    assert find(location=("Sao",)) == set()
    assert find(location=("Portugal",), camera=("Nikon",), path=("2019/", "nowhere/")) == {"palace"}


def test_pictures_are_found_around_a_point(find: Callable[..., set[str]]) -> None:
    assert find(near=Surroundings(*LISBON, 0.01)) == {"tower"}
    assert find(near=Surroundings(*LISBON, 18)) == {"tower"}
    assert find(near=Surroundings(*LISBON, 19)) == {"tower", "palace"}
    assert find(near=Surroundings(-16.8, -179.98, 10)) == {"atoll"}
    assert find(near=Surroundings(*POLE, 100)) == set()
    assert find(near=Surroundings(*LISBON, 19), camera=("Nikon",), kind=Kind.IMAGE) == {"palace"}


def test_a_picture_at_a_pole_is_found_by_all_but_its_position(find: Callable[..., set[str]]) -> None:
    assert "ice" in find(camera=("Nikon D90",))
    assert "ice" in find()


@pytest.mark.usefixtures("photos")
def test_every_count_is_what_its_filter_in_place_of_the_others_finds(searcher: Searcher) -> None:
    def counted(filters: Filters) -> Facets:
        found = searcher.search(Query("boats harbour", filters=filters, facets=True, copies=True)).facets
        assert found is not None
        return found

    every = counted(Filters())
    assert every.camera == (
        FacetCount("Nikon D90", 3),
        FacetCount("Canon EOS 5D", 1),
        FacetCount("Canon EOS 5D Mark III", 1),
    )
    assert {each.value.casefold(): each.count for each in every.location} == {
        "portugal": 2,
        "lisboa": 1,
        "sintra": 1,
        "são paulo, sp": 1,
    }
    for narrowed in (
        Filters(camera=("nikon",), path=("2019/",)),
        Filters(location=("Portugal",), camera=("Canon", "Nikon D90")),
        Filters(near=Surroundings(*LISBON, 500), location=("Lisboa",)),
        Filters(kind=Kind.IMAGE, near=Surroundings(*SINTRA, 1)),
    ):
        facets = counted(narrowed)
        chosen = [
            *((each, replace(narrowed, camera=(each.value,))) for each in facets.camera),
            *((each, replace(narrowed, location=(each.value,))) for each in facets.location),
            *((each, replace(narrowed, path=(each.value,))) for each in facets.folder),
        ]
        assert chosen
        for each, filters in chosen:
            hits = searcher.search(Query("boats harbour", filters=filters, copies=True)).hits
            assert sum(hit.is_clear for hit in hits) == each.count, (narrowed, each)


@pytest.mark.usefixtures("photos")
def test_redis_has_readable_values_and_texts_have_none_of_them(
    store: Store, records: Callable[[], dict[str, DocumentRecord]]
) -> None:
    tower = records()["2019/tower.jpg"]
    assert (tower.camera, tower.place_names) == ("Canon EOS 5D", ("Lisboa", "Portugal"))
    assert (tower.position, tower.coordinates) == ("-9.216,38.6916", LISBON)
    redis = redis_of(store)
    hashes = {key: redis.hgetall(key) for key in redis.scan_iter(match="semsearch:[dti]*:{*")}
    assert {b"shot_at" in fields for fields in hashes.values() if tower.doc.encode() == fields[b"doc"]} == {
        True
    }
    of_text = [fields for fields in hashes.values() if fields[b"kind"] == b"text"]
    assert of_text
    assert not any(b"shot_with" in fields for fields in of_text)


@pytest.mark.usefixtures("photos")
def test_a_copy_and_a_moved_picture_have_the_same_camera_and_place(
    folder: Path, run: Run, records: Callable[[], dict[str, DocumentRecord]], find: Callable[..., set[str]]
) -> None:
    (folder / "2019" / "tower.jpg").rename(folder / "moved.jpg")
    (folder / "copy.jpg").write_bytes((folder / "moved.jpg").read_bytes())
    run()
    for name in ("moved", "copy"):
        assert records()[f"{name}.jpg"].place_names == ("Lisboa", "Portugal")
    wanted = {"moved", "copy"}
    assert find(camera=("Canon EOS 5D",)) == find(location=("Lisboa",)) == wanted
    assert find(near=Surroundings(*LISBON, 1)) == wanted
