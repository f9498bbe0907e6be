"""Is a name or code found that stands once in a library? And does a name that is nowhere find nothing?

    python -m benchmarks.exact_words DATA [--home FOLDER] [--texts N] [--photos N] [--tune NAME=VALUE ...]

DATA holds text/scifact (BEIR layout) and images/flickr8k_dev.tar. The library has SciFact's abstracts, the
photos, 180 texts of 20 to 5,000 words and two tables of 1,500 rows. The texts and the rows are made of the
abstracts. Each of 200 names and codes is planted once: in a text, or in a row of a table. Some are made up.
Others are names such as Rose Field, whose words are in other texts too, though never side by side. The
benchmark prints how many of the names find their file first, how many find it as a clear match, and how many
are shown in its snippets.

Then it asks for 200 other names and codes, made in the same way, that no file has. It prints how many of
these find anything above the threshold. With --home, the library is kept in that folder and used again.
--absent gives another number: the constants were chosen in view of the first 200 names that are nowhere.
"""

from __future__ import annotations

import argparse
import random
import re
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from benchmarks.running import installation
from semsearch.evaluation.datasets import load
from semsearch.models.loaded import Models
from semsearch.query import Query
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import Tuning
from semsearch.store.store import Store

_SIZES = (20, 100, 300, 1000, 2500, 5000)
_TEXTS, _TABLES, _NAMES_IN_A_TABLE, _ROWS = 180, 2, 10, 1500
_FIRST_NAMES = ("Anna", "Peter", "Ruth", "Carlos", "Mei", "Olga", "Samuel", "Ines", "Tariq", "Greta")
# Names that are words of other texts too.
_COMMON_FIRST = re.findall(
    r"\w+", "Rose Grace Hope Mark Grant Art Faith Dawn Summer Dean Ray Max Rich Bill Jack Chase"
)
_COMMON_LAST = re.findall(
    r"\w+", "Green Young Brown Price Stone Field Banks Harris Hill Marsh Cook Hunter White Long"
)
_SYLLABLES = re.findall(
    r"\w+", "bar dor fen gul hask ist jor kel lom mun nor orv pel quist rund sor tam ulv vik wen yar zod"
)


