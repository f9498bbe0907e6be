"""What the pages of findings about the whole library have in common: two lists, one of which is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from semsearch.message import Message


@dataclass(frozen=True, slots=True)
class Listing:
    """One of the lists: its name, its entries, and the address of its pages: the endpoint and its values."""

    name: Message
    entries: Sequence[Any]
    is_shown: bool
    endpoint: str
    values: Mapping[str, Any]

    def link(self, offset: int = 0) -> str:
        """The address of the page that begins at this entry."""
        return url_for(self.endpoint, **self.values, offset=offset or None)
