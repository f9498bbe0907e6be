"""Choose the text model of a new library by the languages of its texts."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from itertools import chain, islice, zip_longest
from pathlib import PurePosixPath

from ingest.extractor import Extractor
from ingest.readers.documents import Border, SourceFile, TextDocument
from ingest.readers.portions import is_long
from ingest.summary import Summary
from semsearch.errors import FileError, ModelError
from semsearch.language.detect import language_of
from semsearch.models.loaded import Models
from semsearch.records import Kind
from semsearch.search.languages import are_many, described
from semsearch.settings import ENGLISH_MODEL, EVERY_LANGUAGE
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.schema import TEXT
from semsearch.store.store import Store

# A sample of a library: files, the stretches of each file and their characters, and the seconds it may take.
_FILES, _STRETCHES, _LENGTH, _SECONDS = 150, 3, 1000, 5.0


def chosen(
    files: Sequence[SourceFile], text_limit: int, store: Store, models: Models, summary: Summary
) -> Models:
    """The models with the text model that suits these new files, if the choice is open still.

    The choice is kept with the index of texts, and said in the summary. Nothing is chosen without texts.
    Raises ModelError when the model that is chosen cannot be loaded.
    """
    texts = [file for file in files if file.format is not None and file.format.kind is Kind.TEXT]
    if not models.is_open or not texts:
        return models
    counted = Counter(map(language_of, chain.from_iterable(_stretches(texts, text_limit))))
    models, problem = _loaded(models, EVERY_LANGUAGE if are_many(counted) else ENGLISH_MODEL)
    text = models.text()
    store.prepare_index(TEXT, Fingerprint.of_texts(text.id, text.dims))
    store.generations.note_source(TEXT, models.text_source)
    why = described(counted, "passages of a sample")
    said = f"text model {models.text_source}: {why}{problem}"
    summary.say(said)
    return models


def _loaded(models: Models, source: str) -> tuple[Models, str]:
    """The models with this text model, or with the one for English and why."""
    wanted = models.settled_on(source)
    try:
        wanted.text()
    except ModelError as error:
        if source == ENGLISH_MODEL:
            raise
        return models.settled_on(ENGLISH_MODEL), f". {source} would suit them, but: {error}"
    return wanted, ""


def _stretches(files: Sequence[SourceFile], text_limit: int) -> Iterator[list[str]]:
    """Stretches of some of these texts, about as long as passages."""
    until = time.monotonic() + _SECONDS
    with Extractor(picture_size=None, text_limit=text_limit, seconds_per_file=_SECONDS) as extractor:
        short = [file for file in _spread(files) if not is_long(file)]
        futures = [extractor.submit(file) for file in short]
        for file in filter(is_long, _spread(files)):
            if time.monotonic() < until:
                yield from _beginning(file, extractor)
        for future in futures:
            try:
                document = future.result(max(0.0, until - time.monotonic())).document
            except FileError:
                continue
            except TookTooLong:
                return
            if isinstance(document, TextDocument):
                yield _cut(document.text)


def _beginning(file: SourceFile, extractor: Extractor) -> Iterator[list[str]]:
    try:
        for _, document in islice(extractor.portions(file, "", Border()), 1):
            yield _cut(document.text)
    except FileError:
        return


def _cut(text: str) -> list[str]:
    number = max(1, min(_STRETCHES, len(text) // _LENGTH))
    return [text[start : start + _LENGTH] for start in (len(text) * n // number for n in range(number))]


def _spread(files: Iterable[SourceFile]) -> list[SourceFile]:
    """Some of these files, from as many folders as possible."""
    folders: dict[tuple[str, PurePosixPath], list[SourceFile]] = defaultdict(list)
    for file in files:
        folders[str(file.root), PurePosixPath(file.path).parent].append(file)
    step = -(-len(folders) // _FILES)
    rounds = zip_longest(*list(folders.values())[::step])
    return list(islice(filter(None, chain.from_iterable(rounds)), _FILES))
