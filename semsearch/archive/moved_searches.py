"""Saved searches of a file whose folders lie elsewhere here: their absolute paths, and their examples."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, urlencode

from semsearch.archive.documents import Moves
from semsearch.archive.header import Header
from semsearch.archive.said import Said
from semsearch.language.marks import plain_quotes
from semsearch.records import DocumentRecord
from semsearch.store.keys import doc_id
from semsearch.store.mine import SAVED

_EXAMPLES = ("like", "unlike")
# An absolute path among the words of a search: in:/srv/notes/ or in:"/srv/my notes/".
_IN_WORDS = re.compile(r'(?<=[A-Za-z]:)(?:"(?P<quoted>/[^"]*)"|(?P<plain>/[^\s"]+))')


class MovedSearches:
    """What is said in a file, with its saved searches as they are where its folders lie here.

    A document that has moved has another id, which is known once it has been noted.
    """

    def __init__(self, header: Header, moves: Moves) -> None:
        self._mine = header.mine
        self._moves = moves
        self._searches = {name: parse_qs(search) for name, search in header.mine.get(SAVED, {}).items()}
        # The new ids of examples by the old ones.
        named = (given.get(name, ()) for given in self._searches.values() for name in _EXAMPLES)
        self._ids = {doc: doc for docs in named for doc in docs}
        # The folders of the file by where they lie here.
        self._roots: dict[str, list[str]] = defaultdict(list)
        for root in header.folders:
            self._roots[moves.applied(root)].append(root)

    def note(self, records: Iterable[DocumentRecord]) -> None:
        """Note the ids that documents of the file have here, as far as they are examples of a search."""
        for record in records if self._ids else ():
            for root in self._roots[record.root]:
                before = doc_id(root, record.path)
                if before in self._ids:
                    self._ids[before] = record.doc

    @property
    def said(self) -> Said:
        """All that is said in the file."""
        kept = self._mine.get(SAVED, {})
        return {
            **self._mine,
            SAVED: {name: self._moved(search, self._searches[name]) for name, search in kept.items()},
        }

    def _moved(self, search: str, given: Mapping[str, list[str]]) -> str:
        change = {"q": self._in_words, "path": self._path} | dict.fromkeys(_EXAMPLES, self._ids.__getitem__)
        moved = {name: list(map(change.get(name, str), texts)) for name, texts in given.items()}
        return search if moved == given else urlencode(sorted(moved.items()), doseq=True)

    def _in_words(self, text: str) -> str:
        def moved(match: re.Match[str]) -> str:
            before = match["quoted"] or match["plain"]
            path = self._path(before)
            if path == before or '"' in path:
                return match[0]
            return f'"{path}"' if match["quoted"] or " " in path else path

        plain = plain_quotes(text)
        found = _IN_WORDS.sub(moved, plain)
        return text if found == plain else found

    def _path(self, path: str) -> str:
        """Where a path lies here. One with a slash at its end is a folder."""
        moved = self._moves.applied(path) if path.startswith("/") else path
        return f"{moved}/" if path.endswith("/") and not moved.endswith("/") else moved
