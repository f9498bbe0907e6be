"""Garbage collections that leave out what stays in a process of tests: modules, and thousands of tests.

Each file of tests begins with a collection, so that models and applications of the file before go away, and
with freezing what is left. Nothing else may freeze: it would keep what is alive in the middle of a test.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_freeze = gc.freeze


def collect_and_freeze() -> None:
    """Remove the garbage, and leave out of later collections what is left."""
    with warnings.catch_warnings():
        # A client of Redis that the tests of the file before have left open is no fault of the next test.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    _freeze()
    gc.collect()  # without it, Python would expect as much to stay again, and seldom collect all


@contextmanager
def unfrozen_models() -> Iterator[None]:
    """Inside the context, a model that is loaded freezes nothing, as it does in a process that goes on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "freeze", lambda: None)
        yield
