"""Find out which models the indexes in use need, and follow them when others are put to use.

The index decides, and not the setting: while another model is set, the one that filled the index answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock

from semsearch.errors import ModelError
from semsearch.models.loaded import Models
from semsearch.models.query_head import QueryHead
from semsearch.models.vocabulary import whole_words
from semsearch.records import Kind
from semsearch.search.answers import Answers
from semsearch.search.interpret import Interpreter
from semsearch.search.query_head import head_of
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store.fingerprint import verify_model
from semsearch.store.generation import Generation
from semsearch.store.schema import IMAGE, TEXT
from semsearch.store.statistics import Calibration
from semsearch.store.store import Store

# How long this is kept before it is read from Redis again.
_KEEP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class InUse:
    """The generations in use with their models and calibrations, and what interprets queries for them.

    `head` is the head for queries that look for texts.
    """

    models: Models
    generations: Mapping[str, Generation]
    calibrations: Mapping[Kind, Calibration]
    interpreter: Interpreter
    answers: Answers
    head: QueryHead | None = None

    def known_words(self) -> frozenset[str]:
        """The words that the text model knows whole; none without a text model."""
        try:
            return whole_words(self.models.text().tokenizer)
        except ModelError:
            return frozenset()


class Following:
    """Knows what is in use. Safe to share between threads."""

    def __init__(self, store: Store, models: Models, tuning: Tuning = TUNING) -> None:
        """`models` are those that are set."""
        self._store = store
        self._tuning = tuning
        self._models = models
        self._lock = Lock()
        self._known: InUse | None = None
        self._read_at = 0.0

    def now(self, *, changed: bool = False) -> InUse:
        """What is in use, as read at most two seconds ago, or just now if it is known to have changed.

        Raises RedisError.
        """
        with self._lock:
            if changed or self._known is None or time.monotonic() - self._read_at >= _KEEP_SECONDS:
                self._known = self._read(self._known)
                self._read_at = time.monotonic()
            return self._known

    def _read(self, known: InUse | None) -> InUse:
        generations = self._store.generations.in_use()
        calibrations = self._store.statistics.calibrations()
        while (now := self._store.generations.in_use()) != generations:  # they were swapped meanwhile
            generations, calibrations = now, self._store.statistics.calibrations()
        if known is not None and known.generations == generations:
            head = head_of(self._store, known.models, known.head)
            if head is known.head:
                return replace(known, generations=generations, calibrations=calibrations)
        models, problems = models_for(self._models, generations)
        head = head_of(self._store, models)
        interpreter = Interpreter(self._store.ledger, models, generations, problems, self._tuning, head)
        return InUse(models, generations, calibrations, interpreter, Answers(models), head)


def models_for(
    models: Models, generations: Mapping[str, Generation]
) -> tuple[Models, Mapping[str, ModelError]]:
    """The models that made the vectors of these generations, and the error of each that is not to be had.

    A model that is set comes first; else the one is taken that the generation names. Without a picture model
    in the settings there is none.
    """
    problems: dict[str, ModelError] = {}
    text, image = generations.get(TEXT), generations.get(IMAGE)
    if text is not None:
        problem = _problem(TEXT, text, lambda: models.text_id)
        if problem is not None:
            other = models.with_text(text.source)
            if text.source and _problem(TEXT, text, lambda: other.text_id) is None:
                models = other
            else:
                problems[TEXT] = problem
    if image is not None and models.image_source:
        problem = _problem(IMAGE, image, lambda: models.image_id)
        if problem is not None:
            named = models.with_image(image.source, image.text_source)
            if image.source and _problem(IMAGE, image, lambda: named.image_id) is None:
                models = named
            else:
                problems[IMAGE] = problem
    return models, problems


def settled(models: Models, store: Store) -> Models:
    """The models with the text model of the index in use, if the setting leaves the choice open.

    Raises RedisError.
    """
    text = store.generations.in_use().get(TEXT) if models.is_open else None
    return models.settled_on(text.source) if text is not None and text.source else models


def followed_spaces(models: Models, generations: Mapping[str, Generation]) -> dict[str, str]:
    """The spaces whose vectors are of another model than the one that is set, each with what names it."""
    ids: dict[str, Callable[[], str]] = {TEXT: lambda: models.text_id, IMAGE: lambda: models.image_id}
    return {
        space: each.source or each.fingerprint.model
        for space, each in generations.items()
        if (models.image_source if space == IMAGE else not models.is_open)
        and _problem(space, each, ids[space]) is not None
    }


def _problem(space: str, generation: Generation, model_id: Callable[[], str]) -> ModelError | None:
    """Why a model cannot be compared with the vectors of a generation; None if it can."""
    try:
        verify_model(space, generation.fingerprint, model_id())
    except ModelError as error:
        return error
    return None
