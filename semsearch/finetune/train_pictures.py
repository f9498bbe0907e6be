"""Train a picture model on captioned pictures, and write it to a model folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from semsearch.errors import FileError, FolderError, ModelError
from semsearch.finetune.captions import LISTING, Captioned, Problem, read_captions
from semsearch.models.alignment import AlignedText
from semsearch.pictures.decode import decode
from semsearch.records import Vectors
from semsearch.sandbox import Sandbox
from semsearch.settings import Settings

if TYPE_CHECKING:
    from semsearch.finetune.head_fitting import Fitted
    from semsearch.finetune.ranks import Figures
    from semsearch.models.head import Head
    from semsearch.models.network import PictureGraph, PictureNetwork

MIN_PICTURES = 20

_PICTURES_AT_ONCE = 32
_CAPTIONS_AT_ONCE = 256

# Called with the name of the stage, the number of items done, and their total.
Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """A model folder that was written, and how well captions find the pictures that were held out.

    `before` is for the base alone; it is None when words cannot find the pictures of the base.
    """

    output: Path
    base: str
    text_model: str
    pictures: int
    captions: int
    held_out: int
    base_share: float
    before: Figures | None
    after: Figures
    problems: tuple[Problem, ...]


def train_pictures(
    settings: Settings,
    folder: Path,
    base: str,
    output: Path | None = None,
    epochs: int | None = None,
    watch: Watch = lambda *_: None,
) -> Trained:
    """Fit a head to the captioned pictures below `folder`, and write a model folder with it.

    `base` is a specification as in SEMSEARCH_IMAGE_MODEL. The text model of `settings` embeds captions,
    in the space of the base if an alignment leads there. Without `output`, the folder goes below the home.
    Raises FolderError for too few captioned pictures, ModelError when a model fails or nothing is gained.
    """
    from semsearch.models.catalogue import text_model
    from semsearch.models.network import PictureNetwork

    folder = folder.expanduser().absolute()
    output = _output(output or settings.home / "models" / f"{folder.name}-pictures")
    found, problems = read_captions(folder)
    _check_count(folder, len(found), problems)
    graph = _base_graph(settings, base)
    text = AlignedText.towards(graph.text_model, text_model(settings))
    lesson = prepare(PictureNetwork(graph), text, found, problems, watch)
    _check_count(folder, len(lesson.captions), problems)
    fitted, head = _fit(lesson, base, epochs, watch)
    trained = Trained(
        output,
        base=graph.id,
        text_model=text.space,
        pictures=len(lesson.captions),
        captions=sum(map(len, lesson.captions)),
        held_out=fitted.held_out,
        base_share=head.base_share,
        before=fitted.before,
        after=fitted.after,
        problems=tuple(problems),
    )
    _write(trained, graph, head)
    return trained


def _output(folder: Path) -> Path:
    from semsearch.models.folder import check_output

    folder = folder.expanduser().absolute()
    check_output(folder)
    return folder


def _base_graph(settings: Settings, base: str) -> PictureGraph:
    from semsearch.models.catalogue import picture_graph

    graph = picture_graph(settings, base)
    if graph is None:
        raise ModelError(
            f"--base is {base!r}: minilook, torchvision:<architecture> and model folders can be trained."
        )
    return graph


def _fit(lesson: Lesson, base: str, epochs: int | None, watch: Watch) -> tuple[Fitted, Head]:
    from semsearch.finetune.head_fitting import EPOCHS, fit

    total = EPOCHS if epochs is None else epochs
    fitted = fit(*lesson, total, lambda epoch: watch("training", epoch, total))
    if fitted.head is None:
        raise ModelError(
            f"Training gained nothing, so nothing was written: the captions of {fitted.held_out} pictures "
            f"held out find them hardly better after it than with {base} alone. "
            "More pictures, or captions that tell them apart, may help."
        )
    return fitted, fitted.head


def _write(trained: Trained, base: PictureGraph, head: Head) -> None:
    from semsearch.models.folder import write_folder
    from semsearch.models.graph import with_head

    made = asdict(trained)
    for name in ("output", "text_model", "problems"):
        del made[name]
    network = replace(base, graph=with_head(base.graph, head), text_model=trained.text_model)
    write_folder(trained.output, network, made)


class Lesson(NamedTuple):
    """The input for `head_fitting.fit`: a row or an entry for each picture."""

    features: Vectors
    captions: list[Vectors]
    base: Vectors | None


def prepare(
    network: PictureNetwork,
    text: AlignedText,
    found: Sequence[Captioned],
    problems: list[Problem],
    watch: Watch = lambda *_: None,
) -> Lesson:
    """Embed captioned pictures. Those that cannot be read are left out, and added to `problems`."""
    read, features, semantic = _look(network, found, problems, watch)
    base = semantic if network.semantic_space == text.space else None
    return Lesson(features, _captions(text, read, watch), base)


def _look(
    network: PictureNetwork, found: Sequence[Captioned], problems: list[Problem], watch: Watch
) -> tuple[list[Captioned], Vectors, Vectors | None]:
    """The pictures that can be read, their features, and their `semantic` vectors so far, if any."""
    read, features, semantic = [], [], []
    sandbox = Sandbox()
    for start in range(0, len(found), _PICTURES_AT_ONCE):
        pictures = []
        for item in found[start : start + _PICTURES_AT_ONCE]:
            try:
                pictures.append(sandbox.call(decode, item.path.read_bytes(), network.input_size).image)
            except (FileError, OSError) as error:
                problems.append(Problem(str(item.path), str(error)))
            else:
                read.append(item)
        seen, placed = network.features(pictures)
        if pictures:
            features.append(seen)
            semantic += [] if placed is None else [placed]
        watch("pictures", min(start + _PICTURES_AT_ONCE, len(found)), len(found))
    if not read:
        return [], np.empty((0, 0), np.float32), None
    return read, np.concatenate(features), np.concatenate(semantic) if semantic else None


def _captions(text: AlignedText, read: Sequence[Captioned], watch: Watch) -> list[Vectors]:
    """Unit rows for the captions of each picture, embedded as queries: queries will look for the picture."""
    distinct = list(dict.fromkeys(caption for item in read for caption in item.captions))
    parts = []
    for start in range(0, len(distinct), _CAPTIONS_AT_ONCE):
        batch = distinct[start : start + _CAPTIONS_AT_ONCE]
        parts.append(text.embed(batch))
        watch("captions", start + len(batch), len(distinct))
    vectors = np.concatenate(parts)
    places = {caption: place for place, caption in enumerate(distinct)}
    return [vectors[[places[caption] for caption in item.captions]] for item in read]


def _check_count(folder: Path, count: int, problems: Sequence[Problem]) -> None:
    if count >= MIN_PICTURES:
        return
    left_out = ""
    if problems:
        left_out = f" {len(problems)} were left out, first {problems[0].what}: {problems[0].why}."
    raise FolderError(
        f"{folder} holds {count} captioned pictures that can be read, and at least {MIN_PICTURES} are needed."
        f"{left_out} Captions are read from {LISTING}, and from photo.txt beside photo.jpg."
    )
