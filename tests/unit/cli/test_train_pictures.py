"""The output of `semsearch train-pictures`, for people and for scripts."""

from __future__ import annotations

import contextlib
import json
import subprocess
from pathlib import Path

import pytest

from semsearch.models.catalogue import image_model_id, text_model_id
from semsearch.settings import Settings
from tests import command_line
from tests.picture_models import tiny_folder
from tests.unit.finetune.test_train_pictures import draw

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    tiny_folder(home / "base", text_model_id(Settings(home=home)))
    draw(home / "my discs", 60)
    return home


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"SEMSEARCH_HOME": str(home), "COLUMNS": "300"}
    with contextlib.chdir(home):
        return command_line.run("train-pictures", *arguments, environment=environment)


def test_it_shows_what_was_gained_and_says_how_to_go_on(home: Path) -> None:
    (home / "my discs" / "3.png").unlink(missing_ok=True)

    done = run(home, "my discs", "--base", "base")

    assert done.returncode == 0, done.stderr
    assert "3.png: has captions in captions.jsonl, but there is no such file" in done.stdout
    assert "captions of 19 pictures held out" in done.stdout
    assert [line.split()[1] for line in done.stdout.splitlines() if "│" in line] == ["before", "after"]
    assert "Learned from 59 pictures with 118 captions" in done.stdout
    model = home / "models" / "my discs-pictures"
    assert done.stdout.splitlines()[-2:] == [
        f"  export SEMSEARCH_IMAGE_MODEL='{model}'",
        "  semsearch index build",
    ]
    assert image_model_id(Settings(home=home, image_model=str(model))).startswith("my discs-pictures@")


def test_scripts_get_json(home: Path) -> None:
    done = run(home, "my discs", "--base", "base", "--output", "new", "--epochs", "2", "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["output"] == str(home / "new")
    assert told["next"] == [f"export SEMSEARCH_IMAGE_MODEL={home / 'new'}", "semsearch index build"]
    assert 0 <= told["before"]["recall_10"] <= 1
    assert told["text_model"] == text_model_id(Settings(home=home))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nowhere"], "there is no folder"),
        (["base"], "holds 0 captioned pictures"),
        (["my discs", "--base", "nothing"], "--base is 'nothing'"),
        (["my discs", "--base", "base", "--output", "my discs"], "choose another --output"),
    ],
)
def test_what_cannot_run_gives_exit_code_2_and_one_sentence(
    home: Path, arguments: list[str], reason: str
) -> None:
    done = run(home, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("semsearch: ")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
