"""Turn a query into legs, which are vectors to search near, and words to match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from semsearch.errors import ModelError, QueryError
from semsearch.language import query_syntax
from semsearch.language.detect import is_foreign
from semsearch.language.query_syntax import Terms, Wording
from semsearch.language.terms import terms
from semsearch.message import Message, say
from semsearch.models.alignment import alignment_between
from semsearch.models.loaded import Models
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.models.query_head import QueryHead
from semsearch.models.scripts import can_read, plain_form
from semsearch.models.vectors import without
from semsearch.models.vocabulary import words_in_pieces
from semsearch.query import LegName, Look, Mode, Query
from semsearch.records import Kind, Vector
from semsearch.search.examples import examples_of
from semsearch.search.legs import Leg, fingerprint_of, if_possible, picture_leg
from semsearch.search.notes import (
    ENGLISH_ONLY,
    ONLY_EXCLUDES,
    ONLY_FILTERS,
    ONLY_NAMES,
    ONLY_WORDS,
    PICTURES_ONLY,
    because,
)
from semsearch.search.tuning import TUNING, Tuning
from semsearch.search.within import is_list
from semsearch.settings import ENGLISH_MODEL
from semsearch.store.fingerprint import Fingerprint, same_weights, verify
from semsearch.store.generation import Generation
from semsearch.store.ledger import Ledger
from semsearch.store.schema import IMAGE, SEMANTIC, TEXT, VECTOR, VISUAL

if TYPE_CHECKING:
    from PIL.Image import Image

# The vectors of queries that are kept, because paging and going back repeat a query. Each takes 1.5 kB.
_KEPT_VECTORS = 1024


@dataclass(frozen=True, slots=True)
class Interpretation:
    """An interpreted query: its legs and its words.

    `is_read` is False if the text model cannot read the words, so that only the words themselves can show a
    match. `in_pieces` are the terms of words that the text model puts together from pieces; it may know
    little about them. `notes` tell the user which legs cannot answer.
    """

    legs: tuple[Leg, ...]
    wording: Wording
    is_read: bool = True
    in_pieces: Terms = ()
    notes: tuple[str, ...] = ()


def wording_of(query: Query, languages: Terms = ()) -> Wording:
    """The words of a query, read for texts in these languages too.

    There are no terms if the query does not search for words.
    """
    found = query_syntax.read(query.text, languages)
    return found.without_terms if query.mode is Mode.MEANING else found


class Interpreter:
    """Interprets queries. Loads a model when a query first needs it."""

    def __init__(
        self,
        ledger: Ledger,
        models: Models,
        generations: Mapping[str, Generation] = MappingProxyType({}),
        problems: Mapping[str, ModelError] = MappingProxyType({}),
        tuning: Tuning = TUNING,
        head: QueryHead | None = None,
    ) -> None:
        """`generations` are those in use, by space. `problems` say why a space has no model.

        `head` moves the queries that look for texts.
        """
        self._head = head
        self._ledger = ledger
        self._models = models
        self._generations = generations
        self._problems = problems
        self._tuning = tuning
        # Both are keyed by the space of the model and the text. A vector of the text model can serve two
        # legs.
        self._vector = lru_cache(_KEPT_VECTORS)(self._embed_query)
        self._embedded: dict[tuple[str, str], Vector] = {}

    @property
    def embedded(self) -> Mapping[tuple[str, str], Vector]:
        """The vectors of texts that were embedded ahead, by their space and the text."""
        return self._embedded

    def know(self, embedded: Mapping[tuple[str, str], Vector]) -> None:
        """Take vectors for texts that the same models have embedded before."""
        self._embedded.update(embedded)

    def embed_ahead(self, texts: Sequence[str]) -> None:
        """Embed the texts of later queries in one batch, which is faster. Raises ModelError."""
        model = self._models.image()
        spaces = [TEXT, *([IMAGE] if model is not None and Kind.TEXT in model.accepts else [])]
        for space in spaces:
            vectors = self._model_of(space).embed(list(map(plain_form, texts)), query=True)
            self._embedded.update(
                {(space, text): vector for text, vector in zip(texts, vectors, strict=True)}
            )

    def interpret(self, query: Query) -> Interpretation:
        """Find the legs that can answer a query, and its words.

        Raises QueryError, ModelError, and NotFoundError when a document that is an example does not exist.
        """
        notes: list[str] = []
        failures: dict[Message, ModelError] = {}
        wording = wording_of(query)
        if query.look is not None:
            self._check_look(query.look)
        examples = examples_of(
            query.likes, query.unlikes, query.look, self._ledger, self._generations, self._tuning
        )
        by_words = self._legs_of_words(query, wording.text, failures)
        legs = [*map(examples.moved, by_words), *examples.alone(by_words, self._generations)]
        if failures and not legs and not wording.terms:
            raise next(iter(failures.values()))
        notes += [because(without, error.message) for without, error in failures.items()]
        finds_pictures = any(leg.space == IMAGE for leg in legs)
        if (
            query.filters.kind is Kind.IMAGE
            and by_words
            and not finds_pictures
            and ONLY_NAMES not in failures
        ):
            notes.append(because(ONLY_NAMES, self._why_not_by_words(self._models.image())))
        texts_only = query.filters.kind is Kind.TEXT
        kept = tuple(leg for leg in legs if not (texts_only and leg.space == IMAGE))
        if legs and not kept and not wording.terms:
            notes.append(PICTURES_ONLY)
        if is_list(query, wording):
            notes.append(ONLY_EXCLUDES if wording.excluded else ONLY_FILTERS)
        is_asked = bool(by_words and kept)
        if is_asked and self._is_foreign(wording.text):
            notes.append(ENGLISH_ONLY)
        is_read = not is_asked or self._can_read(wording.text)
        in_pieces = self._in_pieces(wording.text) if is_asked else ()
        return Interpretation(kept, wording, is_read, in_pieces, tuple(notes))

    def vector_of(self, text: str) -> Vector:
        """The vector of a query in the space of texts, without what says nothing about its subject.

        The vectors of passages stay as they are: what one side lacks counts for neither. Raises ModelError.
        """
        vector = without(self._vector(TEXT, text), self._models.text().common)
        return vector if self._head is None else self._head(vector)

    def near_pictures(self, text: str) -> Leg | None:
        """The leg that finds pictures by words; None when the picture model does not understand them.

        Raises ModelError.
        """
        self._check(IMAGE)
        model = self._models.image()
        if model is None:
            return None
        made_by = self._made_by(IMAGE, fingerprint_of(model))
        if Kind.TEXT in model.accepts:
            return picture_leg(VISUAL, self._vector(IMAGE, text), made_by)
        is_same = same_weights(model.semantic_space, self._models.text_id)
        alignment = None if is_same else alignment_between(self._models.text_id, model.semantic_space)
        if not is_same and alignment is None:
            return None
        vectors = self._vector(TEXT, text)[None]
        vectors = alignment(vectors) if alignment else vectors
        asked = model.asked(vectors)
        is_corrected = asked.shape != vectors.shape
        return picture_leg(
            SEMANTIC, asked[0], made_by, is_corrected=is_corrected, is_aligned=alignment is not None
        )

    def _legs_of_words(self, query: Query, text: str, failures: dict[Message, ModelError]) -> list[Leg]:
        if query.mode is Mode.WORDS or query.filters.kind is Kind.OTHER or not text:
            return []
        legs = if_possible(self.near_passages, text, ONLY_WORDS, failures)
        if query.filters.kind is not Kind.TEXT:
            legs += if_possible(self.near_pictures, text, ONLY_NAMES, failures)
        return legs

    def _is_foreign(self, text: str) -> bool:
        """Whether the text model is the one for English, and a query is in another language."""
        return self._models.text_source == ENGLISH_MODEL and TEXT not in self._problems and is_foreign(text)

    def _can_read(self, text: str) -> bool:
        """Whether the text model reads a query; True without a text model, whose place another one takes."""
        try:
            return can_read(self._models.text().tokenizer, text)
        except ModelError:
            return True

    def _in_pieces(self, text: str) -> Terms:
        """The terms of words that the text model puts together from pieces; none without a text model."""
        try:
            return tuple(terms(" ".join(words_in_pieces(self._models.text().tokenizer, text))))
        except ModelError:
            return ()

    def _check(self, space: str) -> None:
        if space in self._problems:
            raise self._problems[space]

    def _made_by(self, space: str, fingerprint: Fingerprint) -> Generation:
        """The generation in use, or the one that a model with this fingerprint will make.

        Raises FingerprintError when its vectors cannot be compared with those in use.
        """
        in_use = self._generations.get(space)
        if in_use is None:
            return Generation(fingerprint)
        verify(space, in_use.fingerprint, fingerprint)
        return in_use

    def near_passages(self, text: str) -> Leg:
        """The leg that finds passages. Raises ModelError."""
        self._check(TEXT)
        model = self._models.text()
        made_by = self._made_by(TEXT, Fingerprint.of_texts(model.id, model.dims))
        return Leg(LegName.MEANING, TEXT, Kind.TEXT, VECTOR, self.vector_of(text), made_by)

    def _why_not_by_words(self, model: ImageEmbedder | None) -> str:
        if model is None:
            return say("no picture model is set")
        if not model.semantic_space:
            return say("{model} does not understand words", model=model.id)
        return say(
            "{model} needs the text model {wanted}, and {used} is in use",
            model=model.id,
            wanted=model.semantic_space,
            used=self._models.text_id,
        )

    def _embed_query(self, space: str, text: str) -> Vector:
        if (space, text) in self._embedded:
            return self._embedded[space, text]
        vector: Vector = self._model_of(space).embed([plain_form(text)], query=True)[0]
        return vector

    def _model_of(self, space: str) -> TextEmbedder | ImageEmbedder:
        model = self._models.image() if space == IMAGE else self._models.text()
        assert model is not None, "a leg is made only where there is a model"
        return model

    def picture_model(self) -> ImageEmbedder:
        """The model that compares pictures. Raises ModelError when there is none."""
        self._check(IMAGE)
        model = self._models.image()
        if model is None:
            raise ModelError(
                say(
                    "SEMSEARCH_IMAGE_MODEL is empty, so pictures cannot be compared: set it, for example to "
                    "minilook, and run `semsearch ingest` again"
                )
            )
        return model

    def look(self, picture: Image) -> Look:
        """The vectors of a picture for a query. Raises ModelError when there is no picture model."""
        model = self.picture_model()
        visual, semantic = model.look([picture])
        return Look(model.id, visual[0], None if semantic is None else semantic[0])

    def _check_look(self, look: Look) -> None:
        """Raise QueryError for a picture that another model has looked at, ModelError without a model."""
        model = self.picture_model()
        self._made_by(IMAGE, fingerprint_of(model))
        if look.model != model.id:
            raise QueryError(
                say(
                    "The picture of this search was read by {before}, and {now} is in use. Drop or choose it "
                    "again.",
                    before=look.model,
                    now=model.id,
                )
            )
