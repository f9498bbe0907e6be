"""Templates that are compiled once for all applications of the tests: an application compiles those of a page
in a fifth of a second, and nearly every test of a page makes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _KeptTemplates(BytecodeCache):
    """Keeps what was compiled in memory. Jinja compares the text of the template before it takes anything."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


@contextmanager
def kept_templates() -> Iterator[None]:
    """Inside the context, applications leave compiled templates to each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": _KeptTemplates()})
        yield
