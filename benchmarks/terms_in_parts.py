"""How many terms of a long text should one hash hold?

    python -m benchmarks.terms_in_parts [--terms 1000 6000 16000]

Writes the terms of 4 MB of made-up English in hashes of these sizes. Prints how long the engine works to
index one of them and all of them, how long it works for a usual document afterwards, and for a search of two
words. Linux only: the time that the engine works is from /proc.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.engine_blocks import Cost, cost, cost_of_a_write, english, process_of
from benchmarks.running import median
from semsearch.evaluation.homes import free_port
from semsearch.settings import Settings
from semsearch.store import queries
from semsearch.store.engine import engine
from semsearch.store.filters import everything
from semsearch.store.keys import aside_piece_key, piece_key
from semsearch.store.schema import DOC, WORDS
from semsearch.store.store import Store
from semsearch.store.word_filters import Sought

_CHARACTERS = 4_000_000
_DOC = "0" * 16
_SEARCHES = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--terms", type=int, nargs="*", default=[1_000, 6_000, 16_000])
    words = english(_CHARACTERS).lower().replace(".", "").split()
    for terms in parser.parse_args().terms:
        with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
            settings = Settings(home=Path(temporary), redis_url="", redis_port=free_port())
            try:
                _measure(settings, words, terms)
            finally:
                engine.stop(settings)


def _measure(settings: Settings, words: list[str], terms: int) -> None:
    store, client = Store.open(settings), engine.ensure_running(settings).client()
    store.prepare_index(DOC)
    process, chance = process_of(client), random.Random(0)
    found: list[Cost] = []
    for n, start in enumerate(range(0, len(words), terms)):
        aside = aside_piece_key(WORDS, _DOC, n)
        fields: dict[str, str | int] = {"terms": " ".join(words[start : start + terms]), "doc": _DOC, "n": n}
        client.hset(aside, mapping=fields)  # type: ignore[arg-type]
        # Only the renamed hash is in the index.
        found.append(cost(process, partial(client.rename, aside, piece_key(WORDS, _DOC, n))))
    write = cost_of_a_write(settings, store)
    pairs = [[Sought(each) for each in chance.sample(words, 2)] for _ in range(_SEARCHES)]
    commands = [queries.matching(pair, 200, everything()) for pair in pairs]
    search = median([cost(process, partial(store.ask, [command])).worked for command in commands])
    indexed = [each.worked * 1000 for each in found]
    print(
        f"{terms:6,} terms in {len(indexed):3} hashes: one is indexed in {median(indexed):.2f} ms, at most "
        f"{max(indexed):.2f} ms, all in {sum(indexed):.0f} ms; then a write takes "
        f"{write.worked * 1000:.2f} ms, a search {search * 1000:.2f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
