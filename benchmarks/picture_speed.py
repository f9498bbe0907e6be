"""Pictures a second, end to end: `semsearch ingest` on JPEG files of 500 x 375, or of another size.

    python -m benchmarks.picture_speed FOLDER [--count 3000] [--rounds 3] [--model minilook]
    python -m benchmarks.picture_speed FOLDER --count 300 --size 4000 3000

The files are made from the photos below FOLDER: enlarged, and with the grain of a camera, so that they take
as long to decode as photos of that size. The time of a run is that of the whole process; the engine is
running before. For comparison, decoding and the model alone are measured in turns with the runs. Prints the
time of a run as a multiple of the processor's time for both, spread over the cores. The start of the process,
the loading of the models and the calibration cost the same for 300 pictures as for many: about the time of a
run on one picture. So the multiple is printed with and without this time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.running import installation, timed
from semsearch.models.catalogue import image_model
from semsearch.pictures.decode import decode
from semsearch.settings import Settings

_SIZE = (500, 375)
_SAMPLE = 64
# The bar: the time of a run, as a multiple of the processor's time for decoding and the model.
_MOST = 1.15
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
    parser.add_argument("--size", type=int, nargs=2, default=_SIZE, metavar=("WIDTH", "HEIGHT"))
    arguments = parser.parse_args()
    count, cores = arguments.count, len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as scratch:
        pictures = Path(scratch) / "pictures"
        mean = make(arguments.folder, pictures, count, tuple(arguments.size))
        shown = " x ".join(map(str, arguments.size))
        print(f"{count:,} JPEG files of {shown}, {mean / 1000:.0f} kB on average")
        model = image_model(Settings(image_model=arguments.model, home=Path(scratch) / "models"))
        assert model is not None
        files = [file.read_bytes() for file in sorted(pictures.iterdir())[:_SAMPLE]]
        one = Path(scratch) / "one"
        one.mkdir()
        (one / "00000.jpg").write_bytes(files[0])
        whole, alone, ratios, others = [], [], [], []
        for round in range(arguments.rounds):
            started = time.process_time()
            some = [decode(file, model.input_size).image for file in files]
            decoded = time.process_time()
            alone.append(len(some) / timed(lambda some=some: model.look(some)))
            needed = (time.process_time() - started) / len(some) * count / cores
            parts = f"decode {(decoded - started) / len(some) * 1000:.1f} ms"
            fixed, seconds = (
                _ingest(folder, Path(scratch) / f"{folder.name}-{round}", arguments.model)
                for folder in (one, pictures)
            )
            whole.append(count / seconds)
            ratios.append(seconds / needed)
            others.append((seconds - fixed) / needed)
            print(
                f"  {parts} of processor time, ingest {seconds:.1f} s, of one picture {fixed:.1f} s, "
                f"ratio {ratios[-1]:.2f}, without the start {others[-1]:.2f}",
                flush=True,
            )
        report("model alone", alone)
        report("end to end", whole)
        print(
            f"ratio to (decoding + model) / {cores} cores: {statistics.median(ratios):.2f} (bar: {_MOST}), "
            f"without the start {statistics.median(others):.2f}"
        )


def _ingest(folder: Path, home: Path, model: str) -> float:
    """The seconds of an ingest into a new library."""
    with installation(home, SEMSEARCH_IMAGE_MODEL=model, SEMSEARCH_OCR="off") as installed:
        installed.run("redis", "start")
        return installed.run("ingest", str(folder))[0]


def make(source: Path, target: Path, count: int, size: tuple[int, int] = _SIZE) -> float:
    """Write `count` files of this size into `target`, and return their mean size in bytes."""
    target.mkdir()
    random = np.random.default_rng(0)
    found = sorted(file for file in source.rglob("*") if file.suffix.lower() in (".jpg", ".jpeg"))
    if not found:
        raise SystemExit(f"no JPEG files below {source}")
    for number in range(count):
        with Image.open(found[number % len(found)]) as photo:
            large = np.asarray(photo.convert("RGB").resize(size, Image.Resampling.BICUBIC), np.float32)
        grainy = large + random.normal(0, _GRAIN, (size[1], size[0], 1))
        Image.fromarray(grainy.clip(0, 255).astype(np.uint8)).save(
            target / f"{number:05}.jpg", quality=_QUALITY
        )
    return statistics.mean(file.stat().st_size for file in target.iterdir())


def report(what: str, rates: list[float]) -> None:
    print(f"{what}: {statistics.median(rates):.0f} pictures/s (median; {min(rates):.0f} to {max(rates):.0f})")


if __name__ == "__main__":
    main()
