"""Pictures found by words with the built-in models, whose similarities are corrected with a bank."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.run import Options, ingest
from semsearch.cli.show_ingest import Silent
from semsearch.models.loaded import Models
from semsearch.pictures.decode import decode
from semsearch.query import Filters, Query
from semsearch.records import Kind
from semsearch.results import Results
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import Tuning
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.schema import SEMANTIC
from semsearch.store.store import Store
from tests.redis_client import as_role

PICTURES = Path(__file__).parents[3] / "samples" / "library" / "pictures"
# What the drawings show is not in these names.
DRAWINGS = {
    "a bicycle": "bicycle.png",
    "a butterfly": "butterfly-on-flower.png",
    "a sailing boat at sea": "sailing-boat.png",
    "a cup of coffee": "cup-of-coffee.png",
    "a cat lies on a sofa": "cat-on-sofa.png",
    "a guitar": "guitar.png",
}


@pytest.fixture(scope="module")
def models() -> Models:
    return Models(Settings())


@pytest.fixture
def drawings(folder: Path, settings: Settings, store: Store, models: Models) -> dict[str, Path]:
    """The drawings under names that say nothing, the even ones in one folder and the odd ones in another."""
    placed = {}
    for n, name in enumerate(sorted(path.name for path in PICTURES.glob("*.png"))):
        placed[name] = folder / ("even" if n % 2 == 0 else "odd") / f"{n}.png"
        placed[name].parent.mkdir(exist_ok=True)
        shutil.copy(PICTURES / name, placed[name])
    ingest([folder], settings.model_copy(update={"ocr": False}), store, models, Silent(), Options())
    return placed


@pytest.fixture
def searcher(settings: Settings, models: Models) -> Iterator[Searcher]:
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    yield Searcher(store, models, home=settings.home)
    store.close()


def clear(results: Results) -> set[str]:
    return {hit.path for hit in results.hits if hit.is_clear}


def test_names_and_sentences_find_their_drawing_first(drawings: dict[str, Path], searcher: Searcher) -> None:
    first = {
        query: searcher.search(Query(query, filters=Filters(kind=Kind.IMAGE))).hits[0].path
        for query in DRAWINGS
    }
    wanted = {query: drawings[name] for query, name in DRAWINGS.items()}
    right = [query for query, path in first.items() if wanted[query].as_posix().endswith(path)]
    assert len(right) >= len(DRAWINGS) - 1, first


@pytest.mark.usefixtures("drawings")
def test_a_hit_has_the_similarity_of_the_vectors_that_the_models_make(
    searcher: Searcher, models: Models, store: Store
) -> None:
    model = models.image()
    assert model is not None
    hit = searcher.search(Query("a bicycle")).hits[0]
    picture = decode((Path(hit.root) / hit.path).read_bytes(), model.input_size).image
    semantic = model.look([picture]).semantic
    assert semantic is not None
    asked = model.asked(models.text().embed(["a bicycle"], query=True))
    assert hit.similarity == pytest.approx(float((semantic @ asked.T)[0, 0]), abs=2e-3)
    (stored,) = store.ledger.vectors(store.ledger.get(hit.doc), SEMANTIC)
    np.testing.assert_allclose(stored, semantic[0], atol=1e-3)


@pytest.mark.usefixtures("drawings")
def test_a_filter_leaves_the_line_for_pictures_where_it_is(settings: Settings, models: Models) -> None:
    """Many drawings are above the threshold here, so the best of each query draw the line."""
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    searcher = Searcher(store, models, Tuning(clear_spreads=0.2, share_of_best=0.9), settings.home)
    for query in DRAWINGS:
        everywhere = searcher.search(Query(query, limit=50, copies=True))
        for place in ("even/", "odd/"):
            inside = searcher.search(Query(query, limit=50, copies=True, filters=Filters(path=(place,))))
            assert clear(inside) == {path for path in clear(everywhere) if path.startswith(place)}
    store.close()
