"""What a search has found, before a page of it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from semsearch.language.query_syntax import Terms, Wording
from semsearch.search.rank import Ranked
from semsearch.search.relevance import Scales


@dataclass(frozen=True, slots=True)
class Sought:
    """The words of a query, or of one of its alternatives, as they were looked for.

    `text` are the words as typed. `wording` has the compounds that have them too. `nowhere` are terms that no
    document has.
    """

    text: str
    wording: Wording
    nowhere: Terms = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Ranked documents, best first.

    `total` is the number of documents that paging can reach. `complete` is False if an answer of Redis was
    cut short. `sought` are the words of each alternative of the query, or of its only one. `cut_path` is a
    path filter by which the server may have left out files; "" if there is none. `is_cut` is True if there
    may be more documents than Redis was asked for.
    """

    documents: Sequence[Ranked]
    total: int
    complete: bool
    scales: Scales
    sought: tuple[Sought, ...]
    cut_path: str = ""
    is_cut: bool = False
