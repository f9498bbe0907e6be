"""A home in a folder that is ingested: its passwords cannot be found, and what lies beside them can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.run import ingest
from ingest.summary import Summary
from ingest.why import why
from semsearch.cli.show_ingest import Silent
from semsearch.records import DocumentRecord
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.fakes import FakeModels

Records = Callable[[], dict[str, DocumentRecord]]
Run = Callable[..., Summary]


def test_a_home_inside_an_ingested_folder_is_left_out(
    folder: Path, settings: Settings, store: Store, models: FakeModels, records: Records
) -> None:
    own = settings.model_copy(update={"home": folder / "semsearch"})
    (folder / "owls.txt").write_text("Owls hunt at night.")
    (folder / "semsearch" / "redis").mkdir(parents=True)
    (folder / "semsearch" / "redis" / "password.txt").write_text("the password of the engine")
    ingest([folder], own, store, models, Silent())  # type: ignore[arg-type]
    assert list(records()) == ["owls.txt"]
    found = why(own.home / "redis", [str(folder)], store)
    assert (found.state, found.reason) == ("ignored", "line 6 of semsearch/.semsearchignore names it")


def test_files_beside_what_is_kept_in_the_home_are_ingested(
    folder: Path, settings: Settings, store: Store, models: FakeModels, records: Records
) -> None:
    (folder / "owls.txt").write_text("Owls hunt at night.")
    ingest([folder], settings.model_copy(update={"home": folder}), store, models, Silent())  # type: ignore[arg-type]
    assert list(records()) == ["owls.txt"]


def test_an_ignore_file_that_is_in_the_home_already_stays(settings: Settings, run: Run, folder: Path) -> None:
    (folder / "owls.txt").write_text("Owls hunt at night.")
    settings.home.mkdir(exist_ok=True)
    (settings.home / ".semsearchignore").write_text("redis/\n")
    run()
    assert (settings.home / ".semsearchignore").read_text() == "redis/\n"
