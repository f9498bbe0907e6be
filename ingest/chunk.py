"""Cutting a text into passages that a model reads whole."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from semantic_text_splitter import MarkdownSplitter, TextSplitter
from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from ingest.outline import Outline, Place
from ingest.readers.documents import TextDocument
from semsearch.language.sentences import stripped
from semsearch.records import Passage

# Word pieces of prose are 4 to 5 characters long. Base64, or a word of a million letters, is one
# "unknown" token to BERT; by this measure it is cut all the same, and no passage becomes a monster.
_CHARACTERS_PER_TOKEN = 16
# The titles before a passage take at most this part of what the model reads.
_PREFIX_PART = 6
# Neighbouring passages share at most this part, in whole sentences.
_OVERLAP_PART = 6
# A title or a short line, below this part of a passage, goes with the paragraph that follows it.
_SMALL_PART = 5
# In a text of rows, each is a passage of its own up to this many rows; beyond, they share passages.
_MOST_SINGLE_ROWS = 1_000
# Long texts are tokenised and split in blocks: the splitter's time grows faster than its text.
_BLOCK = 10_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage, and what the model reads of it: `embedded`, which is `tokens` long, specials included.

    That is the content, below the title and the headings it stands under, where the file itself has
    such and the content does not begin with them.
    """

    passage: Passage
    embedded: str
    tokens: int


def chunk(document: TextDocument, tokenizer: Tokenizer, max_tokens: int) -> list[Chunk]:
    """Cut a document into chunks of at most `max_tokens`, in order; all its words are in some chunk.

    A text that fits is one chunk. Others are cut at headings, then where the text itself pauses. A text
    of rows is cut between them, whatever its length.
    """
    return _Chunker(document, tokenizer, max_tokens).chunks()


