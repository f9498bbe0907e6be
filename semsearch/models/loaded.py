"""The two models in use. Each is loaded once, when it is first needed."""

from __future__ import annotations

import gc
from functools import cached_property
from threading import Lock

from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.settings import Settings


class Models:
    """The models that SEMSEARCH_TEXT_MODEL and SEMSEARCH_IMAGE_MODEL name. Threads can share it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._text: TextEmbedder | None = None
        self._image: ImageEmbedder | None = None

    @cached_property
    def text_id(self) -> str:
        """The id of the text model, which need not be loaded."""
        from semsearch.models.catalogue import text_model_id

        return text_model_id(self._settings)

    @cached_property
    def image_id(self) -> str:
        """The id of the picture model, which need not be loaded; "" when there is none."""
        from semsearch.models.catalogue import image_model_id

        return image_model_id(self._settings)

    def text(self) -> TextEmbedder:
        """The text model. Raises ModelError when it cannot be loaded."""
        from semsearch.models.catalogue import text_model

        with self._lock:
            if self._text is None:
                self._text = text_model(self._settings)
                # A full garbage collection, in the middle of a search, would scan everything loaded so
                # far. These objects stay, so they are excluded.
                gc.freeze()
            return self._text

    def image(self) -> ImageEmbedder | None:
        """The picture model; None when none is set. Raises ModelError when it cannot be loaded."""
        from semsearch.models.catalogue import image_model

        with self._lock:
            if self._image is None:
                self._image = image_model(self._settings)
            return self._image
