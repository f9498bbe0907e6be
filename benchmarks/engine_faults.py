"""How soon does the page say that the engine is gone, and how soon does it answer again?

    python -m benchmarks.engine_faults FOLDER [--times 5]

Ingests FOLDER, serves it, and then stops (SIGSTOP), continues (SIGCONT) and kills (SIGKILL) the engine while
searches come in one after the other. Prints the slowest of all times. A killed engine is started again by
the server, so its time back begins with the kill.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from pathlib import Path

from benchmarks.running import Installation, installation
from semsearch.store.engine import engine


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    took: dict[str, list[float]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary,
        installation(Path(temporary), SEMSEARCH_OCR="off") as semsearch,
    ):
        semsearch.run("ingest", str(options.folder))
        with semsearch.serving():
            for _ in range(options.times):
                _fault(semsearch, took)
    print("| engine | the page says so | the next page says so | the page answers again |")
    print("|---|---|---|---|")
    for fault in ("stopped", "killed"):
        first, second, back = (max(took[f"{fault} {what}"]) for what in ("first", "next", "back"))
        print(f"| {fault} | {first:.2f} s | {second:.3f} s | {back:.2f} s |")


def _fault(semsearch: Installation, took: dict[str, list[float]]) -> None:
    _until(semsearch, 200)
    pid = engine.info(semsearch.settings).pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    took["stopped first"].append(_until(semsearch, 503))
    took["stopped next"].append(_until(semsearch, 503))
    os.kill(pid, signal.SIGCONT)
    took["stopped back"].append(_until(semsearch, 200))
    killed = time.perf_counter()
    os.kill(pid, signal.SIGKILL)
    took["killed first"].append(_until(semsearch, 503))
    took["killed next"].append(_until(semsearch, 503))
    _until(semsearch, 200)
    took["killed back"].append(time.perf_counter() - killed)


def _until(semsearch: Installation, status: int) -> float:
    """The seconds until the page has this status."""
    started = time.perf_counter()
    while _status(semsearch) != status:
        if time.perf_counter() - started > 60:
            raise SystemExit(f"the page has not had the status {status} for a minute")
        time.sleep(0.02)
    return time.perf_counter() - started


def _status(semsearch: Installation) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{semsearch.port}/?q=a+walk+by+the+sea") as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


if __name__ == "__main__":
    main()