class _Chunker:
    def __init__(self, document: TextDocument, tokenizer: Tokenizer, max_tokens: int) -> None:
        self._document = document
        self._text = document.text
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._specials = tokenizer.num_special_tokens_to_add(False)
        self._outline = Outline(document)
        self._prefix_limit = max_tokens // _PREFIX_PART
        self._prefix = lru_cache(maxsize=256)(self._make_prefix)
        self._length = lru_cache(maxsize=256)(self._count_tokens)
        # BERT splits at white space before anything else: what stands between two spaces has the same
        # tokens wherever it stands. Other tokenizers look further, so their counts are checked.
        self._additive = isinstance(tokenizer.pre_tokenizer, BertPreTokenizer)
        self._starts = array("I")  # where each token of the text starts, in order
        self._longest = max_tokens * _CHARACTERS_PER_TOKEN
        self._has_rows = document.syntax == "rows"

    def chunks(self) -> list[Chunk]:
        start, end = stripped(self._text, 0, len(self._text))
        if start == end:
            return []
        for block in self._blocks(0, len(self._text)):
            encoding = self._tokenizer.encode(self._text[slice(*block)], add_special_tokens=False)
            whole = block == (0, len(self._text)) and not self._has_rows
            if whole and len(encoding) + self._specials <= self._max_tokens:
                only = self._chunk(0, start, end, len(encoding) if self._additive else None)
                if only.tokens <= self._max_tokens and end - start <= self._longest:
                    return [only]
            self._starts.extend([block[0] + first for first, _ in encoding.offsets])
        chunks: list[Chunk] = []
        for start, end in self._spans():
            chunks += self._fitting(len(chunks), start, end)
        return chunks

    def _spans(self) -> Iterator[tuple[int, int]]:
        """Spans, without white space around them, whose tokens fit by what is known so far."""
        readable = self._max_tokens - self._specials
        for start, end in self._outline.stretches(self._size, readable - self._prefix_limit):
            capacity = readable - max(
                self._prefix(*self._titles(place, ""))[1] for place in self._outline.places(start, end)
            )
            for row in self._rows(start, end, capacity) if self._has_rows else [(start, end)]:
                for block in self._blocks(*row):
                    yield from self._split(*block, capacity)

    def _rows(self, start: int, end: int, capacity: int) -> Iterator[tuple[int, int]]:
        """Cut a span between rows: after each or, when there are many, where no more fit.

        A heading goes with the row below it.
        """
        single = self._text.count("\n") < _MOST_SINGLE_ROWS
        opened, titled = start, False
        while start < end:
            stop = self._text.find("\n", start, end)
            stop = end if stop < 0 else stop
            is_heading = self._outline.is_heading(start)
            full = single or is_heading or self._size(opened, stop) > capacity
            if full and not titled and opened < start:
                yield opened, start
                opened = start
            start, titled = stop + 1, is_heading
        yield opened, end

    def _split(self, start: int, end: int, capacity: int) -> Iterator[tuple[int, int]]:
        """Split a block. What is too small to stand alone, a title say, goes with what follows it."""
        lead = start
        while True:
            pieces = self._pieces(start, lead, end, capacity)
            small = next(
                (n for n, span in enumerate(pieces[:-1]) if self._size(*span) < capacity // _SMALL_PART), None
            )
            if small is None:
                yield from pieces
                return
            yield from pieces[:small]
            start, lead = pieces[small]

    def _pieces(self, start: int, lead: int, end: int, capacity: int) -> list[tuple[int, int]]:
        """Split [lead, end) so that the first piece leaves room for [start, lead), and add that to it."""
        if self._size(start, end) <= capacity:
            span = stripped(self._text, start, end)
            return [span] if span[0] < span[1] else []
        block = self._text[lead:end]
        reserved = self._size(start, lead)
        first = len(block) - len(block.lstrip())
        last = 0

        def size(piece: str) -> int:
            # The splitter asks about parts of the block, mostly from left to right. Equal parts have
            # equal sizes, so it does not matter which of several occurrences is found.
            nonlocal last
            found = block.find(piece, last)
            last = block.index(piece) if found < 0 else found
            own = self._size(lead + last, lead + last + len(piece))
            return own + reserved if last <= first else own

        kind = MarkdownSplitter if self._document.syntax == "markdown" else TextSplitter
        overlap = capacity // _OVERLAP_PART
        # Filled to the brim, the last piece would be a scrap: all are made of about one size.
        tokens = self._size(start, end)
        count = -(-(tokens - overlap) // (capacity - overlap))
        enough = min(capacity, (tokens + (count - 1) * overlap) // count)
        splitter = kind.from_callback(size, (enough, capacity), overlap=overlap)
        spans = [
            stripped(self._text, lead + offset, lead + offset + len(piece))
            for offset, piece in splitter.chunk_indices(block)
        ]
        spans = [span for span in spans if span[0] < span[1]]
        return [(start, spans[0][1]), *spans[1:]] if lead > start and spans else spans

    def _fitting(self, number: int, start: int, end: int) -> list[Chunk]:
        """The span as one chunk; or, when it was cut within a word and grew by it, as several."""
        if self._additive and self._is_space(start - 1) and self._is_space(end):
            made = self._chunk(number, start, end, self._count(start, end))
        else:
            made = self._chunk(number, start, end)
        if made.tokens <= self._max_tokens or end - start == 1:
            return [made]
        middle = (start + end) // 2
        space = self._text.rfind(" ", start + 1, middle)
        middle = space if space > 0 else middle
        first = self._fitting(number, *stripped(self._text, start, middle))
        return first + self._fitting(number + len(first), *stripped(self._text, middle, end))

    def _chunk(self, number: int, start: int, end: int, tokens: int | None = None) -> Chunk:
        """Make a chunk; `tokens` are those of its content, where they are known."""
        content = self._text[start:end]
        place = self._outline.place(start)
        prefix, prefix_tokens = self._prefix(*self._titles(place, content))
        embedded = f"{prefix}\n{content}" if prefix else content
        if tokens is None:
            total = len(self._tokenizer.encode(embedded))
        else:
            total = self._specials + prefix_tokens + tokens
        pages = self._document.pages
        passage = Passage(
            n=number,
            content=content,
            start=start,
            end=end,
            title=self._document.title,
            headings=place.titles,
            page=bisect_right(pages, start) or 1 if pages else None,
        )
        return Chunk(passage, embedded, total)

    def _titles(self, place: Place, content: str) -> tuple[str, tuple[str, ...]]:
        """The title and the headings that the content does not itself begin with."""
        headings = place.titles[:-1] if place.opens else place.titles
        title = self._document.title
        if not self._document.title_in_file or _opening(content, len(title)).startswith(title):
            title = ""
        return title, headings

    def _make_prefix(self, title: str, headings: tuple[str, ...]) -> tuple[str, int]:
        """The line before a content, and its tokens: the inner headings, and what fits of the title."""
        limit = self._prefix_limit
        while len(headings) > 1 and self._length(" > ".join(headings)) > limit:
            headings = headings[1:]
        path = self._shortened(" > ".join(headings), limit)
        # Two tokens for the ">" between them, generously.
        title = self._shortened(title, limit - self._length(path) - 2)
        prefix = " > ".join(part for part in (title, path) if part)
        return prefix, self._length(prefix)

    def _shortened(self, words: str, limit: int) -> str:
        """As many of the words, from the first, as make at most `limit` tokens."""
        words = words[: max(0, limit) * _CHARACTERS_PER_TOKEN]
        while words and self._length(words) > limit:
            words = words.rpartition(" ")[0].rstrip() if " " in words else words[: len(words) // 2]
        return words

    def _count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False)) if text else 0

    def _is_space(self, at: int) -> bool:
        """Whether BERT sees white space there, or the text's edge: it drops other controls."""
        return not 0 <= at < len(self._text) or self._text[at] in " \n\t"

    def _count(self, start: int, end: int) -> int:
        return bisect_left(self._starts, end) - bisect_left(self._starts, start)

    def _size(self, start: int, end: int) -> int:
        return max(self._count(start, end), (end - start) // _CHARACTERS_PER_TOKEN)

    def _blocks(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Cut a span into blocks, between paragraphs, lines or words, whatever there is."""
        while end - start > _BLOCK:
            for gap in ("\n\n", "\n", " "):
                cut = self._text.rfind(gap, start + _BLOCK // 2, start + _BLOCK)
                if cut > 0:
                    break
            else:
                cut = start + _BLOCK
            yield start, cut
            start = cut
        yield start, end


def _opening(content: str, length: int) -> str:
    """The first words of a content, as a title would be written: without marks or line breaks."""
    return " ".join(content[: 2 * length + 20].lstrip("#=*_> \t\n").split())
