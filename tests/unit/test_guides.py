"""The documents for those who run semsearch name what exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("security.md", "faults.md")
CELLS = [
    cell
    for name in DOCUMENTS
    for cell in re.findall(r"^\| .+ \| (.*`tests/.*) \|$", (ROOT / "docs" / name).read_text(), re.MULTILINE)
]
NAMED = [
    (file, test)
    for cell in CELLS
    for file, tests in re.findall(r"`(tests/\S+\.py)`: ([^;]+)", cell)
    for test in re.findall(r"`(test_\w+)`", tests)
]


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_each_promise_is_held_by_tests_that_exist(file: str, test: str) -> None:
    assert test in functions_of(file)


def test_the_promises_name_many_tests() -> None:
    assert len(NAMED) > 30
