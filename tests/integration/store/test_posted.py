"""Posted pictures in Redis: how long they are kept, and how many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from semsearch.query import Look, PostedPicture
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.posted import KEPT_SECONDS, PostedPictures
from semsearch.store.store import Store
from tests.redis_client import as_role, redis_of

LOOK = Look("colours", np.asarray([0.6, 0.8], np.float32), np.asarray([1.0, 0.0, 0.0], np.float32))


@pytest.fixture
def reader(settings: Settings) -> Iterator[Store]:
    """A store with the rights of the web server and no others."""
    with closing(Store.open(as_role(settings, Role.WEB), Role.WEB)) as store:
        yield store


def test_a_posted_picture_is_kept_for_a_day_and_read_by_every_process(reader: Store, store: Store) -> None:
    reader.posted.keep("abc", PostedPicture(LOOK, b"WebP"))
    kept = store.posted.get("abc")
    assert kept is not None
    assert (kept.look.model, kept.preview) == ("colours", b"WebP")
    assert kept.look.visual.tolist() == LOOK.visual.tolist()
    assert kept.look.semantic is not None
    assert kept.look.semantic.tolist() == [1.0, 0.0, 0.0]
    assert KEPT_SECONDS - 60 < redis_of(store).ttl("semsearch:posted:abc") <= KEPT_SECONDS == 24 * 60 * 60
    assert store.posted.get("other") is None


def test_a_model_without_words_gives_a_picture_without_a_vector_for_them(reader: Store) -> None:
    reader.posted.keep("abc", PostedPicture(Look("looks", LOOK.visual, None), b""))
    kept = reader.posted.get("abc")
    assert kept is not None
    assert kept.look.semantic is None


def test_the_oldest_pictures_of_a_process_make_room_for_new_ones(store: Store) -> None:
    pictures = PostedPictures(redis_of(store), store.address, most=1000)
    for key in ("one", "two", "one", "three"):
        pictures.keep(key, PostedPicture(LOOK, b"x" * 400))
    assert [pictures.get(key) is not None for key in ("one", "two", "three")] == [True, False, True]
