"""The search: interpret a query as legs, retrieve their candidates from Redis, and build a page of hits.

Each step of `Searcher.search` is a module of this package.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from semsearch.errors import FingerprintError, NotFoundError
from semsearch.language import query_syntax
from semsearch.language.document_date import document_date
from semsearch.message import say
from semsearch.models.bank import SIMILARITY, plain
from semsearch.models.loaded import Models
from semsearch.overview import Overview, Status
from semsearch.pictures.decode import DecodedPicture
from semsearch.progress import Activity
from semsearch.query import Filters, Look, PostedPicture, Query
from semsearch.records import Box, DocumentRecord, Kind, Passage
from semsearch.results import Completion, Correction, DocumentView, Excerpt, Results
from semsearch.search.alternatives import Alternative, Finder, interpreted
from semsearch.search.browse import browse
from semsearch.search.completion import Completer
from semsearch.search.corrections import Corrector, corrected
from semsearch.search.facet_counter import FacetCounter
from semsearch.search.health import Health
from semsearch.search.in_use import Following, InUse
from semsearch.search.kept import KeptLists, Made, with_next
from semsearch.search.limits import check, check_page
from semsearch.search.listing import arrange
from semsearch.search.overview import overview
from semsearch.search.page import headings_of, modified, page_of
from semsearch.search.picture_part import part_that_matches
from semsearch.search.retrieve import Begun, Retriever
from semsearch.search.snippets import excerpt
from semsearch.search.spelling import Spelling
from semsearch.search.status import status
from semsearch.search.tuning import TUNING, Tuning
from semsearch.search.vocabulary import Vocabulary
from semsearch.stages import stage
from semsearch.store.statistics import Calibration, Scale
from semsearch.store.store import Store

if TYPE_CHECKING:
    from PIL.Image import Image

_INDEXING = say("Files are being indexed, so hits may be missing.")


class Searcher:
    """Answers queries from Redis. One per process; safe to share between threads."""

    def __init__(
        self, store: Store, models: Models, tuning: Tuning = TUNING, home: Path | None = None
    ) -> None:
        """`home` has the list of ingested folders, by which a Redis that has lost all is recognised."""
        self._store = store
        self._models = models
        self._tuning = tuning
        self._finder = Finder(Retriever(store, tuning), tuning)
        self._counter = FacetCounter(self._finder, store, tuning)
        self._following = Following(store, models, tuning)
        self._health = Health(store, home)
        self._home = home
        vocabulary = Vocabulary(store)
        self._completer = Completer(store, vocabulary)
        self._corrector = Corrector(Spelling(store, vocabulary), self._completer)
        self._kept = KeptLists()

    def search(self, query: Query) -> Results:
        """Answer a query.

        Raises QueryError for an impossible query, NotFoundError when an example does not exist, and
        FingerprintError, ModelError, RedisError.
        """
        started = time.perf_counter()
        check(query)
        if query.cursor is None:
            return self._page(self._made(query), query, started)
        revision = self.activity().revision
        made = self._kept.get(query, revision)
        if made is None:
            made = self._made(query)
            self._kept.keep(query, revision, made)
        page, length = self._page(made, query, started), len(made.listed.documents)
        return with_next(page, query, length, revision, is_cut=made.found.is_cut)

    def _made(self, query: Query) -> Made:
        """All that a query finds, in order."""
        words = self._finder.begin(query)  # Redis searches for words while the model embeds
        in_use = self._following.now()
        try:
            return self._listed(query, in_use, words)
        except FingerprintError:
            now = self._following.now(changed=True)
            if now.generations == in_use.generations:
                raise
            # Another index was put to use meanwhile.
            return self._listed(query, now, words)

    def _listed(
        self, query: Query, in_use: InUse, words: Sequence[Begun], corrections: Sequence[Correction] = ()
    ) -> Made:
        with stage("embed"):
            wanted = self._alternatives(in_use, query)
        with stage("retrieve"):
            found = self._finder.find(wanted, words)
        # What was meant is not corrected again: the counts of words may be older than the library.
        within, unfinished = query.filters.within, query.unfinished
        if not corrections and (
            corrections := self._corrector.corrections(found.sought, within, in_use, unfinished=unfinished)
        ):
            meant = replace(query, text=corrected(query.text, corrections))
            return self._listed(meant, in_use, self._finder.begin(meant), corrections)
        if query.filters != Filters() and not found.documents:
            self._store.check_fields()
        with stage("page"):
            listed = arrange(found, query, self._store.ledger, self._tuning)
            facets = None
            if query.facets:
                interpreted = partial(self._alternatives, in_use)
                facets = self._counter.count(query, wanted, found, listed.facts, interpreted)
        notes = dict.fromkeys(note for each in wanted for note in each.interpretation.notes)
        return Made(query, tuple(notes), found, listed, facets, tuple(corrections))

    def _page(self, made: Made, query: Query, started: float) -> Results:
        """The page that `query` asks for."""
        limited = bool(query.filters.within)
        asked = replace(query, text=made.query.text)
        with stage("page"):
            ledger, missing = self._store.ledger, self._health.missing(limited=limited)
            page = page_of(
                asked, made.notes, made.found, made.listed, ledger, started, made.facets, missing,
                self._tuning,
            )  # fmt: skip
            notes = (*(correction.note for correction in made.corrections), *page.notes)
            page = replace(page, notes=notes, corrections=made.corrections)
            return self._with_run(page, limited=limited)

    def completion(self, text: str, among: Filters) -> Completion:
        """What a text that is being typed may become. An empty one becomes nothing. Raises RedisError."""
        return self._completer.completion(text, among)

    def browse(self, query: Query) -> Results:
        """The documents that pass the filters of a query, without its words and examples. Raises QueryError
        for a page beyond the limits, FingerprintError if the indexes lack a field of the filters, RedisError.
        """
        check_page(query)
        revision = self.activity().revision if query.cursor else 0
        with stage("page"):
            found = browse(query, self._store)
            if query.filters != Filters() and not found.hits:
                self._store.check_fields()
            page = self._with_run(found, limited=bool(query.filters.within))
        if query.cursor is None:
            return page
        # Without a count there may be another page.
        length = page.total if page.complete else query.start + query.limit + 1
        return with_next(page, query, length, revision)

    def document(self, doc: str) -> DocumentView:
        """A document with its passages. Raises NotFoundError when no document has this id, RedisError."""
        ledger = self._store.ledger
        record = ledger.get(doc)
        width, height = ledger.picture_size(record) or (None, None)
        passages = tuple(ledger.passages(record))
        date = document_date(record)
        return DocumentView(record, modified(record), date.moment, date.source, passages, width, height)

    def passages(self, places: Sequence[tuple[str, int]]) -> tuple[Passage | None, ...]:
        """The passages at these places, by document and number; None for those that are gone.

        Raises RedisError.
        """
        return tuple(self._store.ledger.get_with_passages([], places)[1])

    def excerpt(self, doc: str, n: int, text: str) -> Excerpt:
        """Passage `n` of a document, cut around the sentence that answers a query in words.

        This is the sentence with the most words of the query. If none has more than half of them, it is the
        sentence nearest in meaning. A search does not do this, because embedding the sentences of a whole
        page of hits takes too long. Raises NotFoundError, QueryError, ModelError, RedisError.
        """
        check(Query(text))
        records, (passage,) = self._store.ledger.get_with_passages([doc], [(doc, n)])
        if passage is None or not records:
            raise NotFoundError(
                say("document {doc!r} has no passage {n}: it may have changed since", doc=doc, n=n)
            )
        language, headings = records[0].language, headings_of(passage)
        read = [query_syntax.read_for(each, language) for each in query_syntax.alternatives(text)]
        marked = query_syntax.marked_in(text, language)
        cut = partial(excerpt, passage.content, headings=headings, language=language, also=marked)
        by_words = [found for each in read if (found := cut(each.marked)).sentence is not None]
        if by_words:
            return by_words[0]
        in_use = self._following.now()
        vectors = [in_use.interpreter.vector_of(each.text) for each in read]
        return cut((), answer=in_use.answers.nearest(passage.content, headings, vectors))

    def picture_size(self) -> int:
        """The shorter side, in pixels, of the picture in a query. Raises ModelError without a model."""
        return self._following.now().interpreter.picture_model().input_size

    def look(self, picture: Image) -> Look:
        """A picture for a query, decoded to `picture_size`. Raises ModelError without a model, RedisError."""
        with stage("embed"):
            return self._following.now().interpreter.look(picture)

    def keep_posted(self, key: str, picture: PostedPicture) -> None:
        """Keep a posted picture for a day. Raises RedisError."""
        self._store.posted.keep(key, picture)

    def posted(self, key: str) -> PostedPicture | None:
        """The posted picture of this key; None when it is no longer kept. Raises RedisError."""
        return self._store.posted.get(key)

    def part(self, decoded: Callable[[int], DecodedPicture], text: str) -> Box | None:
        """The part of a picture that matches a query in words better than the whole picture, or None.

        `decoded` gives the picture with a shorter side of that many pixels. Raises what it raises, and
        QueryError, ModelError, RedisError.
        """
        check(Query(text))
        in_use = self._following.now()
        words = [query_syntax.read(each).text for each in query_syntax.alternatives(text)]
        model, legs = in_use.models.image(), list(filter(None, map(in_use.interpreter.near_pictures, words)))
        if model is None or not legs:
            return None
        vectors = [leg.vector for leg in legs]
        scale = in_use.calibrations.get(Kind.IMAGE, Calibration()).similarity
        if legs[0].is_corrected:  # of a part, nothing but its similarity counts
            vectors = list(map(plain, vectors))
            scale = Scale(scale.centre * SIMILARITY, scale.spread * SIMILARITY)
        return part_that_matches(decoded, np.stack(vectors), model.plain, legs[0].field, scale)

    def record(self, doc: str) -> DocumentRecord:
        """A document's record. Raises NotFoundError when no document has this id, RedisError."""
        return self._store.ledger.get(doc)

    def status(self) -> Status:
        """The state of the library, the models and Redis. Raises RedisError."""
        return status(self._store, self._models, self._health)

    def overview(self) -> Overview:
        """What the page of the library shows. Raises RedisError and SettingsError."""
        return overview(self._store, self._models, self._health, self._home)

    def activity(self) -> Activity:
        """The run of ingestion that goes on, and the revision of the documents. Raises RedisError."""
        return self._store.runs.activity()

    def ping(self) -> None:
        """Raise RedisError when Redis does not answer."""
        self._store.ping()

    def _with_run(self, page: Results, *, limited: bool) -> Results:
        """The results with the run that goes on and its note, which has no counts for who is limited."""
        run = self.activity().run
        note = "" if run is None else run.note
        if limited:
            run, note = None, note and _INDEXING
        return replace(page, notes=(*page.notes, *filter(None, [note])), run=run)

    def _alternatives(self, in_use: InUse, query: Query) -> tuple[Alternative, ...]:
        """What each alternative of a query means."""
        return interpreted(query, in_use.interpreter, in_use.calibrations, self._tuning)
