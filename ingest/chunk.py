"""Cut a text into passages that fit into what a model reads."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from semantic_text_splitter import TextSplitter
from tokenizers import Tokenizer

from ingest.outline import Outline, Place
from ingest.page_breaks import PageBreaks
from ingest.readers.documents import TextDocument
from ingest.readers.noise import noise
from semsearch.language.sentences import stripped
from semsearch.models.vocabulary import splits_at_spaces
from semsearch.records import Passage, Span

# A token of prose has 4 to 5 characters. Base64, or a word of a million letters, is a single "unknown" token
# to BERT. Such text counts as one token for every 16 characters, so that it is cut as well.
_CHARACTERS_PER_TOKEN = 16
# The title and the headings before a passage take at most 1/6 of the tokens that the model reads.
_PREFIX_PART = 6
# Neighbouring passages share whole sentences, at most 1/6 of a passage.
_OVERLAP_PART = 6
# A title or a line shorter than 1/5 of a passage is joined to the paragraph that follows it.
_SMALL_PART = 5
# In a text with fewer rows than this, each row is a passage of its own. In a longer one, rows share passages.
_MOST_SINGLE_ROWS = 1_000
# Long texts are tokenised and split in blocks of this many characters, because the splitter's time grows
# faster than the length of its text.
_BLOCK = 10_000
# A longer text is cut into sections of at most this many characters, some 150 passages. A section is a unit
# of work: it is written before the next one is cut, and no passage crosses from one into the next.
_SECTION = 150_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage, and the number of tokens that the model embeds for it, special tokens included.

    The lead of the passage has its title and headings. A title that was made from the file's name is left
    out, and so is a title or heading that the content begins with.
    """

    passage: Passage
    tokens: int


def chunk(document: TextDocument, tokenizer: Tokenizer, max_tokens: int) -> list[Chunk]:
    """Cut a document into chunks, as Chunker does, all its sections at once."""
    chunker = Chunker(document, tokenizer, max_tokens)
    chunks: list[Chunk] = []
    for section in chunker.sections():
        chunks += chunker.chunks(section, first=len(chunks))
    return chunks


