"""What does not fit into a library: found, kept, and shown with its reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest.summary import Summary
from semsearch.explore.copies_found import CopiesView
from semsearch.explore.explorer import Explorer
from semsearch.explore.odd_found import OddView
from semsearch.explore.vectors import LibraryVectors
from semsearch.store.store import Store

Run = Callable[..., Summary]

BIRDS = "owl goose crane wren stork swift heron eagle robin finch gull tern kite crow jay rook".split()
DISHES = "soup bread stew salad cake pie curry pasta rice roast gravy jam toast pizza tart broth".split()


def bird(name: str) -> str:
    return f"The {name} is a bird with wings and feathers that flies over fields and nests in trees."


def dish(name: str) -> str:
    return f"Cook the {name} in a pot with salt and butter, and serve it hot for lunch at noon."


@pytest.fixture
def misfiled(folder: Path, run: Run, store: Store) -> Path:
    """Sixteen birds and seventeen dishes, one of which lies among the birds, and a text about neither."""
    texts = {f"birds/{name}.txt": bird(name) for name in BIRDS}
    texts |= {f"dishes/{name}.txt": dish(name) for name in DISHES}
    texts["birds/noodles.txt"] = dish("noodles")
    texts["dishes/tax.txt"] = "Quarterly tax returns require signed declarations concerning revenue."
    for path, text in texts.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    run()
    look(store)
    return folder


def look(store: Store) -> None:
    vectors = LibraryVectors(store)
    CopiesView(store).find(vectors)
    OddView(store).find(vectors)


def named(explorer: Explorer) -> tuple[list[str], list[str]]:
    found = explorer.odd.all()
    assert found is not None
    wrong, far = (explorer.odd.shown(each) for each in (found.misfiled, found.far))
    return [each.record.path for each in wrong], [each.record.path for each in far]


def test_the_misfiled_one_is_named_with_the_folder_of_its_neighbours(
    misfiled: Path, explorer: Explorer
) -> None:
    found = explorer.odd.all()
    assert found is not None
    (one,) = explorer.odd.shown(found.misfiled)
    assert one.record.path == "birds/noodles.txt"
    assert one.folder == str(misfiled / "dishes")
    assert str(one.reason).startswith("Its 15 nearest documents lie in dishes.")
    assert one.near is not None
    assert one.near.path.startswith("dishes/")


@pytest.mark.usefixtures("misfiled")
def test_what_is_like_nothing_else_is_far(explorer: Explorer) -> None:
    assert named(explorer)[1][0] == "dishes/tax.txt"


def test_what_has_moved_or_changed_since_is_left_out(misfiled: Path, explorer: Explorer, run: Run) -> None:
    (misfiled / "birds/noodles.txt").rename(misfiled / "dishes/noodles.txt")
    (misfiled / "dishes/tax.txt").write_text(dish("toast"))
    run(allow_empty=True)
    wrong, far = named(explorer)
    assert "birds/noodles.txt" not in wrong
    assert "dishes/tax.txt" not in far


def test_a_copy_in_another_folder_does_not_make_a_document_misfiled(
    misfiled: Path, explorer: Explorer, run: Run, store: Store
) -> None:
    (misfiled / "backup").mkdir()
    for name in BIRDS[:6]:
        (misfiled / f"backup/{name}.txt").write_text(bird(name))
    run()
    look(store)
    wrong = named(explorer)[0]
    assert not any(path.startswith("birds/") and path != "birds/noodles.txt" for path in wrong)


@pytest.mark.usefixtures("misfiled")
def test_the_page_and_the_json_give_the_reason(client: FlaskClient) -> None:
    page = client.get("/odd").text
    assert "birds/noodles.txt" in page
    assert "dishes" in page
    assert "dishes/tax.txt" in client.get("/odd?what=far").text
    answer = client.get("/api/odd?what=misfiled").json
    assert answer["total"] == 1
    assert answer["documents"][0]["path"] == "birds/noodles.txt"
    assert "lie in" in answer["documents"][0]["reason"]
    assert client.get("/api/odd?what=strange").status_code == 400
    german = client.get("/odd", headers={"Accept-Language": "de"}).text
    assert "liegen in" in german


@pytest.mark.usefixtures("library")
def test_before_anybody_has_looked_the_page_says_how(client: FlaskClient) -> None:
    assert "semsearch odd --again" in client.get("/odd").text
    assert client.get("/api/odd").status_code == 404


@pytest.mark.usefixtures("library")
def test_a_small_library_has_nothing_odd(store: Store, explorer: Explorer) -> None:
    look(store)
    assert named(explorer) == ([], [])
