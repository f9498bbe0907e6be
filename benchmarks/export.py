"""How long do an export and an import take, and how much memory?

    python -m benchmarks.export [--passages 20000 100000]

The library is made up, as in benchmarks/hybrid_speed. Each command runs in a process of its own, as a user
runs it; the peak of its memory includes Python and the libraries. The processor time is that of the command,
without the engine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from benchmarks.hybrid_speed import made_up
from benchmarks.running import Installation, installation
from semsearch.settings import Settings
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.schema import DOC, TEXT
from semsearch.store.store import Store

_DIMS = 384
_BATCH = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[20_000, 100_000])
    for passages in parser.parse_args().passages:
        with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
            _measure(Path(temporary), passages)


def _measure(folder: Path, passages: int) -> None:
    file = folder / "library.parquet"
    with installation(folder / "source") as source, installation(folder / "target") as target:
        for each in (source, target):
            each.run("redis", "start")  # its start is not measured
        # In another process: what this one holds would count as memory of the processes that it starts.
        filling = get_context("spawn").Process(target=_fill, args=(source.settings, passages))
        filling.start()
        filling.join()
        rows = passages + len(Store.open(source.settings).contents.docs())
        print(f"{passages:,} passages")
        # The second import finds every document, and writes none.
        for installed, command in ((source, "export"), (target, "import"), (target, "import")):
            seconds, processor, peak = _run(installed, command, str(file))
            size = file.stat().st_size / 1e6
            print(
                f"  {command}: {seconds:5.1f} s ({processor:5.1f} s of processor time), "
                f"{rows / seconds:7,.0f} rows/s, {size / seconds:5.1f} MB/s of a file of {size:.0f} MB, "
                f"{peak:.0f} MB of memory"
            )


def _fill(settings: Settings, passages: int) -> None:
    store = Store.open(settings)
    store.prepare_index(DOC)
    store.prepare_index(TEXT, Fingerprint.of_texts("made-up", _DIMS))
    entries = made_up(_DIMS, [f"Sentence number {n} of the library." for n in range(1000)], passages)
    for start in range(0, len(entries), _BATCH):
        store.documents.replace(entries[start : start + _BATCH], {})


def _run(installed: Installation, *arguments: str) -> tuple[float, float, float]:
    """Run a command. Returns its wall time and processor time in seconds, and its peak of memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "semsearch", *arguments], env=installed.environment)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"semsearch {' '.join(arguments)} failed")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


if __name__ == "__main__":
    main()
