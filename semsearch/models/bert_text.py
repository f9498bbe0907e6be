"""Embed texts with a BERT encoder: tokens, runs of similar length, the mean of the tokens' vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PIL.Image import Image
from tokenizers import Tokenizer

from semsearch.models.session import Session
from semsearch.models.vectors import kind_of, unit_rows
from semsearch.records import Kind, Vectors

# Padded tokens in one run. Larger runs are slower: the values between two operators leave the cache.
_TOKENS_PER_RUN = 512

Ids = npt.NDArray[np.int64]


class BertText:
    """A text embedder with the session of `bert_session`.

    `words` returns the word vectors of token ids: float32, with one more axis than the ids. `prefixes` stand
    before each document and before each query, as in the texts that the model was trained on.
    """

    accepts = frozenset({Kind.TEXT})

    def __init__(
        self,
        id: str,
        session: Session,
        words: Callable[[Ids], Vectors],
        tokenizer: Tokenizer,
        most_tokens: int,
        prefixes: tuple[str, str] = ("", ""),
    ) -> None:
        """`most_tokens` is what the model reads of a text with its prefix and its special tokens."""
        self.id = id
        self.dims = words(np.zeros(1, np.int64)).shape[1]
        self.common = np.empty((0, self.dims), np.float32)
        self.tokenizer = tokenizer
        self._session = session
        self._words = words
        self._document, self._query = (
            tokenizer.encode(prefix, add_special_tokens=False).ids for prefix in prefixes
        )
        self.max_tokens = most_tokens - max(len(self._document), len(self._query))

    def embed(self, batch: Sequence[str] | Sequence[Image], *, query: bool = False) -> Vectors:
        """Embed texts. Raises ModelError for anything but texts."""
        kind_of(batch, self.accepts, self.id)
        # The tokenizer refuses lone surrogates, which file names can contain.
        texts = [str(text).encode(errors="replace").decode() for text in batch]
        prefix = self._query if query else self._document
        tokens = [self._read(encoding.ids, prefix) for encoding in self.tokenizer.encode_batch(texts)]
        sums = np.empty((len(tokens), self.dims), np.float32)
        for places in _runs([len(ids) for ids in tokens]):
            shape = len(places), len(tokens[places[0]])
            ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int32)
            for row, place in enumerate(places):
                ids[row, : len(tokens[place])] = tokens[place]
                mask[row, : len(tokens[place])] = 1
            [sums[places]] = self._session.run({"words": self._words(ids), "mask": mask}, "sums")
        return unit_rows(sums, len(tokens), self.dims, self.id)

    def _read(self, ids: list[int], prefix: list[int]) -> list[int]:
        """The tokens that are read: the first and the last are special, the prefix follows the first."""
        return [ids[0], *prefix, *ids[1:-1][: self.max_tokens - 2], ids[-1]]


def _runs(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group the texts into runs, as indices. They are sorted by length, longest first, to save padding."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    start = 0
    while start < len(order):
        size = max(1, _TOKENS_PER_RUN // lengths[order[start]])
        yield order[start : start + size]
        start += size
