"""Rules about the shape of the code that no reader would notice being broken."""

from __future__ import annotations

import ast
import inspect
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from semsearch import errors

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path for package in ("semsearch", "ingest", "web", "tools") for path in (ROOT / package).rglob("*.py")
)
# Which folders may import these packages. Imports among our own packages are held by import-linter.
REDIS = {"redis", "redisvl"}
MODELS = {"torch", "torchvision", "sentence_transformers", "onnxruntime", "onnx", "transformers"}
ALLOWED = {
    **dict.fromkeys(REDIS, ("semsearch/store",)),
    **dict.fromkeys(MODELS, ("semsearch/models", "semsearch/finetune", "tools")),
    "resvg_py": ("semsearch/pictures", "tools"),
    "pi_heif": ("semsearch/pictures", "tools"),
    "watchfiles": ("ingest/watching",),
    "olefile": ("ingest/readers/outlook", "ingest/readers/office"),
    "dramatiq": ("ingest/workers",),
    "flask": ("web",),
    "httpx2": ("semsearch/client",),
    "brotli": ("web",),
    "babel": ("web/languages",),
    "itsdangerous": ("web/access",),
    "argon2": ("web/access",),
    "pyarrow": ("semsearch/archive",),
    "pypdf": ("ingest/readers/pdf",),
    **dict.fromkeys(("mcp", "mcp_types", "starlette", "uvicorn"), ("semsearch/mcp",)),
    "nh3": ("web/rendering",),
    "markdown_it": ("web/rendering",),
    "openTSNE": ("semsearch/explore",),
    "tools": ("tools",),
}
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 300, 40


def imports(tree: ast.AST) -> Iterator[str]:
    """Top-level packages that a module imports, at its top and inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_libraries_are_imported_only_where_they_may_be(path: Path) -> None:
    folder = path.relative_to(ROOT).parent
    for package in set(imports(ast.parse(path.read_text()))) & ALLOWED.keys():
        assert any(folder.is_relative_to(allowed) for allowed in ALLOWED[package]), package


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_and_functions_are_short_enough_to_hold_in_ones_head(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MOST_LINES
    functions = (
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def test_help_answers_at_once_and_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "semsearch", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert not loaded & (REDIS | MODELS | {"dramatiq", "flask", "numpy", "PIL", "pydantic", "tokenizers"})
    quickest = min(_cpu_seconds([sys.executable, "-m", "semsearch", "--help"]) for _ in range(6))
    assert quickest < 0.5


def test_a_child_process_that_reads_files_starts_without_the_settings() -> None:
    code = "import sys, ingest.readers.picture.picture, ingest.readers.registry; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"semsearch.settings", "pydantic", "asyncio"} & set(done.stdout.split())


def _cpu_seconds(command: list[str]) -> float:
    """Processor time of a command: unlike the clock, it does not depend on what else the machine does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
