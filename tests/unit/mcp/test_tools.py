"""The tools of assistants read the arguments of a call."""

from __future__ import annotations

import pytest

from semsearch.errors import QueryError
from semsearch.mcp.tools import TOOLS
from tests.memory_library import MemoryLibrary


def test_a_whole_number_may_be_written_as_5_0() -> None:
    library, search = MemoryLibrary(), next(tool for tool in TOOLS if tool.name == "search")
    search.call(library, {"q": "owls", "limit": 5.0, "offset": 0.0})
    assert [(query.limit, query.offset) for query in library.queries] == [(5, 0)]
    with pytest.raises(QueryError, match=r"limit is '5\.5'"):
        search.call(library, {"q": "owls", "limit": 5.5})
