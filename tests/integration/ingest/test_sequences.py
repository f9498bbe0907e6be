"""Whatever happens to files, and whenever the index looks at them, it ends as if it were new.

Hypothesis draws sequences of 25 operations, most of them stealthy, and the moments between them at which the
index is brought up to date: by runs over the folder, or by a watch that real events tell of the changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, run_state_machine_as_test

from ingest.run import ingest
from ingest.watching.root import RESCAN_SECONDS
from ingest.watching.runs import IndexRuns
from ingest.watching.stillness import GONE_SECONDS, STILL_SECONDS, Version
from ingest.watching.tasks import TaskRuns
from ingest.watching.watch import Watch
from semsearch.cli.show_ingest import Silent
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from semsearch.tasks import Tasks
from tests.changing_files import BEACON, ChangingFiles
from tests.database import assert_equal, database_of
from tests.fakes import FakeModels
from tests.redis_client import as_role, redis_of

OPERATIONS = 25


class Runs:
    """Brings an index up to date with a folder by runs over all of it."""

    def __init__(self, folder: Path, settings: Settings, store: Store) -> None:
        self._folder, self._settings, self._store = folder, settings, store

    def follow(self) -> None:
        models = FakeModels()
        ingest([self._folder], self._settings, self._store, models, Silent())  # type: ignore[arg-type]

    def rescan(self) -> None:
        """Each run looks at everything."""

    def close(self) -> None:
        """There is nothing to end."""


class _Takes(IndexRuns):
    """The runs of a watch. `needs_scan` tells whether the last one left everything to a scan."""

    needs_scan = False

    def take(self, paths: Sequence[str], is_sound: Callable[[], bool]) -> bool:
        self.needs_scan = not super().take(paths, is_sound)
        return not self.needs_scan


class Watched:
    """Brings an index up to date by a watch. Its events are real. Its clock moves when all are noted."""

    def __init__(self, folder: Path, settings: Settings, store: Store) -> None:
        self._beacon = folder / BEACON
        self._takes = _Takes(settings, store, FakeModels(), Silent(), lambda _: None)  # type: ignore[arg-type]
        self._told: list[str] = []
        self._now = 0.0
        Runs(folder, settings, store).follow()
        tasks = TaskRuns(Tasks(settings.home), self._takes, self._told.append, lambda _: None)
        self._watch = Watch(
            lambda: [str(folder)],
            self._takes,
            tasks,
            self._told.append,
            str(settings.home),
            lambda: self._now,
        )
        self._watch.look()

    def follow(self) -> None:
        # An event of the beacon comes after those of earlier changes in the same list of folders, and soon
        # after those in other lists. After the second one, what has happened in new folders is known too.
        for _ in range(4):
            self._await_beacon()
        while self._watch._stillness:
            self._look_after(STILL_SECONDS + GONE_SECONDS)
            if self._takes.needs_scan:
                self._takes.needs_scan = False
                self._look_after(30.0)
        assert self._told == []

    def rescan(self) -> None:
        """Find what no event tells of: a change through one name of a file also changes its other names."""
        self._look_after(RESCAN_SECONDS)

    def close(self) -> None:
        self._watch.run(lambda _: True)

    def _look_after(self, seconds: float) -> None:
        self._now += seconds
        self._watch.look()

    def _await_beacon(self) -> None:
        before = self._noted()
        self._beacon.write_text(f"{self._beacon.read_text()}.")
        ends = time.monotonic() + 20
        while self._noted() == before:
            assert time.monotonic() < ends, "no event was told"
            self._watch.look()

    def _noted(self) -> Version:
        found = self._watch._stillness._pending.get(str(self._beacon))
        return found and found.version


Follower = type[Runs] | type[Watched]


class Changed(ChangingFiles):
    """Operations, an index that follows after some of them, and a comparison at the end."""

    def __init__(self, place: Path, settings: Settings, follower: Follower) -> None:
        """`place` is a new folder for the files and homes."""
        super().__init__(place / "folder")
        self._settings = settings.model_copy(update={"home": place / "home", "ocr": False})
        self._store = Store.open(self._settings)
        redis_of(self._store).flushdb()
        self._follower = follower(self.root, self._settings, self._store)
        self._moments = 0

    @initialize(moments=st.integers(0, 2**OPERATIONS - 1))
    def begin(self, moments: int) -> None:
        """Each bit says whether the index follows after an operation."""
        self._moments = moments << 1

    @invariant()
    def follow(self) -> None:
        if self._moments & 1:
            self._follower.follow()
        self._moments >>= 1

    def teardown(self) -> None:
        self._follower.follow()
        if self.has_linked:
            self._follower.rescan()
        self._follower.close()
        found = database_of(self._store)
        redis_of(self._store).flushdb()
        anew = self._settings.model_copy(update={"home": self._settings.home.with_name("anew")})
        Runs(self.root, anew, self._store).follow()
        expected = database_of(self._store)
        self._store.close()
        assert_equal(found, expected)


@pytest.mark.parametrize("follower", [Runs, Watched])
# `make torture` runs 500 sequences in all.
@pytest.mark.parametrize("sequences", [8, pytest.param(250, marks=pytest.mark.torture)])
def test_after_any_sequence_of_operations_the_index_is_that_of_a_fresh_ingest(
    settings: Settings, tmp_path: Path, follower: Follower, sequences: int
) -> None:
    places = (tmp_path / str(number) for number in count())
    drawn = hypothesis.settings(
        max_examples=sequences,
        stateful_step_count=OPERATIONS + 1,  # the drawing of the moments is one
        deadline=None,
        database=None,
        # CI runs the same few ones each time.
        derandomize=sequences < 100,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    worker = as_role(settings, Role.WORKER)
    run_state_machine_as_test(lambda: Changed(next(places), worker, follower), settings=drawn)
