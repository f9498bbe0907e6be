"""`semsearch index`, run as processes with the models that are built in, and a picture model in a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from semsearch.models.identity import minilm_id
from tests.fakes import picture
from tests.integration.cli.conftest import Command
from tests.picture_models import tiny_folder


@pytest.fixture
def library(semsearch: Command, notes: Path) -> Path:
    picture(notes / "red.png", "red")
    picture(notes / "blue.png", "blue")
    assert semsearch("ingest", notes).returncode == 0
    return notes


def shown(semsearch: Command) -> dict[str, dict[str, str]]:
    """The indexes in use by space."""
    return {each["space"]: each["in_use"] for each in json.loads(semsearch("index", "--json").stdout)}


def test_another_picture_model_is_put_to_use_and_followed_by_who_has_the_old_one_set(
    semsearch: Command, library: Path, tmp_path: Path
) -> None:
    model = tiny_folder(tmp_path / "models" / "tiny", minilm_id())
    refused = semsearch("ingest", library, SEMSEARCH_IMAGE_MODEL=str(model))
    assert (refused.returncode, "run `semsearch index build`" in refused.stderr) == (2, True)
    built = semsearch("index", "build", SEMSEARCH_IMAGE_MODEL=str(model))
    assert (built.returncode, built.stderr) == (0, "")
    assert built.stdout.startswith("image: tiny@")
    assert "text:" not in built.stdout
    followed = semsearch("ingest")
    assert followed.returncode == 0
    assert followed.stderr.startswith(
        f"SEMSEARCH_IMAGE_MODEL is minilook, but the index in use is of {model}"
    )
    in_use = shown(semsearch)
    assert (in_use["image"]["setting"], in_use["text"]["setting"]) == (str(model), "minilm")
    found = semsearch("search", "--image", library / "red.png").stdout
    assert found.splitlines()[0].endswith("/red.png")
    moved = model.rename(tmp_path / "elsewhere")
    assert semsearch("ingest", library, SEMSEARCH_IMAGE_MODEL=str(moved)).returncode == 0
    assert semsearch("index", "release").stdout == "dropped: image\n"


def test_types_are_changed_and_wrong_ones_refused(semsearch: Command, library: Path) -> None:  # noqa: ARG001
    wrong = semsearch("index", "build", "--type", "int8")
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "semsearch: --type is 'int8': it must be one of float32, float16\n",
    )
    built = semsearch("index", "build", "--type", "float32", "--no-swap").stdout
    assert built.endswith("ready: `semsearch index swap` puts it to use\n")
    assert "  ready: " in semsearch("index").stdout
    assert shown(semsearch)["text"]["type"] == "float16"
    swapped = json.loads(semsearch("index", "swap", "--json").stdout)
    assert swapped.keys() == {"built", "lacking", "paused", "swapped"}
    assert [(each["space"], each["type"]) for each in swapped["built"]] == [
        ("text", "float32"),
        ("image", "float32"),
    ]
    assert (swapped["lacking"], swapped["paused"], swapped["swapped"]) == ([], False, True)
    assert {each["type"] for each in shown(semsearch).values()} == {"float32"}
    assert semsearch("index", "pause").stdout == "there is nothing to do\n"
    assert json.loads(semsearch("index", "release", "--json").stdout) == {"dropped": ["text", "image"]}
    assert "owls.md" in semsearch("search", "birds of prey").stdout.splitlines()[0]