class Chunker:
    """Cuts a document into chunks of at most `max_tokens` tokens, in order. Every word is in some chunk.

    A text of one page that fits is one chunk. Others are cut at headings and pages, then between paragraphs,
    sentences or words. A text of rows is always cut between rows. Long stretches that say nothing, as rulers
    or base64 do, are in no chunk. `portion` is the place of the document in a long text, or None.
    """

    def __init__(
        self, document: TextDocument, tokenizer: Tokenizer, max_tokens: int, portion: int | None = None
    ) -> None:
        self._document = document
        self._offset = portion or 0
        self._text = document.text
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._specials = tokenizer.num_special_tokens_to_add(False)
        self._outline = Outline(document)
        self._pages = PageBreaks(document)
        self._prefix_limit = max_tokens // _PREFIX_PART
        self._prefix = lru_cache(maxsize=256)(self._make_prefix)
        self._length = lru_cache(maxsize=256)(self._count_tokens)
        # With the built-in models, the text between two spaces has the same tokens in any context, and their
        # counts can be added. Other tokenizers look further, so each chunk is tokenised again.
        self._additive = splits_at_spaces(tokenizer)
        self._noise = noise(self._text)
        self._starts = array("I")  # the start of each token of the section, in order
        self._longest = max_tokens * _CHARACTERS_PER_TOKEN
        self._has_rows = document.syntax == "rows"
        self._has_few_rows = self._has_rows and portion is None and self._text.count("\n") < _MOST_SINGLE_ROWS

    def sections(self, start: int = 0) -> list[Span]:
        """The sections of the text, from the one that begins at `start`."""
        return list(self._blocks(start, len(self._text), _SECTION))

    def chunks(self, section: Span, first: int) -> list[Chunk]:
        """The chunks of a section, numbered from `first`."""
        start, end = stripped(self._text, *section)
        if start == end:
            return []
        self._starts = array("I")
        for block in self._blocks(*section):
            encoding = self._tokenizer.encode(self._text[slice(*block)], add_special_tokens=False)
            whole = block == (0, len(self._text)) and not self._has_rows and not self._pages
            if whole and not self._noise and len(encoding) + self._specials <= self._max_tokens:
                only = self._chunk(0, start, end, len(encoding) if self._additive else None)
                if only.tokens <= self._max_tokens and end - start <= self._longest:
                    return [only]
            self._starts.extend([block[0] + offset for offset, _ in encoding.offsets])
        chunks: list[Chunk] = []
        for start, end in self._spans(section):
            chunks += self._fitting(first + len(chunks), start, end)
        return chunks

    def _spans(self, section: Span) -> Iterator[Span]:
        """Yield spans without white space around them that fit, going by the tokens of the section."""
        readable = self._max_tokens - self._specials
        for start, end in self._outline.stretches(section, self._size, readable - self._prefix_limit):
            capacity = readable - max(
                self._prefix(*self._titles(place, ""))[1] for place in self._outline.places(start, end)
            )
            for row in self._rows(start, end, capacity) if self._has_rows else self._pages.parts(start, end):
                for block in self._blocks(*row):
                    for part in self._telling(*block):
                        yield from self._split(*part, capacity)

    def _rows(self, start: int, end: int, capacity: int) -> Iterator[Span]:
        """Cut a span after each row or, in a text of many rows, after as many rows as fit.

        A heading stays with the row below it.
        """
        opened, titled = start, False
        while start < end:
            stop = self._text.find("\n", start, end)
            stop = end if stop < 0 else stop
            is_heading = self._outline.is_heading(start)
            full = self._has_few_rows or is_heading or self._size(opened, stop) > capacity
            if full and not titled and opened < start:
                yield opened, start
                opened = start
            start, titled = stop + 1, is_heading
        yield opened, end

    def _telling(self, start: int, end: int) -> Iterator[Span]:
        """Cut the noise out of a block."""
        for silent in self._noise[bisect_right(self._noise, start, key=itemgetter(1)) :]:
            if silent[0] >= end:
                break
            if start < silent[0]:
                yield start, silent[0]
            start = silent[1]
        if start < end:
            yield start, end

    def _split(self, start: int, end: int, capacity: int) -> Iterator[Span]:
        """Split a block. A piece too small to stand alone, such as a title, is joined to the next piece."""
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

    def _pieces(self, start: int, lead: int, end: int, capacity: int) -> list[Span]:
        """Split [lead, end), leave room in the first piece for [start, lead), and put that before it."""
        if self._size(start, end) <= capacity:
            span = stripped(self._text, start, end)
            return [span] if span[0] < span[1] else []
        block = self._text[lead:end]
        reserved = self._size(start, lead)
        first = len(block) - len(block.lstrip())
        last = 0

        def size(piece: str) -> int:
            # The splitter measures parts of the block, mostly from left to right. Equal parts have equal
            # sizes, so any occurrence of a part will do.
            nonlocal last
            found = block.find(piece, last)
            last = block.index(piece) if found < 0 else found
            own = self._size(lead + last, lead + last + len(piece))
            return own + reserved if last <= first else own

        overlap = capacity // _OVERLAP_PART
        # If all pieces were as large as possible, the last one could be tiny. So all get about the same size.
        tokens = self._size(start, end)
        count = -(-(tokens - overlap) // (capacity - overlap))
        enough = min(capacity, (tokens + (count - 1) * overlap) // count)
        splitter = TextSplitter.from_callback(size, (enough, capacity), overlap=overlap)
        spans = [
            stripped(self._text, lead + offset, lead + offset + len(piece))
            for offset, piece in splitter.chunk_indices(block)
        ]
        spans = [span for span in spans if span[0] < span[1]]
        return [(start, spans[0][1]), *spans[1:]] if lead > start and spans else spans

    def _fitting(self, number: int, start: int, end: int) -> list[Chunk]:
        """Make one chunk of the span. Make several when it was cut within a word and has too many tokens."""
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
        """Make a chunk. `tokens` is the number of tokens of its content; None when that is unknown."""
        content = self._text[start:end]
        place = self._outline.place(start)
        prefix, prefix_tokens = self._prefix(*self._titles(place, content))
        embedded = f"{prefix}\n{content}" if prefix else content
        if tokens is None:
            total = len(self._tokenizer.encode(embedded))
        else:
            total = self._specials + prefix_tokens + tokens
        passage = Passage(
            n=number,
            content=content,
            start=self._offset + start,
            end=self._offset + end,
            title=self._document.title,
            headings=place.titles,
            page=self._pages.page(start),
            lead=prefix,
        )
        return Chunk(passage, total)

    def _titles(self, place: Place, content: str) -> tuple[str, tuple[str, ...]]:
        """Return the title and the headings to put before a content, without those that it begins with."""
        headings = place.titles[:-1] if place.opens else place.titles
        title = self._document.title
        if not self._document.title_in_file or _opening(content, len(title)).startswith(title):
            title = ""
        return title, headings

    def _make_prefix(self, title: str, headings: tuple[str, ...]) -> tuple[str, int]:
        """Return the line before a content and its number of tokens.

        Outer headings are dropped until the rest fits. The title is shortened to the tokens that are left.
        """
        limit = self._prefix_limit
        while len(headings) > 1 and self._length(" > ".join(headings)) > limit:
            headings = headings[1:]
        path = self._shortened(" > ".join(headings), limit)
        # The ">" between them takes at most two tokens.
        title = self._shortened(title, limit - self._length(path) - 2)
        prefix = " > ".join(part for part in (title, path) if part)
        return prefix, self._length(prefix)

    def _shortened(self, words: str, limit: int) -> str:
        """Return the first words, as many as fit into `limit` tokens."""
        words = words[: max(0, limit) * _CHARACTERS_PER_TOKEN]
        while words and self._length(words) > limit:
            words = words.rpartition(" ")[0].rstrip() if " " in words else words[: len(words) // 2]
        return words

    def _count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False)) if text else 0

    def _is_space(self, at: int) -> bool:  # white space to every tokenizer
        return not 0 <= at < len(self._text) or self._text[at] in " \n\t"

    def _count(self, start: int, end: int) -> int:
        return bisect_left(self._starts, end) - bisect_left(self._starts, start)

    def _size(self, start: int, end: int) -> int:
        return max(self._count(start, end), (end - start) // _CHARACTERS_PER_TOKEN)

    def _blocks(self, start: int, end: int, most: int = _BLOCK) -> Iterator[Span]:
        """Cut a span into blocks of at most `most` characters: between paragraphs, else lines, else words."""
        while end - start > most:
            for gap in ("\n\n", "\n", " "):
                cut = self._text.rfind(gap, start + most // 2, start + most)
                if cut > 0:
                    break
            else:
                cut = start + most
            yield start, cut
            start = cut
        yield start, end


def _opening(content: str, length: int) -> str:
    """Return the beginning of a content without Markdown marks and line breaks, to compare with a title."""
    return " ".join(content[: 2 * length + 20].lstrip("#=*_> \t\n").split())
