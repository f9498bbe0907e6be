"""What a search has found, before a page of it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from semsearch.language.query_syntax import Terms, Wording
from semsearch.search.rank import Ranked
from semsearch.search.relevance import Scales


@dataclass(frozen=True, slots=True)
class Found:
    """Ranked documents, best first.

    `total` is the number of documents that paging can reach. `complete` is False if an answer of Redis was
    cut short. `cut_path` is a path filter by which the server may have left out files; "" if there is none.
    `wording` are the words that were looked for, with the compounds that have them. `nowhere` are terms of
    the query that no document has.
    """

    documents: Sequence[Ranked]
    total: int
    complete: bool
    scales: Scales
    wording: Wording
    cut_path: str = ""
    nowhere: Terms = ()
