"""Pictures a second, end to end: `semsearch ingest` on JPEG files of 500 x 375.

    python -m benchmarks.picture_speed FOLDER [--count 3000] [--rounds 3] [--model minilook]

The files are made from the photos below FOLDER: enlarged, and with the grain of a camera, so that they take
as long to decode as photos of that size. The time of a run is that of the whole process, with its start; the
engine is running before. For comparison, the model alone is measured on decoded pictures, in turns with the
runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.running import installation, timed
from semsearch.models.catalogue import image_model
from semsearch.pictures.decode import decode
from semsearch.settings import Settings

SIZE = (500, 375)
_GRAIN = 6.0  # standard deviation of the noise, for pixels from 0 to 255
_QUALITY = 85


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="minilook")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        pictures = Path(scratch) / "pictures"
        mean = make(arguments.folder, pictures, arguments.count)
        print(f"{arguments.count:,} JPEG files of {SIZE[0]} x {SIZE[1]}, {mean / 1000:.0f} kB on average")
        model = image_model(Settings(image_model=arguments.model, home=Path(scratch) / "models"))
        assert model is not None
        some = [
            decode(file.read_bytes(), model.input_size).image for file in sorted(pictures.iterdir())[:512]
        ]
        whole, alone = [], []
        for round in range(arguments.rounds):
            alone.append(len(some) / timed(lambda: model.look(some)))
            with installation(Path(scratch) / str(round), SEMSEARCH_IMAGE_MODEL=arguments.model) as installed:
                installed.run("redis", "start")
                seconds, _ = installed.run("ingest", str(pictures))
                whole.append(arguments.count / seconds)
        report("model alone", alone)
        report("end to end", whole)
        print(f"cores: {len(os.sched_getaffinity(0))}")


def make(source: Path, target: Path, count: int) -> float:
    """Write `count` files into `target`, and return their mean size in bytes."""
    target.mkdir()
    random = np.random.default_rng(0)
    found = sorted(file for file in source.rglob("*") if file.suffix.lower() in (".jpg", ".jpeg"))
    if not found:
        raise SystemExit(f"no JPEG files below {source}")
    for number in range(count):
        with Image.open(found[number % len(found)]) as photo:
            large = np.asarray(photo.convert("RGB").resize(SIZE, Image.Resampling.BICUBIC), np.float32)
        grainy = large + random.normal(0, _GRAIN, (SIZE[1], SIZE[0], 1))
        Image.fromarray(grainy.clip(0, 255).astype(np.uint8)).save(
            target / f"{number:05}.jpg", quality=_QUALITY
        )
    return statistics.mean(file.stat().st_size for file in target.iterdir())


def report(what: str, rates: list[float]) -> None:
    print(f"{what}: {statistics.median(rates):.0f} pictures/s (median; {min(rates):.0f} to {max(rates):.0f})")


if __name__ == "__main__":
    main()
