"""The two models in use, loaded when first needed and once."""

from __future__ import annotations

import gc
from functools import cached_property
from threading import Lock

from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.settings import Settings


class Models:
    """What SEMSEARCH_TEXT_MODEL and SEMSEARCH_IMAGE_MODEL name. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._text: TextEmbedder | None = None
        self._image: ImageEmbedder | None = None

    @cached_property
    def text_id(self) -> str:
        """Known without loading the model."""
        from semsearch.models.catalogue import text_model_id

        return text_model_id(self._settings)

    @cached_property
    def image_id(self) -> str:
        """Known without loading the model; "" when there is none."""
        from semsearch.models.catalogue import image_model_id

        return image_model_id(self._settings)

    def text(self) -> TextEmbedder:
        """Raises ModelError when it cannot be loaded."""
        from semsearch.models.catalogue import text_model

        with self._lock:
            if self._text is None:
                self._text = text_model(self._settings)
                # A full collection would look at all that has been loaded, in the middle of a search.
                # It stays, so it need not be looked at.
                gc.freeze()
            return self._text

    def image(self) -> ImageEmbedder | None:
        """None when no picture model is set. Raises ModelError when it cannot be loaded."""
        from semsearch.models.catalogue import image_model

        with self._lock:
            if self._image is None:
                self._image = image_model(self._settings)
            return self._image
