"""Load the model that a setting specifies, or find out its id.

A text model is `minilm` or `e5` (both built-in), or a model of sentence-transformers: a folder, or a name on
the hub. `auto` stands for `minilm` until a library has made its choice. A picture model is `minilook`
(built-in), a model folder, `torchvision:<architecture>`, `torchvision:<architecture>=<weights file>`, or a
model of sentence-transformers like CLIP. Importing this module is cheap: a model's libraries are imported
when the model is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from semsearch.errors import ModelError
from semsearch.models.bank import load_bank, shipped_bank
from semsearch.models.identity import (
    MINILOOK,
    TORCHVISION,
    e5_file,
    e5_id,
    minilm_folder,
    minilm_id,
    model_folder,
    model_folder_id,
    sentences_id,
    torchvision_id,
    with_words,
)
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.settings import AUTO, ENGLISH_MODEL, EVERY_LANGUAGE, Settings

if TYPE_CHECKING:
    from semsearch.models.network import PictureGraph


def text_model(settings: Settings) -> TextEmbedder:
    """Load the text model. Raises ModelError, with the value of SEMSEARCH_TEXT_MODEL and what to do."""
    if settings.text_model in (AUTO, ENGLISH_MODEL):
        from semsearch.models.minilm import MiniLM

        return MiniLM(minilm_folder(), minilm_id())
    if settings.text_model == EVERY_LANGUAGE:
        from semsearch.models.e5 import E5

        return E5(e5_file(), e5_id())
    from semsearch.models.sentence_transformers import SentenceText

    return SentenceText(_sentences_name(settings))


def text_model_id(settings: Settings) -> str:
    """The id of the text model, without loading it.

    A model on the hub that was never fetched is fetched and loaded. Raises ModelError.
    """
    if settings.text_model in (AUTO, ENGLISH_MODEL):
        return minilm_id()
    if settings.text_model == EVERY_LANGUAGE:
        return e5_id()
    return sentences_id(_sentences_name(settings)) or text_model(settings).id


def image_model(settings: Settings) -> ImageEmbedder | None:
    """Load the picture model; None when SEMSEARCH_IMAGE_MODEL is empty. Raises ModelError."""
    if not settings.image_model:
        return None
    graph = picture_graph(settings, settings.image_model)
    if graph is not None:
        return _network(graph)
    from semsearch.models.sentence_transformers import SentencePictures

    return SentencePictures(settings.image_model)


def _network(graph: PictureGraph) -> ImageEmbedder:
    """The network, corrected if semsearch brings a bank for its text model."""
    from semsearch.models.corrected import CorrectedPictures
    from semsearch.models.network import PictureNetwork

    network, bank = PictureNetwork(graph), shipped_bank(graph.text_model)
    return network if bank is None else CorrectedPictures(network, load_bank(bank))


def picture_graph(settings: Settings, specification: str) -> PictureGraph | None:
    """The picture network that is specified, not yet loaded; None for a model of sentence-transformers.

    Raises ModelError.
    """
    folder = model_folder(specification)
    if folder is not None:
        from semsearch.models.folder import read_folder

        return read_folder(folder)
    if not specification.startswith(TORCHVISION):
        return None
    from semsearch.models.torchvision_graph import TextSide, torchvision_graph

    text = TextSide(text_model_id(settings), lambda: text_model(settings))
    return torchvision_graph(specification, settings.home, text)


def image_model_id(settings: Settings) -> str:
    """The id of the picture model, "" without one. Loads the model only if it was never loaded before."""
    if not settings.image_model:
        return ""
    folder = model_folder(settings.image_model)
    if folder is not None:
        return model_folder_id(folder)
    if settings.image_model.startswith(TORCHVISION):
        id = torchvision_id(settings.image_model, settings.home)
        id = id and with_words(id, text_model_id(settings))
    else:
        id = sentences_id(settings.image_model)
    if id is None:
        model = image_model(settings)
        id = model.id if model else ""
    return id


def _sentences_name(settings: Settings) -> str:
    if settings.text_model.startswith(TORCHVISION) or settings.text_model == MINILOOK:
        raise ModelError(
            f"SEMSEARCH_TEXT_MODEL is {settings.text_model!r}, a network for pictures. "
            f"Set SEMSEARCH_IMAGE_MODEL to it, and SEMSEARCH_TEXT_MODEL to {ENGLISH_MODEL!r}."
        )
    return settings.text_model