@dataclass(frozen=True)
class Planted:
    """A name or code, the kind of text that has it, and the path of the file."""

    name: str
    where: str
    path: str


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, help="keeps the library, and uses it again")
    parser.add_argument("--texts", type=int, help="the number of abstracts; all without it")
    parser.add_argument("--absent", type=int, default=200, help="the number of names that are nowhere")
    parser.add_argument("--photos", type=int, help="the number of photos; all without it")
    parser.add_argument("--tune", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    tuning = Tuning.changed(options.tune)
    abstracts = list(load(options.data / "text" / "scifact").corpus.items())[: options.texts]
    names = _names([text for _, (_, text) in abstracts])
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        home = options.home or Path(temporary)
        files = home / "files"
        planted = _plant(files / "planted", [text for _, (_, text) in abstracts], names)
        for doc, (title, text) in abstracts:
            _write(files / "abstracts" / f"{doc}.txt", f"{title}\n\n{text}\n")
        _unpack(options.data / "images" / "flickr8k_dev.tar", files / "photos", options.photos)
        with installation(home) as semsearch:
            semsearch.run("ingest", str(files))
            searcher = Searcher(Store.open(semsearch.settings), Models(semsearch.settings), tuning)
            _report_planted(searcher, planted)
            _report_absent(searcher, list(islice(names, options.absent)))


def _names(texts: Sequence[str]) -> Iterator[str]:
    """Names and codes that no text has, each once. They are always the same for the same texts."""
    chance = random.Random(0)
    words = [re.findall("[a-z]+", text.lower()) for text in texts]
    pairs = {pair for each in words for pair in pairwise(each)}

    def made_up() -> str:
        return "".join(chance.sample(_SYLLABLES, 3)).capitalize()

    def of_known_words() -> str:
        first, second = chance.choice(_COMMON_FIRST), chance.choice(_COMMON_LAST)
        return of_known_words() if (first.lower(), second.lower()) in pairs else f"{first} {second}"

    def code() -> str:
        digits, letters = f"{chance.randrange(10**7):07}", made_up()[:2].upper()
        forms = f"{letters}-{digits[:4]}-{digits[4:]}", f"0x{letters[0]}{digits}", f"{letters}{digits}"
        return chance.choice([*forms, f"ERR_{made_up().upper()}_{digits[:2]}"])

    used: set[str] = set()
    while True:
        for name in (f"{chance.choice(_FIRST_NAMES)} {made_up()}", made_up(), of_known_words(), code()):
            if name not in used:
                used.add(name)
                yield name


def _plant(folder: Path, texts: Sequence[str], names: Iterator[str]) -> list[Planted]:
    """Write texts and tables with names in them, unless they exist."""
    chance = random.Random(1)
    planted = []
    for n in range(_TEXTS):
        size, name = _SIZES[n % len(_SIZES)], next(names)
        words = _filler(texts, chance, size)
        words.insert(chance.randrange(size), name)
        _write(folder / f"text-{n}.txt", " ".join(words) + "\n")
        planted.append(Planted(name, f"texts of {size:,} words", f"planted/text-{n}.txt"))
    for n in range(_TABLES):
        rows = [[str(row), *_filler(texts, chance, 6)] for row in range(_ROWS)]
        for row in chance.sample(rows, _NAMES_IN_A_TABLE):
            row[3] = next(names)
            planted.append(Planted(row[3], "rows of tables", f"planted/table-{n}.csv"))
        lines = (",".join(f'"{cell.replace(chr(34), "")}"' for cell in row) for row in rows)
        _write(folder / f"table-{n}.csv", "number,one,two,three,four,five,six\n" + "\n".join(lines) + "\n")
    return planted


def _filler(texts: Sequence[str], chance: random.Random, size: int) -> list[str]:
    words: list[str] = []
    while len(words) < size:
        words += chance.choice(texts).split()
    return words[:size]


def _write(path: Path, text: str) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _unpack(archive: Path, folder: Path, most: int | None) -> None:
    if not folder.exists():
        with tarfile.open(archive) as tar:
            tar.extractall(folder, [each for each in tar.getmembers() if each.isfile()][:most], filter="data")


def _report_planted(searcher: Searcher, planted: Sequence[Planted]) -> None:
    outcomes: dict[str, list[tuple[bool, bool, bool]]] = {}
    for each in planted:
        hits = searcher.search(Query(each.name)).hits
        found = next((hit for hit in hits if hit.path == each.path), None)
        outcome = (
            bool(hits) and hits[0] is found,
            found is not None and found.is_clear,
            found is not None and any(each.name in passage.snippet for passage in found.passages),
        )
        outcomes.setdefault(each.where, []).append(outcome)
        if not all(outcome):
            print(f"not first, clear and shown: {each}, {outcome}")
    print(f"{'planted in':26}{'names':>8}{'first':>8}{'clear':>8}{'shown':>8}")
    everything = [outcome for group in outcomes.values() for outcome in group]
    for where, group in {**outcomes, "all": everything}.items():
        shares = "".join(f"{sum(column) / len(group):8.3f}" for column in zip(*group, strict=True))
        print(f"{where:26}{len(group):8}{shares}")


def _report_absent(searcher: Searcher, names: Sequence[str]) -> None:
    alarms = [name for name in names if any(hit.is_clear for hit in searcher.search(Query(name)).hits)]
    for name in alarms:
        hit = searcher.search(Query(name)).hits[0]
        print(
            f"nowhere, but found: {name}: {hit.path} by {', '.join(hit.legs)}, relevance {hit.relevance:.2f}"
        )
    print(f"of {len(names)} that are nowhere, {len(alarms) / len(names):.3f} find something")


if __name__ == "__main__":
    main()
