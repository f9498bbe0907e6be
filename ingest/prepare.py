"""Prepare files for the models: hash, read and chunk them, ahead of the embedding."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

from ingest.chunk import Chunk, Chunker, chunk
from ingest.extractor import ContentError, Extracted, Extractor
from ingest.readers.documents import Border, PictureDocument, SourceFile, TextDocument
from ingest.readers.file_bytes import beginning, content_hash
from ingest.readers.portions import is_long
from semsearch.errors import FileError, NothingToIndexError
from semsearch.formats.table import kind_of
from semsearch.models.protocol import TextEmbedder
from semsearch.records import State

# How many files are read ahead, and how many prepared files wait for a model. A prepared picture takes some
# 200 kB and a text less, so this costs a few MB and keeps the models busy.
_LOOK_AHEAD = 32
_READY = 64
# A passage should have one subject and be read at a glance. This limit also holds for models that read more.
_PASSAGE_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Text:
    """A text, cut into chunks."""

    file: SourceFile
    sha256: str
    document: TextDocument
    chunks: list[Chunk]


@dataclass(frozen=True, slots=True)
class Portion:
    """A portion of a text, which begins at a border; a text that was read whole is one portion."""

    border: Border
    document: TextDocument
    chunker: Chunker


@dataclass(frozen=True, slots=True)
class LongText:
    """A text of more than one section, in one or several portions. Its sections are cut as they are written.

    `portions` yields them, the first one at the border that it is given, and raises FileError.
    """

    file: SourceFile
    sha256: str
    left_out: str
    portions: Callable[[Border], Iterator[Portion]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, decoded to the size that the model takes, and its captions, cut into chunks."""

    file: SourceFile
    sha256: str
    document: PictureDocument
    chunks: list[Chunk]


