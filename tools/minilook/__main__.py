"""Make the built-in picture model: collect pictures, name them, train the student on them, export it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer

from semsearch.finetune.captions import Captioned
from semsearch.finetune.head_fitting import fit
from semsearch.finetune.train_pictures import prepare
from semsearch.models.alignment import AlignedText
from semsearch.models.catalogue import picture_graph, text_model
from semsearch.models.folder import read_folder, write_folder
from semsearch.models.head import save_head
from semsearch.models.identity import read_manifest, torchvision_id
from semsearch.models.network import PictureGraph, PictureNetwork
from semsearch.pictures.decode import decode
from semsearch.settings import Settings
from tools.minilook import debian, drawings, examples, names, photos, squares, wordnet
from tools.minilook.distil import Distillation, School
from tools.minilook.export import export
from tools.minilook.graphics import graphics as drawn_graphics
from tools.minilook.graphics_head import places, taught
from tools.minilook.imitate import Imitation
from tools.minilook.matching import Matching
from tools.minilook.names import Names, Naming
from tools.minilook.pictures import Pictures
from tools.minilook.run import DEVICE
from tools.minilook.semantics import Meaning, learn
from tools.minilook.student import Glance
from tools.minilook.teacher import Teacher, lessons

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

# The share of the class-name bridge beside the head for the teacher's own weights: one half keeps the
# knowledge that is in the classes and not in the captions.
BRIDGE = 0.5
GRAPHICS = 3000
LESSONS = 250_000  # views of which the teacher's features learn their meaning
WEIGHTS, CLASSES = "mobilenet_v2_imagenet.npz", "imagenet_classes.txt"

Data = Annotated[Path, typer.Option(help="The folder with images/ and weights/.")]
Work = Annotated[Path, typer.Option(help="Folder for pictures, names and checkpoints, about 8 GB.")]

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
def name(data: Data, work: Work) -> None:
    """Embed all captions and the names of what the pictures show, with all that it is a kind of."""
    if (work / "names.npz").exists():
        return
    nouns = wordnet.read(debian.unpack(work / "debian", [debian.WORDNET]) / "wordnet")
    classes = names.classes(data / "weights" / CLASSES)
    named = Naming(nouns)(learned(work), classes, text_model(Settings()).embed)
    named.save(work / "names.npz")
    typer.echo(f"{len(named.vectors):,} texts, {len(named.below):,} kinds of things")


@app.command()
def shrink(work: Work) -> None:
    """Decode every picture into a small square."""
    if (work / "squares.npy").exists():
        return
    listed = learned(work)
    for done in squares.draw(listed, work / "pictures", work / "squares.npy"):
        typer.echo(f"\r{done:,} of {len(listed):,} pictures", nl=False)
    typer.echo()


@app.command()
def imitate(data: Data, work: Work, samples: Imitated = 300_000) -> None:
    """Train each block of the student on the teacher's. If interrupted, it continues at the next run."""
    for line in Imitation(pictures(work), data / "weights" / WEIGHTS, work / "blocks.pt", samples)():
        typer.echo(line)


@app.command()
def distil(data: Data, work: Work, samples: Distilled = 5_000_000) -> None:
    """Train the whole student. If interrupted, it continues from its last checkpoint."""
    for line in Distillation(school(data, work), work / "blocks.pt", work / "student.pt", samples)():
        typer.echo(line)


@app.command()
def finish(work: Work, output: Annotated[Path, typer.Option(help="The model folder to write.")]) -> None:
    """Write the newest checkpoint as a model folder that SEMSEARCH_IMAGE_MODEL accepts."""
    export(work / "student.pt", output, text_model(Settings()).id)
    typer.echo(f"{output}: {(output / 'model.onnx').stat().st_size / 1e6:.1f} MB")


@app.command()
def graphics(
    work: Work, output: Annotated[Path, typer.Option(help="The model folder, which is written anew.")]
) -> None:
    """Teach the model folder that `finish` wrote what charts, screenshots, slides and pages are called."""
    graph, manifest = read_folder(output), read_manifest(output)
    network = PictureNetwork(graph)
    found = [
        network.features([decode((work / "pictures" / example.image).read_bytes(), Glance.SIDE).image])[0]
        for example in learned(work)
    ]
    drawn, names = zip(*drawn_graphics(GRAPHICS), strict=True)
    wanted = places(names, text_model(Settings()))
    content = taught(graph.graph, np.concatenate(found), network.features(drawn)[0], wanted)
    made = {**manifest.get("made", {}), "graphics": GRAPHICS}
    write_folder(output, PictureGraph(output.name, content, graph.framing, graph.text_model), made)


@app.command()
def head(
    data: Data,
    work: Work,
    output: Annotated[Path, typer.Option(help="The .npz file to write.")],
) -> None:
    """Fit the head that semsearch brings for the teacher's weights, to the captions of Flickr8k."""
    specification = f"torchvision:mobilenet_v2={data / 'weights' / WEIGHTS}"
    graph = picture_graph(Settings(home=work / "home"), specification)
    weights = torchvision_id(specification, work / "home")
    assert graph is not None
    assert weights is not None
    captioned = [
        Captioned(work / "pictures" / example.image, example.captions)
        for example in examples.read(work / "pictures")
        if example.source == "flickr"
    ]
    text = AlignedText.towards(graph.text_model, text_model(Settings()))
    fitted = fit(*prepare(PictureNetwork(graph), text, captioned, []))
    if fitted.head is None:
        raise SystemExit("the head gained nothing, so it was not written")
    save_head(replace(fitted.head, base_share=BRIDGE), output, weights, text.space)
    typer.echo(f"{output}: {fitted.after} on {fitted.held_out} pictures held out")


@app.command()
def everything(
    data: Data,
    work: Work,
    output: Annotated[Path, typer.Option(help="The model folder to write.")],
    imitated: Imitated = 300_000,
    distilled: Distilled = 5_000_000,
) -> None:
    """Run all seven steps in order. A step that was run before is skipped or continued."""
    collect(data, work)
    name(data, work)
    shrink(work)
    imitate(data, work, imitated)
    distil(data, work, distilled)
    finish(work, output)
    graphics(work, output)


def learned(work: Path) -> list[examples.Example]:
    return squares.learned(list(examples.read(work / "pictures")))


def pictures(work: Path) -> Pictures:
    return Pictures(np.load(work / "squares.npy", mmap_mode="r+"), learned(work))


def school(data: Path, work: Path) -> School:
    """What the student learns from. The meaning of the teacher's features is kept in the work folder."""
    shown, matching = pictures(work), Matching(Names.load(work / "names.npz"))
    teacher, path = Teacher(data / "weights" / WEIGHTS), work / "meaning.pt"
    if not path.exists():
        features, logits, rows = map(torch.cat, zip(*lessons(teacher, shown, LESSONS), strict=True))
        torch.save(learn(features, logits, rows, matching).state_dict(), path)
    meaning = Meaning().to(DEVICE).eval().requires_grad_(requires_grad=False)
    meaning.load_state_dict(torch.load(path, map_location=DEVICE, weights_only=True))
    return School(shown, matching, teacher, meaning)


if __name__ == "__main__":
    app()
