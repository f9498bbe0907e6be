"""Make the built-in picture model: collect pictures, run the teacher, train the student, export it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from semsearch.finetune.captions import Captioned
from semsearch.finetune.head_fitting import fit
from semsearch.finetune.train_pictures import prepare
from semsearch.models.catalogue import picture_graph, text_model
from semsearch.models.head import save_head
from semsearch.models.identity import torchvision_id
from semsearch.models.network import PictureNetwork
from semsearch.settings import Settings
from tools.minilook import debian, drawings, examples, photos
from tools.minilook.distil import SHARE, Distillation, Targets
from tools.minilook.export import export
from tools.minilook.imitate import Imitation
from tools.minilook.semantics import Meaning, class_vectors, embed_texts, learn
from tools.minilook.teacher import Lessons, Teacher

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

# The share of the class-name bridge beside the head for the teacher's own weights: one half keeps the
# knowledge that is in the classes and not in the captions.
BRIDGE = 0.5

Data = Annotated[Path, typer.Option(help="The folder with images/ and weights/.")]
Work = Annotated[Path, typer.Option(help="Folder for pictures, targets and checkpoints, about 8 GB.")]

Imitated = Annotated[int, typer.Option(help="Number of views that the blocks learn from, with repetitions.")]
Distilled = Annotated[
    int, typer.Option(help="Number of views that the whole network learns from, with repetitions.")
]


@app.command()
def collect(data: Data, work: Work) -> None:
    """Unpack the photos of DATA, fetch drawings from Debian packages, and list all with their captions."""
    folder = work / "pictures"
    if (folder / examples.CAPTIONS).exists():
        return
    share = debian.unpack(work / "debian")
    found = [*photos.photos(data / "images", folder), *drawings.drawings(share, folder)]
    examples.write(folder, found)
    typer.echo(f"{len(found):,} pictures, {sum(example.held_out for example in found):,} of them held out")


@app.command()
def teach(data: Data, work: Work) -> None:
    """Run the teacher on every view. If interrupted, it continues at the next run."""
    lessons = Lessons(work / "lessons", work / "pictures")
    if lessons.done == len(lessons.plan):
        return
    began, first = time.monotonic(), lessons.done
    for done, total in lessons.make(Teacher(data / "weights" / "mobilenet_v2_imagenet.npz")):
        typer.echo(
            f"\r{done:,} of {total:,} views, {(done - first) / (time.monotonic() - began):.0f}/s", nl=False
        )
    typer.echo()


@app.command()
def imitate(data: Data, work: Work, samples: Imitated = 115_000) -> None:
    """Train each block of the student on the teacher's. If interrupted, it continues at the next run."""
    lessons = Lessons(work / "lessons", work / "pictures")
    weights = data / "weights" / "mobilenet_v2_imagenet.npz"
    for line in Imitation(lessons.pixels[: lessons.done], weights, work / "blocks.pt", samples)():
        typer.echo(line)


@app.command()
def distil(data: Data, work: Work, samples: Distilled = 330_000) -> None:
    """Train the whole student. If interrupted, it continues from its last checkpoint."""
    for line in Distillation(targets(data, work), work / "blocks.pt", work / "student.pt", samples)():
        typer.echo(line)


@app.command()
def finish(work: Work, output: Annotated[Path, typer.Option(help="The model folder to write.")]) -> None:
    """Write the newest checkpoint as a model folder that SEMSEARCH_IMAGE_MODEL accepts."""
    export(work / "student.pt", output, text_model(Settings()).id)
    typer.echo(f"{output}: {(output / 'model.onnx').stat().st_size / 1e6:.1f} MB")


@app.command()
def head(
    data: Data,
    work: Work,
    output: Annotated[Path, typer.Option(help="The .npz file to write.")],
) -> None:
    """Fit the head that semsearch brings for the teacher's weights, to the captions of Flickr8k."""
    specification = f"torchvision:mobilenet_v2={data / 'weights' / 'mobilenet_v2_imagenet.npz'}"
    graph = picture_graph(Settings(home=work / "home"), specification)
    weights = torchvision_id(specification, work / "home")
    assert graph is not None
    assert weights is not None
    pictures = [
        Captioned(work / "pictures" / example.image, example.captions)
        for example in examples.read(work / "pictures")
        if example.source == "flickr"
    ]
    text = text_model(Settings())
    fitted = fit(*prepare(PictureNetwork(graph), text, pictures, []))
    if fitted.head is None:
        raise SystemExit("the head gained nothing, so it was not written")
    save_head(replace(fitted.head, base_share=BRIDGE), output, weights, text.id)
    typer.echo(f"{output}: {fitted.after} on {fitted.held_out} pictures held out")


@app.command()
def everything(
    data: Data,
    work: Work,
    output: Annotated[Path, typer.Option(help="The model folder to write.")],
    imitated: Imitated = 115_000,
    distilled: Distilled = 330_000,
) -> None:
    """Run all five steps in order. A step that was run before is skipped or continued."""
    collect(data, work)
    teach(data, work)
    imitate(data, work, imitated)
    distil(data, work, distilled)
    finish(work, output)


def targets(data: Path, work: Path) -> Targets:
    """The student's targets, from the teacher's answers. Parts of them are kept in the work folder."""
    lessons = Lessons(work / "lessons", work / "pictures")
    rows = slice(lessons.done)
    place = lessons.plan[rows, 0].astype(np.int64)
    texts = embed_texts(lessons.examples, text_model(Settings()), work / "texts.npy")
    path = work / "meaning.npz"
    if not path.exists():
        classes = class_vectors(data / "weights" / "imagenet_classes.txt", text_model(Settings()))
        learn(lessons.features[rows].astype(np.float32), place, texts, classes).save(path)
    meaning = Meaning.load(path)
    semantic, visual = meaning.targets(lessons.features[rows], lessons.logits[rows])
    weight = np.array([SHARE[lessons.examples[example].source] for example in place])
    return Targets(
        lessons.pixels[rows],
        lessons.features[rows],
        visual,
        semantic,
        lessons.logits[rows],
        place,
        weight,
        texts,
    )


if __name__ == "__main__":
    app()
