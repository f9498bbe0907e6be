"""The two models in use. Each is loaded once, when it is first needed."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from semsearch.models.identity import TORCHVISION
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.settings import AUTO, ENGLISH_MODEL, Settings

_Model = TypeVar("_Model")


class _Named(Generic[_Model]):
    """A model that settings name: its id, which need not load it, and the model."""

    def __init__(self, load: Callable[[], _Model], find_id: Callable[[], str]) -> None:
        self._load = load
        self._find_id = find_id
        self._lock = Lock()
        self._loaded: list[_Model] = []
        self._id: str | None = None

    @property
    def id(self) -> str:
        if self._id is None:
            self._id = self._find_id()
        return self._id

    def get(self) -> _Model:
        with self._lock:
            if not self._loaded:
                self._loaded.append(self._load())
                # A full garbage collection, in the middle of a search, would scan everything loaded so
                # far. These objects stay, so they are excluded.
                gc.freeze()
            return self._loaded[0]


class Models:
    """The models that SEMSEARCH_TEXT_MODEL and SEMSEARCH_IMAGE_MODEL name. Threads can share it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._text = _named_text(settings)
        self._image = _named_image(settings)
        self._others: dict[tuple[str, ...], Models] = {}

    @property
    def is_open(self) -> bool:
        """Whether the setting leaves the choice of the text model to the library."""
        return self._settings.text_model == AUTO

    @property
    def text_source(self) -> str:
        """The setting that names the text model; a folder as an absolute path."""
        return ENGLISH_MODEL if self.is_open else _source(self._settings.text_model)

    @property
    def image_source(self) -> str:
        """The setting that names the picture model; a folder as an absolute path."""
        return _source(self._settings.image_model)

    @property
    def text_id(self) -> str:
        """The id of the text model, which need not be loaded. Raises ModelError."""
        return self._text.id

    @property
    def image_id(self) -> str:
        """The id of the picture model, which need not be loaded; "" when there is none. Raises ModelError."""
        return self._image.id

    def text(self) -> TextEmbedder:
        """The text model. Raises ModelError when it cannot be loaded."""
        return self._text.get()

    def image(self) -> ImageEmbedder | None:
        """The picture model; None when none is set. Raises ModelError when it cannot be loaded."""
        return self._image.get()

    def settled_on(self, source: str) -> Models:
        """The models that these settings name when `source` is the setting of the text model."""
        changed = self.with_text(source)
        names_classes = self.image_source.startswith(TORCHVISION)
        return changed.with_image(self.image_source, source) if names_classes else changed

    def with_text(self, source: str) -> Models:
        """These models, with the text model that `source` names in place of the one that is set."""
        if (source,) not in self._others:
            changed = Models(self._settings.model_copy(update={"text_model": source}))
            changed._image = self._image
            if source == self.text_source:
                changed._text = self._text
            self._others[(source,)] = changed
        return self._others[(source,)]

    def with_image(self, source: str, text_source: str) -> Models:
        """These models, with the picture model that `source` names beside the text model `text_source`."""
        if (source, text_source) not in self._others:
            beside = {"image_model": source, "text_model": text_source or self._settings.text_model}
            changed = Models(self._settings.model_copy(update={"image_model": source}))
            changed._text = self._text
            changed._image = _named_image(self._settings.model_copy(update=beside))
            self._others[source, text_source] = changed
        return self._others[source, text_source]


def _named_text(settings: Settings) -> _Named[TextEmbedder]:
    def load() -> TextEmbedder:
        from semsearch.models.catalogue import text_model

        return text_model(settings)

    def find_id() -> str:
        from semsearch.models.catalogue import text_model_id

        return text_model_id(settings)

    return _Named(load, find_id)


def _named_image(settings: Settings) -> _Named[ImageEmbedder | None]:
    def load() -> ImageEmbedder | None:
        from semsearch.models.catalogue import image_model

        return image_model(settings)

    def find_id() -> str:
        from semsearch.models.catalogue import image_model_id

        return image_model_id(settings)

    return _Named(load, find_id)


def _source(setting: str) -> str:
    """A setting that means the same in every working folder."""
    kind, equals, file = setting.partition("=")
    if equals:
        return f"{kind}={Path(file).expanduser().absolute()}"
    path = Path(setting).expanduser()
    return str(path.absolute()) if setting and path.is_dir() else setting
