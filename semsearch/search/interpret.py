"""A query becomes legs, which are vectors to be near to, and words to match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from semsearch.errors import ModelError, QueryError
from semsearch.language import query_syntax as wordings
from semsearch.language.query_syntax import Wording
from semsearch.models.loaded import Models
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.pictures.decode import decode
from semsearch.query import Mode, Query
from semsearch.records import Kind, Vector
from semsearch.store.ledger import Ledger
from semsearch.store.schema import IMAGE, SEMANTIC, TEXT, VECTOR, VISUAL, Fingerprint

# Distinct texts whose vectors are kept: paging and going back ask the same again. 1.5 kB each.
_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class Leg:
    """A vector to be near to, in a field of a space; `scale` is the kind of documents it is the space of.

    What is written in a picture is in the space of texts. `made_by` is what must have filled the space; None
    when the vector comes out of the index itself.
    """

    name: str
    space: str
    scale: Kind
    field: str
    vector: Vector
    made_by: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A query as it is put to Redis. Without `wording.terms`, words are not looked for.

    `notes` say what the user should know about legs that cannot answer.
    """

    legs: tuple[Leg, ...]
    wording: Wording
    notes: tuple[str, ...] = ()


class Interpreter:
    """Turns queries into legs. The models are loaded when a query first needs them."""

    def __init__(self, ledger: Ledger, models: Models) -> None:
        self._ledger = ledger
        self._models = models
        # By the space of the model: one vector of the text model serves passages and pictures.
        self._vector = lru_cache(_REMEMBERED)(self._embed_query)
        self._embedded: dict[tuple[str, str], Vector] = {}

    def embed_ahead(self, texts: Sequence[str]) -> None:
        """Embed questions that will be put, all at once: quicker than one by one. Raises ModelError."""
        model = self._models.image()
        spaces = [TEXT, *([IMAGE] if model is not None and Kind.TEXT in model.accepts else [])]
        for space in spaces:
            vectors = self._model_of(space).embed(list(texts), query=True)
            self._embedded.update(
                {(space, text): vector for text, vector in zip(texts, vectors, strict=True)}
            )

    def wording(self, query: Query) -> Wording:
        """The words of a query; without terms where words are not looked for."""
        found = wordings.read(query.text)
        speechless = query.like or query.image is not None or query.mode is Mode.MEANING
        return replace(found, terms=()) if speechless else found

    def interpret(self, query: Query) -> Interpretation:
        """The legs that can answer, and the words to look for.

        Raises QueryError, ModelError, FileError for a picture that cannot be read, and NotFoundError when
        the document in `query.like` is gone.
        """
        notes: list[str] = []
        wording = self.wording(query)
        if query.like:
            legs = [self._like(query.like)]
        elif query.image is not None:
            legs = [self._looks_like(query.image)]
            if query.text.strip() and query.mode is not Mode.WORDS:
                # The picture leads the pictures, the words lead the texts.
                legs.append(self._meaning(wording.text))
        else:
            legs = self._spoken(query, wording.text, notes)
        texts_only = query.filters.kind is Kind.TEXT
        fitting = tuple(leg for leg in legs if not (texts_only and leg.space == IMAGE))
        if legs and not fitting and not wording.terms:
            notes.append("This query finds pictures only, and the filter leaves them out.")
        return Interpretation(fitting, wording, tuple(notes))

    def _spoken(self, query: Query, text: str, notes: list[str]) -> list[Leg]:
        legs = []
        if query.mode is not Mode.WORDS:
            legs.append(self._meaning(text))
            if query.filters.kind is not Kind.TEXT:
                legs += self._described(query, text, notes)
        return legs

    def meaning(self, text: str) -> Vector:
        """The vector of a question in the space of texts, remembered. Raises ModelError."""
        return self._vector(TEXT, text)

    def _meaning(self, text: str) -> Leg:
        made_by = Fingerprint.of_texts(self._models.text())
        return Leg("meaning", TEXT, Kind.TEXT, VECTOR, self.meaning(text), made_by)

    def description(self, text: str) -> Leg | None:
        """The leg that finds pictures by words; None when the picture model does not understand them.

        Raises ModelError.
        """
        model = self._models.image()
        if model is not None and Kind.TEXT in model.accepts:
            return _looks(model, VISUAL, self._vector(IMAGE, text))
        if model is not None and model.semantic_space and model.semantic_space == self._models.text_id:
            return _looks(model, SEMANTIC, self._vector(TEXT, text))
        return None

    def _described(self, query: Query, text: str, notes: list[str]) -> list[Leg]:
        leg = self.description(text)
        if leg is None and query.filters.kind is Kind.IMAGE:
            why = self._why_speechless(self._models.image())
            notes.append(f"Pictures are found by their names and the words about them only: {why}.")
        return [leg] if leg is not None else []

    def _why_speechless(self, model: ImageEmbedder | None) -> str:
        if model is None:
            return "no picture model is set"
        if not model.semantic_space:
            return f"{model.id} does not understand words"
        return (
            f"the words of {model.id} are those of {model.semantic_space}, "
            f"and texts are embedded by {self._models.text_id}"
        )

    def _embed_query(self, space: str, text: str) -> Vector:
        if (space, text) in self._embedded:
            return self._embedded[space, text]
        vector: Vector = self._model_of(space).embed([text], query=True)[0]
        return vector

    def _model_of(self, space: str) -> TextEmbedder | ImageEmbedder:
        model = self._models.image() if space == IMAGE else self._models.text()
        assert model is not None, "a leg is made only where there is a model"
        return model

    def _looks_like(self, data: bytes) -> Leg:
        model = self._models.image()
        if model is None:
            raise ModelError(
                "SEMSEARCH_IMAGE_MODEL is empty, so pictures cannot be compared: set it, for example to "
                "minilook, and run `semsearch ingest` again"
            )
        vector = model.embed([decode(data, model.input_size).image], query=True)[0]
        return _looks(model, VISUAL, vector)

    def _like(self, doc: str) -> Leg:
        """Near the middle of a document's passages, or near its picture."""
        record = self._ledger.get(doc)
        vectors = self._ledger.vectors(record)
        middle = np.asarray(vectors).sum(axis=0) if vectors else np.zeros(1)
        length = float(np.linalg.norm(middle))
        if length < 1e-6:
            why = f": it is {record.state} ({record.reason})" if record.reason else ""
            raise QueryError(f"{record.path} has no vector to compare by{why}")
        picture = record.kind is Kind.IMAGE
        name, space, field = ("looks", IMAGE, VISUAL) if picture else ("meaning", TEXT, VECTOR)
        return Leg(name, space, record.kind, field, (middle / length).astype(np.float32))


def _looks(model: ImageEmbedder, field: str, vector: Vector) -> Leg:
    return Leg("looks", IMAGE, Kind.IMAGE, field, vector, Fingerprint.of_pictures(model))


def fingerprints(legs: Sequence[Leg]) -> Mapping[str, Fingerprint]:
    """What the indexes asked must have been built with, by space."""
    return {leg.space: leg.made_by for leg in legs if leg.made_by is not None}
