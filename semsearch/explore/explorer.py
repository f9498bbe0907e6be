"""What the page and the command line show of the explored library."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.explore.copies_found import CopiesView
from semsearch.explore.endings import Endings
from semsearch.explore.for_you import ForYou
from semsearch.explore.judging import Judging
from semsearch.explore.labels import Labels
from semsearch.explore.library_health import LibraryHealth
from semsearch.explore.library_maps import LibraryMaps
from semsearch.explore.likes import Likes
from semsearch.explore.odd_found import OddView
from semsearch.explore.saved import SavedSearches
from semsearch.explore.topic_tree import Topics
from semsearch.results import Hit
from semsearch.search.browse import hits_of
from semsearch.store.store import Store


class Explorer:
    """The views of one library. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.copies = CopiesView(store)
        self.odd = OddView(store)
        self.saved = SavedSearches(store)
        self.likes = Likes(store)
        self.for_you = ForYou(store, self.likes)
        self.labels = Labels(store)
        self.judging = Judging(store)
        self.endings = Endings(store.mine)
        self.health = LibraryHealth(store, self.endings)
        self.topics = Topics(store)
        self.maps = LibraryMaps(store)

    def hits(self, docs: Sequence[str]) -> dict[str, Hit]:
        """These documents by id, to be shown as hits: a text with its first passage.

        Removed ones are left out. Raises RedisError.
        """
        return {hit.doc: hit for hit in hits_of(docs, self._store)}
