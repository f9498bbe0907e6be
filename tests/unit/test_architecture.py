"""Rules about the shape of the code that no reader would notice being broken."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from semsearch import errors

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path for package in ("semsearch", "ingest", "web", "tools") for path in (ROOT / package).rglob("*.py")
)
REDIS = {"redis", "redisvl"}
MODELS = {"torch", "torchvision", "sentence_transformers", "onnxruntime", "onnx", "transformers"}
# The one place that puts all packages together, inside its commands.
COMPOSITION_ROOT = ROOT / "semsearch" / "cli"


def imports(path: Path, *, at_top: bool = False) -> Iterator[str]:
    """Top-level packages that a module imports; `at_top` leaves out imports inside functions."""
    tree = ast.parse(path.read_text())
    for node in tree.body if at_top else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


def package_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_packages_import_only_what_they_may(path: Path) -> None:
    found = set(imports(path))
    forbidden = {
        "semsearch": {"ingest", "web", "flask", "tools"},
        "ingest": {"web", "flask", "tools"},
        "web": {"ingest", "tools"},
        "tools": {"ingest", "web", "flask"},
    }
    if path.parent != COMPOSITION_ROOT:
        assert not found & forbidden[package_of(path)]
    if ROOT / "semsearch" / "store" not in path.parents:
        assert not found & REDIS
    if path.parent not in (
        ROOT / "semsearch" / "models",
        ROOT / "semsearch" / "finetune",
        ROOT / "tools" / "minilook",
    ):
        assert not found & MODELS


def test_no_module_is_longer_than_one_can_hold_in_ones_head() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in MODULES}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_help_answers_at_once_and_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "semsearch", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert not loaded & (REDIS | MODELS | {"flask", "numpy", "PIL", "pydantic", "tokenizers"})
    quickest = min(_seconds([sys.executable, "-m", "semsearch", "--help"]) for _ in range(3))
    assert quickest < 0.5


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - started


def test_every_error_is_in_the_tree_that_its_module_prints() -> None:
    found = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    assert all(issubclass(kind, errors.SemsearchError) for kind in found)
    assert errors.__doc__ is not None
    assert all(kind.__name__ in errors.__doc__ for kind in found)


def test_settings_documented_are_the_settings_there_are() -> None:
    from semsearch.settings import PREFIX, Settings

    documented = {
        line.split("`")[1]
        for line in (ROOT / "docs" / "settings.md").read_text().splitlines()
        if line.startswith(f"| `{PREFIX}")
    }
    assert documented == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
