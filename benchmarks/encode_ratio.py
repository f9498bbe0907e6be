"""How long does the ingestion of texts take, against one call of our own model with the same passages?

    python -m benchmarks.encode_ratio FOLDER [--files 1030] [--rounds 3]     (BEIR layout)

Ingests the first documents of the collection into a new library, and then embeds all their passages in one
call, which sorts them by length. Both run in this process, in turns, with the engine started and the model
loaded, so that the start of a process does not count. Prints medians, and the seconds of each phase.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from itertools import islice
from pathlib import Path

from benchmarks.running import median, timed
from ingest.run import Options, ingest
from semsearch.cli.show_ingest import Silent
from semsearch.evaluation.datasets import Dataset, load
from semsearch.evaluation.homes import free_port
from semsearch.models.loaded import Models
from semsearch.progress import RunProgress
from semsearch.settings import Settings
from semsearch.store.engine import engine
from semsearch.store.store import Store

# The bar: the time of ingestion, as a multiple of the time of the model.
_MOST = 1.10


class _Phases(Silent):
    """Counts the seconds of each phase, from reports that come once a second."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._before = time.perf_counter()

    def update(self, progress: RunProgress) -> None:
        now = time.perf_counter()
        self.seconds[progress.phase.value] += round((now - self._before) * 10)
        self._before = now


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=1_030)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    whole = load(options.folder)
    some = Dataset(whole.name, {}, {}, dict(islice(whole.corpus.items(), options.files)))
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        files = Path(temporary) / "files"
        some.write(files)
        models = Models(Settings())
        models.text().embed(["The model is loaded."])
        for number in range(options.rounds):
            settings = Settings(
                home=Path(temporary) / str(number), redis_url="", redis_port=free_port(), image_model=""
            )
            try:
                seconds, processor, passages = _ingest(files, settings, models)
            finally:
                engine.stop(settings)
            before = sum(os.times()[:4])
            alone = timed(lambda passages=passages: models.text().embed(passages))
            worked = sum(os.times()[:4]) - before
            ours, theirs = [*ours, seconds], [*theirs, alone]
            print(
                f"{len(passages):,} passages: ingest {seconds:.1f} s ({processor:.1f} s of processor time), "
                f"model alone {alone:.1f} s ({worked:.1f} s), ratio {seconds / alone:.3f}",
                flush=True,
            )
    ratio = median([one / other for one, other in zip(ours, theirs, strict=True)])
    print(
        f"medians: ingest {median(ours):.1f} s, model alone {median(theirs):.1f} s, ratio {ratio:.3f} "
        f"(bar: {_MOST})"
    )


def _ingest(files: Path, settings: Settings, models: Models) -> tuple[float, float, list[str]]:
    """The seconds, and those of the processor without the engine; and the texts that were embedded."""
    store = Store.open(settings)
    phases, before = _Phases(), os.times()
    seconds = timed(lambda: ingest([files], settings, store, models, phases, Options()))
    after = os.times()
    processor = sum(after[:4]) - sum(before[:4])
    print("  " + ", ".join(f"{name} {tenths / 10:.0f} s" for name, tenths in phases.seconds.items()))
    passages = [passage.embedded for record in store.ledger for passage in store.ledger.passages(record)]
    store.close()
    return seconds, processor, passages


if __name__ == "__main__":
    main()