@dataclass(frozen=True, slots=True)
class Twin:
    """A file whose content is known: it was embedded before, or it comes earlier in this run."""

    file: SourceFile
    sha256: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be indexed, and the reason. `sha256` is "" when its bytes could not be read.

    `state` is SKIPPED when there is nothing in it to index.
    """

    file: SourceFile
    sha256: str
    reason: str
    state: State = State.FAILED


Prepared = Text | LongText | Picture | Twin | Unreadable


def content_key(path: str, sha256: str) -> str:
    """Return a key for content and kind, because the same bytes are cut differently as .md and as .txt."""
    return f"{sha256}:{kind_of(path)}"


class Contents:
    """The contents that are stored, or have been met. Safe to share between threads."""

    def __init__(self, knows: Callable[[SourceFile, str], bool]) -> None:
        """`knows` tells whether a content is stored. It is called in other threads."""
        self._knows = knows
        self._met = set[int]()  # hashes of hashes: a file that is wrongly taken for a twin is read later
        self._lock = Lock()

    def has(self, file: SourceFile, sha256: str) -> bool:
        """Whether this content is known; from now on it is."""
        if self._knows(file, sha256):
            return True
        content = hash(content_key(file.path, sha256))
        with self._lock:
            is_known = content in self._met
            self._met.add(content)
        return is_known


def prepare(
    files: Iterable[SourceFile],
    contents: Contents,
    extractor: Extractor,
    text_model: Callable[[], TextEmbedder],
) -> Iterator[Prepared]:
    """Read, hash and chunk files in their order, and yield one item for each.

    A file is a twin when its content is among the `contents`, or that of another file of these. A twin is not
    parsed. A few files are read ahead of the one that is yielded.
    """
    ahead: deque[Prepared | tuple[SourceFile, Future[Extracted]]] = deque()
    for file in files:
        if is_long(file):
            ahead.append(_long(file, contents, extractor, text_model))
        else:
            ahead.append((file, extractor.submit(file, contents.has)))
        if len(ahead) > _LOOK_AHEAD:
            yield _ready(ahead.popleft(), text_model)
    while ahead:
        yield _ready(ahead.popleft(), text_model)


def _long(
    found: SourceFile, contents: Contents, extractor: Extractor, text_model: Callable[[], TextEmbedder]
) -> Prepared:
    try:
        file, sha256 = beginning(found)
    except FileError as error:
        return Unreadable(found, "", str(error))
    if contents.has(file, sha256):
        return Twin(file, sha256)
    portions = partial(_portions, file, sha256, extractor, text_model)
    return LongText(file, sha256, extractor.left_out(file), portions)


def _portions(
    file: SourceFile,
    sha256: str,
    extractor: Extractor,
    text_model: Callable[[], TextEmbedder],
    border: Border,
) -> Iterator[Portion]:
    for begin, document in extractor.portions(file, sha256, border):
        yield Portion(begin, document, chunker_of(document, text_model(), begin.start))
        gc.collect()  # a chunker, which refers to itself, holds its text


def _ready(
    item: Prepared | tuple[SourceFile, Future[Extracted]], text_model: Callable[[], TextEmbedder]
) -> Prepared:
    if not isinstance(item, tuple):
        return item
    file, future = item
    try:
        extracted = future.result()
    except ContentError as error:
        return Unreadable(error.file, error.sha256, str(error), state_of(error.reason))
    except FileError as error:
        return Unreadable(file, "", str(error))
    file, sha256, document = extracted.file, extracted.sha256, extracted.document
    if document is None:
        return Twin(file, sha256)
    if isinstance(document, PictureDocument):
        return Picture(file, sha256, document, picture_chunks(document, text_model))
    chunker = chunker_of(document, text_model())
    first, *others = chunker.sections()
    if others:
        whole = Portion(Border(), document, chunker)
        return LongText(file, sha256, document.left_out, lambda _: iter([whole]))
    return Text(file, sha256, document, chunker.chunks(first, first=0))


def chunker_of(document: TextDocument, model: TextEmbedder, portion: int | None = None) -> Chunker:
    """Cuts a document into chunks that the model reads whole, of at most _PASSAGE_TOKENS tokens.

    `portion` is the place of the document in a long text of which it is a portion.
    """
    return Chunker(document, model.tokenizer, min(model.max_tokens, _PASSAGE_TOKENS), portion)


def text_chunks(document: TextDocument, model: TextEmbedder) -> list[Chunk]:
    """Cut a document into such chunks, all its sections at once."""
    return chunk(document, model.tokenizer, min(model.max_tokens, _PASSAGE_TOKENS))


def picture_chunks(
    document: PictureDocument, text_model: Callable[[], TextEmbedder], first: int = 0
) -> list[Chunk]:
    """Cut the captions of a picture into chunks, numbered from `first`; load no model without captions."""
    chunks: list[Chunk] = []
    for caption in document.captions:
        text = TextDocument(document.media_type, document.title, caption.text)
        for each in text_chunks(text, text_model()):
            passage = replace(each.passage, n=first + len(chunks), source=caption.source)
            chunks.append(replace(each, passage=passage))
    return chunks


def state_of(error: FileError) -> State:
    """The state of a file that cannot be indexed."""
    return State.SKIPPED if isinstance(error, NothingToIndexError) else State.FAILED


def hash_if_unchanged(file: SourceFile, sha256: str) -> str:
    """Return the hash if the file still has it: the failure then lies in its content. Else return ""."""
    try:
        return sha256 if content_hash(file) == sha256 else ""
    except FileError:
        return ""


def in_background(items: Iterator[Prepared]) -> Generator[Prepared, None, None]:
    """Run `items` in a thread, at most _READY items ahead, and yield its items.

    An exception that `items` raises is raised here. Closing this generator ends the thread.
    """
    thread = ThreadPoolExecutor(1, thread_name_prefix="prepare")
    try:
        ahead = deque(thread.submit(next, items, None) for _ in range(_READY))
        while (item := ahead.popleft().result()) is not None:
            ahead.append(thread.submit(next, items, None))
            yield item
    finally:
        thread.shutdown(cancel_futures=True)
