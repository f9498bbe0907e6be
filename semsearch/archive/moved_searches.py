"""Saved searches of a file whose folders lie elsewhere here: their absolute paths, and their examples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, urlencode

from semsearch.archive.documents import Moves
from semsearch.archive.header import Header
from semsearch.archive.said import Said
from semsearch.language.marks import PATH_NAMES, plain_quotes, tokens
from semsearch.records import DocumentRecord
from semsearch.store.keys import doc_id
from semsearch.store.mine import SAVED

_EXAMPLES = ("like", "unlike")


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
        """The text of a search with its operators for folders as they are where these lie here."""
        found = plain_quotes(text)
        for token in reversed([*tokens(text)]):
            before = token.value.strip('"')
            path = self._path(before) if token.name in PATH_NAMES else before
            if path != before and '"' not in path:
                start = token.end - len(token.value)
                found = f"{found[:start]}{_quoted(path, token.value)}{found[token.end :]}"
        return text if found == plain_quotes(text) else found

    def _path(self, path: str) -> str:
        """Where a path lies here. One with a slash at its end is a folder."""
        moved = self._moves.applied(path) if path.startswith("/") else path
        return f"{moved}/" if path.endswith("/") and not moved.endswith("/") else moved


def _quoted(path: str, before: str) -> str:
    """A path as the value of an operator, in quotation marks where it stood in them or needs them."""
    return f'"{path}"' if before.startswith('"') or set(" ()") & set(path) else path
